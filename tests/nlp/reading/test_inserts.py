"""Mixed pages: what stands in pictures is read too, in its place and once; photographs and ornaments add nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from errors import SheafError
from nlp.reading import inserts
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import PageReading, read_page
from tests.nlp.reading.test_ocr import written
from tests.nlp.reading.test_pages import PDF, assert_ink_under, shown

pytestmark = pytest.mark.usefixtures("tesseract")

SIZE = (400, 600)


def mixed(path: Path, picture: Image.Image, drawing: Callable[[Canvas], object] | None = None) -> Path:
    """A line of type, a picture 320 points wide, and another line of type."""
    canvas = Canvas(str(path), pagesize=SIZE)
    canvas.setFont("Helvetica", 14)
    canvas.drawString(40, 550, "Please find enclosed:")
    canvas.drawImage(ImageReader(picture), 40, 300, 320, 320 * picture.height / picture.width)
    canvas.drawString(40, 260, "Yours sincerely")
    if drawing:
        drawing(canvas)
    canvas.showPage()
    canvas.save()
    return path


def photograph(width: int = 800, height: int = 500) -> Image.Image:
    """Soft hills of light with some grain, and no ground of one colour."""
    y, x = np.mgrid[0:height, 0:width]
    grain = np.random.default_rng(3).normal(0, 6, (height, width))
    light = 128 + 60 * np.sin(x / 90) * np.cos(y / 70) + 50 * np.sin((x + y) / 200) + grain
    return Image.fromarray(light.clip(0, 255).astype(np.uint8))


def shaded(picture: Image.Image) -> Image.Image:
    """With half the light at its left."""
    light = np.linspace(0.5, 1, picture.width)
    return Image.fromarray((np.asarray(picture) * light).astype(np.uint8))


def read(path: Path) -> PageReading:
    return read_page(path, PDF, 1, ReadingOptions())


RECEIPT = ["Receipt 4711", "Coffee 2.80", "Total 2.80"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_scanned_insert_is_read_where_it_lies(tmp_path: Path, rotation: int) -> None:
    path = mixed(tmp_path / "a.pdf", written((1200, 800), 60, RECEIPT))
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].Rotate = rotation
        document.save(path)
    reading = read(path)
    page = reading.page
    assert page.text.split() == ["Please", "find", "enclosed:", *" ".join(RECEIPT).split(), "Yours", "sincerely"]
    assert_ink_under(page.words, shown(reading))
    assert page.source == "text_layer"
    assert page.reason == "text layer; 1 picture on it read by Tesseract"
    sure = {word.text: word.confidence for word in page.words}
    assert sure["sincerely"] == 1.0
    assert sure["Coffee"] < 1.0
    assert page.confidence < 1.0
    assert page.flags == ()


def test_what_the_text_layer_has_is_not_read_twice(tmp_path: Path) -> None:
    """Type over a picture that holds writing of its own."""

    def type_over(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 20)
        canvas.drawString(60, 330, "Typed over it")

    page = read(mixed(tmp_path / "a.pdf", written((1200, 800), 60, RECEIPT[:2]), type_over)).page
    assert page.text.split().count("Typed") == 1
    assert next(word for word in page.words if word.text == "Typed").confidence == 1.0
    assert "Coffee 2.80" in page.text


def test_photographs_are_left_alone_and_said_to_be(tmp_path: Path) -> None:
    page = read(mixed(tmp_path / "a.pdf", photograph())).page
    assert page.text.split() == ["Please", "find", "enclosed:", "Yours", "sincerely"]
    assert page.reason == "text layer"
    assert page.flags == ("pictures_not_read",)


def test_an_ornament_adds_nothing(tmp_path: Path) -> None:
    star = Image.new("L", (800, 500), 255)
    ImageDraw.Draw(star).regular_polygon((400, 250, 180), 3, outline=0, width=6)
    page = read(mixed(tmp_path / "a.pdf", star)).page
    assert page.text.split() == ["Please", "find", "enclosed:", "Yours", "sincerely"]


def test_a_tiny_picture_is_not_looked_at(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=SIZE)
    canvas.drawString(40, 550, "Hello Sheaf")
    canvas.drawImage(ImageReader(written((600, 200), 60, ["Icon 42"])), 40, 400, 100, 33)
    canvas.save()
    page = read(tmp_path / "a.pdf").page
    assert (page.text, page.flags) == ("Hello Sheaf", ())


def outlined(canvas: Canvas, text: str, x: float, y: float, size: float = 14) -> None:
    """Each letter as a path of its own, with no font, as drawing programs may leave it."""
    font = ImageFont.load_default(60)
    for letter in text:
        mask = Image.new("1", (80, 90))
        ImageDraw.Draw(mask).text((5, 5), letter, 1, font)
        path = canvas.beginPath()
        for row, pixels in enumerate(np.asarray(mask)):
            for column in np.flatnonzero(pixels):
                path.rect(x + column * size / 60, y - row * size / 60, 1.05 * size / 60, 1.05 * size / 60)
        canvas.drawPath(path, stroke=0, fill=1)
        x += font.getlength(letter) * size / 60


def test_letters_drawn_as_outlines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=SIZE)
    canvas.setFont("Helvetica", 14)
    canvas.drawString(40, 550, "The only type on this page")
    lines = ["Letters without a font", "are found by their ink", "and not by their codes", "Amount due 193.00 EUR",
             "payable within 30 days", "without any deduction"]  # fmt: skip
    for number, line in enumerate(lines):
        outlined(canvas, line, 40, 500 - 25 * number)
    canvas.save()
    page = read(path).page
    assert page.text.replace("\n\n", "\n").split("\n") == ["The only type on this page", *lines]
    assert page.source == "text_layer"


def test_without_ocr_the_page_keeps_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*arguments: object) -> object:
        raise SheafError("ocr_missing")

    monkeypatch.setattr(inserts, "read_scan", absent)
    page = read(mixed(tmp_path / "a.pdf", written((1200, 800), 60, RECEIPT))).page
    assert page.text.split() == ["Please", "find", "enclosed:", "Yours", "sincerely"]
    assert page.flags == ("pictures_not_read",)


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        (written((1200, 800), 40, RECEIPT), True),
        (written((1200, 800), 40, RECEIPT).point(lambda value: 255 - value), True),
        (shaded(written((1200, 800), 40, RECEIPT)), True),
        (photograph(), False),
        (Image.new("L", (800, 500), 200), False),
        (Image.linear_gradient("L").resize((800, 500)), False),
        (Image.new("L", (2, 2), 0), False),
    ],
)
def test_writing_is_told_from_photographs(picture: Image.Image, expected: bool) -> None:
    assert inserts.seems_written(picture) is expected


def test_a_real_mixed_page(eval_data: Path) -> None:
    page = read(eval_data / "robustness/paperless/tesseract/single-page-mixed.pdf").page
    assert "this is some text, but in an image, also on page 1." in page.text.lower()
    assert "1 picture on it" in page.reason
