"""Words marked in a text, and the window on the page that shows a hit."""

from __future__ import annotations

import pytest

from frontend import marking
from frontend.marking import CROP_LEAST, CROP_MOST, CROP_WIDTH, crop, crop_frame, ranges_in, segments
from frontend.shapes import Box, Hit, Span


def test_marks_are_counted_in_code_points() -> None:
    assert segments("𝒜 due & paid", 100, [(102, 105)]) == [("𝒜 ", False), ("due", True), (" & paid", False)]


def test_overlapping_and_foreign_marks_do_no_harm() -> None:
    pieces = segments("abcdef", 10, [(0, 5), (9, 12), (11, 13), (15, 99)])
    assert pieces == [("ab", True), ("c", True), ("de", False), ("f", True)]


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


def test_page_and_marks_keep_their_places_and_shape_behind_the_window() -> None:
    word = (0.4, 0.5, 0.6, 0.52)
    window = crop([word], [word], 1000, 1400)
    left, top, right, bottom = window.page
    wide, high = right - left, bottom - top
    # A window one unit high shows the page `high` units high: its shape must be that of the page.
    assert window.ratio * wide / high == pytest.approx(1000 / 1400)
    [mark] = window.marks
    back = ((mark[0] - left) / wide, (mark[1] - top) / high, (mark[2] - left) / wide, (mark[3] - top) / high)
    assert back == pytest.approx(word)
    assert crop([word], [], 1000, 1400).marks == window.marks, "without words the passage itself is marked"


def test_the_words_of_a_hit_travel_in_an_address() -> None:
    hit = Hit(
        document_id="1", filename="a.pdf", type=None, page=1, start=10, end=40, snippet="", boxes=[],
        matched=["words"], marks=[Span(page=1, start=12, end=18, boxes=[]), Span(page=1, start=25, end=31, boxes=[])],
    )  # fmt: skip
    assert ranges_in(marking.of_hit(hit)) == [(12, 18), (25, 31)]
    assert ranges_in(marking.of_hit(hit.model_copy(update={"marks": []}))) == [(10, 40)]


@pytest.mark.parametrize("nonsense", ["", "-", "3", "9-2", "a-b", "1-2-3", "-5-7", "1-99999999999999999999"])
def test_nonsense_in_an_address_marks_nothing(nonsense: str) -> None:
    assert ranges_in(nonsense) == []
