"""What routes ask for, by name: the work, the caller, a document, a precondition.

What they do with it is left to them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request
from sqlalchemy.orm import Session

from api.auth import Actor
from api.schemas import MOST_PAGES
from errors import SheafError
from storage.tables import Batch, Document, Finding
from workers.work import Work


def get_work(request: Request) -> Work:
    work: Work = request.app.state.work
    return work


def get_actor(
    x_sheaf_actor: Annotated[
        str | None, Header(description="Name for the audit trail; default: local", max_length=80)
    ] = None,
) -> Actor:
    return Actor(x_sheaf_actor or "local")


WorkDep = Annotated[Work, Depends(get_work)]
ActorDep = Annotated[Actor, Depends(get_actor)]


def get_reading(work: WorkDep) -> Iterator[Session]:
    with work.stores.database.read() as session:
        yield session


#: Closed when the route's function returns: who downloads slowly must not hold the database.
ReadSession = Annotated[Session, Depends(get_reading, scope="function")]
IfMatch = Annotated[str | None, Header(description="The ETag of what is changed, or *")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the answer before", max_length=300)]
Filter = Annotated[str | None, Query(max_length=200)]
Filters = Annotated[list[str] | None, Query(max_length=50)]
PageNumber = Annotated[int, Path(ge=1, le=MOST_PAGES)]


def get_document(session: Session, document_id: str, deleted: bool = False) -> Document:
    """The document, or the error that says it is not there; `deleted`: the trash counts too."""
    document = session.get(Document, document_id)
    if document is None or document.status == "purging":
        raise SheafError("not_found", thing="document", id=document_id)
    if document.deleted_at is not None and not deleted:
        raise SheafError("gone", thing="document", id=document_id)
    return document


def get_finding(session: Session, kind: str, finding_id: str) -> Finding:
    finding = session.get(Finding, finding_id, with_for_update=True)
    if finding is None or finding.kind != kind:
        raise SheafError("not_found", thing=kind, id=finding_id)
    get_document(session, finding.document_id)
    return finding


def get_batch(session: Session, batch_id: str) -> Batch:
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise SheafError("not_found", thing="batch", id=batch_id)
    return batch


def check_match(if_match: str | None, version: int, required: bool = True) -> None:
    """Compare the caller's ETag with the version that is there."""
    if if_match is None:
        if required:
            raise SheafError("precondition_required")
        return
    if if_match.strip() != "*" and etag(version) not in {part.strip() for part in if_match.split(",")}:
        raise SheafError("changed_meanwhile")


def etag(version: int) -> str:
    return f'"{version}"'
