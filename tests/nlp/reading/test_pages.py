"""Reading: which way is taken, why, and that words, boxes and pictures agree whichever it was."""

from __future__ import annotations

import io
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import psutil
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from errors import SheafError
from nlp.facts import Word
from nlp.reading import pictures
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import PageReading, read_page
from nlp.sandbox import Limits, Sandbox
from tests.nlp.reading.test_ocr import written

pytestmark = pytest.mark.usefixtures("tesseract")

PDF = "application/pdf"
OPTIONS = ReadingOptions()


def born_digital(path: Path, *pages: str) -> Path:
    canvas = Canvas(str(path), pagesize=(400, 600))
    for text in pages:
        canvas.setFont("Helvetica", 14)
        canvas.drawString(60, 500, text)
        canvas.showPage()
    canvas.save()
    return path


def scanned(path: Path, image: Image.Image, rotation: int = 0) -> Path:
    canvas = Canvas(str(path), pagesize=(image.width * 0.36, image.height * 0.36))
    canvas.drawImage(ImageReader(image), 0, 0, image.width * 0.36, image.height * 0.36)
    canvas.showPage()
    canvas.save()
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = rotation
        document.save(path)
    return path


def shown(reading: PageReading) -> Image.Image:
    return Image.open(io.BytesIO(reading.images.image)).convert("L")


def assert_ink_under(words: tuple[Word, ...], image: Image.Image) -> None:
    ink = np.asarray(image) < 128
    height, width = ink.shape
    covered = np.zeros_like(ink)
    for word in words:
        top, bottom = int(word.box.top * height) - 1, int(word.box.bottom * height) + 2
        left, right = int(word.box.left * width) - 1, int(word.box.right * width) + 2
        assert ink[max(0, top) : bottom, max(0, left) : right].any(), word.text
        covered[max(0, top) : bottom, max(0, left) : right] = True
    assert (ink & ~covered).sum() <= 0.03 * ink.sum()


def test_a_born_digital_page_is_read_by_its_text_layer(tmp_path: Path) -> None:
    reading = read_page(born_digital(tmp_path / "a.pdf", "Hello Sheaf"), PDF, 1, OPTIONS)
    assert reading.page.source == "text_layer"
    assert reading.page.text == "Hello Sheaf"
    assert reading.page.reason == "text layer"
    assert reading.page.language is None
    assert reading.quality == 1.0
    assert_ink_under(reading.page.words, shown(reading))


def test_pictures_are_of_the_promised_size(tmp_path: Path) -> None:
    options = ReadingOptions(thumbnail_px=100, image_px=900)
    reading = read_page(born_digital(tmp_path / "a.pdf", "Hello"), PDF, 1, options)
    images = reading.images
    assert max(images.width, images.height) == 900
    image, thumbnail = (Image.open(io.BytesIO(content)) for content in (images.image, images.thumbnail))
    assert image.size == (images.width, images.height)
    assert max(thumbnail.size) == 100


def test_ocr_may_be_asked_for(tmp_path: Path) -> None:
    path = born_digital(tmp_path / "a.pdf", "Hello Sheaf")
    reading = read_page(path, PDF, 1, ReadingOptions(("eng", "xyz"), engine="tesseract"))
    assert reading.page.source == "tesseract"
    assert reading.page.text == "Hello Sheaf"
    assert reading.page.reason.startswith("OCR was asked for; Tesseract, confidence 0.")
    assert reading.page.language == "eng"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_scan_is_read_upright_and_boxed_as_displayed(tmp_path: Path, rotation: int) -> None:
    """The scan lies on the page in every direction and nothing in the file says so."""
    lines = [f"{n} The quick brown fox jumps over the lazy dog" for n in range(10, 30)]
    image = written((1600, 2000), 40, lines).rotate(-rotation, expand=True)
    reading = read_page(scanned(tmp_path / "a.pdf", image), PDF, 1, OPTIONS)
    assert reading.page.text.replace("\n\n", "\n").split("\n") == lines
    assert reading.rotation == -rotation % 360
    assert_ink_under(reading.page.words, shown(reading))
    assert all(reading.page.text[word.start : word.end] == word.text for word in reading.page.words)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_scan_that_the_file_turns_upright_needs_no_turning(tmp_path: Path, rotation: int) -> None:
    image = written((1600, 2000), 40, ["The quick brown fox jumps over the lazy dog"] * 12)
    path = scanned(tmp_path / "a.pdf", image.rotate(rotation, expand=True), rotation)
    reading = read_page(path, PDF, 1, OPTIONS)
    assert reading.rotation == 0
    assert reading.page.text.startswith("The quick brown fox")
    assert_ink_under(reading.page.words, shown(reading))


def test_the_mark_of_a_camera_is_obeyed(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    image = written((1600, 2000)).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn me clockwise by 90 degrees"
    image.save(path, exif=exif)
    reading = read_page(path, "image/jpeg", 1, OPTIONS)
    assert (reading.page.width, reading.page.height, reading.page.unit) == (1600, 2000, "px")
    assert reading.page.text.startswith("Invoice number 4711")
    assert_ink_under(reading.page.words, shown(reading))


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_the_mark_of_an_uncompressed_tiff_is_obeyed(tmp_path: Path, orientation: int) -> None:
    path, text = tmp_path / "scan.tiff", "HELLO WORLD INVOICE 12345"
    turn = {3: 180, 6: 90, 8: 270}[orientation]
    upright = written((1200, 600), 60, [text])
    upright.rotate(turn, expand=True).save(path, tiffinfo={274: orientation})
    page = read_page(path, "image/tiff", 1, OPTIONS).page
    assert (page.text, page.width, page.height) == (text, 1200, 600)


def test_each_frame_of_a_tiff_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "fax.tiff"
    frames = [written((1000, 700), 40, [f"This is page {n}"]).convert("1") for n in (1, 2, 3)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert [read_page(path, "image/tiff", n, OPTIONS).page.text for n in (3, 1, 2)] == [
        f"This is page {n}" for n in (3, 1, 2)
    ]


def test_a_see_through_picture_is_read_on_white(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    image = Image.new("RGBA", (1000, 700), (0, 0, 0, 0))  # transparent black: black on black if taken as it is
    image.paste((0, 0, 0, 255), mask=written((1000, 700), 40, ["Black on nothing"]).point(lambda v: 255 - v))
    image.save(path)
    assert read_page(path, "image/png", 1, OPTIONS).page.text == "Black on nothing"


def test_sixteen_bits_are_read(tmp_path: Path) -> None:
    path = tmp_path / "deep.tiff"
    pixels = np.asarray(written((1000, 700), 40, ["Sixteen bits"]), dtype=np.uint16) * 16
    Image.fromarray(pixels).save(path)
    assert read_page(path, "image/tiff", 1, OPTIONS).page.text == "Sixteen bits"


def test_what_is_filled_into_a_form_is_read(tmp_path: Path) -> None:
    path = tmp_path / "form.pdf"
    canvas = Canvas(str(path), pagesize=(400, 600))
    canvas.drawString(60, 520, "Name:")
    canvas.acroForm.textfield(name="name", value="Ada Lovelace", x=60, y=480, width=200, height=24)
    canvas.showPage()
    canvas.save()
    reading = read_page(path, PDF, 1, OPTIONS)
    assert reading.page.source == "text_layer"
    assert reading.page.text.split() == ["Name:", "Ada", "Lovelace"]


def test_languages_that_are_not_installed_are_said(tmp_path: Path) -> None:
    path = scanned(tmp_path / "a.pdf", written())
    reading = read_page(path, PDF, 1, ReadingOptions(languages=("eng", "tlh")))
    assert "language_missing:tlh" in reading.page.flags
    assert reading.page.reason.endswith("; not installed and so not used: tlh")
    assert reading.page.options["languages"] == ["eng"]
    alone = read_page(path, PDF, 1, ReadingOptions(languages=("tlh",)))
    assert alone.page.text.startswith("Invoice")


def test_a_blank_page_is_a_page(tmp_path: Path) -> None:
    document = pikepdf.new()
    document.add_blank_page()
    document.save(tmp_path / "blank.pdf")
    Image.new("L", (600, 800), 255).save(tmp_path / "blank.png")
    for name, media_type in (("blank.pdf", PDF), ("blank.png", "image/png")):
        reading = read_page(tmp_path / name, media_type, 1, OPTIONS)
        assert (reading.page.text, reading.page.words, reading.page.flags) == ("", (), ("blank",))
        assert reading.images.image
        assert reading.images.thumbnail


def test_pixels_are_capped_before_they_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of 200 inches would have 3,600 megapixels at 300 dpi."""
    path = tmp_path / "huge.pdf"
    canvas = Canvas(str(path), pagesize=(14_400, 14_400))
    canvas.setLineWidth(200)
    canvas.line(1000, 1000, 9000, 9000)
    canvas.showPage()
    canvas.save()
    drawn: list[int] = []
    render = pdfium.PdfPage.render

    def measured(page: object, *args: object, **named: object) -> object:
        bitmap = render(page, *args, **named)
        drawn.append(bitmap.width * bitmap.height)
        return bitmap

    monkeypatch.setattr(pdfium.PdfPage, "render", measured)
    reading = read_page(path, PDF, 1, ReadingOptions(megapixels=2.0))
    assert "drawn_smaller" in reading.page.flags
    assert drawn
    assert max(drawn) <= 2.02e6


def test_large_pictures_are_made_smaller_but_keep_their_size(tmp_path: Path) -> None:
    written().save(tmp_path / "a.png")
    reading = read_page(tmp_path / "a.png", "image/png", 1, ReadingOptions(megapixels=1.0))
    assert reading.page.text.startswith("Invoice number 4711")
    assert (reading.page.width, reading.page.height) == (1600, 2000)
    assert reading.page.flags == ("drawn_smaller",)
    assert read_page(tmp_path / "a.png", "image/png", 1, OPTIONS).page.flags == ()


def test_a_page_that_is_not_there_is_damaged(tmp_path: Path) -> None:
    path = born_digital(tmp_path / "a.pdf", "one")
    for number in (0, 2):
        with pytest.raises(SheafError) as caught:
            read_page(path, PDF, number, OPTIONS)
        assert caught.value.code == "page_damaged"


def test_a_document_is_opened_once_and_again_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    really = pdfium.PdfDocument

    def counted(path: Path) -> pdfium.PdfDocument:
        opened.append(path)
        return really(path)

    monkeypatch.setattr(pdfium, "PdfDocument", counted)
    path = born_digital(tmp_path / "a.pdf", "one", "two")
    assert [read_page(path, PDF, n, OPTIONS).page.text for n in (1, 2)] == ["one", "two"]
    assert len(opened) == 1
    born_digital(tmp_path / "b.pdf", "uno", "due")
    (tmp_path / "b.pdf").replace(path)
    assert read_page(path, PDF, 2, OPTIONS).page.text == "due"
    assert len(opened) == 2


def test_the_pictures_of_a_long_scan_do_not_stay_in_memory(tmp_path: Path) -> None:
    """pdfium keeps what it has drawn as long as the document is open; 150 such pages are 150 MB."""
    noise = np.random.default_rng(1).integers(0, 255, (1000, 1000), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.png")
    path = tmp_path / "a.pdf"
    path.write_bytes(img2pdf.convert([str(tmp_path / "a.png")] * 150))

    def drawn(number: int) -> None:
        with pictures.pdf_page(path, number) as page:
            pictures.render(page, 20, 1)

    for number in range(1, 51):
        drawn(number)
    before = psutil.Process().memory_info().rss
    for number in range(51, 151):
        drawn(number)
    assert psutil.Process().memory_info().rss - before < 40 * 2**20


REAL = [("robustness/ocrmypdf/cardinal.pdf", 2, 270), ("robustness/docling/ocr/ocr_test_rotated_180.pdf", 1, 180)]


@pytest.mark.parametrize(("name", "number", "rotation"), REAL)
def test_real_pages_that_lie_or_stand_on_their_head(eval_data: Path, name: str, number: int, rotation: int) -> None:
    reading = read_page(eval_data / name, PDF, number, OPTIONS)
    assert reading.rotation == rotation
    assert reading.quality > 0.8


def test_a_plan_of_ten_feet_is_read_in_the_memory_of_a_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its picture of 20,000 by 20,000 is not held once more in grey, nor looked through at full size."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # for img2pdf
    plan = written((2000, 2000), 60, ["Section through the dam"]).convert("1").resize((20_000, 20_000))
    plan.save(tmp_path / "plan.tif", compression="group4", dpi=(171, 171))
    (tmp_path / "plan.pdf").write_bytes(img2pdf.convert(str(tmp_path / "plan.tif")))
    with Sandbox(1, Limits(2000)) as children:
        page = children.call(read_page, tmp_path / "plan.pdf", PDF, 1, OPTIONS, deadline=120.0).page
    assert "drawn_smaller" in page.flags
    assert "Section through the dam" in page.text
