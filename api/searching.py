"""Searches by meaning and by words, fused by rank, narrowed by facts. HTTP is left to routes/search.py.

The vectors are asked without a filter (a filter costs ten times the query) and the database decides what may be seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, defer, load_only

from api import schemas
from api.signing import Signer, signer
from api.vocabulary import date_fields, main_fields
from errors import SheafError
from nlp.facts import Span
from nlp.places import boxes_of
from nlp.searching.embeddings import embed
from nlp.searching.search import fuse, match_query, snippet
from storage import fulltext
from storage.findings import DECIDED, span_json
from storage.generations import current_generation
from storage.passage_index import Vectors, VectorsAway
from storage.readings import page_id, page_of
from storage.tables import Document, Finding, Page, Passage
from workers.work import Work

#: Passages asked of each ranking at first, enough that passages of one page leave a full list of hits; and at most.
FETCH, MOST = 200, 12_800

#: Seconds a query may take to be embedded; the first one waits for the model.
QUERY_SECONDS = 60.0


@dataclass(frozen=True)
class Filters:
    """What a hit must be: of one of the types, with one of the labels on its page, of a document dated in between."""

    types: Collection[str] = ()
    labels: Collection[str] = ()
    since: date | None = None
    until: date | None = None
    collection: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A passage that answers, with what filters ask about."""

    passage: Passage
    document: Document
    score: float
    matched: list[str]
    labels: frozenset[str]
    date: date | None

    @property
    def page(self) -> tuple[str, int]:
        return self.document.id, self.passage.page

    def fits(self, filters: Filters, apart_from: str = "") -> bool:
        """Whether it passes all filters, or all but one: what a facet counts."""
        passes = {
            "types": not filters.types or self.document.type in filters.types,
            "labels": not filters.labels or not self.labels.isdisjoint(filters.labels),
            "dates": (filters.since is None or (self.date is not None and self.date >= filters.since))
            and (filters.until is None or (self.date is not None and self.date <= filters.until)),
        }
        return all(passed for name, passed in passes.items() if name != apart_from)


@dataclass(frozen=True)
class Found:
    """`ways`: the rankings that answered, words alone while the model of meanings or the vectors are away."""

    hits: list[schemas.HitPublic]
    facets: schemas.Facets
    ways: list[str]


def search(work: Work, query: str, top: int = 10, filters: Filters = Filters()) -> Found:
    """The best `top` passages, at most one a page; facets count pages."""
    vector = _vector(work, query) if match_query(query) else None
    types = work.settings.document_types()
    with work.stores.database.read() as session:
        sign, wanted, facets = signer(session), FETCH, None
        while True:
            ranked = {
                "words": _keys(session, [rowid for rowid, _ in fulltext.search(session.connection(), query, wanted)])
            }
            if vector is not None:
                try:
                    ranked["meaning"] = _nearest(work, session, vector, wanted)
                except VectorsAway:  # words still find
                    vector = None
            found = _candidates(session, ranked, filters, types, narrowed=facets is not None)
            facets = facets or _facets(found, filters)  # of the best matches, before they are narrowed
            fitting = _one_a_page(candidate for candidate in found if candidate.fits(filters))
            hits = list(islice(_hits(session, query, fitting, sign), top))
            exhausted = max(map(len, ranked.values())) < wanted or wanted >= MOST
            if len(hits) == top or exhausted:
                facts = main_facts(session, {hit.document_id for hit in hits}, types)
                hits = [hit.model_copy(update={"facts": facts.get(hit.document_id, [])}) for hit in hits]
                return Found(hits, facets, list(ranked))
            wanted *= 4  # filters or the trash hid too many


def own_dates(session: Session, document_ids: Collection[str], types: Path | None) -> dict[str, date]:
    """Each document's own date."""
    rows = _fields(session, document_ids, date_fields(types))
    return {finding.document_id: day for finding in rows if (day := _day(finding.value))}


def main_facts(
    session: Session, document_ids: Collection[str], types: Path | None
) -> dict[str, list[schemas.FactPublic]]:
    """The fields by which one tells each document from others, in the order of the vocabulary."""
    wanted = main_fields(types)
    best = {(finding.document_id, finding.name): finding for finding in _fields(session, document_ids, wanted)}
    facts: dict[str, list[schemas.FactPublic]] = {}
    for (document_id, _), finding in sorted(best.items(), key=lambda item: wanted.index(item[0][1])):
        fact = schemas.FactPublic(name=finding.name, text=finding.text, value=finding.value)
        facts.setdefault(document_id, []).append(fact)
    return facts


def _fields(session: Session, document_ids: Collection[str], names: Collection[str]) -> Iterable[Finding]:
    """Fields of these names, what counts last: a person's decision, then the surer."""
    return session.scalars(
        select(Finding).where(
            Finding.document_id.in_(document_ids),
            Finding.kind == "field",
            Finding.name.in_(names),
            Finding.group.is_(None),
            Finding.state != "rejected",
        ).order_by(Finding.state.in_(DECIDED), Finding.confidence)
        .options(load_only(Finding.document_id, Finding.name, Finding.text, Finding.value, raiseload=True))
    )  # fmt: skip


def _day(value: dict[str, object] | None) -> date | None:
    try:
        return date.fromisoformat(str((value or {}).get("iso")))
    except ValueError:  # a person may have written anything
        return None


def _vector(work: Work, query: str) -> Vectors | None:
    try:
        vectors = work.children.queries.call(embed, [query], work.settings.embedding_model(), deadline=QUERY_SECONDS)
    except SheafError:  # its child is being started again: words still find
        return None
    vector: Vectors = vectors[0]
    return vector


def _nearest(work: Work, session: Session, vector: Vectors, wanted: int) -> list[str]:
    collection = work.stores.index.collection(current_generation(session).collection)
    return [key for key, _ in collection.query(vector, wanted)]


def _candidates(
    session: Session, ranked: Mapping[str, Sequence[str]], filters: Filters, types: Path | None, narrowed: bool
) -> list[Candidate]:
    """What may be seen of all that was ranked, the best first; `narrowed`: without what type and label hide."""
    fused = fuse(list(ranked.values()))
    of_way = {way: set(keys) for way, keys in ranked.items()}
    keys = [key for key, _ in fused]
    query = (
        select(Passage, Document)
        .join(Document, Document.id == Passage.document_id)
        .where(Passage.key.in_(keys), Document.deleted_at.is_(None))
        .options(defer(Passage.text, raiseload=True))
    )
    if filters.collection is not None:
        query = query.where(Document.collection == filters.collection)
    if narrowed and filters.types:
        query = query.where(Document.type.in_(filters.types))
    if narrowed and filters.labels:
        on_page = (Finding.document_id == Passage.document_id) & (Finding.page == Passage.page)
        query = query.where(exists().where(on_page, Finding.name.in_(filters.labels), Finding.state != "rejected"))
    visible = {passage.key: (passage, document) for passage, document in session.execute(query)}
    labels: dict[tuple[str, int | None], set[str]] = {}
    on_their_pages = (
        select(Finding.document_id, Finding.page, Finding.name)
        .join(Passage, (Passage.document_id == Finding.document_id) & (Passage.page == Finding.page))
        .where(Passage.key.in_(visible), Finding.state != "rejected")
        .distinct()
    )
    for document_id, number, name in session.execute(on_their_pages):
        labels.setdefault((document_id, number), set()).add(name)
    dates = own_dates(session, {document.id for _, document in visible.values()}, types)
    return [
        Candidate(
            passage,
            document,
            score,
            [way for way, keys in of_way.items() if key in keys],
            frozenset(labels.get((document.id, passage.page), ())),
            dates.get(document.id),
        )
        for key, score in fused
        if key in visible
        for passage, document in [visible[key]]
    ]


def _one_a_page(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    seen: set[tuple[str, int]] = set()
    for candidate in candidates:
        if candidate.page not in seen:
            seen.add(candidate.page)
            yield candidate


def _facets(candidates: Sequence[Candidate], filters: Filters) -> schemas.Facets:
    """How many pages each choice would leave; a facet counts without its own filter."""
    of_types = _one_a_page(candidate for candidate in candidates if candidate.fits(filters, apart_from="types"))
    of_labels = _one_a_page(candidate for candidate in candidates if candidate.fits(filters, apart_from="labels"))
    return schemas.Facets(
        types=dict(Counter(candidate.document.type for candidate in of_types if candidate.document.type).most_common()),
        labels=dict(Counter(label for candidate in of_labels for label in sorted(candidate.labels)).most_common()),
    )


def _keys(session: Session, rowids: Sequence[int]) -> list[str]:
    keys = dict(session.execute(select(Passage.id, Passage.key).where(Passage.id.in_(rowids))).all())
    return [keys[rowid] for rowid in rowids if rowid in keys]


def _hits(session: Session, query: str, candidates: Iterable[Candidate], sign: Signer) -> Iterator[schemas.HitPublic]:
    for candidate in candidates:
        passage, document = candidate.passage, candidate.document
        page = page_of(session, passage.reading_id)  # the offsets are those of the text that was indexed
        if page is None:
            continue
        shown = snippet(page.text, passage.start, min(passage.end, len(page.text)), query)
        row = session.get_one(Page, page_id(document.id, passage.page))
        yield schemas.HitPublic(
            document_id=document.id,
            reading_id=passage.reading_id,
            filename=document.filename,
            type=document.type,
            date=candidate.date,
            page=passage.page,
            start=shown.start,
            end=shown.end,
            snippet=shown.text,
            boxes=[box.as_list() for box in boxes_of(page, shown.start, shown.end)],
            score=round(candidate.score, 6),
            matched=candidate.matched,
            marks=[
                schemas.SpanPublic(
                    **span_json(Span(passage.page, start, end)),
                    boxes=[box.as_list() for box in boxes_of(page, start, end)],
                )
                for start, end in shown.marks
            ],
            image_url=sign.address(row.image_key),
            image_width=row.image_width,
            image_height=row.image_height,
        )
