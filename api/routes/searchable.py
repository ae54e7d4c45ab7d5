"""The searchable copy of a document: its pages as they are, with the words that were read on them.

Making it is left to nlp.reading.searchable.
"""

from __future__ import annotations

import uuid
from contextlib import ExitStack
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.auth import authorize
from api.dependencies import ActorDep, WorkDep, get_document
from api.routes.documents import disposition
from api.streaming import only_once
from errors import SheafError
from nlp.facts import Page
from nlp.reading import searchable
from storage.readings import current_pages
from storage.tables import Document
from workers.work import Work

router = APIRouter(prefix="/documents/{document_id}", tags=["documents"])

MEDIA_TYPE = "application/pdf"
#: What a document is called until its pages are read.
_UNREAD = ("queued", "reading")


@router.get("/searchable.pdf", response_class=StreamingResponse)
def get_searchable(document_id: str, work: WorkDep, actor: ActorDep) -> StreamingResponse:
    """A PDF that looks as the document does, its pictures not recompressed, with the words that OCR read as invisible
    text. Pages that were read by their own text layer stay as they are; one that was rejected is not found any more.
    What is protected has no such copy, for it would be without protection."""
    authorize(actor, "read", f"document {document_id}")
    with work.stores.database.read() as session:
        document = get_document(session, document_id, deleted=True)
        if document.page_count is None or document.status in _UNREAD:
            raise SheafError("not_possible_now", detail="its pages are still being read")
        if not document.page_count:
            raise SheafError("not_possible_now", detail="it has no pages of its own")
        pages = [page for page in current_pages(session, document_id) if searchable.has_ocr(page)]
    target = work.stores.incoming / uuid.uuid4().hex
    try:
        _write(work, document, pages, target)
        stem = document.filename.rpartition(".")[0] or document.filename
        return only_once(target, MEDIA_TYPE, {"Content-Disposition": disposition(f"{stem}.searchable.pdf")})
    finally:
        target.unlink(missing_ok=True)


def _write(work: Work, document: Document, pages: list[Page], target: Path) -> None:
    with ExitStack() as files:
        original, working = (
            files.enter_context(work.stores.objects.local(key)) if key else None
            for key in (document.original_key, document.working_key)
        )
        work.children.door.call(
            searchable.write, original, working, document.media_type, document.page_count, pages, target,
            deadline=work.settings.sheaf_page_seconds,
        )  # fmt: skip
