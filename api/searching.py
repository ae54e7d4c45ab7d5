"""Searches by meaning and by words, fused by rank, and finds the place of each hit. HTTP is left to routes/search.py.

The vectors are asked without a filter (a filter costs ten times the query) and the database decides what may be seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from errors import SheafError
from nlp.embeddings import embed
from nlp.facts import Span
from nlp.places import boxes_of
from nlp.search import fuse, match_query, snippet
from storage import fulltext
from storage.findings import span_json
from storage.generations import current_generation
from storage.readings import page_of
from storage.tables import Document, Passage
from workers.work import Work

#: Passages asked of each ranking at first, enough that passages of one page leave a full list of hits; and at most.
FETCH, MOST = 200, 12_800

#: Seconds a query may take to be embedded; the first one waits for the model.
QUERY_SECONDS = 60.0


@dataclass(frozen=True)
class Filters:
    types: Sequence[str] = ()
    collection: str | None = None


@dataclass(frozen=True)
class Hit:
    """A passage that answers; `start`..`end` is the stretch of its page shown, `boxes` one a line of it."""

    document_id: str
    reading_id: str
    filename: str
    type: str | None
    page: int
    start: int
    end: int
    snippet: str
    boxes: list[list[float]]
    score: float
    matched: list[str]
    marks: list[dict[str, Any]]


def search(work: Work, query: str, top: int = 10, filters: Filters = Filters()) -> list[Hit]:
    """The best `top` passages, at most one a page. Raises `not_ready` while there is no model to ask."""
    if not match_query(query):
        return []
    try:
        vector = work.children.queries.call(embed, [query], work.settings.embedding_model(), deadline=QUERY_SECONDS)[0]
    except SheafError as error:
        raise SheafError("not_ready", detail=f"the query could not be understood: {error.message}") from error
    with work.stores.database.read() as session:
        collection = work.stores.index.collection(current_generation(session).collection)
        wanted = FETCH
        while True:
            by_meaning = [key for key, _ in collection.query(vector, wanted)]
            by_words = _keys(session, [rowid for rowid, _ in fulltext.search(session.connection(), query, wanted)])
            hits = _hits(session, query, by_meaning, by_words, top, filters)
            exhausted = max(len(by_meaning), len(by_words)) < wanted or wanted >= MOST
            if len(hits) == top or exhausted:
                return hits
            wanted *= 4  # filters or the trash hid too many


def _hits(
    session: Session, query: str, by_meaning: Sequence[str], by_words: Sequence[str], top: int, filters: Filters
) -> list[Hit]:
    hits: list[Hit] = []
    seen: set[tuple[str, int]] = set()
    fused = fuse([by_meaning, by_words])
    visible = _visible(session, [key for key, _ in fused], filters)
    for key, score in fused:
        if key not in visible or len(hits) == top:
            continue
        passage, document = visible[key]
        if (document.id, passage.page) in seen:
            continue
        matched = [name for name, keys in (("words", by_words), ("meaning", by_meaning)) if key in keys]
        hit = _hit(session, query, passage, document, score, matched)
        if hit is not None:
            seen.add((document.id, passage.page))
            hits.append(hit)
    return hits


def _keys(session: Session, rowids: Sequence[int]) -> list[str]:
    keys = dict(session.execute(select(Passage.id, Passage.key).where(Passage.id.in_(rowids))).all())
    return [keys[rowid] for rowid in rowids if rowid in keys]


def _visible(session: Session, keys: Sequence[str], filters: Filters) -> dict[str, tuple[Passage, Document]]:
    query = (
        select(Passage, Document)
        .join(Document, Document.id == Passage.document_id)
        .where(Passage.key.in_(keys), Document.deleted_at.is_(None))
    )
    if filters.types:
        query = query.where(Document.type.in_(filters.types))
    if filters.collection is not None:
        query = query.where(Document.collection == filters.collection)
    return {passage.key: (passage, document) for passage, document in session.execute(query)}


def _hit(
    session: Session, query: str, passage: Passage, document: Document, score: float, matched: list[str]
) -> Hit | None:
    page = page_of(session, passage.reading_id)  # the offsets are those of the text that was indexed
    if page is None:
        return None
    shown = snippet(page.text, passage.start, min(passage.end, len(page.text)), query)
    return Hit(
        document_id=document.id,
        reading_id=passage.reading_id,
        filename=document.filename,
        type=document.type,
        page=passage.page,
        start=shown.start,
        end=shown.end,
        snippet=shown.text,
        boxes=[box.as_list() for box in boxes_of(page, shown.start, shown.end)],
        score=round(score, 6),
        matched=matched,
        marks=[
            span_json(Span(passage.page, start, end)) | {"boxes": [box.as_list() for box in boxes_of(page, start, end)]}
            for start, end in shown.marks
        ],
    )
