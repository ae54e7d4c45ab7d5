"""Which collection of vectors is the current one, and by which model. Filling it is left to workers."""

from __future__ import annotations

import uuid

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from errors import SheafError
from storage.database import alone
from storage.findings import model_id
from storage.passage_index import collection_name
from storage.tables import IndexGeneration, Model


def current_generation(session: Session, embedding_model: str | None = None) -> IndexGeneration:
    """The collection that search asks and workers fill.

    Raises `not_ready` before the first start, and when it is not of the `embedding_model`, for vectors of two models
    do not mix.
    """
    found = session.scalar(select(IndexGeneration).where(IndexGeneration.status == "current"))
    if found is None:
        raise SheafError("not_ready", detail="there is no index yet; run sheaf migrate")
    if embedding_model is not None:
        name, _, version = embedding_model.partition("@")
        there = session.get_one(Model, found.model_id)
        if (there.name, there.version) != (name, version):
            raise SheafError(
                "not_ready",
                detail=f"the index is of {there.name}@{there.version}, and this process has {embedding_model};"
                " give every process the same SHEAF_EMBEDDING_MODEL and run sheaf migrate",
            )
    return found


def retired_collections(session: Session) -> list[str]:
    """The names of collections that nobody asks any more."""
    return list(session.scalars(select(IndexGeneration.collection).where(IndexGeneration.status == "retired")))


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
    # Another installation may use the same server, so numbers are not enough.
    name = f"{collection_name(embedding_model, number)}-{uuid.uuid4().hex[:8]}"
    new = IndexGeneration(id=number, model_id=model, collection=name, status="current")
    session.add(new)
    session.flush()
    return new, True
