"""Tables on a page: cells between ruling lines, with the words in them. Finding the lines is left to `rulings`.

The way from lines to cells is pdfplumber's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import pairwise
from statistics import median

import numpy as np
from pdfplumber import table as pdfplumber_table
from PIL import Image

from nlp.facts import Box, Cell, Page, Table, Word
from nlp.reading.aligned import aligned
from nlp.reading.rulings import Ruling, rulings

Sides = tuple[float, float, float, float]

#: Lines nearer than this share of the page's longer side are one; that is 4 pixels of 1600.
_SAME = 0.0025
#: A page with more lines is a drawing.
_MOST_LINES = 400
_LEAST_ROWS, _LEAST_COLUMNS = 2, 2
#: At least so many cells of a table, and this share of them, hold words.
_LEAST_FILLED, _FILLED = 3, 0.3
#: A word reaches out of its cell by this share of its width if a border cuts it. Where more than so many of a table's
#: words are cut, the borders are none.
_CUT, _MOST_CUT = 0.2, 0.07
#: Cells with more words than this, in the middle, are pages or columns of prose in frames.
_MOST_WORDS = 40


def find_tables(page: Page, picture: Image.Image) -> tuple[Table, ...]:
    """The tables of the page, from top to bottom. `picture` shows the page as its boxes mean it, at any size."""
    if not page.words:
        return ()
    ruled = _ruled(page, picture)
    free = [word for word in page.words if not any(table.box.overlap(word.box) for table in ruled)]
    found = [
        *ruled,
        *(_aligned(columns, rows, free) for columns, rows in aligned(free, picture.height / picture.width)),
    ]
    return tuple(sorted(found, key=lambda one: (one.box.top, one.box.left)))


def _ruled(page: Page, picture: Image.Image) -> list[Table]:
    lines = rulings(picture, page.words)
    if len(lines) > _MOST_LINES:
        return []
    near = _SAME * max(picture.size)
    edges = pdfplumber_table.merge_edges([_edge(line) for line in lines], near, near, near, near)
    crossings = pdfplumber_table.edges_to_intersections(edges, 2 * near, 2 * near)
    cells = pdfplumber_table.intersections_to_cells(crossings)
    found = (_table(group, page, picture.size) for group in pdfplumber_table.cells_to_tables(cells))
    return [table for table in found if table]


def _aligned(columns: Sequence[float], rows: Sequence[float], words: Sequence[Word]) -> Table:
    boxes = [Box(left, top, right, bottom) for top, bottom in pairwise(rows) for left, right in pairwise(columns)]
    width = len(columns) - 1
    cells = [
        _cell(*divmod(index, width), 1, 1, box, inside)
        for index, (box, inside) in enumerate(zip(boxes, _inside(boxes, words), strict=True))
    ]
    return Table(reduce(Box.union, boxes), len(rows) - 1, width, tuple(cells))


def _cell(row: int, column: int, rows: int, columns: int, box: Box, words: Sequence[Word]) -> Cell:
    return Cell(row, column, rows, columns, box, " ".join(word.text for word in words), tuple(_ranges(words)))


def _edge(line: Ruling) -> dict[str, float | str]:
    """As pdfplumber has them."""
    if line.horizontal:
        place = {"x0": line.start, "x1": line.end, "top": line.at, "bottom": line.at, "width": line.end - line.start}
        return {**place, "orientation": "h"}
    place = {"x0": line.at, "x1": line.at, "top": line.start, "bottom": line.end, "height": line.end - line.start}
    return {**place, "orientation": "v"}


def _table(group: Sequence[Sides], page: Page, size: tuple[int, int]) -> Table | None:
    """The cells of one table in rows and columns; None where it is not worth that name."""
    columns, rows = (_borders((cell[side], cell[side + 2]) for cell in group) for side in (0, 1))
    if len(columns) <= _LEAST_COLUMNS or len(rows) <= _LEAST_ROWS:
        return None
    placed = [
        (rows.index(top), columns.index(left), rows.index(bottom), columns.index(right), _box(sides, size))
        for sides in group
        for left, top, right, bottom in [sides]
    ]
    placed.sort(key=lambda place: place[:2])
    inside = _inside([box for *_, box in placed], page.words)
    if not _is_plausible([box for *_, box in placed], inside):
        return None
    cells = [
        _cell(top, left, bottom - top, right - left, box, words)
        for (top, left, bottom, right, box), words in zip(placed, inside, strict=True)
    ]
    return Table(reduce(Box.union, (cell.box for cell in cells)), len(rows) - 1, len(columns) - 1, tuple(cells))


def _is_plausible(boxes: Sequence[Box], inside: Sequence[Sequence[Word]]) -> bool:
    filled = [len(words) for words in inside if words]
    if len(filled) < max(_LEAST_FILLED, _FILLED * len(boxes)) or median(filled) > _MOST_WORDS:
        return False
    cut = sum(_is_cut(word.box, box) for box, words in zip(boxes, inside, strict=True) for word in words)
    return cut <= _MOST_CUT * sum(filled)


def _is_cut(word: Box, cell: Box) -> bool:
    return max(cell.left - word.left, word.right - cell.right) > _CUT * (word.right - word.left)


def _borders(ranges: Iterable[tuple[float, float]]) -> list[float]:
    return sorted({border for both in ranges for border in both})


def _inside(boxes: Sequence[Box], words: Sequence[Word]) -> list[list[Word]]:
    """The words whose middle is in each of the boxes, in their order on the page."""
    x, y = np.array([(w.box.left + w.box.right, w.box.top + w.box.bottom) for w in words]).T / 2
    return [
        [
            words[index]
            for index in np.flatnonzero((b.left <= x) & (x < b.right) & (b.top <= y) & (y < b.bottom)).tolist()
        ]
        for b in boxes
    ]


def _ranges(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """The character ranges of the words; those that stand one blank or line feed apart are one."""
    start = end = -2
    for word in words:
        if word.start > end + 1:
            if end >= 0:
                yield start, end
            start = word.start
        end = word.end
    if end >= 0:
        yield start, end


def _box(sides: Sides, size: tuple[int, int]) -> Box:
    (left, top, right, bottom), (width, height) = sides, size
    return Box(left / width, top / height, right / width, bottom / height)
