"""Pages as rows of cells: runs of words with no wide gap between them, and what stands left of and above a place.

This is the geometry under the rules for fields. What the cells mean is left to candidates.py and scoring.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from statistics import median

from nlp.facts import Box, Page, Span, Value, Word

#: A gap wider than this many word heights begins a new cell.
_GAP = 1.4
#: Two cells share a row when their heights overlap by this share of the smaller.
_SAME_ROW = 0.5


@dataclass(frozen=True, slots=True)
class Cell:
    """A character range of one page; `row` counts over the document. `box` is None where the words have no place."""

    page: int
    start: int
    end: int
    text: str
    row: int
    box: Box | None


@dataclass(frozen=True, slots=True)
class Found:
    """A place that could be a value. `cells` are those it lies in, `before` the text of its cell in front of it."""

    text: str
    spans: tuple[Span, ...]
    value: Value | None
    cells: tuple[Cell, ...]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows of a document from top to bottom, each a tuple of cells from left to right."""

    rows: tuple[tuple[Cell, ...], ...]
    typical_height: float

    def cells(self) -> Iterator[Cell]:
        return (cell for row in self.rows for cell in row)

    def left_of(self, cell: Cell) -> list[Cell]:
        """The cells before this one in its row, the nearest first."""
        return [other for other in self.rows[cell.row] if _before(other, cell)][::-1]

    def above(self, cell: Cell, rows: int = 2) -> Cell | None:
        """The nearest cell in the same column, at most so many rows up on the same page."""
        for row in range(cell.row - 1, max(-1, cell.row - 1 - rows), -1):
            for other in self.rows[row]:
                if other.page == cell.page and in_one_column(other, cell):
                    return other
        return None

    def below(self, cell: Cell) -> Cell | None:
        """The cell that continues the column; on a skewed page a cell of another column may make a row between."""
        for row in self.rows[cell.row + 1 : cell.row + 3]:
            for other in row:
                if other.page == cell.page and _continues(cell.box, other.box):
                    return other
        return None

    def tall(self, cell: Cell) -> float:
        """Height of the cell's letters against the usual one of the document; 1.0 where nothing is known."""
        if cell.box is None or not self.typical_height:
            return 1.0
        return (cell.box.bottom - cell.box.top) / self.typical_height


def in_one_column(one: Cell, other: Cell) -> bool:
    """Whether one stands over the other: a third of the narrower is shared, or one of their edges."""
    if one.box is None or other.box is None:
        return True
    shared = min(one.box.right, other.box.right) - max(one.box.left, other.box.left)
    narrower = min(one.box.right - one.box.left, other.box.right - other.box.left)
    return shared > narrower / 3


def grid(pages: Sequence[Page]) -> Grid:
    """The rows and cells of the pages; a page without boxes gives one cell a line of its text."""
    rows: list[tuple[Cell, ...]] = []
    for page in pages:
        for members in _rows(page):
            rows.append(tuple(_cell(page, words, len(rows)) for words in members))
    heights = [cell.box.bottom - cell.box.top for row in rows for cell in row if cell.box]
    return Grid(tuple(rows), median(heights) if heights else 0.0)


def _rows(page: Page) -> list[list[list[Word]]]:
    runs = [run for line in _lines(page) for run in _split(line, page)]
    if not any(word.box.area() for word in page.words):
        return [[run] for run in runs]
    placed = sorted(
        ((reduce(Box.union, (w.box for w in run)), run) for run in runs), key=lambda p: p[0].top + p[0].bottom
    )
    rows: list[list[tuple[Box, list[Word]]]] = []
    for box, run in placed:
        if rows and all(_on_one_row(box, other) for other, _ in rows[-1][-2:]):
            rows[-1].append((box, run))
        else:
            rows.append([(box, run)])
    return [[run for _, run in sorted(row, key=lambda p: p[0].left)] for row in rows]


def _lines(page: Page) -> list[list[Word]]:
    lines: list[list[Word]] = []
    for before, word in pairwise([None, *page.words]):
        if word is None:
            continue
        if before is None or "\n" in page.text[before.end : word.start]:
            lines.append([])
        lines[-1].append(word)
    return lines


def _split(line: Sequence[Word], page: Page) -> list[list[Word]]:
    """A line cut at its wide gaps; heights and gaps are compared on the page's own scale."""
    runs = [[line[0]]]
    height = median(word.box.bottom - word.box.top for word in line) * page.height
    for before, word in pairwise(line):
        if (word.box.left - before.box.right) * page.width > _GAP * height > 0:
            runs.append([])
        runs[-1].append(word)
    return runs


def _on_one_row(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    beside = one.left >= other.right - 0.01 or other.left >= one.right - 0.01
    return beside and shared > _SAME_ROW * min(one.bottom - one.top, other.bottom - other.top)


def _cell(page: Page, words: Sequence[Word], row: int) -> Cell:
    box = reduce(Box.union, (word.box for word in words))
    start, end = words[0].start, words[-1].end
    return Cell(page.number, start, end, page.text[start:end], row, box if box.area() else None)


def _before(one: Cell, other: Cell) -> bool:
    if one.box is None or other.box is None:
        return one.start < other.start
    return one.box.left < other.box.left


def _continues(one: Box | None, other: Box | None) -> bool:
    """Whether the other box is the next line of the same column: close below, sharing a side or the middle."""
    if one is None or other is None:
        return one is other
    if other.top < one.top:
        return False
    height = max(one.bottom - one.top, other.bottom - other.top)
    if other.top - one.bottom > 1.6 * height:
        return False
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.3 * min(one.right - one.left, other.right - other.left)
