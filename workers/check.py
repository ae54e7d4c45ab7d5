"""Compares the database, the objects and the vectors, and mends what disagrees. The database is the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import fulltext
from storage.database import now
from storage.generations import current_generation
from storage.objects import Listed
from storage.passage_index import PassageCollection
from storage.tables import Document, Page, Passage
from workers.order import AT_ONCE, BUSY, open_index
from workers.sweeper import sweep
from workers.work import Work

#: Objects younger than this are nobody's fault yet.
YOUNG_SECONDS = 600.0

Finding = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What the database says there must be, and the documents that are under way or have changed a moment ago."""

    documents: frozenset[str]
    moving: frozenset[str]
    ready: frozenset[str]
    #: Whose they are, by the keys of objects and of passages.
    objects: dict[str, str]
    passages: dict[str, str]


def check(work: Work, repair: bool = False) -> dict[str, Any]:
    """What disagrees: {clean, documents, findings: [{kind, id, detail, repaired}]}.

    Objects and vectors are listed before the database is asked, and documents that changed since then, or are being
    read, are left out: what is under way is no disagreement.
    """
    stores, began = work.stores, now()
    with stores.database.read() as session:
        collection = stores.index.collection(current_generation(session).collection)
    objects = list(stores.objects.list("documents/"))
    vectors = dict(collection.owners())
    with stores.database.read() as session:
        known = _known(session, began)
    found = [
        *_objects_astray(work, known, objects, began, repair),
        *_vectors_astray(work, known, collection, vectors, repair),
        *_words_astray(work, repair),
    ]
    return {"clean": not found, "documents": len(known.documents), "findings": found}


def _known(session: Session, began: datetime) -> Known:
    under_way = Document.status.in_((*BUSY, "purging")) | (Document.updated_at >= began)
    moving = frozenset(session.scalars(select(Document.id).where(under_way)))
    files = select(Document.id, Document.original_key, Document.working_key)
    pictures = select(Page.document_id, Page.image_key, Page.thumbnail_key)
    rows = [*session.execute(files), *session.execute(pictures)]
    return Known(
        documents=frozenset(session.scalars(select(Document.id))),
        moving=moving,
        ready=frozenset(session.scalars(select(Document.id).where(Document.status == "ready"))) - moving,
        objects={key: id for id, *keys in rows for key in keys if key},
        passages=dict(session.execute(select(Passage.key, Passage.document_id)).all()),
    )


def _objects_astray(
    work: Work, known: Known, objects: Sequence[Listed], began: datetime, repair: bool
) -> Iterator[Finding]:
    for key in sorted(known.objects.keys() - {listed.key for listed in objects}):
        if known.objects[key] not in known.moving:
            yield _finding("object_missing", key, f"document {known.objects[key]} names an object that is not there")
    for listed in objects:
        # A young object may belong to an upload that is about to be committed.
        young = listed.modified > began - timedelta(seconds=YOUNG_SECONDS)
        if listed.key in known.objects or young or listed.key.split("/")[1] in known.moving:
            continue
        if repair:
            work.stores.objects.delete(listed.key)
        yield _finding("object_orphaned", listed.key, "no document names this object", repair)


def _vectors_astray(
    work: Work, known: Known, collection: PassageCollection, vectors: Mapping[str, str], repair: bool
) -> Iterator[Finding]:
    strays = sorted(key for key, owner in vectors.items() if key not in known.passages and owner not in known.moving)
    lacking = {known.passages[key] for key in known.passages.keys() - vectors.keys()} & known.ready
    if repair and strays:
        collection.delete(strays)
    if repair and lacking:
        with work.stores.database.write() as session:
            open_index(session, sorted(lacking))
        sweep(work)
    for key in strays:
        yield _finding("vector_orphaned", key, "no passage has this vector", repair)
    for document_id in sorted(lacking):
        yield _finding("vectors_missing", document_id, "passages of the document have no vectors", repair)


def _words_astray(work: Work, repair: bool) -> Iterator[Finding]:
    with work.stores.database.read() as session:
        rows, indexed = set(session.scalars(select(Passage.id))), set(fulltext.rowids(session.connection()))
    astray = sorted(rows ^ indexed)
    for first in range(0, len(astray), AT_ONCE):
        some = astray[first : first + AT_ONCE]
        if repair:
            _mend_words(work, some)
        for rowid in some:
            detail = "the words of a passage are not findable, or those of none are"
            yield _finding("words_astray", str(rowid), detail, repair)


def _mend_words(work: Work, rowids: Sequence[int]) -> None:
    with work.stores.database.write() as session:  # asked again, for they may have come or gone meanwhile
        there = select(Passage.id, Passage.text).where(Passage.id.in_(rowids)).with_for_update()
        texts = dict(session.execute(there.order_by(Passage.id)).all())
        fulltext.remove(session.connection(), [rowid for rowid in rowids if rowid not in texts])
        fulltext.add(session.connection(), texts.items())


def _finding(kind: str, id: str, detail: str, repaired: bool = False) -> Finding:
    return {"kind": kind, "id": id, "detail": detail, "repaired": repaired}
