"""Search over HTTP. How it searches is left to searching.py."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from api import schemas
from api.auth import authorize
from api.dependencies import ActorDep, Filter, WorkDep
from api.dependencies import Filters as Types
from api.searching import Filters, search

router = APIRouter(tags=["search"])


@router.get("/search")
def search_documents(
    work: WorkDep,
    actor: ActorDep,
    q: Annotated[str, Query(max_length=2000, description="Words or a question", examples=["late payment fee"])],
    top: Annotated[int, Query(ge=1, le=100)] = 10,
    type: Types = None,
    collection: Filter = None,
) -> schemas.SearchResult:
    """Pages that answer, by meaning and by words, the best first; each with the place to open."""
    authorize(actor, "list", "documents")
    started = time.perf_counter()
    hits = search(work, q, top, Filters(tuple(type or ()), collection))
    return schemas.SearchResult(
        query=q,
        seconds=round(time.perf_counter() - started, 4),
        hits=[schemas.HitPublic(**asdict(hit)) for hit in hits],
    )
