"""The parts of the API's answers that the page shows. Fetching them is left to api_client.py.

Unknown keys are ignored, so the API may add some at any time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of the page as displayed."""

ACTIVE = ("queued", "reading", "understanding", "indexing")


class Problem(BaseModel):
    code: str
    message: str
    advice: str


class Progress(BaseModel):
    pages: int | None
    read: int
    problems: int
    warnings: int


class DocumentType(BaseModel):
    label: str
    confidence: float
    origin: str


class Relative(BaseModel):
    """The file that a document came in, or one that came in it."""

    id: str
    filename: str
    path: str | None
    status: str
    deleted_at: datetime | None


class Document(BaseModel):
    id: str
    filename: str
    media_type: str
    size: int
    uploader: str
    status: str
    error: Problem | None
    flags: list[str] = []
    languages: list[str] = []
    progress: Progress
    type: DocumentType | None
    review_state: str
    findings: int
    doubtful: int = 0
    thumbnail_url: str | None = None
    searchable: bool = False
    batch_id: str | None
    parent: Relative | None = None
    members: list[Relative] = []
    run: int
    version: int
    created_at: datetime
    deleted_at: datetime | None

    @property
    def active(self) -> bool:
        return self.status in ACTIVE and self.deleted_at is None


class Received(Document):
    duplicate: bool


class DocumentList(BaseModel):
    items: list[Document]
    next_cursor: str | None
    counts: dict[str, int]


class Batch(BaseModel):
    id: str
    name: str
    uploader: str
    created_at: datetime
    cancelled_at: datetime | None
    counts: dict[str, int]


class PageSummary(BaseModel):
    number: int
    status: str
    error: Problem | None
    language: str | None
    flags: list[str] = []
    source: str | None
    reason: str | None
    reading_id: str | None = None
    confidence: float | None
    image_url: str | None = None
    thumbnail_url: str | None = None
    image_width: int | None
    image_height: int | None


class Word(BaseModel):
    text: str
    start: int
    end: int
    box: Box


class Page(PageSummary):
    text: str
    words: list[Word]


class Reading(BaseModel):
    id: str
    run: int
    engine_version: str
    options: dict[str, Any]
    created_at: datetime
    seconds: float
    confidence: float
    reason: str
    current: bool


class Words(BaseModel):
    start: int
    end: int
    text: str


class Change(BaseModel):
    kind: str
    before: Words
    after: Words


class Changes(BaseModel):
    """What a reading of a page says otherwise than the one with the id `since`; the numbers count words."""

    since: str
    changed: int
    added: int
    removed: int
    items: list[Change]


class Cell(BaseModel):
    row: int
    column: int
    rows: int
    columns: int
    box: Box
    text: str


class Table(BaseModel):
    number: int
    page: int
    rows: int
    columns: int
    cells: list[Cell]


class Span(BaseModel):
    page: int
    start: int
    end: int
    boxes: list[Box]


class Finding(BaseModel):
    """A field or an entity; `kind` says which and is the noun of its addresses."""

    kind: str
    id: str
    name: str
    group: str | None = None
    row: int | None = None
    text: str
    value: dict[str, Any] | None
    confidence: float
    origin: str
    state: str
    conflict: bool
    doubtful: bool = False
    doubt: str | None = None
    #: The same for all mentions of one thing; of fields and of what was just added there is none.
    thing: int | None = None
    spans: list[Span]
    version: int


class Fact(BaseModel):
    """A field of the document that a hit is in."""

    name: str
    text: str
    value: dict[str, Any] | None


class Hit(BaseModel):
    document_id: str
    filename: str
    type: str | None
    page: int
    start: int
    end: int
    snippet: str
    boxes: list[Box]
    matched: list[str]
    marks: list[Span]
    date: str | None = None
    image_url: str | None = None
    image_width: int | None = None
    image_height: int | None = None
    facts: list[Fact] = []


class SearchResult(BaseModel):
    seconds: float
    hits: list[Hit]
    facets: dict[str, dict[str, int]] = {}
    ways: list[str] = ["words", "meaning"]


class Review(BaseModel):
    """One decision: who, what, when, before and after."""

    id: int
    subject: str
    finding_id: str | None
    action: str
    actor: str
    at: datetime
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    undoes: int | None


class Named(BaseModel):
    name: str
    kind: str


class FieldNamed(Named):
    group: str | None


class TypeNamed(BaseModel):
    name: str
    fields: list[FieldNamed]


class Format(BaseModel):
    """A kind of file that may be sent; `ready` unless a program for it is missing."""

    suffixes: list[str]
    ready: bool


class Engine(BaseModel):
    name: str
    title: str


class Language(BaseModel):
    code: str
    name: str


class Engines(BaseModel):
    """What pages can be read by, and in which languages."""

    items: list[Engine]
    languages: list[Language]
    default_languages: list[str]


class Vocabulary(BaseModel):
    """What people may choose from."""

    types: list[TypeNamed]
    labels: list[Named]
