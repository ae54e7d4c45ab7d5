"""What kind of file it is, by its content alone: names and declared media types are never believed.

Whether it is sound is left to `intake`.
"""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import filetype

from errors import SheafError
from nlp.reading import media_types
from nlp.reading.characters import encoding_of
from nlp.reading.media_types import CSV, HTML, MAIL, MEDIA_TYPES, PDF, REFUSED, TEXT, ZIP

#: The PDF standard lets the header lie anywhere in the first 1024 bytes.
_PDF_HEAD = 1024
_HEAD = 16_384
#: The end of a ZIP with the longest comment there may be.
_ZIP_TAIL = 22 + 65_535
#: Bytes of a description inside an office file; real ones have a few thousand.
_DESCRIPTION = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_PARTS = {
    "EncryptedPackage": "",
    "WordDocument": "an old Word document (.doc)",
    "Workbook": "an old Excel workbook (.xls)",
    "PowerPoint Document": "an old PowerPoint presentation (.ppt)",
    "__substg1.0_": "an Outlook message (.msg)",
}
_OPEN_XML = {
    b"wordprocessingml.document.main+xml": media_types.DOCX,
    b"ms-word.document.macroEnabled.main+xml": media_types.DOCX,
    b"spreadsheetml.sheet.main+xml": media_types.XLSX,
    b"ms-excel.sheet.macroEnabled.main+xml": media_types.XLSX,
    b"presentationml.presentation.main+xml": media_types.PPTX,
    b"ms-powerpoint.presentation.macroEnabled.main+xml": media_types.PPTX,
}
#: Pictures by names that `filetype` has for them and the table has not.
_ALSO = {"image/apng": "image/png", "image/heif": "image/heic"}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")
_HEADER = re.compile(r"[!-9;-~]+:|[ \t]")
_MAIL = re.compile(
    r"From |(?:From|To|Cc|Date|Subject|Received|Return-Path|MIME-Version|Message-ID|Delivered-To|Content-Type"
    r"|X-[\w-]+):",
    re.I,
)
_HTML = re.compile(r"<!doctype html|<html[\s>]|<body[\s>]", re.I)
_DELIMITERS = ",;\t|"


def sniff(path: Path) -> str:
    """The media type, one of MEDIA_TYPES.

    Raises SheafError empty_file, unsupported_type (says what it is), damaged_file, locked_file or two_files_in_one.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise SheafError("empty_file")
    first = _signature(head)
    text = None if first else _text_of(head)
    if text is None or not _is_mail(text):
        inside = _inside(path, head, first)
        if first and inside:
            raise SheafError("two_files_in_one", first=MEDIA_TYPES[first].name, second=MEDIA_TYPES[inside].name)
        if inside == PDF:
            return PDF
        if inside:
            raise _refusal("a program, or something else with a ZIP archive behind it")
    if first == ZIP:
        return _kind_of_zip(path)
    if first:
        return first
    if text is None:
        raise _refusal(_name_of(path, head))
    return _kind_of_text(text)


def _refusal(found: str) -> SheafError:
    return SheafError("unsupported_type", found=found, accepted=media_types.in_short())


def delimiter_of(text: str) -> str | None:
    """What separates the values of a table; None when the text is none: not of the same width in every line."""
    lines = text.splitlines()
    widths = {}
    for delimiter in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            continue
        if len(rows) > 1 and len(rows[0]) > 1 and len({len(row) for row in rows}) == 1:
            widths[delimiter] = len(rows[0])
    return max(widths, key=widths.__getitem__, default=None)


def _signature(head: bytes) -> str | None:
    """The media type that the very first bytes announce, if it is one that is taken in."""
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZIP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS and b"avif" not in head[8:64]:
        return "image/heic"
    guess = getattr(filetype.guess(head), "mime", "")
    guess = _ALSO.get(guess, guess)
    return guess if guess.startswith("image/") and guess in MEDIA_TYPES else None


def _inside(path: Path, head: bytes, first: str | None) -> str | None:
    """A PDF that begins later than the file, or a ZIP that ends where the file ends."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _ZIP_TAIL))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    ends_as_zip = at >= 0 and at + 22 + int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail)
    if ends_as_zip:
        return ZIP if first != ZIP else None  # a PDF at the beginning of a whole ZIP is the first file in it
    is_pdf = b" obj" in head or b"startxref" in tail[-2048:]
    return PDF if first != PDF and b"%PDF-" in head[:_PDF_HEAD] and is_pdf else None


def _kind_of_zip(path: Path) -> str:
    """Office files are ZIPs that say what they are."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                declared = _beginning(archive, "mimetype").decode("ascii", "replace").strip()
                if declared in MEDIA_TYPES:
                    return declared
                raise _refusal(REFUSED.get(declared, "an unknown kind of ZIP archive"))
            if "[Content_Types].xml" in names:
                description = _beginning(archive, "[Content_Types].xml")
                for sign, media_type in _OPEN_XML.items():
                    if sign in description:
                        return media_type
                raise _refusal("an Office file of a rare kind")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise SheafError("damaged_file", detail="the ZIP has no readable table of contents") from error
    return ZIP


def _beginning(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_DESCRIPTION)


def _text_of(head: bytes) -> str | None:
    encoding = encoding_of(head)
    return None if encoding is None else head.decode(encoding, errors="replace").lstrip("\ufeff")


def _kind_of_text(text: str) -> str:
    if _is_mail(text):
        return MAIL
    if _HTML.search(text[: _PDF_HEAD * 2]):
        return HTML
    if text.lstrip().startswith("<?xml"):
        raise _refusal("an XML file")
    if text.startswith(("{\\rtf", "%!PS")):
        raise _refusal(REFUSED["application/rtf"] if text.startswith("{") else "a PostScript file")
    whole = text if len(text) < _HEAD // 4 else text.rpartition("\n")[0]  # the last line may be cut
    return CSV if delimiter_of(whole) else TEXT


def _is_mail(text: str) -> bool:
    """Whether it begins with a header of mails, and goes on with headers up to an empty line."""
    text = text.lstrip()
    if not _MAIL.match(text):
        return False
    lines = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0].split("\n")
    return all(_HEADER.match(line) for line in lines[1:-1])  # the last one may be cut


def _name_of(path: Path, head: bytes) -> str:
    if head.startswith(_OLE):
        return _name_of_ole(path)
    media_type = getattr(filetype.guess(head), "mime", None)
    return REFUSED.get(media_type, media_type) if media_type else "data of an unknown kind"


def _name_of_ole(path: Path) -> str:
    """Old Office files, and new ones under a password: a file system in a file, whose names are UTF-16."""
    with path.open("rb") as file:
        content = file.read(1 << 26)
    for part, name in _OLE_PARTS.items():
        if part.encode("utf-16-le") in content:
            if not name:
                raise SheafError("locked_file")
            return name
    return "an old Office document"
