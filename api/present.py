"""Turns rows into the shapes that leave. Choosing which rows is left to the routes."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnExpressionArgument, func, select
from sqlalchemy.orm import Session

from api import schemas
from api.signing import Signer, signer
from api.things import Mentioned
from errors import SheafError
from nlp.reading.media_types import PDF
from storage.doubt import doubts
from storage.readings import documents_with_ocr
from storage.tables import Batch, Document, Finding, Model, Page, Reading, Review

Id = TypeVar("Id", str, int)


def documents(session: Session, rows: Sequence[Document]) -> list[schemas.DocumentPublic]:
    """Documents with their progress, counted for all of them at once."""
    ids = [row.id for row in rows]
    pages: dict[str, dict[str, int]] = {}
    counted = select(Page.document_id, Page.status, func.count(), func.count(Page.error)).where(
        Page.document_id.in_(ids)
    )
    for document_id, status, number, errors in session.execute(counted.group_by(Page.document_id, Page.status)):
        of_document = pages.setdefault(document_id, {})
        of_document[status] = number
        if status == "read":
            of_document["warnings"] = errors
    of_these = Finding.document_id.in_(ids)
    findings = _counts(session, of_these, Finding.state != "rejected")
    doubtful = _counts(session, of_these, Finding.doubtful)
    sign = signer(session)
    first_pages = select(Page.document_id, Page.thumbnail_key).where(Page.document_id.in_(ids), Page.number == 1)
    thumbnails = {document_id: sign.address(key) for document_id, key in session.execute(first_pages)}
    parents, members = _relatives(session, rows)
    with_ocr = documents_with_ocr(session, ids)
    return [
        _document(
            row,
            pages.get(row.id, {}),
            findings=findings.get(row.id, 0),
            doubtful=doubtful.get(row.id, 0),
            searchable=row.id in with_ocr and not _is_protected(row),
            thumbnail_url=thumbnails.get(row.id),
            parent=parents.get(row.parent_id or ""),
            members=members.get(row.id, []),
        )
        for row in rows
    ]


def _is_protected(row: Document) -> bool:
    """Whether the original is encrypted: it was read by a working copy, and not because it had to be repaired."""
    return row.media_type == PDF and row.working_key is not None and "repaired" not in row.flags


def document(session: Session, row: Document) -> schemas.DocumentPublic:
    return documents(session, [row])[0]


def _relatives(
    session: Session, rows: Sequence[Document]
) -> tuple[dict[str, schemas.RelativePublic], dict[str, list[schemas.RelativePublic]]]:
    """The files that these documents came in, by their ids, and the documents that came in these, by theirs."""
    columns = (Document.id, Document.filename, Document.path_in_parent, Document.status, Document.deleted_at)
    relatives = select(Document.parent_id, *columns).where(Document.status != "purging")
    parents: dict[str, schemas.RelativePublic] = {}
    members: dict[str, list[schemas.RelativePublic]] = {}
    if parent_ids := {row.parent_id for row in rows if row.parent_id}:
        for above in session.execute(relatives.where(Document.id.in_(parent_ids))):
            parents[above.id] = _relative(above)
    below = relatives.where(Document.parent_id.in_([row.id for row in rows]))
    for member in session.execute(below.order_by(Document.created_at, Document.id)):
        members.setdefault(member.parent_id, []).append(_relative(member))
    return parents, members


def _relative(row: Any) -> schemas.RelativePublic:
    return schemas.RelativePublic(
        id=row.id, filename=row.filename, path=row.path_in_parent, status=row.status, deleted_at=row.deleted_at
    )


def _counts(session: Session, *wanted: ColumnExpressionArgument[bool]) -> dict[str, int]:
    counted = select(Finding.document_id, func.count()).where(*wanted).group_by(Finding.document_id)
    return dict(session.execute(counted).all())


def _document(row: Document, pages: dict[str, int], **counted: Any) -> schemas.DocumentPublic:
    return schemas.DocumentPublic(
        **{name: getattr(row, name) for name in _PLAIN},
        error=row.error and schemas.ErrorPublic(**row.error),
        progress=schemas.Progress(
            pages=row.page_count,
            read=pages.get("read", 0),
            problems=pages.get("problem", 0),
            warnings=pages.get("warnings", 0),
        ),
        type=(
            schemas.TypePublic(label=row.type, confidence=row.type_confidence or 0.0, origin=row.type_origin or "rule")
            if row.type
            else None
        ),
        **counted,
    )


_PLAIN = tuple(
    name
    for name in schemas.DocumentPublic.model_fields
    if name in Document.__table__.columns and name not in {"error", "type"}
)


def page_summary(page: Page, reading: Reading | None, sign: Signer) -> dict[str, Any]:
    plain = (
        "number",
        "status",
        "width",
        "height",
        "unit",
        "rotation",
        "language",
        "flags",
        "image_width",
        "image_height",
        "reading_id",
    )
    return {
        **{name: getattr(page, name) for name in plain},
        "error": page.error and schemas.ErrorPublic(**page.error),
        "image_url": sign.address(page.image_key),
        "thumbnail_url": sign.address(page.thumbnail_key),
        "source": reading and reading.engine,
        "reason": reading and reading.reason,
        "confidence": reading and reading.confidence,
        "quality": reading and reading.quality,
    }


def page(row: Page, reading: Reading | None, sign: Signer) -> schemas.PagePublic:
    text = reading.text if reading else ""
    return schemas.PagePublic(
        **page_summary(row, reading, sign),
        text=text,
        words=[
            schemas.WordPublic(text=text[start:end], start=start, end=end, box=box, confidence=confidence)
            for start, end, *box, confidence in (reading.words if reading else [])
        ],
        lines=_regions(row.number, reading.lines if reading else []),
        blocks=_regions(row.number, reading.blocks if reading else []),
    )


def _regions(number: int, regions: Iterable[Sequence[float]]) -> list[schemas.SpanPublic]:
    return [
        schemas.SpanPublic(page=number, start=int(start), end=int(end), boxes=[list(box)])
        for start, end, *box in regions
    ]


def reading(row: Reading, current: bool) -> schemas.ReadingPublic:
    plain = [name for name in schemas.ReadingPublic.model_fields if name != "current"]
    return schemas.ReadingPublic(**{name: getattr(row, name) for name in plain}, current=current)


def entities(session: Session, rows: Iterable[Finding]) -> list[schemas.EntityPublic]:
    names = models(session)
    return [schemas.EntityPublic(**_finding(row, names), label=row.name) for row in rows]


def entities_of_things(
    session: Session, rows: Iterable[Finding], things: Sequence[Mentioned]
) -> list[schemas.EntityListed]:
    numbers = {mention.id: thing.number for thing in things for mention in thing.mentions}
    names = models(session)
    return [schemas.EntityListed(**_finding(row, names), label=row.name, thing=numbers.get(row.id)) for row in rows]


def thing(mentioned: Mentioned) -> schemas.ThingPublic:
    return schemas.ThingPublic(
        number=mentioned.number,
        label=mentioned.named_by.name,
        name=mentioned.name,
        value=mentioned.named_by.value,
        mentions=[
            schemas.MentionPublic(entity_id=row.id, text=row.text, spans=places(row)) for row in mentioned.mentions
        ],
    )


def fields(session: Session, rows: Iterable[Finding]) -> list[schemas.FieldPublic]:
    names = models(session)
    return [
        schemas.FieldPublic(
            **_finding(row, names), name=row.name, group=row.group, row=row.row, candidates=row.candidates
        )
        for row in rows
    ]


def entity(session: Session, row: Finding) -> schemas.EntityPublic:
    return entities(session, [row])[0]


def field(session: Session, row: Finding) -> schemas.FieldPublic:
    return fields(session, [row])[0]


def models(session: Session) -> dict[str, str]:
    """Names of the models by their ids; there are few."""
    return {
        id: f"{name} {version}" for id, name, version in session.execute(select(Model.id, Model.name, Model.version))
    }


def _finding(row: Finding, names: dict[str, str]) -> dict[str, Any]:
    plain = (
        "id", "document_id", "text", "value", "confidence", "origin", "reading_id", "state", "conflict", "version",
    )  # fmt: skip
    reasons = doubts(row)
    return {
        **{name: getattr(row, name) for name in plain},
        "doubtful": bool(reasons),
        "doubt": "; ".join(reasons) or None,
        "model": names.get(row.model_id or ""),
        "spans": places(row),
    }


def places(row: Finding) -> list[schemas.SpanPublic]:
    """Spans with their boxes. Anchors stand in the order of the spans; those of pages that were unread are missing."""
    boxes: dict[int, deque[Any]] = {}
    for anchor in row.anchors:
        boxes.setdefault(anchor["page"], deque()).append(anchor["boxes"])
    return [
        schemas.SpanPublic(**span, boxes=left.popleft() if (left := boxes.get(span["page"])) else [])
        for span in row.spans
    ]


def review(row: Review) -> schemas.ReviewPublic:
    plain = [name for name in schemas.ReviewPublic.model_fields if name != "schema_version"]
    return schemas.ReviewPublic(**{name: getattr(row, name) for name in plain})


def batches(session: Session, rows: Sequence[Batch]) -> list[schemas.BatchPublic]:
    """Batches with their documents by status, counted for all of them at once."""
    counts: dict[str | None, dict[str, int]] = {}
    counted = select(Document.batch_id, Document.status, func.count()).where(
        Document.batch_id.in_([row.id for row in rows]), Document.deleted_at.is_(None)
    )
    for batch_id, status, number in session.execute(counted.group_by(Document.batch_id, Document.status)):
        counts.setdefault(batch_id, {})[status] = number
    plain = ("id", "name", "collection", "source", "uploader", "languages", "created_at", "cancelled_at")
    return [
        schemas.BatchPublic(**{name: getattr(row, name) for name in plain}, counts=counts.get(row.id, {}))
        for row in rows
    ]


def batch(session: Session, row: Batch) -> schemas.BatchPublic:
    return batches(session, [row])[0]


def cursor(moment: datetime, id: str | int) -> str:
    return base64.urlsafe_b64encode(json.dumps([moment.isoformat(), id]).encode()).decode()


def read_cursor(text: str, kind: type[Id]) -> tuple[datetime, Id]:
    """The moment and the id that `cursor` was made of; raises bad_request for what it cannot have made."""
    try:
        moment, id = json.loads(base64.urlsafe_b64decode(text.encode()))
        if type(id) is kind and (0 <= id < 2**63 if isinstance(id, int) else id.isascii() and len(id) <= 64):
            return datetime.fromisoformat(moment).astimezone(UTC), id
    except (ValueError, TypeError, OverflowError):
        pass
    raise SheafError("bad_request", detail="the cursor is not one of ours")
