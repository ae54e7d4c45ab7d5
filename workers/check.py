"""Compares the database, the objects and the vectors, and mends what disagrees. The database is the truth."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import fulltext
from storage.database import now
from storage.generations import current_generation
from storage.tables import Document, Page, Passage
from workers.order import AT_ONCE, BUSY, open_index
from workers.sweeper import sweep
from workers.work import Work

#: Objects younger than this are nobody's fault yet.
YOUNG_SECONDS = 600.0


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
        documents = set(session.scalars(select(Document.id)))
        moving = Document.status.in_((*BUSY, "purging")) | (Document.updated_at >= began)
        skipped = set(session.scalars(select(Document.id).where(moving)))
        ready = set(session.scalars(select(Document.id).where(Document.status == "ready"))) - skipped
        expected = _expected_objects(session)
        passages = dict(session.execute(select(Passage.key, Passage.document_id)).all())
    found: list[dict[str, Any]] = []

    def note(kind: str, id: str, detail: str, mended: bool = False) -> None:
        found.append({"kind": kind, "id": id, "detail": detail, "repaired": mended})

    for key in sorted(expected.keys() - {listed.key for listed in objects}):
        if expected[key] not in skipped:
            note("object_missing", key, f"document {expected[key]} names an object that is not there")
    for listed in objects:
        # A young object may belong to an upload that is about to be committed.
        young = listed.modified > began - timedelta(seconds=YOUNG_SECONDS)
        if listed.key in expected or young or listed.key.split("/")[1] in skipped:
            continue
        if repair:
            stores.objects.delete(listed.key)
        note("object_orphaned", listed.key, "no document names this object", repair)
    strays = sorted(key for key, owner in vectors.items() if key not in passages and owner not in skipped)
    if repair and strays:
        collection.delete(strays)
    for key in strays:
        note("vector_orphaned", key, "no passage has this vector", repair)
    lacking = {passages[key] for key in passages.keys() - vectors.keys()} & ready
    for document_id in sorted(lacking):
        note("vectors_missing", document_id, "passages of the document have no vectors", repair)
    if repair and lacking:
        with stores.database.write() as session:
            open_index(session, sorted(lacking))
        sweep(work)
    for rowid in _words_astray(work, repair):
        note("words_astray", str(rowid), "the words of a passage are not findable, or those of none are", repair)
    return {"clean": not found, "documents": len(documents), "findings": found}


def _expected_objects(session: Session) -> dict[str, str]:
    named = select(Document.id, Document.original_key, Document.working_key)
    expected = {key: id for id, *keys in session.execute(named) for key in keys if key}
    pictures = select(Page.document_id, Page.image_key, Page.thumbnail_key)
    return expected | {key: id for id, *keys in session.execute(pictures) for key in keys if key}


def _words_astray(work: Work, repair: bool) -> list[int]:
    with work.stores.database.read() as session:
        rows, indexed = set(session.scalars(select(Passage.id))), set(fulltext.rowids(session.connection()))
    astray = sorted(rows ^ indexed)
    if repair and astray:
        with work.stores.database.write() as session:  # asked again, for they may have come or gone meanwhile
            there = select(Passage.id, Passage.text).where(Passage.id.in_(astray[:AT_ONCE])).with_for_update()
            texts = dict(session.execute(there.order_by(Passage.id)).all())
            fulltext.remove(session.connection(), [rowid for rowid in astray[:AT_ONCE] if rowid not in texts])
            fulltext.add(session.connection(), texts.items())
    return astray
