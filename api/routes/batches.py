"""Batches: documents sent together, how far they are, retry and cancel for all.

Single documents are left to documents.py.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select, tuple_

from api import present, schemas
from api.auth import authorize
from api.dependencies import ActorDep, Cursor, ReadSession, WorkDep, get_batch
from api.engines import check_languages
from storage import documents
from storage.database import now
from storage.tables import Batch, Document
from workers import lifecycle
from workers.order import BUSY

router = APIRouter(prefix="/batches", tags=["batches"])


@router.post("", status_code=201)
def open_batch(new: schemas.BatchIn, work: WorkDep, actor: ActorDep) -> schemas.BatchPublic:
    """Open a batch; then send documents with its `batch_id`."""
    authorize(actor, "add", "batches")
    check_languages(work, new.languages)
    with work.stores.database.write() as session:
        batch = Batch(**new.model_dump(), uploader=actor.name)
        session.add(batch)
        session.flush()
        return present.batch(session, batch)


@router.get("")
def list_batches(
    session: ReadSession, actor: ActorDep, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: Cursor = None
) -> schemas.BatchList:
    """Batches, the newest first. `next_cursor` goes on where the page ends."""
    authorize(actor, "list", "batches")
    query = select(Batch).order_by(Batch.created_at.desc(), Batch.id.desc()).limit(limit + 1)
    if cursor:
        query = query.where(tuple_(Batch.created_at, Batch.id) < tuple_(*present.read_cursor(cursor, str)))
    rows = list(session.scalars(query))
    more = present.cursor(rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None
    return schemas.BatchList(items=present.batches(session, rows[:limit]), next_cursor=more)


@router.get("/{batch_id}")
def get_one_batch(batch_id: str, session: ReadSession, actor: ActorDep) -> schemas.BatchPublic:
    """One batch with its documents counted by status."""
    authorize(actor, "read", f"batch {batch_id}")
    return present.batch(session, get_batch(session, batch_id))


@router.post("/{batch_id}/retry", status_code=202)
def retry_batch(batch_id: str, work: WorkDep, actor: ActorDep) -> schemas.BatchPublic:
    """Try every failed document of the batch again."""
    authorize(actor, "change", f"batch {batch_id}")
    steps: list[str] = []
    with work.stores.database.write() as session:
        batch = get_batch(session, batch_id)
        failed = (Document.status == "failed") & Document.deleted_at.is_(None)
        for document in documents.find_all(session, Document.batch_id == batch_id, failed):
            steps += lifecycle.retry(session, document)
        shown = present.batch(session, batch)
    work.send(steps)
    return shown


@router.post("/{batch_id}/cancel")
def cancel_batch(batch_id: str, work: WorkDep, actor: ActorDep) -> schemas.BatchPublic:
    """Stop the work on every unfinished document of the batch; it takes no more documents."""
    authorize(actor, "change", f"batch {batch_id}")
    with work.stores.database.write() as session:
        batch = get_batch(session, batch_id)
        batch.cancelled_at = batch.cancelled_at or now()
        for document in documents.find_all(session, Document.batch_id == batch_id, Document.status.in_(BUSY)):
            if document.status in BUSY:  # it may have come in one that was just cancelled
                lifecycle.cancel(session, document)
        session.flush()
        return present.batch(session, batch)
