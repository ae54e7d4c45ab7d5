"""What people decide about findings and documents, each with a line in the audit trail; and taking it back.

HTTP is left to the routes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from api.schemas import CorrectionIn, SpanIn
from api.vocabulary import value_of
from errors import SheafError
from nlp.facts import Page, Span
from storage.database import now
from storage.findings import anchors_of, carry, prevailing_currency, span_json
from storage.readings import current_ids, current_pages
from storage.tables import Document, Finding, Review, new_id

_REMEMBERED = (
    "id", "kind", "name", "group", "row", "text", "value", "spans", "anchors", "candidates", "confidence", "origin",
    "model_id", "reading_id", "state", "conflict",
)  # fmt: skip
_OF_DOCUMENT = ("type", "type_confidence", "type_origin", "review_state", "reviewed_by", "reviewed_at")


def accept(session: Session, finding: Finding, actor: str) -> None:
    _decide(session, finding, actor, "accept", state="accepted")


def reject(session: Session, finding: Finding, actor: str) -> None:
    _decide(session, finding, actor, "reject", state="rejected")


def correct(
    session: Session, finding: Finding, actor: str, correction: CorrectionIn, types: Path | None = None
) -> None:
    """Change label, place, text or value. A new place brings its text, a new text its value, unless they are given;
    `types` is the installation's own file of types and their fields."""
    changes: dict[str, Any] = {"state": "corrected", "origin": "human", "confidence": 1.0}
    if correction.label is not None:
        if finding.kind != "entity":
            raise SheafError("bad_request", detail="a field keeps its name; reject it and add another")
        changes["name"] = correction.label
    if correction.spans is not None:
        changes |= _placed(session, finding.document_id, correction.spans)
        changes["conflict"] = False
    if correction.text is not None:
        changes["text"] = correction.text
    if correction.value is not None:
        changes["value"] = correction.value
    elif "text" in changes or "name" in changes:
        name, text = changes.get("name", finding.name), changes.get("text", finding.text)
        changes["value"] = value_of(finding.kind, name, text, prevailing_currency(session, finding.document_id), types)
    _decide(session, finding, actor, "correct", **changes)


def add(
    session: Session,
    document: Document,
    actor: str,
    kind: str,
    name: str,
    spans: Sequence[SpanIn],
    text: str | None = None,
    value: dict[str, Any] | None = None,
    group: str | None = None,
    row: int | None = None,
    types: Path | None = None,
) -> Finding:
    """A finding that the machine missed. Raises bad_request when it has neither a place nor a text."""
    placed: dict[str, Any] = _placed(session, document.id, spans) if spans else {"spans": [], "anchors": []}
    text = text or placed.pop("text", None)
    placed.pop("text", None)
    if not text:
        raise SheafError("bad_request", detail="a finding needs a place on a page or a text")
    if value is None:
        value = value_of(kind, name, text, prevailing_currency(session, document.id), types)
    finding = Finding(
        id=new_id(), document_id=document.id, kind=kind, name=name, group=group, row=row, text=text,
        value=value, confidence=1.0, origin="human", state="added", candidates=[], conflict=False, version=1, **placed,
    )  # fmt: skip
    session.add(finding)
    session.flush()
    _note(session, document.id, kind, finding.id, "add", actor, None, snapshot(finding))
    return finding


def set_type(session: Session, document: Document, actor: str, label: str) -> None:
    before = _document_snapshot(document)
    document.type, document.type_confidence, document.type_origin = label, 1.0, "human"
    document.version += 1
    _note(session, document.id, "document", None, "type", actor, before, _document_snapshot(document))


def mark_reviewed(session: Session, document: Document, actor: str, reviewed: bool) -> None:
    before = _document_snapshot(document)
    document.review_state = "reviewed" if reviewed else "unreviewed"
    document.reviewed_by, document.reviewed_at = (actor, now()) if reviewed else (None, None)
    document.version += 1
    _note(
        session, document.id, "document", None, "reviewed" if reviewed else "reopened", actor, before,
        _document_snapshot(document),
    )  # fmt: skip


def undo(session: Session, document: Document, actor: str) -> Review:
    """Take back the caller's last decision on this document that still stands.

    Raises nothing_to_undo, and decided_since when somebody decided about the same thing afterwards.
    """
    taken_back = aliased(Review)
    last = session.scalar(
        select(Review)
        .where(
            Review.document_id == document.id,
            Review.actor == actor,
            Review.undoes.is_(None),
            ~exists().where(taken_back.undoes == Review.id),
        )
        .order_by(Review.id.desc())
        .limit(1)
    )
    if last is None:
        raise SheafError("nothing_to_undo")
    same_thing = (Review.finding_id == last.finding_id if last.finding_id else (Review.subject == "document")) & (
        Review.document_id == document.id
    )
    if session.scalar(select(Review.id).where(same_thing, Review.id > last.id, Review.actor != actor).limit(1)):
        raise SheafError("decided_since")
    if last.subject == "document":
        before: dict[str, Any] | None = _document_snapshot(document)
        was, became = last.before or {}, last.after or {}
        for name in (name for name in was if was[name] != became.get(name)):  # the rest may have changed since
            setattr(document, name, _revived(name, was[name]))
        after: dict[str, Any] | None = _document_snapshot(document)
    else:
        before, after = _restore(session, last)
    document.version += 1
    return _note(session, document.id, last.subject, last.finding_id, "undo", actor, before, after, undoes=last.id)


def snapshot(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in _REMEMBERED}


def _decide(session: Session, finding: Finding, actor: str, action: str, **changes: Any) -> None:
    before = snapshot(finding)
    if finding.conflict and "spans" not in changes:  # its place is gone; confirmed, it holds without one
        changes |= {"conflict": False, "spans": [], "anchors": [], "reading_id": None}
    for name, value in changes.items():
        setattr(finding, name, value)
    finding.version += 1
    _note(session, finding.document_id, finding.kind, finding.id, action, actor, before, snapshot(finding))


def _restore(session: Session, last: Review) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    finding = session.get(Finding, last.finding_id)
    before = snapshot(finding) if finding else None
    if last.before is None:  # it was added by hand: taking that back removes it; the trail keeps it
        if finding:
            session.delete(finding)
        return before, None
    if finding is None:
        finding = Finding(document_id=last.document_id, version=1)
        session.add(finding)
    for name, value in last.before.items():
        setattr(finding, name, value)
    finding.version += 1
    numbers = [anchor["page"] for anchor in finding.anchors]
    pages = {page.number: page for page in current_pages(session, last.document_id, numbers)}
    carry(finding, pages, current_ids(session, last.document_id))  # the page may have been read again since
    return before, snapshot(finding)


def _placed(session: Session, document_id: str, spans: Sequence[SpanIn]) -> dict[str, Any]:
    pages = {page.number: page for page in current_pages(session, document_id, [span.page for span in spans])}
    readings = current_ids(session, document_id)
    places = [_place(pages, span) for span in spans]
    return {
        "spans": [span_json(place) for place in places],
        "anchors": anchors_of(places, pages, readings),
        "text": " ".join(" ".join(pages[s.page].text[s.start : s.end].split()) for s in places),
        "reading_id": readings[places[0].page],
    }


def _place(pages: dict[int, Page], span: SpanIn) -> Span:
    page = pages.get(span.page)
    if page is None or not span.start < span.end <= len(page.text):
        raise SheafError("bad_request", detail=f"page {span.page} has no text from {span.start} to {span.end}")
    return Span(span.page, span.start, span.end)


def _document_snapshot(document: Document) -> dict[str, Any]:
    values = {name: getattr(document, name) for name in _OF_DOCUMENT}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _revived(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name == "reviewed_at" and value else value


def _note(
    session: Session, document_id: str, subject: str, finding_id: str | None, action: str, actor: str,
    before: dict[str, Any] | None, after: dict[str, Any] | None, undoes: int | None = None,
) -> Review:  # fmt: skip
    line = Review(
        document_id=document_id, subject=subject, finding_id=finding_id, action=action, actor=actor, before=before,
        after=after, undoes=undoes,
    )  # fmt: skip
    session.add(line)
    session.flush()
    return line
