"""Stores what the steps bring: pages with their pictures, problems, passages. When and by whom is left to stages."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import SheafError
from nlp.facts import Passage
from nlp.reading.pages import PageReading
from storage import fulltext, readings, tables
from storage.passage_index import PassageCollection
from workers.claims import Claim, LostClaim, still_ours
from workers.order import AT_ONCE, BUSY
from workers.work import Work


def keep_page(work: Work, claim: Claim, read: PageReading, seconds: float) -> None:
    """Store a page that was read: its pictures first, then the rows that name them; then the old pictures go."""
    page, images, objects = read.page, read.images, work.stores.objects
    name = f"{page.number:05}-{claim.run}.{images.media_type.rpartition('/')[2]}"
    image_key, thumbnail_key = (f"documents/{claim.document_id}/{kind}/{name}" for kind in ("pages", "thumbnails"))
    objects.put_bytes(image_key, images.image)
    objects.put_bytes(thumbnail_key, images.thumbnail)
    unnamed: set[str] = set()
    try:
        with work.stores.database.write() as session:
            still_ours(session, claim)
            row = session.get_one(tables.Page, readings.page_id(claim.document_id, page.number))
            unnamed = {key for key in (row.image_key, row.thumbnail_key) if key} - {image_key, thumbnail_key}
            new = readings.to_row(claim.document_id, claim.run, page, read.quality, read.rotation, seconds)
            readings.make_current(row, session.merge(new))
            row.width, row.height, row.unit = page.width, page.height, page.unit
            row.image_key, row.thumbnail_key, row.image_type = image_key, thumbnail_key, images.media_type
            row.image_width, row.image_height = images.width, images.height
    except LostClaim:
        unnamed = {image_key, thumbnail_key}
        raise
    finally:
        for key in unnamed:
            objects.delete(key)


def note_problems(session: Session, document_id: str, stage: str, problems: Mapping[int, SheafError]) -> None:
    """Say what a stage found wrong with pages; an earlier reading of such a page stays the current one.

    What the same stage said of other pages before no longer holds, except while pages are read one by one.
    """
    concerned = tables.Page.number.in_(problems) | tables.Page.error.is_not(None)
    for row in session.scalars(select(tables.Page).where(tables.Page.document_id == document_id, concerned)):
        if row.number in problems:
            row.error = {**problems[row.number].as_json(), "stage": stage}
            if row.reading_id is None:
                row.status = "problem"
        elif stage != "read_pages" and row.error and row.error.get("stage") == stage:
            row.error = None


def forget_strays(work: Work, document_id: str, collection: PassageCollection) -> None:
    """Take back the document's vectors that no passage has: of passages that are no more, and those that were made in
    vain because it was cancelled, read anew or purged meanwhile."""
    present = collection.keys_of(document_id)  # asked first: what comes after this is of a newer run, and stays
    with work.stores.database.read() as session:
        document = session.get(tables.Document, document_id)
        keys = set(session.scalars(select(tables.Passage.key).where(tables.Passage.document_id == document_id)))
    if document is None or document.status == "purging":
        collection.delete_document(document_id)
    elif document.status not in BUSY:  # else the work that goes on tidies up when it ends
        collection.delete([key for key in present if key not in keys])


def keep_passages(
    session: Session, document_id: str, passages: dict[str, Passage], reading_ids: dict[int, str | None]
) -> None:
    """Make the rows of a document's passages, and the words that find them, what they are now."""
    old = {
        key: id
        for id, key in session.execute(
            select(tables.Passage.id, tables.Passage.key).where(tables.Passage.document_id == document_id)
        )
    }
    stale = [id for key, id in old.items() if key not in passages]
    fulltext.remove(session.connection(), stale)
    for first in range(0, len(stale), AT_ONCE):
        session.query(tables.Passage).where(tables.Passage.id.in_(stale[first : first + AT_ONCE])).delete()
    rows = [
        tables.Passage(
            key=key,
            document_id=document_id,
            reading_id=reading_ids[passage.page],
            page=passage.page,
            start=passage.start,
            end=passage.end,
            text=passage.text,
        )
        for key, passage in passages.items()
        if key not in old
    ]
    session.add_all(rows)
    session.flush()
    fulltext.add(session.connection(), [(row.id, row.text) for row in rows])
