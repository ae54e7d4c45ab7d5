"""Compares the database, the objects and the vectors, and mends what disagrees. The database is the truth."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import fulltext
from storage.generations import current_generation
from storage.tables import Document, Page, Passage
from workers.order import BUSY, follow, open_step
from workers.work import Work


def check(work: Work, repair: bool = False) -> dict[str, Any]:
    """What disagrees: {clean, documents, findings: [{kind, id, detail, repaired}]}.

    Documents that are being read are left out.
    """
    stores = work.stores
    with stores.database.read() as session:
        busy = set(session.scalars(select(Document.id).where(Document.status.in_(BUSY))))
        documents = set(session.scalars(select(Document.id)))
        expected = _expected_objects(session)
        passages = dict(session.execute(select(Passage.key, Passage.document_id)).all())
        collection = stores.index.collection(current_generation(session).collection)
    present = {key for key, _ in stores.objects.list("documents/")}
    vectors = set(collection.ids())
    found: list[dict[str, Any]] = []

    def note(kind: str, id: str, detail: str, mended: bool = False) -> None:
        found.append({"kind": kind, "id": id, "detail": detail, "repaired": mended})

    for key in sorted(expected.keys() - present):
        if expected[key] not in busy:
            note("object_missing", key, f"document {expected[key]} names an object that is not there")
    for key in sorted(present - expected.keys()):
        owner = key.split("/")[1]
        if owner in busy or (owner in documents and key.endswith(("/original", "/working"))):
            continue
        if repair:
            stores.objects.delete(key)
        note("object_orphaned", key, "no document names this object", repair)
    orphaned = sorted(key for key in vectors - passages.keys())
    if repair and orphaned:
        collection.delete(orphaned)
    for key in orphaned:
        note("vector_orphaned", key, "no passage has this vector", repair)
    without = {passages[key] for key in passages.keys() - vectors} - busy
    unindexed = set() if repair is False else without
    for document_id in sorted(without):
        note("vectors_missing", document_id, "passages of the document have no vectors", document_id in unindexed)
    if unindexed:
        index_again(work, unindexed)
    for rowid in _words_astray(work, repair):
        note("words_astray", str(rowid), "the words of a passage are not findable, or those of none are", repair)
    return {"clean": not found, "documents": len(documents), "findings": found}


def index_again(work: Work, document_ids: set[str]) -> None:
    """Make passages and vectors of these documents anew; their text and findings stay as they are."""
    with work.stores.database.write() as session:
        steps: list[str] = []
        for document in session.scalars(select(Document).where(Document.id.in_(document_ids))):
            document.run += 1
            open_step(session, document, "index")
            steps += follow(session, document)
    work.send(steps)


def _expected_objects(session: Session) -> dict[str, str]:
    named = select(Document.id, Document.original_key, Document.working_key)
    expected = {key: id for id, *keys in session.execute(named) for key in keys if key}
    pictures = select(Page.document_id, Page.image_key, Page.thumbnail_key)
    return expected | {key: id for id, *keys in session.execute(pictures) for key in keys if key}


def _words_astray(work: Work, repair: bool) -> list[int]:
    with work.stores.database.write() as session:
        connection = session.connection()
        rows = dict(session.execute(select(Passage.id, Passage.text)).all())
        indexed = set(fulltext.rowids(connection))
        missing, orphaned = rows.keys() - indexed, indexed - rows.keys()
        if repair:
            fulltext.remove(connection, sorted(orphaned))
            fulltext.add(connection, [(rowid, rows[rowid]) for rowid in sorted(missing)])
        return sorted(missing | orphaned)
