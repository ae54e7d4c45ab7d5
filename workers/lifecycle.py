"""What people do to a document's work: retry, read again, take an earlier reading, cancel, delete, restore, purge.

The work itself is left to stages.py, finding the document (and holding it) to the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from errors import SheafError
from storage import documents, fulltext
from storage.database import moment, now
from storage.readings import make_current
from storage.tables import Document, Page, Passage, Reading, Step
from workers.order import BUSY, end_steps, follow, open_reading, open_step
from workers.work import Work


def retry(session: Session, document: Document) -> list[str]:
    """Go on with a failed document: parked steps again where there are some, else from the beginning.

    Returns the steps to send after the transaction.
    """
    if document.status != "failed":
        raise SheafError("not_possible_now", detail=f"the document is {document.status}, not failed")
    if not document.original_key:  # it could not be taken out of the file it came in, and that has not changed
        return []
    if (document.error or {}).get("code") != "parked":
        return read_again(session, document)
    document.error = None
    session.execute(
        update(Step)
        .where(Step.document_id == document.id, Step.run == document.run, Step.status != "done")
        .values(
            status="waiting",
            attempts=0,
            failures=0,
            not_before=moment(session),
            sent_at=None,
            finished_at=None,
            error=None,
        )
    )
    return follow(session, document)


def read_again(
    session: Session, document: Document, pages: Sequence[int] = (), options: dict[str, Any] | None = None
) -> list[str]:
    """Read the document, or some of its pages, once more; what was read before stays as an earlier reading.

    Work under way is ended, and what it had not read yet is read now too.

    Returns the steps to send after the transaction. Raises `bad_request` for pages that are not there, and
    `not_possible_now` where nothing of it was kept.
    """
    if not document.original_key:
        raise SheafError("not_possible_now", detail="it could not be taken out of the file it came in")
    last = document.page_count or 0
    if any(not 1 <= number <= last for number in pages):
        raise SheafError("bad_request", detail=f"pages must lie between 1 and {last}")
    end_steps(session, document.id, "cancelled")
    document.run += 1
    document.version += 1
    document.error = None
    known = dict(session.execute(select(Page.number, Page.status).where(Page.document_id == document.id)).all())
    if not pages or len(known) < last:
        open_step(session, document, "plan", options=options)
        return follow(session, document)
    for number in sorted(set(pages)):
        open_reading(session, document, number, number, 1, options or {})
    _read_the_rest(session, document, pages)
    return follow(session, document)


def take_reading(session: Session, document: Document, page: Page, reading: Reading) -> list[str]:
    """Go back to an earlier reading of a page: what is found and searched is made of it again.

    Human decisions stay, as they do when a page is read again. Returns the steps to send after the transaction. Raises
    `not_possible_now` while the document is being read.
    """
    if document.status in BUSY:
        raise SheafError("not_possible_now", detail=f"the document is {document.status}")
    document.run += 1
    document.version += 1
    document.error = None
    make_current(page, reading)
    session.flush()
    if not _read_the_rest(session, document):
        open_step(session, document, "understand")
    return follow(session, document)


def _read_the_rest(session: Session, document: Document, but: Sequence[int] = ()) -> list[int]:
    """Read, too, the pages that work which was ended had left to do; gives their numbers."""
    waiting = select(Page.number).where(Page.document_id == document.id, Page.status == "waiting")
    left = sorted(set(session.scalars(waiting)) - set(but))
    for number in left:
        open_reading(session, document, number, number, 1, {})
    return left


def cancel(session: Session, document: Document) -> None:
    """Stop the work on a document and on all that came in it; what was read stays.

    Raises `not_possible_now` when there is none.
    """
    busy = [one for one in documents.family(session, document.id) if one.status in BUSY]
    if not busy:
        raise SheafError("not_possible_now", detail=f"the document is {document.status}")
    for one in busy:
        end_steps(session, one.id, "cancelled")
        one.status, one.version = "cancelled", one.version + 1
        one.error = SheafError("cancelled").as_json()


def remove(session: Session, document: Document) -> None:
    """Put the document in the trash with all that came in it: out of lists and search, and still there."""
    if document.deleted_at is None:
        moment_of_all = now()
        for one in documents.family(session, document.id):
            if one.deleted_at is None:
                one.deleted_at, one.version = moment_of_all, one.version + 1


def restore(session: Session, document: Document) -> None:
    """Take the document out of the trash, and what went there with it.

    Raises `gone` when it is being removed for good.
    """
    if document.status == "purging":
        raise SheafError("gone", thing="document", id=document.id)
    if (went := document.deleted_at) is not None:
        for one in documents.family(session, document.id):
            if one.deleted_at == went and one.status != "purging":
                one.deleted_at, one.version = None, one.version + 1


def condemn(session: Session, document: Document) -> list[str]:
    """Begin to remove a document for good, with all that came in it and is in the trash too.

    `sweep_away` goes on with each of the ids that are returned, and what a kill leaves undone the sweeper does. Raises
    `not_possible_now` unless it is in the trash. From here on nobody finds it any more.
    """
    if document.deleted_at is None:
        raise SheafError("not_possible_now", detail="only what is in the trash can be removed for good")
    condemned = [one for one in documents.family(session, document.id) if one.deleted_at is not None]
    for one in condemned:
        one.status, one.identity = "purging", None
        end_steps(session, one.id, "cancelled")
    return [one.id for one in condemned]


def sweep_away(work: Work, document_id: str) -> None:
    """Remove vectors, objects and rows of a condemned document; the row last, so it can be repeated."""
    for name in work.stores.index.names():
        work.stores.index.collection(name).delete_document(document_id)
    work.stores.objects.delete_prefix(f"documents/{document_id}/")
    with work.stores.database.write() as session:
        documents.find(session, document_id)
        passages = list(session.scalars(select(Passage.id).where(Passage.document_id == document_id)))
        fulltext.remove(session.connection(), passages)
        session.execute(update(Document).where(Document.parent_id == document_id).values(parent_id=None))
        session.execute(update(Document).where(Document.version_of == document_id).values(version_of=None))
        session.execute(delete(Document).where(Document.id == document_id))
