"""Search over HTTP. How it searches is left to searching.py."""

from __future__ import annotations

import time
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api import schemas, searching
from api.auth import authorize
from api.dependencies import ActorDep, Filter, Filters, WorkDep

router = APIRouter(tags=["search"])


@router.get("/search")
def search_documents(
    work: WorkDep,
    actor: ActorDep,
    q: Annotated[str, Query(max_length=2000, description="Words or a question", examples=["late payment fee"])],
    top: Annotated[int, Query(ge=1, le=100)] = 10,
    type: Filters = None,
    label: Annotated[
        list[str] | None, Query(description="A label or field that the page has; of several, one", max_length=50)
    ] = None,
    since: Annotated[date | None, Query(description="The document's own date, or later")] = None,
    until: Annotated[date | None, Query(description="The document's own date, or earlier")] = None,
    collection: Filter = None,
) -> schemas.SearchResult:
    """Pages that answer, by meaning and by words, the best first; each with the place to open."""
    authorize(actor, "list", "documents")
    started = time.perf_counter()
    found = searching.search(
        work, q, top, searching.Filters(frozenset(type or ()), frozenset(label or ()), since, until, collection)
    )
    return schemas.SearchResult(
        query=q,
        seconds=round(time.perf_counter() - started, 4),
        hits=found.hits,
        facets=found.facets,
        ways=found.ways,
    )
