"""Finds a document, and keeps others from changing it meanwhile. What is changed is left to whoever asks for it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from storage.database import writes
from storage.tables import Document


def find(session: Session, document_id: str) -> Document | None:
    """The document by its id; None when it is not there.

    Who writes locks its row with that, and does so before touching anything that belongs to it. So of two who change
    one document the second waits and then sees what the first did, and nobody waits in a ring.
    """
    return session.get(Document, document_id, with_for_update=True if writes(session) else None)


def find_all(session: Session, *wanted: ColumnElement[bool]) -> list[Document]:
    """The documents of which all this holds, locked likewise, and in one order for everybody: who holds a parent may
    still ask for its members."""
    query = select(Document).where(*wanted).order_by(Document.created_at, Document.id)
    return list(session.scalars(query.with_for_update() if writes(session) else query))


def family(session: Session, document_id: str) -> list[Document]:
    """The document and all that came in it, however deep, locked likewise: parents before their members."""
    below = select(Document.id).where(Document.id == document_id).cte(recursive=True)
    below = below.union_all(select(Document.id).where(Document.parent_id == below.c.id))
    return find_all(session, Document.id.in_(select(below.c.id)))


def ancestors(session: Session, document: Document) -> list[Document]:
    """The file that it came in, the file that this one came in, and so on."""
    above: list[Document] = []
    while (parent_id := (above[-1] if above else document).parent_id) is not None:
        above.append(session.get_one(Document, parent_id))
    return above
