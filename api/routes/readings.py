"""The readings of a page: every way it was read, what changed from one to another, and going back to one.

Reading it once more is left to documents.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from api import present, schemas
from api.auth import authorize
from api.dependencies import ActorDep, IfMatch, PageNumber, ReadSession, WorkDep, find_page
from api.routes.documents import change_document
from errors import SheafError
from nlp.reading.changes import changes, counts
from storage.tables import Document, Page, Reading
from workers import lifecycle

router = APIRouter(prefix="/documents/{document_id}/pages/{number}/readings", tags=["pages"])

#: What lists show of a reading. Its text and words would have to be decoded, which takes a second for 1000 pages.
OF_READING: tuple[Any, ...] = (
    Reading.page_id, Reading.run, Reading.engine, Reading.engine_version, Reading.options, Reading.created_at,
    Reading.seconds, Reading.quality, Reading.confidence, Reading.reason, Reading.language,
)  # fmt: skip


@router.get("")
def list_readings(document_id: str, number: PageNumber, session: ReadSession, actor: ActorDep) -> schemas.ReadingList:
    """Every way the page was read, the newest first."""
    authorize(actor, "read", f"document {document_id}")
    page = find_page(session, document_id, number)
    rows = session.scalars(
        select(Reading)
        .where(Reading.page_id == page.id)
        .order_by(Reading.run.desc())
        .options(load_only(*OF_READING, raiseload=True))
    )
    return schemas.ReadingList(items=[present.reading(row, row.id == page.reading_id) for row in rows])


@router.get("/{reading_id}/changes")
def list_changes(
    document_id: str,
    number: PageNumber,
    reading_id: str,
    session: ReadSession,
    actor: ActorDep,
    since: Annotated[str, Query(description="The `id` of the reading to compare it with", max_length=64)],
) -> schemas.ChangeList:
    """The words that a reading of the page has otherwise than another, in their order."""
    authorize(actor, "read", f"document {document_id}")
    page = find_page(session, document_id, number)
    after, before = (_reading(session, page, id) for id in (reading_id, since))
    found = changes(_words(before), _words(after))
    return schemas.ChangeList(
        reading_id=after.id,
        since=before.id,
        **counts(found),
        items=[
            schemas.ChangePublic(
                kind=change.kind, before=_range(before, change.before), after=_range(after, change.after)
            )
            for change in found
        ],
    )


@router.post("/{reading_id}/take", status_code=202)
def take_reading(
    document_id: str,
    number: PageNumber,
    reading_id: str,
    work: WorkDep,
    actor: ActorDep,
    response: Response,
    if_match: IfMatch = None,
) -> schemas.DocumentPublic:
    """Go back to this reading of the page. What is found in the document is made of it; human decisions stay."""

    def taken(session: Session, document: Document) -> list[str]:
        page = find_page(session, document.id, number)
        return lifecycle.take_reading(session, document, page, _reading(session, page, reading_id))

    return change_document(work, actor, "change", document_id, response, if_match, taken)


def _reading(session: Session, page: Page, id: str) -> Reading:
    reading = session.get(Reading, id)
    if reading is None or reading.page_id != page.id:
        raise SheafError("not_found", thing="reading", id=f"{id} of page {page.number}")
    return reading


def _words(reading: Reading) -> list[str]:
    return [reading.text[start:end] for start, end, *_ in reading.words]


def _range(reading: Reading, words: Sequence[int]) -> schemas.WordsPublic:
    """The words first..last (exclusive) of a reading; where there are none, the place where they would stand."""
    first, last = words
    if first == last:
        start = end = reading.words[first][0] if first < len(reading.words) else len(reading.text)
    else:
        start, end = reading.words[first][0], reading.words[last - 1][1]
    return schemas.WordsPublic(start=start, end=end, text=reading.text[start:end])
