"""What a file is found to be by its content, whatever its name says; and what is refused by which name."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from errors import SheafError
from nlp.reading import media_types
from nlp.reading.media_types import CSV, DOCX, HTML, MAIL, MEDIA_TYPES, ODS, ODT, PDF, PPTX, TEXT, XLSX, ZIP
from nlp.reading.sniffing import delimiter_of, sniff
from tests.archives import open_document, open_xml, packed
from tests.papers import pdf, picture

MESSAGE = "From: a@example.com\nSubject: hi\n\nhello"
ARCHIVE = packed({"a.txt": b"hello"})


def kind_of(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "invoice.pdf"  # the name lies
    path.write_bytes(content)
    return sniff(path)


def refusal_of(tmp_path: Path, content: bytes) -> SheafError:
    with pytest.raises(SheafError) as caught:
        kind_of(tmp_path, content)
    assert "unknown)" not in str(caught.value), "every blank of the sentence is filled"
    return caught.value


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (ARCHIVE, ZIP),
        (packed({}), ZIP),
        (packed({"a.pdf": pdf(["stored as it is"])}, compression=zipfile.ZIP_STORED), ZIP),
        (b"In a text the letters %PDF-1.4 are nothing but letters.", TEXT),
        (open_xml("vnd.openxmlformats-officedocument.wordprocessingml.document", "word/document2.xml"), DOCX),
        (open_xml("vnd.ms-word.document.macroEnabled"), DOCX),
        (open_xml("vnd.openxmlformats-officedocument.spreadsheetml.sheet"), XLSX),
        (open_xml("vnd.openxmlformats-officedocument.presentationml.presentation"), PPTX),
        (open_document("text"), ODT),
        (open_document("spreadsheet"), ODS),
        (MESSAGE.encode(), MAIL),
        (MESSAGE.encode("utf-16"), MAIL),
        (b"Received: from x\n\tby y\nX-Odd: 1\n\n%PDF-1.4 is how PDFs begin", MAIL),
        (b"Date: 3 May 2024\nDear Sir or Madam,\nthank you\n\n", TEXT),
        (b"  <!DOCTYPE html><html><body>x", HTML),
        (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', HTML),
        (b"just words", TEXT),
        ("Grüße aus Köln, wo es für große Männer schöne Bäder gibt".encode("latin-1"), TEXT),
        ("Виставлено рахунок за жовтень на всю суму".encode("cp1251"), TEXT),
        ("Grüße".encode("utf-16-le"), TEXT),
        (b"BMW and MZ begin words, and files of other kinds", TEXT),
        (b"From: a@b\nSubject: a stray \x08 sign\n\n" + b"and words " * 40, MAIL),
        (b"a text of the old days ends so, " * 10 + b"\x1a", TEXT),
        (b"item;price\npaper;1,00\ninkwell;2,50\n", CSV),
        (b"one line, that has commas, is a sentence", TEXT),
        (b'name,said\nJane,"one,\ntwo"\nJoe,three\n', CSV),
    ],
)
def test_a_kind_is_known_by_content(tmp_path: Path, content: bytes, media_type: str) -> None:
    assert kind_of(tmp_path, content) == media_type


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"{\\rtf1\\ansi hello}", "RTF"),
        (b"%!PS-Adobe-3.0\n", "PostScript"),
        (b"\x00\x01\x02\x03" * 10, "unknown"),
        (b"\x01\x02\x03 and words" * 10, "unknown"),
        (b"GIF89a" + bytes(40), "GIF"),
        (b"<?xml version='1.0'?><invoice/>", "XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le"), "old Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Office"),
        (open_document("graphics"), "drawing"),
        (packed({"mimetype": b"application/epub+zip"}), "EPUB"),
        (open_xml("vnd.ms-excel.sheet.binary.macroEnabled"), "rare"),
        (b"MZ\x90\x00" + bytes(100) + ARCHIVE, "program"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, content: bytes, found: str) -> None:
    refusal = refusal_of(tmp_path, content)
    assert refusal.code == "unsupported_type"
    assert found in refusal.message
    assert "a PDF" in refusal.advice


def test_an_office_file_under_a_password_says_so(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le")
    assert refusal_of(tmp_path, content).code == "locked_file"


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(40), ARCHIVE[:-30], b"PK\x05\x06" + b"\xff" * 18])
def test_a_zip_without_its_table_of_contents_is_damaged(tmp_path: Path, content: bytes) -> None:
    assert refusal_of(tmp_path, content).code == "damaged_file"


@pytest.mark.parametrize(
    ("content", "two"),
    [
        (pdf(["a page"]) + ARCHIVE, ("a PDF", "a ZIP archive")),
        (picture("a page") + ARCHIVE, ("a PNG picture", "a ZIP archive")),
        (b"\xff\xd8\xff\xe0" + bytes(60) + pdf(["a page"]), ("a JPEG picture", "a PDF")),
        (b"PK\x03\x04" + bytes(60) + pdf(["a page"]), ("a ZIP archive", "a PDF")),
    ],
)
def test_what_is_two_files_at_once_is_neither(tmp_path: Path, content: bytes, two: tuple[str, str]) -> None:
    refusal = refusal_of(tmp_path, content)
    assert refusal.code == "two_files_in_one"
    assert all(name in refusal.message for name in two)


def test_an_archive_inside_a_pdf_does_not_make_it_two(tmp_path: Path) -> None:
    content = pdf(["a page"])
    at = content.rindex(b"startxref")
    assert kind_of(tmp_path, content[:at] + b"%" + ARCHIVE + b"\n" + content[at:]) == PDF


def test_a_name_that_means_another_kind_is_told() -> None:
    assert media_types.is_misnamed("scan.PDF", "image/png")
    assert not media_types.is_misnamed("scan.jpeg", "image/jpeg")
    assert not media_types.is_misnamed("scan", "image/png")
    assert not media_types.is_misnamed("scan.xyz", "image/png")
    assert not media_types.is_misnamed("table.txt", CSV)
    assert media_types.is_misnamed("table.xlsx", CSV)


def test_no_two_kinds_share_a_suffix() -> None:
    suffixes = [suffix for known in MEDIA_TYPES.values() for suffix in known.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_a_table_has_as_many_values_in_every_line() -> None:
    assert delimiter_of("a,b\n1,2") == ","
    assert delimiter_of("a\tb\n1,5\t2,5") == "\t"
    assert delimiter_of("a,b\n1,2,3") is None
    assert delimiter_of("a\nb") is None
