"""What routes ask for, by name: the work, the caller, a document, a precondition.

What they do with it is left to them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.auth import Actor
from api.schemas import MOST_PAGES, Shape
from errors import SheafError
from storage import documents
from storage.readings import page_id
from storage.tables import Batch, Document, Finding, Page
from workers.work import Work


def get_work(request: Request) -> Work:
    work: Work = request.app.state.work
    return work


def get_actor(
    x_sheaf_actor: Annotated[
        str | None, Header(description="Name for the audit trail; default: local", max_length=80)
    ] = None,
) -> Actor:
    # HTTP hands headers on letter by letter; people's names come as UTF-8.
    name = (x_sheaf_actor or "").encode("latin-1").decode("utf-8", "replace")
    return Actor(name or "local")


WorkDep = Annotated[Work, Depends(get_work)]
ActorDep = Annotated[Actor, Depends(get_actor)]


def get_reading(work: WorkDep) -> Iterator[Session]:
    with work.stores.database.read() as session:
        yield session


#: Closed when the route's function returns: who downloads slowly must not hold the database.
ReadSession = Annotated[Session, Depends(get_reading, scope="function")]
IfNoneMatch = Annotated[str | None, Header(description="The ETag of what is known; 304 while it is still so")]
IfMatch = Annotated[str | None, Header(description="The ETag of what is changed, or *")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the answer before", max_length=300)]
Filter = Annotated[str | None, Query(max_length=200)]
Filters = Annotated[list[str] | None, Query(max_length=50)]
PageNumber = Annotated[int, Path(ge=1, le=MOST_PAGES)]


def get_document(session: Session, document_id: str, deleted: bool = False) -> Document:
    """The document, held when the session writes, or the error that says it is not there; `deleted`: the trash too."""
    document = documents.find(session, document_id)
    if document is None or document.status == "purging":
        raise SheafError("not_found", thing="document", id=document_id)
    if document.deleted_at is not None and not deleted:
        raise SheafError("gone", thing="document", id=document_id)
    return document


def find_page(session: Session, document_id: str, number: int) -> Page:
    """A page of a document, also of one in the trash, or the error that says it is not there."""
    get_document(session, document_id, deleted=True)
    page = session.get(Page, page_id(document_id, number))
    if page is None:
        raise SheafError("not_found", thing="page", id=f"{number} of document {document_id}")
    return page


def get_finding(session: Session, kind: str, finding_id: str) -> Finding:
    of_kind = select(Finding.document_id).where(Finding.id == finding_id, Finding.kind == kind)
    if (document_id := session.scalar(of_kind)) is not None:
        get_document(session, document_id)  # held before the finding is looked at
        if (finding := session.get(Finding, finding_id)) is not None:
            return finding
    raise SheafError("not_found", thing=kind, id=finding_id)


def get_batch(session: Session, batch_id: str) -> Batch:
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise SheafError("not_found", thing="batch", id=batch_id)
    return batch


def check_match(
    if_match: str | None, version: int, required: bool = True, current: Callable[[], Shape] | None = None
) -> None:
    """Compare the caller's ETag with the version that is there; `current` shows it to who comes too late."""
    if if_match is None:
        if required:
            raise SheafError("precondition_required")
        return
    versions = {part.strip().partition("-")[0].strip('"') for part in if_match.split(",")}
    if if_match.strip() != "*" and str(version) not in versions:
        shown = current().model_dump(mode="json", by_alias=True) if current else None
        raise SheafError("changed_meanwhile", **({"current": shown} if shown else {}))


def etag(version: int, seen: str | None = None) -> str:
    """What people may change, as If-Match wants it; `seen` adds the rest of what an answer showed, for If-None-Match.

    If-Match compares the version only: work that goes on by itself never stands in a decision's way.
    """
    return f'"{version}"' if seen is None else f'"{version}-{hashlib.sha256(seen.encode()).hexdigest()[:16]}"'
