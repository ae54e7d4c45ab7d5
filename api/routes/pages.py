"""Pages of a document: how they were read, their words, their pictures.

Other readings of them are left to readings.py, reading them again to documents.py.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy import select
from sqlalchemy.orm import load_only

from api import present, schemas
from api.auth import authorize
from api.dependencies import ActorDep, PageNumber, ReadSession, WorkDep, find_page, get_document
from api.routes.readings import OF_READING
from api.signing import signer
from api.streaming import stored
from errors import SheafError
from storage.tables import Page, Reading
from workers.work import Work

router = APIRouter(prefix="/documents/{document_id}/pages", tags=["pages"])


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
        .options(load_only(*OF_READING, raiseload=True))
    )
    sign = signer(session)
    return schemas.PageList(
        items=[schemas.PageSummary(**present.page_summary(page, read, sign)) for page, read in rows]
    )


@router.get("/{number}")
def get_page(document_id: str, number: PageNumber, session: ReadSession, actor: ActorDep) -> schemas.PagePublic:
    """One page with its text, words, lines and blocks."""
    authorize(actor, "read", f"document {document_id}")
    page = find_page(session, document_id, number)
    reading = session.get(Reading, page.reading_id) if page.reading_id else None
    return present.page(page, reading, signer(session))


@router.get("/{number}/image", response_class=StreamingResponse)
def get_image(
    document_id: str, number: PageNumber, work: WorkDep, session: ReadSession, actor: ActorDep
) -> StreamingResponse:
    """The page as displayed; boxes are fractions of this picture."""
    authorize(actor, "read", f"document {document_id}")
    page = find_page(session, document_id, number)
    return _picture(work, page, page.image_key)


@router.get("/{number}/thumbnail", response_class=StreamingResponse)
def get_thumbnail(
    document_id: str, number: PageNumber, work: WorkDep, session: ReadSession, actor: ActorDep
) -> StreamingResponse:
    """The page, small."""
    authorize(actor, "read", f"document {document_id}")
    page = find_page(session, document_id, number)
    return _picture(work, page, page.thumbnail_key)


def _picture(work: Work, page: Page, key: str | None) -> StreamingResponse:
    if key is None:
        raise SheafError("not_found", thing="picture", id=f"of page {page.number}: it has not been read yet")
    # The reading is part of the version: a page that is read again may be shown anew.
    headers = {"Cache-Control": "private, max-age=300", "ETag": f'"{page.reading_id}"'}
    return stored(work.stores.objects, key, page.image_type or "image/webp", headers)
