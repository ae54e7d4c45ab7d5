"""Cuts the cells of a row into texts and numbers. Which of them is what is left to lines.py and till_lines.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from nlp.facts import Box, Page, Word
from nlp.places import words_in
from nlp.understanding.cells import Cell
from nlp.understanding.currencies import currency_of

_NUMBER = re.compile(r"[-−(]?(?P<mark>\D{0,3})\d[\d.,'’]*[)%*]?[A-Za-z]{0,2}[-−]?")
_COUNT = re.compile(r"\d+(?:[.,]\d+)?\s*[^\W\d]{0,5}\.?")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one row that belong together, with their box."""

    page: int
    start: int
    end: int
    text: str
    box: Box
    number: bool


def pieces_of(cell: Cell, page: Page) -> Iterator[Piece]:
    """The numbers at the end of a cell one by one, each with the currency beside it, and the text before them."""
    words = words_in(page, cell.start, cell.end)
    numbers: list[list[Word]] = []
    while words and (_is_number(words[-1].text) or (numbers and currency_of(words[-1].text))):
        word = words.pop()
        if numbers and not _is_number(word.text):
            numbers[0].insert(0, word)
        else:
            numbers.insert(0, [word])
    if words and len(words) == 1 and numbers and currency_of(words[0].text):
        numbers[0].insert(0, words.pop())
    if words:
        yield _piece(words, page, bool(_COUNT.fullmatch(" ".join(word.text for word in words))))
    for number in numbers:
        yield _piece(number, page, True)


def _is_number(word: str) -> bool:
    """Whether it is a number, alone, behind a currency or a sign of how often: "RM5.00", "x2", not "A4"."""
    hit = _NUMBER.fullmatch(word)
    letters = "".join(filter(str.isalpha, hit["mark"])) if hit else "?"
    return letters.lower() in ("", "x") or (hit is not None and currency_of(hit["mark"]) is not None)


def _piece(words: Sequence[Word], page: Page, number: bool) -> Piece:
    start, end = words[0].start, words[-1].end
    return Piece(page.number, start, end, page.text[start:end], reduce(Box.union, (w.box for w in words)), number)


def whole(cell: Cell, page: Page) -> Piece:
    return _piece(words_in(page, cell.start, cell.end), page, False)
