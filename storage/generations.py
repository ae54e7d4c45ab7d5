"""Which collection of vectors is the current one, and by which model. Filling it is left to workers."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from errors import SheafError
from storage.database import alone
from storage.findings import model_id
from storage.passage_index import collection_name
from storage.tables import IndexGeneration


def current_generation(session: Session) -> IndexGeneration:
    """The collection that search asks and workers fill; raises `not_ready` before the first start."""
    found = session.scalar(select(IndexGeneration).where(IndexGeneration.status == "current"))
    if found is None:
        raise SheafError("not_ready", detail="there is no index yet")
    return found


def ensure_generation(session: Session, embedding_model: str) -> tuple[IndexGeneration, bool]:
    """The current collection for this embedding model; True when it was begun just now and has to be filled."""
    alone(session.connection(), "generations")
    name, _, version = embedding_model.partition("@")
    model = model_id(session, "embeddings", name, version)
    found = session.scalar(select(IndexGeneration).where(IndexGeneration.status == "current"))
    if found is not None and found.model_id == model:
        return found, False
    if found is not None:
        found.status = "retired"
    number = (session.scalar(select(func.max(IndexGeneration.id))) or 0) + 1
    new = IndexGeneration(
        id=number, model_id=model, collection=collection_name(embedding_model, number), status="current"
    )
    session.add(new)
    session.flush()
    return new, True
