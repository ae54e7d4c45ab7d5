"""Searchable copies, as poppler sees them: every word at its place and in our order, every picture as it was."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from unicodedata import bidirectional

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from errors import SheafError
from nlp.facts import Box, Page, Word
from nlp.reading import searchable
from nlp.reading.invisible_text import as_drawn
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.reading.pictures import load_image
from tests.conftest import absent
from tests.papers import pdf, picture

PDF = "application/pdf"
FORCED = ReadingOptions(engine="tesseract")
LINES = ("The quick brown fox jumps over", "the lazy dog, 42 times a day;", "INVOICE No. 2291 of 14 March")
#: Points that a word may be off.
NEAR = 1.0

Place = tuple[float, float, float, float]


@pytest.fixture(autouse=True, scope="module")
def poppler() -> None:
    if not shutil.which("pdftotext"):
        absent("pdftotext (poppler-utils)")


def pdftotext(path: Path, *options: str) -> str:
    return subprocess.run(["pdftotext", *options, path, "-"], capture_output=True, check=True).stdout.decode()


def found(path: Path) -> list[list[tuple[str, Place]]]:
    """The words of each page with their boxes in points of the page as displayed."""
    word = r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>'
    return [
        [(unescape(text), (float(a), float(b), float(c), float(d))) for a, b, c, d, text in re.findall(word, page)]
        for page in pdftotext(path, "-bbox", "-cropbox").split("<page ")[1:]
    ]


def read_of(words: Sequence[tuple[str, Box]], number: int = 1, turned: int = 0) -> Page:
    """A page as OCR would have read it."""
    text, placed = "", []
    for word, box in words:
        placed.append(Word(word, len(text), len(text) + len(word), box, 0.9))
        text += f"{word} "
    return Page(number, 100, 100, text, tuple(placed), "tesseract", "Set by a test.", 0.9, options={"turned": turned})


def copy_of(path: Path, pages: Sequence[Page], media_type: str = PDF, count: int = 1) -> Path:
    target = path.with_name(f"{path.name}.searchable.pdf")
    searchable.write(path, None, media_type, count, pages, target)
    return target


def displayed_size(path: Path, number: int = 1) -> tuple[float, float]:
    document = pdfium.PdfDocument(path)
    try:
        width, height = document[number - 1].get_size()
        return float(width), float(height)
    finally:
        document.close()


def assert_finds(path: Path, page: Page) -> None:
    """poppler finds every word of the page where our box is."""
    width, height = displayed_size(path, page.number)
    there = found(path)[page.number - 1]
    for word in page.words:
        box = word.box
        ours = (box.left * width, box.top * height, box.right * width, box.bottom * height)
        off = [max(abs(a - b) for a, b in zip(ours, place, strict=True)) for text, place in there if text == word.text]
        assert off, f"{word.text!r} is not among {[text for text, _ in there]}"
        assert min(off) <= NEAR, word


def scan(*lines: str, turn: float = 0) -> Image.Image:
    image = Image.open(io.BytesIO(picture(*lines)))
    return image.rotate(-turn, expand=True, fillcolor=255) if turn else image


def scanned(path: Path, image: Image.Image, rotation: int = 0, crop: bool = False) -> Path:
    """A PDF of the picture, its content moved away from the origin where it is cropped."""
    width, height = image.width * 0.36, image.height * 0.36
    moved = (40, 70) if crop else (0, 0)
    canvas = Canvas(str(path), pagesize=(width + 2 * moved[0], height + 2 * moved[1]), invariant=True)
    canvas.drawImage(ImageReader(image), *moved, width, height)
    canvas.save()
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = rotation
        if crop:
            document.pages[0].CropBox = [moved[0], moved[1], moved[0] + width, moved[1] + height]
        document.save(path)
    return path


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("crop", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_every_word_of_a_scan_is_found_where_it_is(tmp_path: Path, rotation: int, crop: bool) -> None:
    # The picture is turned back, so that the page as displayed stands upright.
    path = scanned(tmp_path / "scan.pdf", scan(*LINES, turn=-rotation), rotation, crop)
    page = read_page(path, PDF, 1, FORCED).page
    assert len(page.words) >= 15
    copy = copy_of(path, [page])
    assert_finds(copy, page)
    assert pdftotext(copy, "-raw").split() == [word.text for word in page.words]


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("turn", [2.5, 90, 180, 270])
def test_words_of_crooked_and_lying_pages_are_found_where_they_are(tmp_path: Path, turn: float) -> None:
    path = scanned(tmp_path / "scan.pdf", scan(*LINES, turn=turn))
    page = read_page(path, PDF, 1, FORCED).page
    assert len(page.words) >= 12
    copy = copy_of(path, [page])
    assert_finds(copy, page)
    assert sorted(pdftotext(copy, "-raw").split()) == sorted(word.text for word in page.words)


def boxes_of_a_grid(draw: st.DrawFn) -> list[Box]:
    """Boxes that do not touch: one in each of some cells."""
    part = st.floats(0.05, 0.45)
    boxes = []
    for cell in draw(st.lists(st.integers(0, 23), min_size=1, max_size=8, unique=True)):
        column, row = cell % 4, cell // 4
        left, top, right, bottom = (draw(part) for _ in range(4))
        boxes.append(Box((column + left) / 4, (row + top) / 6, (column + 1 - right) / 4, (row + 1 - bottom) / 6))
    return boxes


@st.composite
def pages_with_words(draw: st.DrawFn) -> Page:
    letters = st.characters(categories=("Lu", "Ll", "Lo", "Nd"))
    # What is written from right to left has a test of its own.
    words = st.text(letters.filter(lambda letter: bidirectional(letter) not in ("R", "AL")), min_size=1, max_size=14)
    boxes = boxes_of_a_grid(draw)
    return read_of([(f"{draw(words)}{number}", box) for number, box in enumerate(boxes)])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    page=pages_with_words(),
    rotation=st.sampled_from((0, 90, 180, 270)),
    crop=st.tuples(*[st.floats(0, 90)] * 4),
    origin=st.tuples(*[st.floats(-300, 300)] * 2),
    turned=st.sampled_from((0, 90, 180, 270)),
)
def test_any_word_on_any_page_is_found_within_a_point(
    tmp_path: Path, page: Page, rotation: int, crop: Place, origin: tuple[float, float], turned: int
) -> None:
    x, y = origin
    document = pikepdf.new()
    document.add_blank_page(page_size=(400, 550))
    shown = document.pages[0]
    shown.MediaBox = [x, y, x + 400, y + 550]
    shown.CropBox = [x + crop[0], y + crop[1], x + 400 - crop[2], y + 550 - crop[3]]
    shown.Rotate = rotation
    path = tmp_path / "any.pdf"
    document.save(path)
    turned_page = read_of([(word.text, word.box) for word in page.words], turned=turned)
    assert_finds(copy_of(path, [turned_page]), turned_page)


def test_words_of_any_script_are_found_and_copied_as_they_were_read(tmp_path: Path) -> None:
    words = ("naïve", "Ελλάδα", "漢字", "हिन्दी", "ไทย", "𝒜𝒷", "ﬁn", "€5")
    page = read_of([(word, Box(0.1, 0.1 * row, 0.3, 0.1 * row + 0.03)) for row, word in enumerate(words, 1)])
    (tmp_path / "a.pdf").write_bytes(pdf([]))
    copy = copy_of(tmp_path / "a.pdf", [page])
    assert_finds(copy, page)
    assert pdftotext(copy, "-raw").split() == list(words)


def test_words_written_from_the_right_are_copied_as_they_were_read(tmp_path: Path) -> None:
    words = ("שלום", "عالم", "مرحبا")
    page = read_of([(word, Box(0.1, 0.1 * row, 0.3, 0.1 * row + 0.03)) for row, word in enumerate(words, 1)])
    (tmp_path / "a.pdf").write_bytes(pdf([]))
    copy = copy_of(tmp_path / "a.pdf", [page])
    marks = dict.fromkeys(range(0x202A, 0x202F))  # poppler says where the writing turns
    assert pdftotext(copy, "-raw").translate(marks).split() == list(words)
    assert as_drawn("מס12/34") == "12/34סמ"
    # With boxes poppler gives the letters as they are drawn, from the left.
    drawn = read_of([(as_drawn(word.text), word.box) for word in page.words])
    assert_finds(copy, drawn)


def test_a_word_in_a_box_that_does_not_suit_it_is_found_whole(tmp_path: Path) -> None:
    boxes = {"balloon": Box(0.1, 0.1, 0.12, 0.4), "committee11": Box(0.3, 0.1, 0.6, 0.4), "ll": Box(0.7, 0.3, 0.7, 0.3)}
    page = read_of(list(boxes.items()))
    (tmp_path / "a.pdf").write_bytes(pdf([]))
    assert_finds(copy_of(tmp_path / "a.pdf", [page]), page)


def raw_pictures(path: Path) -> list[tuple[bytes, str]]:
    """The stored bytes of every picture of the document, and how they are compressed."""
    with pikepdf.open(path) as document:
        return sorted(
            (thing.read_raw_bytes(), re.sub(r".*(/\w+).*", r"\1", str(thing.get("/Filter")), flags=re.S))
            for thing in document.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
        )


def shown(path: Path, number: int = 1) -> np.ndarray:
    document = pdfium.PdfDocument(path)
    try:
        return np.asarray(document[number - 1].render(scale=1.5).to_pil().convert("RGB")).astype(int)
    finally:
        document.close()


def test_pictures_are_kept_to_the_byte_and_pages_look_the_same(tmp_path: Path) -> None:
    path = tmp_path / "pictures.pdf"
    canvas = Canvas(str(path), pagesize=(400, 400), pageCompression=0)
    canvas.drawImage(ImageReader(scan("grey")), 0, 0, 200, 120)
    canvas.drawInlineImage(scan("inline").resize((50, 30)), 300, 300)
    canvas.save()
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        resources = document.pages[0].Resources
        jpeg = io.BytesIO()
        scan("jpeg").convert("RGB").save(jpeg, "JPEG")
        size = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "BitsPerComponent": 8}
        plain = {"ColorSpace": pikepdf.Name.DeviceGray, "Width": 2, "Height": 2, **size}
        resources.XObject.Jpeg = document.make_stream(
            jpeg.getvalue(),
            Filter=pikepdf.Name.DCTDecode,
            ColorSpace=pikepdf.Name.DeviceRGB,
            Width=1000,
            Height=600,
            **size,
        )
        resources.XObject.Plain = document.make_stream(b"\x00\x80\xff\x40", **plain)
        resources.XObject.Hex = document.make_stream(b"00 80 ff 40>", Filter=pikepdf.Name.ASCIIHexDecode, **plain)
        shows = b"q 100 0 0 60 200 200 cm /Jpeg Do Q q 9 0 0 9 5 300 cm /Plain Do /Hex Do"  # and no Q
        document.pages[0].contents_add(document.make_stream(shows))
        document.save(path, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    page = read_of([("word", Box(0.1, 0.2, 0.3, 0.25))])
    copy = copy_of(path, [page])
    assert len(raw_pictures(path)) == 4
    assert raw_pictures(copy) == raw_pictures(path)
    assert (shown(copy) == shown(path)).all()
    assert_finds(copy, page)


@pytest.mark.parametrize("in_form", [False, True])
def test_a_text_layer_that_was_rejected_is_not_found_beside_the_words_that_were_read(
    tmp_path: Path, in_form: bool
) -> None:
    path = tmp_path / "two.pdf"
    canvas = Canvas(str(path), pagesize=(400, 400))
    for number in (1, 2):
        if in_form and number == 1:
            canvas.beginForm("stamp")
        if not in_form or number == 1:
            canvas.drawString(60, 300, "Wrong letters")
        if in_form and number == 1:
            canvas.endForm()
        if in_form:
            canvas.doForm("stamp")
        canvas.showPage()
    canvas.save()
    page = read_of([("Right", Box(0.15, 0.22, 0.3, 0.26)), ("letters", Box(0.32, 0.22, 0.4, 0.26))])
    copy = copy_of(path, [page], count=2)
    assert [text for text, _ in found(copy)[0]] == ["Right", "letters"]
    assert pdftotext(copy, "-raw", "-l", "1").split() == ["Right", "letters"]
    assert [text for text, _ in found(copy)[1]] == ["Wrong", "letters"]  # a page that nobody read anew
    assert all((shown(copy, number) == shown(path, number)).all() for number in (1, 2))
    document = pdfium.PdfDocument(copy)
    assert document[0].get_textpage().get_text_range().split() == ["Right", "letters"]
    document.close()


def test_pages_read_by_their_own_text_layer_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "own.pdf"
    path.write_bytes(pdf(["Its own words"]))
    page = read_page(path, PDF, 1, ReadingOptions()).page
    copy = copy_of(path, [page])
    assert [text for text, _ in found(copy)[0]] == ["Its", "own", "words"]
    with pikepdf.open(copy) as after, pikepdf.open(path) as before:
        assert after.pages[0].Contents.read_raw_bytes() == before.pages[0].Contents.read_raw_bytes()


@pytest.mark.usefixtures("tesseract")
def test_words_in_pictures_are_found_beside_a_page_s_own(tmp_path: Path) -> None:
    path = tmp_path / "mixed.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842))
    for row in range(12):
        canvas.drawString(60, 780 - 20 * row, f"Line {row} of the text that the page has of its own.")
    canvas.drawImage(ImageReader(scan(*LINES)), 60, 200, 400, 240)
    canvas.save()
    page = read_page(path, PDF, 1, ReadingOptions()).page
    assert searchable.has_ocr(page)
    copy = copy_of(path, [page])
    assert_finds(copy, read_of([(word.text, word.box) for word in page.words if word.box.top > 0.45]))
    assert sorted(pdftotext(copy, "-raw").split()) == sorted(word.text for word in page.words)


def test_a_copy_can_be_read_by_its_text_layer_in_the_same_order(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([]))
    words = [(word, Box(0.06 + 0.1 * n, 0.1 * row, 0.14 + 0.1 * n, 0.1 * row + 0.05))
             for row, line in enumerate(LINES, 1) for n, word in enumerate(line.split())]  # fmt: skip
    again = read_page(copy_of(path, [read_of(words)]), PDF, 1, ReadingOptions()).page
    assert [word.text for word in again.words] == [word for word, _ in words]
    for (_, box), word in zip(words, again.words, strict=True):
        assert word.box.as_list() == pytest.approx(box.as_list(), abs=0.003)


def test_what_was_protected_is_not_given_out_without_protection(tmp_path: Path) -> None:
    plain, locked = tmp_path / "plain.pdf", tmp_path / "locked.pdf"
    plain.write_bytes(pdf(["Secret"]))
    for user in ("open", ""):
        with pikepdf.open(plain) as document:
            document.save(locked, encryption=pikepdf.Encryption(user=user, owner="owner"))
        with pytest.raises(SheafError) as raised:
            searchable.write(locked, plain, PDF, 1, [], tmp_path / "copy.pdf")
        assert raised.value.code == "protected"
    assert not (tmp_path / "copy.pdf").exists()


def test_what_had_to_be_repaired_is_copied_from_the_repaired_one(tmp_path: Path) -> None:
    broken, repaired = tmp_path / "broken.pdf", tmp_path / "repaired.pdf"
    broken.write_bytes(b"%PDF-1.4\nnothing")
    repaired.write_bytes(pdf(["Mended"]))
    searchable.write(broken, repaired, PDF, 1, [], tmp_path / "copy.pdf")
    assert pdftotext(tmp_path / "copy.pdf").split() == ["Mended"]
    with pytest.raises(SheafError, match="no readable structure"):
        searchable.write(broken, None, PDF, 1, [], tmp_path / "copy.pdf")


def marked() -> Image.Image:
    """A picture that looks different in each of its eight orientations."""
    image = Image.new("RGB", (300, 200), "white")
    ImageDraw.Draw(image).text((20, 10), "Up", fill="black", font=ImageFont.load_default(size=70))
    ImageDraw.Draw(image).rectangle((200, 120, 290, 160), fill="red")
    return image


def assert_shows(copy: Path, upright: Image.Image, number: int = 1) -> None:
    page = shown(copy, number)
    expected = np.asarray(upright.convert("RGB").resize((page.shape[1], page.shape[0]), Image.Resampling.BOX)).astype(
        int
    )
    assert np.abs(page - expected).mean() < 8


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_pictures_stand_upright_whatever_their_orientation(tmp_path: Path, format: str, orientation: int) -> None:
    path, media_type = tmp_path / "photo", f"image/{format.lower()}"
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    marked().save(path, format, exif=exif)
    upright, (width, height) = load_image(path, media_type, 1, 40)
    page = read_of([("Up", Box(0.1, 0.2, 0.4, 0.4))])
    copy = copy_of(path, [page], media_type)
    across, down = displayed_size(copy)
    assert across / down == pytest.approx(width / height, rel=0.01)
    assert_shows(copy, upright)
    assert_finds(copy, page)


@pytest.mark.parametrize(("orientation", "size"), [(1, (72, 48)), (3, (72, 48)), (6, (48, 72)), (7, (48, 72))])
def test_a_jpeg_is_in_the_copy_to_the_byte(tmp_path: Path, orientation: int, size: tuple[int, int]) -> None:
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    marked().save(path, "JPEG", dpi=(300, 300), exif=exif)
    copy = copy_of(path, [], "image/jpeg")
    assert raw_pictures(copy) == [(path.read_bytes(), "/DCTDecode")]
    assert displayed_size(copy) == pytest.approx(size)


@pytest.mark.parametrize(
    ("format", "mode", "filter"),
    [("PNG", "RGB", "/FlateDecode"), ("PNG", "1", "/FlateDecode"), ("PNG", "RGBA", "/FlateDecode"),
     ("WEBP", "RGB", "/FlateDecode"), ("TIFF", "RGB", "/FlateDecode")],
)  # fmt: skip
def test_other_pictures_lose_nothing(tmp_path: Path, format: str, mode: str, filter: str) -> None:
    path = tmp_path / "picture"
    image = marked().convert(mode)
    image.save(path, format, lossless=True)
    copy = copy_of(path, [], f"image/{format.lower()}")
    ((_, compression),) = raw_pictures(copy)
    assert compression == filter
    with pikepdf.open(copy) as document:
        (stored,) = document.pages[0].get_images().values()
        assert isinstance(stored, pikepdf.Stream)
        there = pikepdf.PdfImage(stored).as_pil_image().convert("RGB")
    assert (np.asarray(there) == np.asarray(image.convert("RGB"))).all()


@pytest.mark.parametrize(("mode", "filter"), [("1", "/CCITTFaxDecode"), ("L", "/FlateDecode")])
def test_every_page_of_a_tiff_is_there(tmp_path: Path, mode: str, filter: str) -> None:
    path = tmp_path / "fax.tiff"
    pages = [scan(line).convert(mode) for line in LINES]
    compression = {"1": "group4", "L": "tiff_lzw"}[mode]
    pages[0].save(path, "TIFF", save_all=True, append_images=pages[1:], compression=compression, dpi=(200, 200))
    read = [read_of([(f"page{number}", Box(0.1, 0.1, 0.3, 0.2))], number) for number in (1, 2, 3)]
    copy = copy_of(path, read, "image/tiff", count=3)
    assert [compression for _, compression in raw_pictures(copy)] == [filter] * 3
    for number, page in enumerate(pages, 1):
        assert_shows(copy, page, number)
        assert_finds(copy, read[number - 1])


def test_the_same_document_gives_the_same_copy(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(["Its own"]))
    page = read_of([("Other", Box(0.1, 0.1, 0.3, 0.2))])
    assert copy_of(path, [page]).read_bytes() == copy_of(path, [page]).read_bytes()


def test_words_that_touch_are_copied_as_words(tmp_path: Path) -> None:
    words = [
        ("Total", Box(0.1, 0.1, 0.15, 0.114)),
        ("Qty", Box(0.15, 0.1, 0.18, 0.114)),
        ("1", Box(0.1805, 0.1, 0.19, 0.114)),
    ]
    (tmp_path / "a.pdf").write_bytes(pdf([]))
    copy = copy_of(tmp_path / "a.pdf", [page := read_of(words)])
    assert pdftotext(copy, "-raw").split() == ["Total", "Qty", "1"]
    assert_finds(copy, page)
