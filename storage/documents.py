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
    """The documents of which all this holds, locked likewise, and in one order for everybody."""
    query = select(Document).where(*wanted).order_by(Document.id)
    return list(session.scalars(query.with_for_update() if writes(session) else query))
