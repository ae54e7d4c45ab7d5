"""Documents with one step of work to do, as arrival and the order of work leave them."""

from __future__ import annotations

from sqlalchemy import select

from storage.database import Database
from storage.tables import Document, Step
from workers.order import open_step


def waiting_step(database: Database, stage: str = "plan", document_id: str = "d", page_count: int | None = None) -> str:
    """A new document and the id of its step in `stage`, which nobody was told of."""
    with database.write() as session:
        document = Document(
            id=document_id, filename="f", media_type="application/pdf", sha256="0", size=1, source="t", uploader="t",
            original_key="k", status="queued", run=1, page_count=page_count,
        )  # fmt: skip
        session.add(document)
        session.flush()
        open_step(session, document, stage)
        return session.scalars(select(Step.id).where(Step.document_id == document_id)).one()
