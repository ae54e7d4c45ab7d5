"""Tables without ruling lines: words that stand in columns over several rows. No table is better than a wrong one.

Tables with lines are left to `tables`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from nlp.facts import Word

Row = list[Word]
Span = tuple[float, float]

#: Words further apart than this many letter heights stand in different columns; a column's border is at least so wide.
_GAP, _STRIP = 1.2, 0.8
#: Rows further apart than so many usual steps belong to different tables.
_STEP = 2.2
#: A table has at least so many rows and columns; this share of its rows has words in three columns and more, this share
#: of its cells has words, and in one column at least this share of what there is has digits.
_LEAST_ROWS, _LEAST_COLUMNS = 5, 3
_WIDE, _FILLED, _NUMBERS = 0.6, 0.55, 0.6
#: At most this share of its rows has two pieces in one cell: they belong to columns that were not seen.
_CROWDED = 0.15


def aligned(words: Sequence[Word], ratio: float) -> Iterator[tuple[list[float], list[float]]]:
    """Borders of columns and rows of each table among the words, in fractions of the page.

    `ratio` is the page's height by its width.
    """
    upright = [word for word in words if word.box.bottom > word.box.top]
    if len(upright) < _LEAST_ROWS * _LEAST_COLUMNS:
        return
    letter = median(word.box.bottom - word.box.top for word in upright)
    for block in _blocks(_rows(upright, letter), letter * ratio):
        columns = _columns(block, letter * ratio)
        if _is_table(block, columns, letter * ratio):
            yield columns, _borders(block)


def _rows(words: Sequence[Word], letter: float) -> list[Row]:
    rows: list[Row] = []
    for word in sorted(words, key=lambda one: one.box.top + one.box.bottom):
        if rows and _middle(word) - _middle(rows[-1][-1]) < 0.4 * letter:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda one: one.box.left) for row in rows]


def _middle(word: Word) -> float:
    return (word.box.top + word.box.bottom) / 2


def _pieces(row: Row, across: float) -> list[Span]:
    """Where the row has words without wide gaps between."""
    pieces: list[Span] = []
    for word in row:
        if pieces and word.box.left - pieces[-1][1] < _GAP * across:
            pieces[-1] = pieces[-1][0], max(pieces[-1][1], word.box.right)
        else:
            pieces.append((word.box.left, word.box.right))
    return pieces


def _blocks(rows: Sequence[Row], across: float) -> Iterator[list[Row]]:
    """Neighbouring rows of several pieces each, between them at most rows that are one short piece."""
    steps = [_middle(after[0]) - _middle(before[0]) for before, after in pairwise(rows)]
    usual = median(steps) if steps else 0.0
    block: list[Row] = []
    for index, row in enumerate(rows):
        pieces = _pieces(row, across)
        is_text = len(pieces) == 1 and pieces[0][1] - pieces[0][0] > 12 * across
        if block and (is_text or steps[index - 1] > _STEP * usual):
            yield _trimmed(block, across)
            block = []
        if not is_text:
            block.append(row)
    yield _trimmed(block, across)


def _trimmed(block: list[Row], across: float) -> list[Row]:
    wide = [index for index, row in enumerate(block) if len(_pieces(row, across)) > 1]
    return block[wide[0] : wide[-1] + 1] if wide else []


def _columns(block: Sequence[Row], across: float) -> list[float]:
    """The borders: outside, and in the middle of every strip that no row has words in."""
    spans = sorted(span for row in block for span in _pieces(row, across))
    if not spans:
        return []
    borders, end = [spans[0][0]], spans[0][1]
    for left, right in spans[1:]:
        if left - end > _STRIP * across:
            borders.append((left + end) / 2)
        end = max(end, right)
    return [*borders, end]


def _borders(block: Sequence[Row]) -> list[float]:
    middles = [sum(map(_middle, row)) / len(row) for row in block]
    top, bottom = min(word.box.top for word in block[0]), max(word.box.bottom for word in block[-1])
    return [top, *((before + after) / 2 for before, after in pairwise(middles)), bottom]


def _is_table(block: Sequence[Row], columns: Sequence[float], across: float) -> bool:
    if len(block) < _LEAST_ROWS or len(columns) <= _LEAST_COLUMNS:
        return False
    grid = [[_texts(row, span) for span in pairwise(columns)] for row in block]
    filled = [sum(map(bool, row)) for row in grid]
    if sum(count >= _LEAST_COLUMNS for count in filled) < _WIDE * len(grid):
        return False
    crowded = sum(len(_pieces(row, across)) > count for row, count in zip(block, filled, strict=True))
    if crowded > _CROWDED * len(grid):
        return False
    if sum(filled) < _FILLED * len(grid) * (len(columns) - 1):
        return False
    return any(_share_of_numbers(column) >= _NUMBERS for column in zip(*grid, strict=True))


def _texts(row: Row, span: Span) -> str:
    return " ".join(word.text for word in row if span[0] <= (word.box.left + word.box.right) / 2 <= span[1])


def _share_of_numbers(texts: Iterable[str]) -> float:
    there = [text for text in texts if text]
    return sum(any(map(str.isdigit, text)) for text in there) / len(there) if len(there) >= _LEAST_ROWS - 1 else 0.0
