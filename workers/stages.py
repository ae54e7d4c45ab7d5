"""One document's work, in order: plan, read its pages, understand, index.

Each step is a plain function that may run twice or die anywhere.

Who may run a step is decided by claims.py, when by the queue (tasks.py) and the sweeper; how a page is read by nlp.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import SheafError
from nlp import intake, reading
from nlp.embeddings import embed
from nlp.entities import find_entities
from nlp.facts import Entity, Page, Passage, Understanding
from nlp.fields import find_fields
from nlp.passages import split
from nlp.types import find_type
from storage import fulltext, readings, tables
from storage.findings import replace_machine_findings
from storage.generations import current_generation
from workers.claims import Claim, LostClaim, finish, still_ours
from workers.order import follow, open_reading
from workers.work import MODEL_SECONDS, Work

#: Passages embedded at a time: small enough that a page of somebody else's document gets its turn between.
EMBED_AT_ONCE = 16


def plan(work: Work, claim: Claim) -> list[str]:
    """Count the pages and open a step for each range of them; returns the ids of steps to send."""
    with work.stores.database.read() as session:
        document = session.get_one(tables.Document, claim.document_id)
    if document.page_count is None:
        with work.stores.objects.local(document.working_key or document.original_key) as path:
            inspected = work.children.door.call(
                intake.inspect, path, work.intake_limits(), deadline=work.settings.sheaf_page_seconds
            )
        document.page_count = inspected.pages
    with work.stores.database.write() as session:
        still_ours(session, claim)
        row = session.get_one(tables.Document, claim.document_id)
        row.page_count = document.page_count
        known = set(session.scalars(select(tables.Page.number).where(tables.Page.document_id == row.id)))
        session.add_all(
            tables.Page(id=readings.page_id(row.id, number), document_id=row.id, number=number)
            for number in range(1, row.page_count + 1)
            if number not in known
        )
        open_reading(session, row, 1, row.page_count, work.settings.sheaf_pages_per_step, claim.options)
        finish(session, claim)
        return follow(session, row)


def read_pages(work: Work, claim: Claim) -> list[str]:
    """Read each page of the range in a guarded child; a bad page is noted with its reason and the others go on."""
    database = work.stores.database
    with database.read() as session:
        document = session.get_one(tables.Document, claim.document_id)
        done = set(
            session.scalars(
                select(tables.Page.number)
                .join(tables.Reading, tables.Reading.page_id == tables.Page.id)
                .where(tables.Page.document_id == document.id, tables.Reading.run == claim.run)
            )
        )
    languages = claim.options.get("languages") or document.languages
    options = work.reading_options(languages, claim.options.get("force_ocr", False))
    with work.stores.objects.local(document.working_key or document.original_key) as path:
        for number in range(claim.first_page, claim.last_page + 1):
            if number in done:
                continue
            started = time.monotonic()
            try:
                read = work.children.readers.call(
                    reading.read_page,
                    path,
                    document.media_type,
                    number,
                    options,
                    deadline=work.settings.sheaf_page_seconds,
                )
            except SheafError as error:
                with database.write() as session:
                    still_ours(session, claim)
                    note_problem(session, document.id, number, error)
                continue
            keep_page(work, claim, read, time.monotonic() - started)
    with database.write() as session:
        finish(session, claim)
        row = session.get_one(tables.Document, claim.document_id, with_for_update=True)
        return follow(session, row)


def understand(work: Work, claim: Claim) -> list[str]:
    """Find entities page by page, then the type and the fields of the whole; human decisions stay as they are."""
    database = work.stores.database
    with database.read() as session:
        pages = readings.current_pages(session, claim.document_id)
    if not pages:
        raise SheafError("nothing_readable")
    entities: list[Entity] = []
    problems: dict[int, SheafError] = {}
    for page in pages:
        try:
            entities += work.children.models.call(
                find_entities, page, work.settings.entity_model(), deadline=MODEL_SECONDS
            )
        except SheafError as error:
            problems[page.number] = error
    understanding = work.children.models.call(understand_document, pages, entities, deadline=MODEL_SECONDS)
    with database.write() as session:
        still_ours(session, claim)
        document = session.get_one(tables.Document, claim.document_id, with_for_update=True)
        replace_machine_findings(session, document, understanding)
        for number, problem in problems.items():
            session.get_one(tables.Page, readings.page_id(document.id, number)).error = problem.as_json()
        finish(session, claim)
        return follow(session, document)


def index(work: Work, claim: Claim) -> list[str]:
    """Cut the pages into passages and make them findable by words and by meaning."""
    stores, model = work.stores, work.settings.embedding_model()
    with stores.database.read() as session:
        pages = readings.current_pages(session, claim.document_id)
        generation = current_generation(session)
        reading_ids = readings.current_ids(session, claim.document_id)
    passages: dict[str, Passage] = {}
    for page in pages:
        for passage in work.children.models.call(split, page, model, deadline=MODEL_SECONDS):
            passages[f"{reading_ids[page.number]}.{passage.start}"] = passage
    collection = stores.index.collection(generation.collection)
    keys = list(passages)
    for first in range(0, len(keys), EMBED_AT_ONCE):
        batch = keys[first : first + EMBED_AT_ONCE]
        vectors = work.children.models.call(embed, [passages[key].text for key in batch], model, deadline=MODEL_SECONDS)
        collection.upsert(
            batch, vectors, [{"document_id": claim.document_id, "page": passages[key].page} for key in batch]
        )
    collection.keep_only(claim.document_id, keys)
    try:
        with stores.database.write() as session:
            finish(session, claim)
            document = session.get_one(tables.Document, claim.document_id, with_for_update=True)
            keep_passages(session, document.id, passages, reading_ids)
            return follow(session, document)
    except LostClaim:
        with stores.database.read() as session:
            purged = session.get(tables.Document, claim.document_id) is None
        if purged:  # while we embedded: its vectors must not come back
            collection.keep_only(claim.document_id, [])
        raise


#: Every stage of `order.ORDER` by its name.
STAGES: dict[str, Callable[[Work, Claim], list[str]]] = {
    "plan": plan,
    "read_pages": read_pages,
    "understand": understand,
    "index": index,
}


def understand_document(pages: Sequence[Page], entities: Sequence[Entity]) -> Understanding:
    """Type and fields of a whole document; runs in the model child."""
    kind = find_type(pages, entities)
    return Understanding(kind, find_fields(kind, pages, entities), tuple(entities))


def keep_page(work: Work, claim: Claim, read: reading.PageReading, seconds: float) -> None:
    """Store a page that was read: its pictures first, then the rows that name them."""
    page, number = read.page, read.page.number
    image_key, thumbnail_key = (
        f"documents/{claim.document_id}/{kind}/{number:05}.{read.image_type.rpartition('/')[2]}"
        for kind in ("pages", "thumbnails")
    )
    work.stores.objects.put_bytes(image_key, read.image)
    work.stores.objects.put_bytes(thumbnail_key, read.thumbnail)
    with work.stores.database.write() as session:
        still_ours(session, claim)
        row = session.get_one(tables.Page, readings.page_id(claim.document_id, number))
        new = session.merge(readings.to_row(claim.document_id, claim.run, page, read.quality, seconds))
        row.status, row.error, row.reading_id = "read", None, new.id
        row.width, row.height, row.unit, row.rotation = page.width, page.height, page.unit, read.rotation
        row.language, row.flags = page.language, list(page.flags)
        row.image_key, row.thumbnail_key, row.image_type = image_key, thumbnail_key, read.image_type
        row.image_width, row.image_height = read.image_width, read.image_height


def note_problem(session: Session, document_id: str, number: int, error: SheafError) -> None:
    """Say what is wrong with a page; an earlier reading of it stays the current one."""
    row = session.get_one(tables.Page, readings.page_id(document_id, number))
    row.error = error.as_json()
    if row.reading_id is None:
        row.status = "problem"


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
    for first in range(0, len(stale), 500):
        session.query(tables.Passage).where(tables.Passage.id.in_(stale[first : first + 500])).delete()
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
