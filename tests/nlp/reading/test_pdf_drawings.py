"""Pictures on PDF pages: where they are, in forms and in strips too, and whether they hide the text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from nlp.facts import Box
from nlp.reading import pictures
from nlp.reading.pdf_drawings import Drawings, drawings, is_grey
from nlp.reading.pdf_words import Placer
from tests.nlp.reading.test_text_layer import SIZE, opened, write

GREY = ImageReader(Image.new("L", (8, 8), 128))


def drawn(path: Path, drawing: Callable[[Canvas], object], rotation: int = 0) -> Drawings:
    with pikepdf.open(write(path, drawing), allow_overwriting_input=True) as document:
        document.pages[0].Rotate = rotation
        document.save(path)
    with opened(path) as page:
        return drawings(page, Placer(page))


def assert_near(box: Box, *sides: float) -> None:
    assert box == pytest.approx(sides, abs=0.002)


@pytest.mark.parametrize(
    ("rotation", "sides"), [(0, (0.1, 0.5, 0.6, 0.9)), (90, (0.1, 0.1, 0.5, 0.6)), (180, (0.4, 0.1, 0.9, 0.5))]
)
def test_a_picture_is_where_it_is_seen(tmp_path: Path, rotation: int, sides: tuple[float, ...]) -> None:
    found = drawn(tmp_path / "a.pdf", lambda canvas: canvas.drawImage(GREY, 40, 60, 200, 240), rotation)
    assert len(found.pictures) == 1
    assert_near(found.pictures[0], *sides)
    assert found.largest == pytest.approx(0.2, abs=0.01)


def test_a_picture_within_a_form_is_found_beside_its_text(tmp_path: Path) -> None:
    def drawing(canvas: Canvas) -> None:
        canvas.beginForm("letterhead")
        canvas.drawString(20, 20, "Address")
        canvas.drawImage(GREY, 100, 100, 50, 50)
        canvas.endForm()
        canvas.translate(40, 60)
        canvas.scale(2, 2)
        canvas.doForm("letterhead")

    found = drawn(tmp_path / "a.pdf", drawing)
    assert len(found.pictures) == 1
    assert_near(found.pictures[0], 240 / 400, 1 - 360 / 600, 340 / 400, 1 - 260 / 600)


def test_strips_are_one_picture_and_others_stay_apart(tmp_path: Path) -> None:
    def drawing(canvas: Canvas) -> None:
        for strip in range(10):
            canvas.drawImage(GREY, 40, 100 + 20 * strip, 200, 20)
        canvas.drawImage(GREY, 300, 500, 50, 50)

    found = drawn(tmp_path / "a.pdf", drawing)
    assert len(found.pictures) == 2
    assert_near(found.pictures[0], 0.1, 0.5, 0.6, 1 - 100 / 600)


def test_a_page_of_a_thousand_tiles_has_one_picture(tmp_path: Path) -> None:
    def drawing(canvas: Canvas) -> None:
        for tile in range(1000):
            canvas.drawImage(GREY, 10 + 12 * (tile % 30), 10 + 12 * (tile // 30), 6, 6)

    assert len(drawn(tmp_path / "a.pdf", drawing).pictures) == 1


def test_what_lies_outside_the_page_is_no_picture_on_it(tmp_path: Path) -> None:
    found = drawn(tmp_path / "a.pdf", lambda canvas: canvas.drawImage(GREY, 500, 60, 100, 100))
    assert found.pictures == ()
    assert found.drawn


@pytest.mark.parametrize("under", [True, False])
def test_text_is_covered_by_a_picture_drawn_after_it(tmp_path: Path, under: bool) -> None:
    def drawing(canvas: Canvas) -> None:
        if not under:
            canvas.drawImage(GREY, 0, 0, *SIZE)
        canvas.drawString(50, 500, "Hello")
        if under:
            canvas.drawImage(GREY, 0, 0, *SIZE)

    assert drawn(tmp_path / "a.pdf", drawing).covered is under


@pytest.mark.parametrize(("mode", "grey"), [("1", True), ("L", True), ("RGB", False), ("CMYK", False)])
def test_a_scan_without_colour_is_known_and_drawn_without(tmp_path: Path, mode: str, grey: bool) -> None:
    path = tmp_path / "a.pdf"
    Image.linear_gradient("L").resize((400, 600)).convert(mode).save(path, "PDF")
    with opened(path) as page:
        assert is_grey(page) == grey
        coloured, without = (pictures.render(page, 100, 10, grey=flag)[0] for flag in (False, True))
    assert (coloured.mode, without.mode) == ("RGB", "L")
    if grey:
        assert np.array_equal(np.asarray(coloured.convert("L")), np.asarray(without))


@pytest.mark.parametrize("beside", [None, "red", "black"])
def test_a_page_with_anything_but_grey_pictures_is_not_grey(tmp_path: Path, beside: str | None) -> None:
    def drawing(canvas: Canvas) -> None:
        if beside:
            canvas.setFillColor(beside)
            canvas.rect(10, 10, 50, 50, fill=1)

    with opened(write(tmp_path / "a.pdf", drawing)) as page:
        assert not is_grey(page)
