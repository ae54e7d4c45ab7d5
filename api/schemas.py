"""The shapes of the JSON that leaves and enters. Keys are only ever added; filling the shapes is left to present.py."""

from __future__ import annotations

import datetime as dt
import json
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from api import examples
from nlp.reading import ocr, text_layer

#: Bounds of what comes in, far beyond anything real, so that no number or text surprises a store.
MOST_PAGES, MOST_CHARACTERS, MOST_ROWS, MOST_SPANS, VALUE_BYTES = 10**6, 10**7, 10**6, 1000, 10_000


def storable(value: dict[str, Any]) -> dict[str, Any]:
    """The value, if it can be kept and sent as JSON; raises ValueError for NaN, half a character, or a great lump."""
    if len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")) > VALUE_BYTES:
        raise ValueError(f"a value has at most {VALUE_BYTES} bytes")
    return value


ValueIn = Annotated[dict[str, Any], AfterValidator(storable)]
TextIn = Annotated[str, Field(min_length=1, max_length=10_000)]
NameIn = Annotated[str, Field(min_length=1, max_length=60)]
SpansIn = Annotated[list["SpanIn"], Field(max_length=MOST_SPANS)]
LanguagesIn = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=50)]

#: What a page can be read by.
WAYS = (text_layer.SOURCE, *ocr.ENGINES)


def known_way(name: str) -> str:
    """The name, if something reads by it; raises ValueError if nothing does."""
    if name not in WAYS:
        raise ValueError(f"must be one of {', '.join(WAYS)}")
    return name


WayIn = Annotated[str, AfterValidator(known_way), WithJsonSchema({"type": "string", "enum": list(WAYS)})]


class Shape(BaseModel):
    """Every answer says which schema it follows."""

    model_config = ConfigDict(populate_by_name=True)
    schema_version: Literal[1] = Field(default=1, serialization_alias="schema", validation_alias="schema")


class Problem(Shape):
    """RFC 9457, with our code, message and advice."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PROBLEM]})

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(examples=["password_required"])
    message: str
    advice: str


class Conflict(Problem):
    """A problem of who comes too late."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CONFLICT]})

    current: dict[str, Any] = Field(description="changed_meanwhile: what it is now")


class ErrorPublic(BaseModel):
    code: str
    message: str
    advice: str


class SpanPublic(BaseModel):
    """A character range of a page's text, and one box a line of it."""

    page: int
    start: int
    end: int
    boxes: list[list[float]] = []


class SpanIn(BaseModel):
    page: int = Field(ge=1, le=MOST_PAGES)
    start: int = Field(ge=0, le=MOST_CHARACTERS)
    end: int = Field(gt=0, le=MOST_CHARACTERS)


class Progress(BaseModel):
    pages: int | None
    read: int
    problems: int = Field(description="Pages that could not be read")
    warnings: int = Field(0, description="Pages that were read, and went wrong in a later reading or stage")


class TypePublic(BaseModel):
    label: str
    confidence: float
    origin: str


class RelativePublic(BaseModel):
    """The file that a document came in, or one that came in it."""

    id: str
    filename: str
    path: str | None = Field(description="Its name in the file that it came in")
    status: str
    deleted_at: datetime | None


class DocumentPublic(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.DOCUMENT]})

    id: str
    filename: str
    media_type: str
    sha256: str
    size: int
    collection: str
    batch_id: str | None
    parent_id: str | None
    path_in_parent: str | None
    parent: RelativePublic | None = Field(None, description="The archive or mail that it came in")
    members: list[RelativePublic] = Field([], description="Documents that came in it, in their order there")
    version_of: str | None
    source: str
    uploader: str
    languages: list[str]
    status: str = Field(examples=["reading"])
    error: ErrorPublic | None
    flags: list[str]
    progress: Progress
    type: TypePublic | None
    review_state: str
    reviewed_by: str | None
    reviewed_at: datetime | None
    findings: int
    doubtful: int = Field(description="Findings that want a person's look: unsure, or a decision that lost its place")
    searchable: bool = Field(description="Whether OCR read words in it, so that a searchable copy is worth having")
    thumbnail_url: str | None = Field(description="Its first page, small: a path that works for some minutes")
    run: int
    version: int
    created_at: datetime
    updated_at: datetime
    ready_at: datetime | None
    deleted_at: datetime | None


class DocumentReceived(DocumentPublic):
    model_config = ConfigDict(json_schema_extra={"examples": [{**examples.DOCUMENT, "duplicate": False}]})

    duplicate: bool


class DocumentList(Shape):
    items: list[DocumentPublic]
    next_cursor: str | None
    counts: dict[str, int] = Field(description="How many match the other filters, by status")


class ReadAgain(BaseModel):
    """What to read once more, and how; without pages the whole document."""

    pages: list[Annotated[int, Field(ge=1, le=MOST_PAGES)]] = Field([], max_length=MOST_PAGES)
    languages: LanguagesIn = Field([], description="Else those of the document")
    engine: WayIn | None = Field(
        None,
        description="An engine of /engines, also where the file has the text; `text_layer` for the text in the file, "
        "also where it would be rejected (a page without any is read as if nothing was said); null: what suits it",
    )


class TypeIn(BaseModel):
    label: NameIn = Field(examples=["invoice"])


class WordPublic(BaseModel):
    text: str
    start: int
    end: int
    box: list[float]
    confidence: float


class PageSummary(BaseModel):
    number: int
    status: str
    error: ErrorPublic | None
    width: float | None
    height: float | None
    unit: str | None
    rotation: int | None
    language: str | None
    flags: list[str]
    source: str | None
    reason: str | None
    confidence: float | None
    quality: float | None
    image_width: int | None
    image_height: int | None
    reading_id: str | None = Field(description="The current reading: what offsets and words are of")
    image_url: str | None = Field(description="A path that works for some minutes without saying who asks")
    thumbnail_url: str | None


class PagePublic(Shape, PageSummary):
    text: str
    words: list[WordPublic]
    lines: list[SpanPublic]
    blocks: list[SpanPublic]


class PageList(Shape):
    items: list[PageSummary]


class CellPublic(BaseModel):
    """A cell of a table: its first row and column, from 0, and how many of each it covers."""

    row: int
    column: int
    rows: int
    columns: int
    box: list[float]
    text: str
    spans: list[list[int]] = Field(description="Start and end of its words in the page's text")


class TablePublic(BaseModel):
    number: int = Field(description="Counted from 1 in the whole document")
    page: int
    box: list[float]
    rows: int
    columns: int
    cells: list[CellPublic] = Field(description="Row by row; where a table has gaps there are none")


class TableList(Shape):
    items: list[TablePublic]


class ReadingPublic(BaseModel):
    id: str
    run: int
    engine: str
    engine_version: str
    options: dict[str, Any]
    created_at: datetime
    seconds: float
    quality: float
    confidence: float
    reason: str
    language: str | None
    current: bool


class ReadingList(Shape):
    items: list[ReadingPublic]


class WordsPublic(BaseModel):
    """Words of one reading: a range of its text, which may be empty, and what it says."""

    start: int
    end: int
    text: str


class ChangePublic(BaseModel):
    kind: str = Field(examples=["changed", "added", "removed"])
    before: WordsPublic
    after: WordsPublic


class ChangeList(Shape):
    """What a reading says otherwise than another; a word that stands elsewhere is removed there and added here."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.CHANGES]})

    reading_id: str
    since: str
    changed: int = Field(description="Words that stand in place of others")
    added: int
    removed: int
    items: list[ChangePublic]


class FindingPublic(Shape):
    id: str
    document_id: str
    text: str
    value: dict[str, Any] | None
    confidence: float
    origin: str
    model: str | None
    reading_id: str | None = Field(description="The reading of its (first) page that the offsets mean")
    state: str = Field(examples=["found", "accepted", "corrected", "rejected", "added"])
    conflict: bool = Field(description="A decision whose place is gone since the page was read again")
    doubtful: bool = Field(description="Whether it wants a person's look")
    doubt: str | None = Field(description="Why, in words", examples=["62% sure; could also be 139.00"])
    spans: list[SpanPublic]
    version: int


class EntityPublic(FindingPublic):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENTITY]})

    label: str


class FieldPublic(FindingPublic):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.FIELD]})

    name: str
    group: str | None
    row: int | None
    candidates: list[dict[str, Any]]


class EntityListed(EntityPublic):
    model_config = ConfigDict(json_schema_extra={"examples": [{**examples.ENTITY, "thing": 1}]})

    thing: int | None = Field(
        description="The number, in this document, of the real thing that it is a mention of: the same for all its "
        "mentions. Decisions may change it; null of what was rejected"
    )


class EntityList(Shape):
    items: list[EntityListed]


class MentionPublic(BaseModel):
    """Where a thing is named, and how."""

    entity_id: str
    text: str
    spans: list[SpanPublic]


class ThingPublic(BaseModel):
    """One real thing that the document speaks of: a person, a company, a day, an amount."""

    number: int = Field(description="Counted from 1 in the order of the first mentions")
    label: str
    name: str = Field(description="Its fullest mention")
    value: dict[str, Any] | None
    mentions: list[MentionPublic]


class ThingList(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.THINGS]})

    items: list[ThingPublic]


class FieldList(Shape):
    items: list[FieldPublic]


class EntityIn(BaseModel):
    """An entity that the machine missed: its label and its place; the text is taken from the page."""

    label: NameIn = Field(examples=["ORG"])
    spans: SpansIn = Field(min_length=1)
    value: ValueIn | None = None


class FieldIn(BaseModel):
    """A field that the machine missed; without a place it needs a text."""

    name: NameIn = Field(examples=["total"])
    group: NameIn | None = None
    row: int | None = Field(None, ge=0, le=MOST_ROWS)
    text: TextIn | None = None
    spans: SpansIn = []
    value: ValueIn | None = None


class CorrectionIn(BaseModel):
    """What is different; what is left out stays."""

    label: NameIn | None = Field(None, description="Entities: the right label")
    text: TextIn | None = None
    value: ValueIn | None = None
    spans: SpansIn | None = Field(None, min_length=1)


class ReviewPublic(Shape):
    id: int
    document_id: str
    subject: str
    finding_id: str | None
    action: str
    actor: str
    at: datetime
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    undoes: int | None


class ReviewList(Shape):
    items: list[ReviewPublic]
    next_cursor: str | None = None


class BatchIn(BaseModel):
    name: str = Field(min_length=1, max_length=200, examples=["Monday's post"])
    languages: LanguagesIn = Field([], description="Of its documents, unless they come with their own")
    collection: NameIn = "default"
    source: NameIn = "api"


class BatchPublic(Shape):
    id: str
    name: str
    collection: str
    source: str
    uploader: str
    languages: list[str] = Field(description="Empty: those of the installation")
    created_at: datetime
    cancelled_at: datetime | None
    counts: dict[str, int] = Field(description="Documents by status")


class BatchList(Shape):
    items: list[BatchPublic]
    next_cursor: str | None


class FactPublic(BaseModel):
    """A field of a document, without its place."""

    name: str = Field(examples=["total"])
    text: str
    value: dict[str, Any] | None


class HitPublic(BaseModel):
    document_id: str
    reading_id: str = Field(description="The reading whose text the offsets mean")
    filename: str
    type: str | None
    page: int
    start: int
    end: int
    snippet: str
    boxes: list[list[float]]
    score: float
    matched: list[str] = Field(description="How it was found: words, meaning")
    marks: list[SpanPublic] = Field(description="The words of the query inside start..end")
    date: dt.date | None = Field(description="The document's own date")
    image_url: str | None = Field(description="The page: a path that works for some minutes")
    image_width: int | None
    image_height: int | None
    facts: list[FactPublic] = Field([], description="The document's main fields")


class Facets(BaseModel):
    """How many pages each choice would leave: counted over the best matches, each facet without its own filter."""

    types: dict[str, int]
    labels: dict[str, int]


class SearchResult(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.SEARCH]})

    query: str
    seconds: float
    hits: list[HitPublic]
    facets: Facets
    ways: list[str] = Field(description="How it was searched; words alone while the model of meanings starts again")


class NameKnown(BaseModel):
    name: str = Field(examples=["total"])
    kind: str = Field(description="The kind of its values; see the conventions", examples=["money"])


class FieldKnown(NameKnown):
    group: str | None = Field(description="What it is one of many in, as amounts are in items", examples=["items"])


class TypeKnown(BaseModel):
    name: str = Field(examples=["invoice"])
    fields: list[FieldKnown]


class Vocabulary(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.VOCABULARY]})

    types: list[TypeKnown]
    labels: list[NameKnown]


class LanguagePublic(BaseModel):
    code: str = Field(examples=["deu"])
    name: str = Field(examples=["German"])


class EnginePublic(BaseModel):
    """An OCR engine that is installed."""

    name: str = Field(description="What it is asked for by, and what `source` of a page names it")
    title: str
    version: str
    languages: list[str]


class EngineList(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.ENGINES]})

    items: list[EnginePublic]
    languages: list[LanguagePublic] = Field(description="Those that at least one of the engines reads, by their names")
    default_languages: list[str] = Field(description="What is read with unless others are asked for")


class FormatPublic(BaseModel):
    """One kind of file that is taken in."""

    media_type: str
    name: str = Field(examples=["a Word document"])
    suffixes: list[str] = Field(description="What names of such files end in; the content decides")
    way: str = Field(description="What is done with it before its pages are read")
    ready: bool = Field(description="False where that needs LibreOffice, which is not installed here")


class FormatList(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.FORMATS]})

    items: list[FormatPublic]


class ValuePreview(Shape):
    model_config = ConfigDict(json_schema_extra={"examples": [examples.VALUE]})

    text: str
    value: dict[str, Any] | None = Field(description="null when the text is nothing of that kind")


class CheckResult(Shape):
    clean: bool
    documents: int
    findings: list[dict[str, Any]] = Field(description="What disagrees: {kind, id, detail, repaired}")


class Health(Shape):
    status: str
    version: str


class Ready(Shape):
    status: str
    checks: dict[str, str]
    work: dict[str, int] = Field(description="Open steps by stage")
