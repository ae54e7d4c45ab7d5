"""Documents: send, list, look at, delete and restore, read again, cancel.

Their pages are left to pages.py, findings to findings.py.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api import present, schemas
from api.auth import Action, authorize
from api.dependencies import (
    ActorDep,
    Cursor,
    Filter,
    Filters,
    IfMatch,
    IfNoneMatch,
    ReadSession,
    WorkDep,
    check_match,
    etag,
    get_batch,
    get_document,
)
from api.engines import check_languages
from api.streaming import stored
from api.uploads import receive_form
from errors import SheafError
from storage.tables import Document, Finding, Page, Review
from workers import arrival, lifecycle
from workers.work import Work

router = APIRouter(prefix="/documents", tags=["documents"])

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "password": {"type": "string", "description": "Opens a protected PDF; used once, never kept"},
                        "collection": {"type": "string", "default": "default"},
                        "batch_id": {"type": "string"},
                        "languages": {
                            "type": "string",
                            "description": "Codes of /engines; else those of the batch, else of the installation",
                            "example": "eng+deu",
                        },
                        "version_of": {"type": "string", "description": "Keep it as a new version of this document"},
                        "source": {"type": "string", "default": "api"},
                    },
                }
            }
        },
    }
}


#: Files are measured while they arrive, by the setting.
_UNLIMITED = 1 << 62


@router.post("", status_code=201, openapi_extra=_FORM, max_body_size=_UNLIMITED)
async def send_document(
    request: Request, response: Response, work: WorkDep, actor: ActorDep
) -> schemas.DocumentReceived:
    """Send one file. 201 when it is new; 200 with `duplicate: true` when the same bytes are there already."""
    authorize(actor, "add", "documents")
    path = work.stores.incoming / uuid.uuid4().hex
    try:
        upload = await receive_form(request, path, work.settings.sheaf_max_file_mb, work.settings.sheaf_min_free_mb)
        form = {name: value for name, value in upload.fields.items() if value}
        arrived = arrival.Arrival(
            path=path,
            sha256=upload.sha256,
            size=upload.size,
            filename=upload.filename,
            uploader=actor.name,
            source=form.get("source", "api"),
            collection=form.get("collection", "default"),
            batch_id=form.get("batch_id"),
            languages=tuple(form["languages"].split("+")) if "languages" in form else (),
            version_of=form.get("version_of"),
            password=form.get("password"),
        )
        received, shown = await run_in_threadpool(_receive, work, arrived)
    finally:
        await run_in_threadpool(path.unlink, missing_ok=True)
    response.status_code = 200 if received.duplicate else 201
    response.headers.update({"Location": f"/api/v1/documents/{shown.id}", "ETag": etag(shown.version)})
    return schemas.DocumentReceived(**shown.model_dump(), duplicate=received.duplicate)


def _receive(work: Work, arrived: arrival.Arrival) -> tuple[arrival.Received, schemas.DocumentPublic]:
    check_languages(work, arrived.languages)
    with work.stores.database.read() as session:
        if arrived.batch_id:
            batch = get_batch(session, arrived.batch_id)
            if batch.cancelled_at:
                raise SheafError("not_possible_now", detail="the batch was cancelled")
            arrived = replace(arrived, languages=arrived.languages or tuple(batch.languages))
        if arrived.version_of:
            get_document(session, arrived.version_of)
    received = arrival.receive(work, arrived)
    with work.stores.database.read() as session:
        return received, present.document(session, session.get_one(Document, received.document_id))


@router.get("")
def list_documents(
    session: ReadSession,
    actor: ActorDep,
    status: Filters = None,
    type: Filters = None,
    collection: Filter = None,
    batch_id: Filter = None,
    review_state: Filter = None,
    name: Annotated[str | None, Query(description="Part of the file name", max_length=200)] = None,
    label: Annotated[str | None, Query(description="With a finding of this label or field", max_length=60)] = None,
    doubtful: Annotated[bool | None, Query(description="With findings in doubt, or without any")] = None,
    problems: Annotated[bool | None, Query(description="With pages that went wrong, or without any")] = None,
    deleted: Annotated[bool, Query(description="The trash instead of what is there")] = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Cursor = None,
) -> schemas.DocumentList:
    """Documents, the newest first. `next_cursor` goes on where the page ends."""
    authorize(actor, "list", "documents")
    query = select(Document).where(Document.deleted_at.is_not(None) if deleted else Document.deleted_at.is_(None))
    query = query.where(Document.status != "purging")
    equal = {"collection": collection, "batch_id": batch_id, "review_state": review_state}
    for column, value in equal.items():
        if value is not None:
            query = query.where(getattr(Document, column) == value)
    if type:
        query = query.where(Document.type.in_(type))
    labelled = select(Finding.document_id).where(Finding.name == label, Finding.state != "rejected")
    in_doubt = select(Finding.document_id).where(Finding.doubtful)
    gone_wrong = select(Page.document_id).where(Page.error.is_not(None))
    for wanted, ids in ((True if label else None, labelled), (doubtful, in_doubt), (problems, gone_wrong)):
        if wanted is not None:
            query = query.where(Document.id.in_(ids) if wanted else Document.id.not_in(ids))
    if name:
        query = query.where(func.lower(Document.filename).contains(name.lower(), autoescape=True))
    counted = query.with_only_columns(Document.status, func.count()).group_by(Document.status)
    counts = dict(session.execute(counted).all())
    if status:
        query = query.where(Document.status.in_(status))
    if cursor:
        query = query.where(tuple_(Document.created_at, Document.id) < tuple_(*present.read_cursor(cursor, str)))
    query = query.order_by(Document.created_at.desc(), Document.id.desc()).limit(limit + 1)
    rows = list(session.scalars(query))
    more = present.cursor(rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None
    return schemas.DocumentList(items=present.documents(session, rows[:limit]), next_cursor=more, counts=counts)


@router.get("/{document_id}", response_model=schemas.DocumentPublic)
def get_one_document(
    document_id: str, session: ReadSession, actor: ActorDep, response: Response, if_none_match: IfNoneMatch = None
) -> Any:
    """One document with its progress, also from the trash. Its ETag changes with any decision, run or progress."""
    authorize(actor, "read", f"document {document_id}")
    document = get_document(session, document_id, deleted=True)
    shown = present.document(session, document)
    decided = session.scalar(select(func.max(Review.id)).where(Review.document_id == document_id))
    tag = etag(document.version, f"{decided} {shown.model_dump_json(exclude={'thumbnail_url'})}")
    if if_none_match == tag:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return shown


@router.get("/{document_id}/original", response_class=StreamingResponse)
def get_original(document_id: str, work: WorkDep, session: ReadSession, actor: ActorDep) -> StreamingResponse:
    """The file as it was sent, to the byte."""
    authorize(actor, "read", f"document {document_id}")
    document = get_document(session, document_id, deleted=True)
    if not document.original_key:
        raise SheafError("not_found", thing="file of document", id=document_id)
    headers = {
        "Content-Disposition": disposition(document.filename),
        "Content-Length": str(document.size),
    }
    return stored(work.stores.objects, document.original_key, document.media_type, headers)


def disposition(filename: str) -> str:
    """The Content-Disposition of a download: the name in full (RFC 5987), and in ASCII for those who know only that."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


@router.delete("/{document_id}")
def delete_document(
    document_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.DocumentPublic:
    """Put it in the trash; `restore` brings it back."""
    return change_document(work, actor, "delete", document_id, response, if_match, lifecycle.remove)


@router.post("/{document_id}/restore")
def restore_document(
    document_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.DocumentPublic:
    """Take it out of the trash."""
    return change_document(work, actor, "delete", document_id, response, if_match, lifecycle.restore)


@router.post("/{document_id}/purge", status_code=204)
def purge_document(document_id: str, work: WorkDep, actor: ActorDep, if_match: IfMatch = None) -> None:
    """Remove it for good, with everything found in it. Only from the trash."""
    authorize(actor, "purge", f"document {document_id}")
    with work.stores.database.write() as session:
        document = get_document(session, document_id, deleted=True)
        check_match(if_match, document.version, required=False)
        condemned = lifecycle.condemn(session, document)
    for one in condemned:
        lifecycle.sweep_away(work, one)


@router.post("/{document_id}/read", status_code=202)
def read_document_again(
    document_id: str,
    work: WorkDep,
    actor: ActorDep,
    response: Response,
    wanted: schemas.ReadAgain | None = None,
    if_match: IfMatch = None,
) -> schemas.DocumentPublic:
    """Read it, or some of its pages, again. Earlier readings are kept, and so is every human decision."""
    wanted = wanted or schemas.ReadAgain()
    check_languages(work, wanted.languages)
    options = {name: value for name, value in wanted.model_dump(exclude={"pages"}).items() if value}

    def again(session: Session, document: Document) -> list[str]:
        return lifecycle.read_again(session, document, wanted.pages, options)

    return change_document(work, actor, "change", document_id, response, if_match, again)


@router.post("/{document_id}/retry", status_code=202)
def retry_document(
    document_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.DocumentPublic:
    """Go on with a failed document where it stopped."""
    return change_document(work, actor, "change", document_id, response, if_match, lifecycle.retry)


@router.post("/{document_id}/cancel")
def cancel_document(
    document_id: str, work: WorkDep, actor: ActorDep, response: Response, if_match: IfMatch = None
) -> schemas.DocumentPublic:
    """Stop the work on it; what was read stays."""
    return change_document(work, actor, "change", document_id, response, if_match, lifecycle.cancel)


def change_document(
    work: Work,
    actor: ActorDep,
    action: Action,
    document_id: str,
    response: Response,
    if_match: str | None,
    change: Callable[[Session, Document], list[str] | None],
) -> schemas.DocumentPublic:
    """Change a document in one transaction and send what the change opened."""
    authorize(actor, action, f"document {document_id}")
    with work.stores.database.write() as session:
        document = get_document(session, document_id, deleted=action == "delete")
        check_match(if_match, document.version, False, current=lambda: present.document(session, document))
        steps = change(session, document) or []
        session.flush()
        shown = present.document(session, document)
    work.send(steps)
    response.headers["ETag"] = etag(shown.version)
    return shown
