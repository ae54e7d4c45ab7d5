"""The facts that every room speaks: boxes, words, pages, entities, fields, passages. Finding them is left to others.

Coordinates are fractions 0..1 of the page as displayed, from its top left. Offsets count Unicode code points of the
page's text, end exclusive. Pages count from 1.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal, NamedTuple, TypeAlias

Value = Mapping[str, Any]
"""A normalised value: always a `kind`; the rest by kind, see docs/api.md."""

Origin = Literal["model", "rule", "human"]


class Box(NamedTuple):
    """A named tuple, as are words and regions: a page has a thousand, and they are made in a third of the time."""

    left: float
    top: float
    right: float
    bottom: float

    def union(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def area(self) -> float:
        return max(0.0, self.right - self.left) * max(0.0, self.bottom - self.top)

    def overlap(self, other: Box) -> float:
        """The area both share, as a fraction of the page."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def as_list(self) -> list[float]:
        return [round(side, 5) for side in (self.left, self.top, self.right, self.bottom)]


class Word(NamedTuple):
    """One word of a page; `page.text[start:end] == text`. `confidence` 0..1: how sure the reader is of the letters."""

    text: str
    start: int
    end: int
    box: Box
    confidence: float


class Region(NamedTuple):
    """A line or a block: a character range of the page and the box around it."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its first row and column, from 0, how many of each it covers, and its words in `text`.

    `spans` are the character ranges of the page that these words are.
    """

    row: int
    column: int
    rows: int
    columns: int
    box: Box
    text: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a page, `rows` by `columns`; its cells, row by row, do not overlap and may leave gaps."""

    box: Box
    rows: int
    columns: int
    cells: tuple[Cell, ...]

    def grid(self) -> list[list[str]]:
        """The texts by row and column; a cell that covers several stands in the first."""
        texts = [[""] * self.columns for _ in range(self.rows)]
        for cell in self.cells:
            texts[cell.row][cell.column] = cell.text
        return texts


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read.

    `text` holds the words of a line joined by one blank, lines joined by "\\n", blocks by "\\n\\n". `width` and
    `height` are PDF points, or pixels after EXIF rotation (`unit` says which). `source` is "text_layer" or the engine's
    name ("tesseract"), `reason` says in a sentence why. `confidence` 0..1 is the mean over characters.
    """

    number: int
    width: float
    height: float
    text: str
    words: tuple[Word, ...]
    source: str
    reason: str
    confidence: float
    lines: tuple[Region, ...] = ()
    blocks: tuple[Region, ...] = ()
    unit: Literal["pt", "px"] = "pt"
    engine_version: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    language: str | None = None
    flags: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()

    def __reduce__(self) -> tuple[Callable[..., Page], tuple[Any, ...]]:
        """In columns, not as a thousand small objects: so a page takes a quarter of the time from child to parent."""
        packed = ("words", "lines", "blocks")
        others = {member.name: getattr(self, member.name) for member in fields(self) if member.name not in packed}
        texts, confidences = [word.text for word in self.words], [word.confidence for word in self.words]
        return _unpacked, (others, texts, confidences, *(_columns(getattr(self, name)) for name in packed))


_Columns: TypeAlias = "tuple[array[int], array[int], array[float]]"


def _columns(parts: Sequence[Word] | Sequence[Region]) -> _Columns:
    """Starts, ends, and the four sides of each box one after the other."""
    starts, ends = array("q", [part.start for part in parts]), array("q", [part.end for part in parts])
    boxes = [part.box for part in parts]
    return starts, ends, array("d", [side for box in boxes for side in (box.left, box.top, box.right, box.bottom)])


def _unpacked(
    others: dict[str, Any],
    texts: list[str],
    confidences: list[float],
    words: _Columns,
    lines: _Columns,
    blocks: _Columns,
) -> Page:
    def regions(starts: array[int], ends: array[int], sides: array[float]) -> tuple[Region, ...]:
        return tuple(map(Region, starts, ends, boxes(sides)))

    def boxes(sides: array[float]) -> Iterable[Box]:
        each = iter(sides)
        return map(Box, each, each, each, each)

    starts, ends, sides = words
    read = tuple(map(Word, texts, starts, ends, boxes(sides), confidences))
    return Page(**others, words=read, lines=regions(*lines), blocks=regions(*blocks))


@dataclass(frozen=True, slots=True)
class Span:
    """A character range on a page: what an entity, a field value, a search hit and a highlight all are."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entity:
    """Something named in the document. `model` names the model or rule set and its version."""

    label: str
    spans: tuple[Span, ...]
    text: str
    value: Value | None
    confidence: float
    origin: Origin
    model: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that was considered for a field, and why it won or lost."""

    text: str
    spans: tuple[Span, ...]
    value: Value | None
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a document. `group` and `row` place it in a table of its own (line items, parties)."""

    name: str
    text: str
    spans: tuple[Span, ...]
    value: Value | None
    confidence: float
    origin: Origin
    model: str
    group: str | None = None
    row: int | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentType:
    label: str
    confidence: float
    origin: Origin
    model: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a page to be searched: whole sentences, about 200 tokens, never across pages."""

    page: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the models say of a whole document."""

    type: DocumentType
    fields: tuple[Field, ...]
    entities: tuple[Entity, ...]
