"""One document's work, in order: plan, read its pages, understand, index.

Each step is a plain function that may run twice or die anywhere.

Who may run a step is decided by claims.py, when by the queue (tasks.py) and the sweeper; how a page is read by nlp.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import select

from errors import SheafError
from nlp.facts import Passage
from nlp.reading.media_types import CONTAINERS, PDF, way_of
from nlp.reading.pages import read_page
from nlp.searching.embeddings import embed, model_id
from nlp.searching.passages import split
from storage import readings, tables
from storage.findings import replace_machine_findings
from storage.generations import current_generation
from workers.claims import Claim, LostClaim, finish, still_ours
from workers.containers import keep_members
from workers.keeping import forget_strays, keep_page, keep_passages, note_problems
from workers.opening import convert, look_into
from workers.order import follow, open_reading
from workers.understanding import understand_pages
from workers.work import MODEL_SECONDS, Work, attempt

#: Passages embedded at a time: small enough that a page of somebody else's document gets its turn between.
EMBED_AT_ONCE = 16


def plan(work: Work, claim: Claim) -> list[str]:
    """Look into the file, make documents of what came in it, and open a step for each range of its pages.

    Returns the ids of steps to send.
    """
    with work.stores.database.read() as session:
        document = session.get_one(tables.Document, claim.document_id)
    if document.page_count is None and document.working_key is None:
        document = look_into(work, claim, document)
    if way_of(document.media_type) in CONTAINERS:
        work.send(keep_members(work, claim, document))
    if document.page_count is None:
        document = convert(work, claim, document)
    with work.stores.database.write() as session:
        row = still_ours(session, claim)
        pages = row.page_count or 0
        known = set(session.scalars(select(tables.Page.number).where(tables.Page.document_id == row.id)))
        session.add_all(
            tables.Page(id=readings.page_id(row.id, number), document_id=row.id, number=number)
            for number in range(1, pages + 1)
            if number not in known
        )
        open_reading(session, row, 1, pages, work.settings.sheaf_pages_per_step, claim.options)
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
    options = work.reading_options(languages, claim.options.get("engine"))
    media_type = PDF if document.working_key else document.media_type
    with work.stores.objects.local(document.working_key or document.original_key) as path:
        for number in range(claim.first_page, claim.last_page + 1):
            if number in done:
                continue
            started, seconds = time.monotonic(), work.settings.sheaf_page_seconds
            read = attempt(work.children.readers, read_page, path, media_type, number, options, deadline=seconds)
            if isinstance(read, SheafError):
                with database.write() as session:
                    still_ours(session, claim)
                    note_problems(session, document.id, claim.stage, {number: read})
            else:
                keep_page(work, claim, read, time.monotonic() - started)
    with database.write() as session:
        row = still_ours(session, claim)
        finish(session, claim)
        return follow(session, row)


def understand(work: Work, claim: Claim) -> list[str]:
    """Find entities page by page, then the type and the fields of the whole; human decisions stay as they are."""
    with work.stores.database.read() as session:
        media_type = session.get_one(tables.Document, claim.document_id).media_type
        pages = readings.current_pages(session, claim.document_id)
        reading_ids = readings.current_ids(session, claim.document_id)
    if not pages:
        raise SheafError("nothing_readable")
    entity_model, types = work.settings.entity_model(), work.settings.document_types()
    understanding, problems = understand_pages(work.children.models, pages, media_type, entity_model, types)
    with work.stores.database.write() as session:
        document = still_ours(session, claim)
        by_number = {page.number: page for page in pages}
        replace_machine_findings(session, document, understanding, by_number, reading_ids)
        note_problems(session, document.id, claim.stage, problems)
        finish(session, claim)
        return follow(session, document)


def index(work: Work, claim: Claim) -> list[str]:
    """Cut the pages into passages and make them findable by words and by meaning."""
    stores, models, path = work.stores, work.children.models, work.settings.embedding_model()
    with stores.database.read() as session:
        pages = readings.current_pages(session, claim.document_id)
        generation = current_generation(session, model_id(path))
        reading_ids = readings.current_ids(session, claim.document_id)
    problems: dict[int, SheafError] = {}
    passages: dict[str, Passage] = {}
    for page in pages:
        cut = attempt(models, split, page, path, deadline=MODEL_SECONDS)
        if isinstance(cut, SheafError):
            problems[page.number] = cut
        else:
            passages |= {f"{reading_ids[page.number]}.{passage.start}.{passage.end}": passage for passage in cut}
    collection = stores.index.collection(generation.collection)
    keys = list(passages)
    for first in range(0, len(keys), EMBED_AT_ONCE):
        batch = {key: passages[key] for key in keys[first : first + EMBED_AT_ONCE]}
        vectors = attempt(models, embed, [passage.text for passage in batch.values()], path, deadline=MODEL_SECONDS)
        if isinstance(vectors, SheafError):  # they can still be found by their words
            problems |= dict.fromkeys((passage.page for passage in batch.values()), vectors)
            continue
        collection.upsert(list(batch), vectors, [{"document_id": claim.document_id}] * len(batch))
    try:
        with stores.database.write() as session:
            document = still_ours(session, claim)
            finish(session, claim)
            keep_passages(session, document.id, passages, reading_ids)
            note_problems(session, document.id, claim.stage, problems)
            steps = follow(session, document)
    except LostClaim:
        forget_strays(work, claim.document_id, collection)
        raise
    forget_strays(work, claim.document_id, collection)
    return steps


#: Every stage of `order.ORDER` by its name.
STAGES: dict[str, Callable[[Work, Claim], list[str]]] = {
    "plan": plan,
    "read_pages": read_pages,
    "understand": understand,
    "index": index,
}
