"""What people say of whole documents (type, reviewed), taking back, and the audit trail.

Single findings are left to findings.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import decisions, present, schemas
from api.auth import authorize
from api.dependencies import ActorDep, Cursor, IfMatch, ReadSession, WorkDep, check_match, etag, get_document
from storage.tables import Document, Review
from workers.work import Work

router = APIRouter(tags=["reviews"])


@router.put("/documents/{document_id}/type")
def set_type(
    document_id: str,
    kind: schemas.TypeIn,
    work: WorkDep,
    actor: ActorDep,
    response: Response,
    if_match: IfMatch = None,
) -> schemas.DocumentPublic:
    """Say what kind of document it is; reading it again keeps that."""

    def change(session: Session, document: Document) -> None:
        decisions.set_type(session, document, actor.name, kind.label)

    return _decide(work, actor, document_id, response, if_match, change)


@router.put("/documents/{document_id}/reviewed")
def mark_reviewed(
    document_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.DocumentPublic:
    """Say that a person has looked at everything in it."""

    def change(session: Session, document: Document) -> None:
        decisions.mark_reviewed(session, document, actor.name, True)

    return _decide(work, actor, document_id, response, if_match, change)


@router.delete("/documents/{document_id}/reviewed")
def reopen_review(
    document_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.DocumentPublic:
    """Say that it should be looked at again."""

    def change(session: Session, document: Document) -> None:
        decisions.mark_reviewed(session, document, actor.name, False)

    return _decide(work, actor, document_id, response, if_match, change)


@router.post("/documents/{document_id}/undo")
def undo(document_id: str, work: WorkDep, actor: ActorDep) -> schemas.ReviewPublic:
    """Take back your last decision on this document; refused when somebody decided about the same thing since."""
    authorize(actor, "review", f"document {document_id}")
    with work.stores.database.write() as session:
        return present.review(decisions.undo(session, get_document(session, document_id), actor.name))


@router.get("/documents/{document_id}/reviews")
def list_document_reviews(
    document_id: str,
    session: ReadSession,
    actor: ActorDep,
    limit: Annotated[int | None, Query(ge=1, le=500, description="Default: all")] = None,
) -> schemas.ReviewList:
    """Who decided what, the newest first."""
    authorize(actor, "read", f"document {document_id}")
    get_document(session, document_id, deleted=True)
    newest = select(Review).where(Review.document_id == document_id).order_by(Review.id.desc()).limit(limit)
    rows = session.scalars(newest)
    return schemas.ReviewList(items=[present.review(row) for row in rows])


@router.get("/reviews")
def list_reviews(
    session: ReadSession,
    actor: ActorDep,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> schemas.ReviewList:
    """The audit trail of everything, the newest first."""
    authorize(actor, "list", "reviews")
    query = select(Review).order_by(Review.id.desc()).limit(limit + 1)
    if cursor:
        query = query.where(Review.id < present.read_cursor(cursor, int)[1])
    rows = list(session.scalars(query))
    more = present.cursor(rows[limit - 1].at, rows[limit - 1].id) if len(rows) > limit else None
    return schemas.ReviewList(items=[present.review(row) for row in rows[:limit]], next_cursor=more)


def _decide(
    work: Work,
    actor: ActorDep,
    document_id: str,
    response: Response,
    if_match: str | None,
    change: Callable[[Session, Document], None],
) -> schemas.DocumentPublic:
    authorize(actor, "review", f"document {document_id}")
    with work.stores.database.write() as session:
        document = get_document(session, document_id)
        check_match(if_match, document.version, current=lambda: present.document(session, document))
        change(session, document)
        session.flush()
        response.headers["ETag"] = etag(document.version)
        return present.document(session, document)
