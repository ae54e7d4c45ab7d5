"""Crooked pages: how crooked, and that their words are read, told of and boxed where they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.reading.skew import skew
from tests.nlp.reading.test_ocr import written
from tests.nlp.reading.test_pages import assert_ink_under, shown

LINES = ["The quick brown fox jumps over the lazy dog"] * 12


def fallen(degrees: float, size: tuple[int, int] = (1600, 2000)) -> Image.Image:
    """A page whose lines fall to the right by so many degrees."""
    return written(size, 40, LINES).rotate(-degrees, Image.Resampling.BICUBIC, fillcolor=255)


def stained() -> Image.Image:
    """White but for one spot."""
    picture = Image.new("L", (800, 1000), 255)
    picture.paste(0, (300, 700, 303, 703))
    return picture


@pytest.mark.parametrize("degrees", [-5.0, -2.3, 0.0, 1.8, 4.0])
@pytest.mark.parametrize("size", [(1600, 2000), (2000, 1600)])
def test_how_crooked_a_page_is(degrees: float, size: tuple[int, int]) -> None:
    assert skew(fallen(degrees, size)) == pytest.approx(degrees, abs=0.25)


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("L", (800, 1000), 255),
        Image.new("L", (1, 1), 0),
        Image.new("L", (2, 9000), 0),
        Image.fromarray(np.tile(np.linspace(0, 255, 900, dtype=np.uint8), (700, 1))),
        Image.fromarray(np.random.default_rng(5).integers(0, 255, (900, 700), dtype=np.uint8)),
        stained(),
    ],
    ids=["blank", "dot", "thread", "shade", "noise", "stain"],
)
def test_what_has_no_lines_is_not_crooked(picture: Image.Image) -> None:
    assert skew(picture) == 0.0


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize(("degrees", "turn"), [(4.0, 0), (-3.0, 0), (3.0, 180)])
def test_a_crooked_page_is_read_level_and_boxed_as_it_lies(tmp_path: Path, degrees: float, turn: int) -> None:
    fallen(degrees).rotate(turn).save(tmp_path / "a.png")
    reading = read_page(tmp_path / "a.png", "image/png", 1, ReadingOptions(engine="tesseract"))
    page = reading.page
    assert page.text.split() == " ".join(LINES).split()
    assert page.options["deskewed"] == pytest.approx(degrees, abs=0.25)
    assert f"deskewed {abs(page.options['deskewed']):.1f}°" in page.reason
    assert_ink_under(page.words, shown(reading))
    firsts = [word.box for word in page.words if word.text == "The"]
    lasts = [word.box for word in page.words if word.text == "dog"]
    falls = [
        np.degrees(np.arctan2((last.top - first.top) * 2000, (last.left - first.left) * 1600))
        for first, last in zip(firsts, lasts, strict=True)
    ]
    expected = degrees if turn == 0 else degrees - 180
    assert [(fall - expected + 180) % 360 - 180 for fall in falls] == pytest.approx([0.0] * len(LINES), abs=1.0)


@pytest.mark.usefixtures("tesseract")
def test_a_page_that_is_hardly_crooked_is_left_as_it_lies(tmp_path: Path) -> None:
    fallen(1.0).save(tmp_path / "a.png")
    page = read_page(tmp_path / "a.png", "image/png", 1, ReadingOptions(engine="tesseract")).page
    assert page.options["deskewed"] == 0
    assert "deskewed" not in page.reason
