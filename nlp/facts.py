"""The facts that every room speaks: boxes, words, pages, entities, fields, passages. Finding them is left to others.

Coordinates are fractions 0..1 of the page as displayed, from its top left. Offsets count Unicode code points of the
page's text, end exclusive. Pages count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Value = Mapping[str, Any]
"""A normalised value: always a `kind`; the rest by kind, see docs/api.md."""

Origin = Literal["model", "rule", "human"]


@dataclass(frozen=True, slots=True)
class Box:
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


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a page; `page.text[start:end] == text`. `confidence` 0..1: how sure the reader is of the letters."""

    text: str
    start: int
    end: int
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Region:
    """A line or a block: a character range of the page and the box around it."""

    start: int
    end: int
    box: Box


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
