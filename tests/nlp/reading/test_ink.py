"""Ink that no word accounts for: letters count, also grey ones; rules, shades and covered letters do not."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from nlp.reading.ink import doubt
from nlp.reading.layout import Token
from nlp.reading.routing import is_doubtful
from tests.nlp.reading.test_ocr import written

LINES = ["The quick brown fox", "jumps over the lazy dog"]


def placed(image: Image.Image, confidence: float) -> list[Token]:
    """A word around each line of ink."""
    ink = image.point(lambda value: 255 - value)
    top = image.height // 10
    boxes = [ink.crop((0, at, image.width, at + 96)).getbbox() or (0, 0, 0, 0) for at in (top, top + 96)]
    return [
        Token(line, left, at + upper, right, at + lower, confidence)
        for line, at, (left, upper, right, lower) in zip(LINES, (top, top + 96), boxes, strict=True)
    ]


def test_letters_under_sure_words_leave_no_doubt() -> None:
    page = written(lines=LINES)
    open_ = doubt(page, placed(page, 0.97), is_doubtful)
    assert open_.stretches == ()
    assert open_.uncovered == 0


@pytest.mark.parametrize("ink", [0, 170])
def test_letters_without_a_word_are_found_black_and_grey(ink: int) -> None:
    page = written(lines=LINES).point(lambda value: value if value > 200 else ink)
    first, _ = placed(page, 0.97)
    open_ = doubt(page, [first], is_doubtful)
    assert open_.uncovered == pytest.approx(19 / 35, abs=0.1)  # the letters of the second line among all
    assert open_.stretches
    assert all(top > first.bottom for _, top, _, _ in open_.stretches)


def test_a_doubtful_word_is_a_stretch_although_its_letters_are_covered() -> None:
    page = written(lines=LINES)
    first, second = placed(page, 0.97)
    open_ = doubt(page, [first, second._replace(confidence=0.5)], is_doubtful)
    assert open_.uncovered == 0
    ((left, top, right, bottom),) = open_.stretches
    assert (left, top, right, bottom) == pytest.approx(second[1:5], abs=4)


def test_rules_and_shades_are_no_letters() -> None:
    page = written(lines=LINES)
    pen = ImageDraw.Draw(page)
    pen.rectangle((100, 1000, 1500, 1400), fill=210, outline=0, width=4)
    pen.line((100, 1500, 1500, 1500), fill=0, width=3)
    assert doubt(page, placed(page, 0.97), is_doubtful).uncovered == 0


def test_an_empty_page_leaves_no_doubt() -> None:
    open_ = doubt(Image.new("L", (800, 1000), 255), [], is_doubtful)
    assert (open_.stretches, open_.uncovered) == ((), 0)


def test_a_picture_one_pixel_wide_has_no_letters() -> None:
    assert doubt(Image.new("L", (1, 3000), 255), [], is_doubtful).stretches == ()
