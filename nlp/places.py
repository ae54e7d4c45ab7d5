"""From character ranges to places on the page and back. Drawing them is left to whoever shows the page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from nlp.facts import Box, Page, Span, Word


def words_in(page: Page, start: int, end: int) -> list[Word]:
    """The words that share at least one character with [start, end)."""
    return [word for word in page.words if word.start < end and start < word.end]


def boxes_of(page: Page, start: int, end: int) -> list[Box]:
    """One box a line of the text, around whole words."""
    by_line: dict[int, list[Box]] = {}
    for word in words_in(page, start, end):
        by_line.setdefault(page.text.count("\n", 0, word.start), []).append(word.box)
    return [reduce(Box.union, boxes) for boxes in by_line.values()]


def find_place(page: Page, boxes: Sequence[Box], least: float = 0.5) -> Span | None:
    """The character range of the words that lie under the boxes: how a decision finds its place in a new reading.

    A word belongs when at least `least` of its area is covered. None when no word does.
    """
    under = [
        word
        for word in page.words
        if word.box.area() > 0 and sum(word.box.overlap(box) for box in boxes) >= least * word.box.area()
    ]
    if not under:
        return None
    return Span(page.number, min(word.start for word in under), max(word.end for word in under))
