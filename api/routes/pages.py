"""Pages of a document: how they were read, their words, their pictures. Reading them again is left to documents.py."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from api import present, schemas
from api.auth import authorize
from api.dependencies import ActorDep, PageNumber, ReadSession, WorkDep, get_document
from api.signing import signer
from api.streaming import stored
from errors import SheafError
from storage.readings import page_id
from storage.tables import Page, Reading
from workers.work import Work

router = APIRouter(prefix="/documents/{document_id}/pages", tags=["pages"])

#: What lists show of a reading. Its text and words would have to be decoded, which takes a second for 1000 pages.
_OF_READING: tuple[Any, ...] = (
    Reading.page_id, Reading.run, Reading.engine, Reading.engine_version, Reading.options, Reading.created_at,
    Reading.seconds, Reading.quality, Reading.confidence, Reading.reason,
)  # fmt: skip


@router.get("")
def list_pages(document_id: str, session: ReadSession, actor: ActorDep) -> schemas.PageList:
    """Every page with how it was read and why; without the words."""
    authorize(actor, "read", f"document {document_id}")
    get_document(session, document_id, deleted=True)
    rows = session.execute(
        select(Page, Reading)
        .outerjoin(Reading, Reading.id == Page.reading_id)
        .where(Page.document_id == document_id)
        .order_by(Page.number)
        .options(load_only(*_OF_READING, raiseload=True))
    )
    sign = signer(session)
    return schemas.PageList(
        items=[schemas.PageSummary(**present.page_summary(page, read, sign)) for page, read in rows]
    )


@router.get("/{number}")
def get_page(document_id: str, number: PageNumber, session: ReadSession, actor: ActorDep) -> schemas.PagePublic:
    """One page with its text, words, lines and blocks."""
    authorize(actor, "read", f"document {document_id}")
    page = _page(session, document_id, number)
    reading = session.get(Reading, page.reading_id) if page.reading_id else None
    return present.page(page, reading, signer(session))


@router.get("/{number}/readings")
def list_readings(document_id: str, number: PageNumber, session: ReadSession, actor: ActorDep) -> schemas.ReadingList:
    """Every way the page was read, the newest first."""
    authorize(actor, "read", f"document {document_id}")
    page = _page(session, document_id, number)
    rows = session.scalars(
        select(Reading)
        .where(Reading.page_id == page.id)
        .order_by(Reading.run.desc())
        .options(load_only(*_OF_READING, raiseload=True))
    )
    return schemas.ReadingList(items=[present.reading(row, row.id == page.reading_id) for row in rows])


@router.get("/{number}/image", response_class=StreamingResponse)
def get_image(
    document_id: str, number: PageNumber, work: WorkDep, session: ReadSession, actor: ActorDep
) -> StreamingResponse:
    """The page as displayed; boxes are fractions of this picture."""
    authorize(actor, "read", f"document {document_id}")
    page = _page(session, document_id, number)
    return _picture(work, page, page.image_key)


@router.get("/{number}/thumbnail", response_class=StreamingResponse)
def get_thumbnail(
    document_id: str, number: PageNumber, work: WorkDep, session: ReadSession, actor: ActorDep
) -> StreamingResponse:
    """The page, small."""
    authorize(actor, "read", f"document {document_id}")
    page = _page(session, document_id, number)
    return _picture(work, page, page.thumbnail_key)


def _page(session: Session, document_id: str, number: int) -> Page:
    get_document(session, document_id, deleted=True)
    page = session.get(Page, page_id(document_id, number))
    if page is None:
        raise SheafError("not_found", thing="page", id=f"{number} of document {document_id}")
    return page


def _picture(work: Work, page: Page, key: str | None) -> StreamingResponse:
    if key is None:
        raise SheafError("not_found", thing="picture", id=f"of page {page.number}: it has not been read yet")
    # The reading is part of the version: a page that is read again may be shown anew.
    headers = {"Cache-Control": "private, max-age=300", "ETag": f'"{page.reading_id}"'}
    return stored(work.stores.objects, key, page.image_type or "image/webp", headers)
