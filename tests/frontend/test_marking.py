"""Words marked in a text, and the part of a page that is cut out for a hit."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from frontend.marking import CROP_LEAST, CROP_MOST, CROP_WIDTH, MARK, crop, crop_frame, marked_text
from frontend.shapes import Box, Hit, Span


def test_marks_are_escaped_and_counted_in_code_points() -> None:
    assert marked_text("𝒜 <b> due & paid", 100, [(106, 109)]) == "𝒜 &lt;b&gt; <mark>due</mark> &amp; paid"


def test_overlapping_and_foreign_marks_do_no_harm() -> None:
    assert marked_text("abcdef", 10, [(0, 5), (9, 12), (11, 13), (15, 99)]) == (
        "<mark>ab</mark><mark>c</mark>de<mark>f</mark>"
    )


@pytest.mark.parametrize(
    ("passage", "words"),
    [
        ([], []),
        ([(0.1, 0.1, 0.9, 0.12)], []),
        ([(0.1, 0.0, 0.9, 1.0)], [(0.5, 0.97, 0.6, 0.99)]),
        ([(0.9, 0.9, 1.0, 1.0)], [(0.95, 0.95, 1.0, 1.0)]),
        ([(0.0, 0.0, 1.0, 1.0)], [(0.0, 0.0, 0.1, 0.02), (0.0, 0.9, 0.1, 0.95)]),
    ],
)
def test_a_crop_lies_on_the_page_and_shows_the_first_word(passage: list[Box], words: list[Box]) -> None:
    left, top, right, bottom = crop_frame(passage, words)
    assert -1e-9 <= left < right <= 1 + 1e-9
    assert -1e-9 <= top < bottom <= 1 + 1e-9
    assert right - left >= CROP_WIDTH - 1e-9
    assert CROP_LEAST - 1e-9 <= bottom - top <= CROP_MOST + 1e-9
    for word in words[:1]:
        assert left <= word[0] <= word[2] <= right
        assert top <= word[1] <= word[3] <= bottom


def test_the_word_is_tinted_and_the_rest_of_the_page_is_not() -> None:
    page = io.BytesIO()
    Image.new("RGB", (1000, 1400), "white").save(page, "PNG")
    word = (0.4, 0.5, 0.6, 0.52)
    hit = Hit(
        document_id="1", filename="a.pdf", type=None, page=1, start=0, end=4, snippet="word", boxes=[word],
        matched=["words"], marks=[Span(page=1, start=0, end=4, boxes=[word])],
    )  # fmt: skip
    with Image.open(io.BytesIO(crop(page.getvalue(), hit))) as shown:
        middle = shown.getpixel((shown.width // 2, shown.height // 2))
        corner = shown.getpixel((3, 3))
    expected = tuple(round(255 + (tint - 255) * MARK[3] / 255) for tint in MARK[:3])
    assert isinstance(middle, tuple)
    assert isinstance(corner, tuple)
    assert all(abs(a - b) < 12 for a, b in zip(middle, expected, strict=True)), middle
    assert min(corner) > 250
