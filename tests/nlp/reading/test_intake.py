"""Intake: what a file is found to be, and what is refused at the door with which advice."""

from __future__ import annotations

import io
import json
import struct
import zlib
from pathlib import Path
from typing import Literal

import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from errors import SheafError
from nlp.reading.intake import Inspection, IntakeLimits, inspect
from nlp.reading.media_types import PDF
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.reading.sniffing import sniff

LIMITS = IntakeLimits(max_pages=10, max_megapixels=1.0)


def write_pdf(path: Path, pages: int = 2) -> Path:
    canvas = Canvas(str(path))
    for number in range(1, pages + 1):
        canvas.drawString(72, 720, f"page {number}")
        canvas.showPage()
    canvas.save()
    return path


def code_of(path: Path, limits: IntakeLimits = LIMITS, password: str | None = None) -> str:
    with pytest.raises(SheafError) as caught:
        inspect(path, limits, password)
    assert "unknown)" not in str(caught.value), "every blank of the sentence is filled"
    return caught.value.code


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.pdf"
    path.touch()
    assert code_of(path) == "empty_file"


def test_the_pdf_header_may_lie_within_the_first_kilobyte(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf")
    path.write_bytes(b"junk from a mail gateway\n" * 8 + path.read_bytes())
    assert sniff(path) == "application/pdf"
    assert inspect(path, LIMITS).pages == 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "HEIF"])
def test_images_are_known_by_content(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "scan.pdf"
    Image.new("RGB", (30, 20), "white").save(path, kind)
    media_type = {"HEIF": "image/heic"}.get(kind, f"image/{kind.lower()}")
    assert inspect(path, LIMITS) == Inspection(media_type, 1, encrypted=False)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_read_and_that_is_said(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "moving"
    frames = [Image.new("L", (60, 40), shade) for shade in (0, 128, 255)]
    frames[0].save(path, kind, save_all=True, append_images=frames[1:])
    found = inspect(path, LIMITS)
    assert (found.media_type, found.pages) == (f"image/{kind.lower()}", 1)
    assert found.flags == ("animated_first_frame",)
    frames[0].save(path, kind)
    assert inspect(path, LIMITS).flags == ()


def test_the_frames_of_a_tiff_are_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "fax.tiff"
    frames = [Image.new("1", (60, 40), 1) for _ in range(3)]
    frames[0].save(path, save_all=True, append_images=frames[1:], compression="group4")
    assert inspect(path, LIMITS).pages == 3
    assert code_of(path, IntakeLimits(max_pages=2, max_megapixels=1)) == "too_many_pages"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "HEIF"])
def test_a_truncated_image_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "cut"
    Image.effect_noise((200, 200), 80).convert("RGB").save(path, kind)
    assert inspect(path, LIMITS).pages == 1
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert code_of(path) == "damaged_file"


def test_pixels_are_counted_before_they_are_decoded(tmp_path: Path) -> None:
    """A PNG whose header claims 50,000 x 50,000 and that has no pixels at all: only the header can have been read."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", b"never decoded")
    )
    assert code_of(path) == "too_many_pixels"


def test_pages_are_counted_and_limited(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "long.pdf", pages=11)
    assert code_of(path) == "too_many_pages"
    assert inspect(path, IntakeLimits(max_pages=11, max_megapixels=1)).pages == 11


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.pdf"
    pikepdf.new().save(path)
    assert code_of(path) == "no_pages"


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
def test_a_password_opens_and_is_not_needed_again(tmp_path: Path, revision: Literal[2, 3, 4, 6]) -> None:
    path, unlocked = tmp_path / "secret.pdf", tmp_path / "open.pdf"
    with pikepdf.open(write_pdf(tmp_path / "plain.pdf")) as document:
        modern = revision >= 4
        encryption = pikepdf.Encryption("owner", "user", R=revision, aes=modern, metadata=modern)
        document.save(path, encryption=encryption)
    assert code_of(path) == "password_required"
    assert code_of(path, password="wrong") == "password_required"
    assert inspect(path, LIMITS, "user", unlocked).encrypted
    assert not inspect(unlocked, LIMITS).encrypted
    assert not path.with_name("secret.pdf.repaired").exists()


def test_a_restricted_pdf_is_read_and_said_to_be_restricted(tmp_path: Path) -> None:
    path, unlocked = tmp_path / "restricted.pdf", tmp_path / "open.pdf"
    with pikepdf.open(write_pdf(tmp_path / "plain.pdf")) as document:
        document.save(path, encryption=pikepdf.Encryption("owner", ""))
    assert inspect(path, LIMITS, unlocked=unlocked).flags == ("restricted",)
    assert len(pdfium.PdfDocument(unlocked.read_bytes())) == 2


def test_a_pdf_without_its_index_is_repaired_into_the_working_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pdfium mends most damage itself, so its refusal is provoked: what is tested is what happens after one."""
    path, unlocked = write_pdf(tmp_path / "a.pdf"), tmp_path / "open.pdf"
    content = path.read_bytes()
    path.write_bytes(content[: content.rindex(b"xref\n0")])
    really = pdfium.PdfDocument

    def refusing(source: object, *args: object, **named: object) -> pdfium.PdfDocument:
        if source == path:
            raise pdfium.PdfiumError("refused", err_code=3)
        return really(source, *args, **named)

    monkeypatch.setattr("nlp.reading.pdf_files.pdfium.PdfDocument", refusing)
    found = inspect(path, LIMITS, unlocked=unlocked)
    assert found.pages == 2
    assert "repaired" in found.flags
    assert inspect(unlocked, LIMITS).pages == 2


def test_a_pdf_with_nothing_behind_its_header_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "header.pdf"
    path.write_bytes(b"%PDF-1.4\nnothing else")
    assert code_of(path) == "damaged_file"


def test_what_a_pdf_carries_is_flagged(tmp_path: Path) -> None:
    path = tmp_path / "loaded.pdf"
    with pikepdf.open(write_pdf(tmp_path / "plain.pdf")) as document:
        document.attachments["data.txt"] = b"hello"
        action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('hi')")
        document.Root.Names.JavaScript = pikepdf.Dictionary(Names=["hi", document.make_indirect(action)])
        document.save(path)
    assert set(inspect(path, LIMITS).flags) == {"javascript", "embedded_files"}


@pytest.mark.parametrize(
    ("tree", "pages", "some_are_read"),
    [
        pytest.param([b"/Count 2/Kids[2 0 R 3 0 R]"], 2, True, id="holds itself"),
        pytest.param([b"/Count 5/Kids[4 0 R 3 0 R]", b"/Count 4/Kids[2 0 R 2 0 R]"], 5, False, id="two in a ring"),
        pytest.param([b"/Count 1000000000/Kids[3 0 R]"], 1, True, id="says there are a billion"),
        pytest.param([b"/Count -1/Kids[3 0 R]"], 1, True, id="says there are fewer than none"),
    ],
)
def test_a_page_tree_without_an_end_ends(tmp_path: Path, tree: list[bytes], pages: int, some_are_read: bool) -> None:
    path = tmp_path / "tree.pdf"
    path.write_bytes(page_tree(*tree))
    assert inspect(path, LIMITS).pages == pages
    codes = [code_of_page(path, number) for number in range(1, pages + 1)]
    assert set(codes) <= {"", "page_damaged"}
    assert ("" in codes) == some_are_read


def code_of_page(path: Path, number: int) -> str:
    try:
        read_page(path, PDF, number, ReadingOptions())
    except SheafError as error:
        return error.code
    return ""


def test_a_page_tree_of_nothing_but_itself_is_damaged_and_an_empty_one_has_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "tree.pdf"
    path.write_bytes(page_tree(b"/Kids[2 0 R]"))
    assert code_of(path) == "damaged_file"
    path.write_bytes(page_tree(b"/Count 0/Kids[]"))
    assert code_of(path) == "no_pages"


def test_ten_thousand_pages_are_counted_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(page_tree(b"/Count 10000/Kids[" + b"3 0 R " * 10_000 + b"]"))
    with pytest.raises(SheafError) as caught:
        inspect(path, IntakeLimits(max_pages=2000, max_megapixels=1))
    assert caught.value.message == "The document has 10000 pages; the limit is 2000."


def page_tree(root: bytes, *more: bytes) -> bytes:
    """A PDF whose page tree is written by hand: object 2 is its root, 3 a page, the rest follow."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>"
    nodes = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages" + root + b">>", page]
    nodes += [b"<</Type/Pages" + node + b">>" for node in more]
    content, places = b"%PDF-1.7\n", []
    for number, node in enumerate(nodes, 1):
        places.append(b"%010d 00000 n \n" % len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, node)
    size = len(nodes) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%strailer <</Size %d/Root 1 0 R>>" % (size, b"".join(places), size)
    return content + table + b"\nstartxref\n%d\n%%%%EOF" % len(content)


def test_the_expected_refusals_of_real_files(eval_data: Path) -> None:
    folder = eval_data / "robustness"
    rows = [json.loads(line) for line in (folder / "expected.jsonl").read_text().splitlines()]
    limits = IntakeLimits(max_pages=2000, max_megapixels=150)
    for row in rows:
        path = folder / row["file"]
        if "must_fail_cleanly" in row:
            assert code_of(path, limits) in {"empty_file", "damaged_file", "password_required"}, row["file"]
        elif "password" in row:
            assert code_of(path, limits) == "password_required"
            assert inspect(path, limits, row["password"]).pages
        else:
            assert (inspect(path, limits).pages or 0) >= row.get("pages", 1), row["file"]


def test_odd_but_sound_images_are_accepted(tmp_path: Path) -> None:
    """Sixteen bits, palettes with transparency, CMYK: all of them come out of real scanners."""
    for mode, kind in (("I;16", "TIFF"), ("P", "PNG"), ("CMYK", "JPEG"), ("LA", "PNG"), ("1", "TIFF")):
        content = io.BytesIO()
        Image.new(mode, (20, 20)).save(content, kind)
        path = tmp_path / f"{mode[0]}.{kind}"
        path.write_bytes(content.getvalue())
        assert inspect(path, LIMITS).pages == 1
