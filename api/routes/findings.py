"""Entities and fields: list, add, accept, correct, reject. What a decision means is left to decisions.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import decisions, present, schemas
from api.auth import authorize
from api.dependencies import ActorDep, IfMatch, ReadSession, WorkDep, check_match, etag, get_document, get_finding
from api.things import things_in
from storage.tables import Document, Finding
from workers.work import Work

router = APIRouter(tags=["findings"])

Shown = TypeVar("Shown", schemas.EntityPublic, schemas.FieldPublic)
State = Annotated[list[str] | None, Query(description="found, accepted, corrected, rejected, added", max_length=50)]


@router.get("/documents/{document_id}/entities")
def list_entities(document_id: str, session: ReadSession, actor: ActorDep, state: State = None) -> schemas.EntityList:
    """What is named in the document, in reading order; decisions without a place come first. `thing` is the same for
    mentions of the same real thing."""
    rows = _rows(session, actor, document_id, "entity")
    things = things_in(session, document_id, rows)
    shown = [row for row in rows if not state or row.state in state]
    return schemas.EntityList(items=present.entities_of_things(session, shown, things))


@router.get("/documents/{document_id}/things")
def list_things(document_id: str, session: ReadSession, actor: ActorDep) -> schemas.ThingList:
    """The real things that the document speaks of, each with all its mentions, in the order of the first ones."""
    rows = _rows(session, actor, document_id, "entity")
    return schemas.ThingList(items=[present.thing(one) for one in things_in(session, document_id, rows)])


@router.get("/documents/{document_id}/fields")
def list_fields(document_id: str, session: ReadSession, actor: ActorDep, state: State = None) -> schemas.FieldList:
    """The fields of the document, with the candidates that lost."""
    rows = _rows(session, actor, document_id, "field", state)
    return schemas.FieldList(items=present.fields(session, rows))


@router.post("/documents/{document_id}/entities", status_code=201)
def add_entity(
    document_id: str, new: schemas.EntityIn, work: WorkDep, actor: ActorDep, response: Response
) -> schemas.EntityPublic:
    """Add what the machine missed."""

    def added(session: Session, document: Document) -> Finding:
        return decisions.add(session, document, actor.name, "entity", new.label, new.spans, value=new.value)

    return _add(work, actor, document_id, response, added, present.entity)


@router.post("/documents/{document_id}/fields", status_code=201)
def add_field(
    document_id: str, new: schemas.FieldIn, work: WorkDep, actor: ActorDep, response: Response
) -> schemas.FieldPublic:
    """Add a field that was not found, with or without a place on the page."""

    def added(session: Session, document: Document) -> Finding:
        return decisions.add(
            session, document, actor.name, "field", new.name, new.spans, new.text, new.value, new.group, new.row,
            types=work.settings.document_types(),
        )  # fmt: skip

    return _add(work, actor, document_id, response, added, present.field)


@router.post("/entities/{entity_id}/accept")
def accept_entity(
    entity_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.EntityPublic:
    """Say that it is right."""
    return _decide(work, actor, "entity", entity_id, response, if_match, decisions.accept, present.entity)


@router.post("/entities/{entity_id}/reject")
def reject_entity(
    entity_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.EntityPublic:
    """Say that it is none."""
    return _decide(work, actor, "entity", entity_id, response, if_match, decisions.reject, present.entity)


@router.post("/entities/{entity_id}/correct")
def correct_entity(
    entity_id: str,
    correction: schemas.CorrectionIn,
    work: WorkDep,
    actor: ActorDep,
    response: Response,
    if_match: IfMatch = None,
) -> schemas.EntityPublic:
    """Say what it is instead."""

    def corrected(session: Session, finding: Finding, who: str) -> None:
        decisions.correct(session, finding, who, correction)

    return _decide(work, actor, "entity", entity_id, response, if_match, corrected, present.entity)


@router.post("/fields/{field_id}/accept")
def accept_field(
    field_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.FieldPublic:
    """Say that it is right."""
    return _decide(work, actor, "field", field_id, response, if_match, decisions.accept, present.field)


@router.post("/fields/{field_id}/reject")
def reject_field(
    field_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.FieldPublic:
    """Say that it is not the field."""
    return _decide(work, actor, "field", field_id, response, if_match, decisions.reject, present.field)


@router.post("/fields/{field_id}/correct")
def correct_field(
    field_id: str,
    correction: schemas.CorrectionIn,
    work: WorkDep,
    actor: ActorDep,
    response: Response,
    if_match: IfMatch = None,
) -> schemas.FieldPublic:
    """Say what it is instead."""

    def corrected(session: Session, finding: Finding, who: str) -> None:
        decisions.correct(session, finding, who, correction, work.settings.document_types())

    return _decide(work, actor, "field", field_id, response, if_match, corrected, present.field)


def _rows(
    session: Session, actor: ActorDep, document_id: str, kind: str, state: list[str] | None = None
) -> list[Finding]:
    authorize(actor, "read", f"document {document_id}")
    get_document(session, document_id, deleted=True)
    query = select(Finding).where(Finding.document_id == document_id, Finding.kind == kind)
    if state:
        query = query.where(Finding.state.in_(state))

    def place(finding: Finding) -> tuple[int, int]:
        first = finding.spans[0] if finding.spans else {"page": 0, "start": 0}
        return first["page"], first["start"]

    return sorted(session.scalars(query), key=place)


def _add(
    work: Work,
    actor: ActorDep,
    document_id: str,
    response: Response,
    added: Callable[[Session, Document], Finding],
    show: Callable[[Session, Finding], Shown],
) -> Shown:
    authorize(actor, "review", f"document {document_id}")
    with work.stores.database.write() as session:
        finding = added(session, get_document(session, document_id))
        response.headers["ETag"] = etag(finding.version)
        return show(session, finding)


def _decide(
    work: Work,
    actor: ActorDep,
    kind: str,
    finding_id: str,
    response: Response,
    if_match: str | None,
    decide: Callable[[Session, Finding, str], None],
    show: Callable[[Session, Finding], Shown],
) -> Shown:
    authorize(actor, "review", f"{kind} {finding_id}")
    with work.stores.database.write() as session:
        finding = get_finding(session, kind, finding_id)
        check_match(if_match, finding.version, current=lambda: show(session, finding))
        decide(session, finding, actor.name)
        session.flush()
        response.headers["ETag"] = etag(finding.version)
        return show(session, finding)
