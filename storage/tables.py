"""The tables: documents and their pages, readings, findings, reviews, passages, and the steps of work.

Queries are left to the modules beside.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.database import UtcDateTime, now
from storage.doubt import doubts

#: Numbers that outgrow 32 bits; SQLite's grow by themselves.
Long = BigInteger().with_variant(Integer, "sqlite")


def new_id() -> str:
    return uuid.uuid4().hex


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {  # an absent object is NULL, so that it can be counted
        datetime: UtcDateTime,
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON,
        str: String,
    }


class Batch(Base):
    """Documents that were sent together."""

    __tablename__ = "batches"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    collection: Mapped[str]
    source: Mapped[str]
    uploader: Mapped[str]
    #: Of its documents, unless they come with their own.
    languages: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    created_at: Mapped[datetime] = mapped_column(default=now)
    cancelled_at: Mapped[datetime | None]


class Document(Base):
    """One document. `status`: queued, reading, understanding, indexing, ready, failed, cancelled or purging."""

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    collection: Mapped[str] = mapped_column(default="default")
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id"), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("documents.id"), index=True)
    path_in_parent: Mapped[str | None]
    version_of: Mapped[str | None] = mapped_column(ForeignKey("documents.id"))
    filename: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str] = mapped_column(index=True)
    #: One document a key: the collection and the hash; empty when a person asked for a second one.
    identity: Mapped[str | None] = mapped_column(unique=True)
    size: Mapped[int] = mapped_column(Long)
    source: Mapped[str]
    uploader: Mapped[str]
    languages: Mapped[list[Any]] = mapped_column(default=list)
    #: Empty where it could not be taken out of the file it came in.
    original_key: Mapped[str]
    #: A PDF that is read where the original cannot be (decrypted, repaired, made of an office file).
    working_key: Mapped[str | None]
    page_count: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="queued", index=True)
    error: Mapped[dict[str, Any] | None]
    flags: Mapped[list[Any]] = mapped_column(default=list)
    #: Counts how often the document was read; steps and readings belong to a run.
    run: Mapped[int] = mapped_column(default=1)
    type: Mapped[str | None] = mapped_column(index=True)
    type_confidence: Mapped[float | None]
    type_origin: Mapped[str | None]
    review_state: Mapped[str] = mapped_column(default="unreviewed")
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    #: Counts what people change: the ETag.
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    ready_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]

    __table_args__ = (Index("documents_newest", "created_at", "id"),)


class Page(Base):
    """One page.

    `status`: waiting, read or problem. Page images show the page as boxes mean it, scaled to their size.
    """

    __tablename__ = "pages"

    id: Mapped[str] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    number: Mapped[int]
    status: Mapped[str] = mapped_column(default="waiting")
    error: Mapped[dict[str, Any] | None]
    width: Mapped[float | None]
    height: Mapped[float | None]
    unit: Mapped[str | None]
    #: Degrees the stored page was turned clockwise to be displayed.
    rotation: Mapped[int | None]
    language: Mapped[str | None]
    flags: Mapped[list[Any]] = mapped_column(default=list)
    image_key: Mapped[str | None]
    image_type: Mapped[str | None]
    image_width: Mapped[int | None]
    image_height: Mapped[int | None]
    thumbnail_key: Mapped[str | None]
    reading_id: Mapped[str | None]

    __table_args__ = (UniqueConstraint("document_id", "number"),)


class Reading(Base):
    """How a page was read, once.

    `words` are [start, end, left, top, right, bottom, confidence], `lines` and `blocks` [start, end, box…], `tables`
    {rows, columns, cells: [[row, column, rows, columns, box…, [[start, end]…]]]}. `rotation` and `flags` are what the
    page has while this reading is its current one; of older ones the rotation is None and the flags are not known.
    """

    __tablename__ = "readings"

    id: Mapped[str] = mapped_column(primary_key=True)
    page_id: Mapped[str] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"))
    run: Mapped[int]
    engine: Mapped[str]
    engine_version: Mapped[str]
    options: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    seconds: Mapped[float]
    quality: Mapped[float]
    confidence: Mapped[float]
    reason: Mapped[str]
    language: Mapped[str | None]
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[list[Any]]
    lines: Mapped[list[Any]]
    blocks: Mapped[list[Any]]
    tables: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    rotation: Mapped[int | None]
    flags: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")

    __table_args__ = (UniqueConstraint("page_id", "run"),)


class Step(Base):
    """One step of one document's work.

    `status`: waiting, running, done, failed, parked or cancelled. Parked steps are the dead letters.
    """

    __tablename__ = "steps"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    run: Mapped[int]
    stage: Mapped[str]
    first_page: Mapped[int] = mapped_column(default=0)
    last_page: Mapped[int] = mapped_column(default=0)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(default="waiting")
    #: How often it was begun; and how often it ended in an error, which says more against it than a worker's death.
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None]

    __table_args__ = (
        UniqueConstraint("document_id", "run", "stage", "first_page"),
        Index("steps_open", "status", "not_before"),
    )


class Model(Base):
    """A model that found something, with the hash of the data it was trained on."""

    __tablename__ = "models"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    name: Mapped[str]
    version: Mapped[str]
    data_hash: Mapped[str | None]
    scores: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("kind", "name", "version"),)


class IndexGeneration(Base):
    """One collection of vectors. `status`: building, current or retired; one is current."""

    __tablename__ = "index_generations"

    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[str] = mapped_column(ForeignKey("models.id"))
    collection: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Finding(Base):
    """An entity or a field.

    `state`: found, accepted, corrected, rejected or added; `conflict`: a decision whose place is gone.

    `spans` are {page, start, end}; `anchors`, one a span, are {page, reading, boxes}: the places that outlive a
    reading. `name` is the label of an entity and the name of a field.
    """

    __tablename__ = "findings"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    kind: Mapped[str]
    name: Mapped[str]
    group: Mapped[str | None]
    row: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    value: Mapped[dict[str, Any] | None]
    spans: Mapped[list[Any]]
    anchors: Mapped[list[Any]]
    candidates: Mapped[list[Any]] = mapped_column(default=list)
    confidence: Mapped[float]
    origin: Mapped[str]
    model_id: Mapped[str | None] = mapped_column(ForeignKey("models.id"))
    reading_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="found")
    conflict: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    #: Follow from the rest, and are set with it, so that lists and searches can ask for them.
    doubtful: Mapped[bool] = mapped_column(default=False)
    page: Mapped[int | None]

    __table_args__ = (
        Index("findings_of", "document_id", "kind"),
        Index("findings_named", "name", "state", "document_id"),
        Index("findings_doubtful", "doubtful", "document_id"),
        Index("findings_on_pages", "document_id", "page", "name", "state"),
    )


@event.listens_for(Finding, "before_insert")
@event.listens_for(Finding, "before_update")
def _derive(_mapper: object, _connection: object, finding: Finding) -> None:
    finding.doubtful = bool(doubts(finding))
    finding.page = finding.spans[0]["page"] if finding.spans else None


class Review(Base):
    """What a person decided: only ever added to.

    `before` and `after` are the whole finding, or the document's type and state.
    """

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    subject: Mapped[str]
    finding_id: Mapped[str | None]
    action: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=now)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    #: The decision this one takes back.
    undoes: Mapped[int | None] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"), unique=True)


class Secret(Base):
    """A key that all processes of an installation share."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Passage(Base):
    """A stretch of a page that can be found; its vector has the id `key`, its words the rowid `id`."""

    __tablename__ = "passages"

    id: Mapped[int] = mapped_column(Long, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    reading_id: Mapped[str]
    page: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
