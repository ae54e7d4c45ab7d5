"""What one browser sees of one document, kept fresh with few questions, and what others did to it meanwhile.

What it decides itself is left to decisions.py; how it is shown, to shown.py.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from frontend.api_client import ApiClient
from frontend.components.desk import shown
from frontend.components.desk.decisions import Ledger
from frontend.shapes import Changes, Document, Engines, Page, Reading, Review, Table, Vocabulary

#: Seconds after which a page is fetched again: the addresses of pictures are good for some minutes.
PAGE_AGE = 120.0
#: So much news is kept for a browser that was away.
MOST_NEWS = 20


@dataclass
class Seen:
    """What was fetched, and how to tell whether it still holds: the newest decision anywhere, how far the work is."""

    ledger: Ledger
    vocabulary: Vocabulary
    engines: Engines
    page: Page
    tables: list[Table]
    readings: list[Reading]
    changes: Changes | None
    reviews: list[Review]
    newest: int
    work: tuple[Any, ...]
    waiting: int = 0
    pages: dict[int, Page] = field(default_factory=dict)
    news: list[Review] = field(default_factory=list)
    fetched: float = 0.0


def opened(api: ApiClient, document_id: str, number: int) -> Seen:
    newest = api.newest_review()
    document = api.document(document_id)
    page = api.page(document_id, number)
    seen = Seen(
        ledger=Ledger(document, {finding.id: finding for finding in api.findings(document_id)}),
        vocabulary=api.vocabulary(),
        engines=api.engines(),
        page=page,
        tables=[],
        readings=[],
        changes=None,
        reviews=api.reviews(document_id),
        newest=newest,
        work=_work(document),
        waiting=_waiting(api),
        pages={number: page},
        fetched=time.monotonic(),
    )
    _turned(api, seen, number)
    return seen


def refresh(api: ApiClient, seen: Seen, number: int, me: str) -> None:
    """Ask whether anything changed, and only then for what did."""
    ledger = seen.ledger
    newest = api.newest_review()
    ledger.document = api.document(ledger.document.id)
    moved = _work(ledger.document) != seen.work
    if moved or newest != seen.newest:
        ledger.findings = {finding.id: finding for finding in api.findings(ledger.document.id)}
        known = seen.reviews[0].id if seen.reviews else 0
        seen.reviews = api.reviews(ledger.document.id)
        seen.news = [*seen.news, *strangers(seen.reviews, known, ledger.own, me)][-MOST_NEWS:]
        seen.newest, seen.work, seen.waiting = newest, _work(ledger.document), _waiting(api)
    if moved or time.monotonic() - seen.fetched > PAGE_AGE:
        seen.pages, seen.fetched = {}, time.monotonic()
    if number != seen.page.number or not seen.pages:
        _turned(api, seen, number)


def strangers(reviews: Iterable[Review], known: int, own: Counter[tuple[str, str | None]], me: str) -> list[Review]:
    """The decisions since `known` that this browser did not make, the oldest first; its own are crossed off `own`."""
    foreign = []
    for review in sorted((one for one in reviews if one.id > known), key=lambda one: one.id):
        about = None if review.action == "undo" else review.finding_id
        if review.actor == me and own[review.action, about]:
            own[review.action, about] -= 1
        else:
            foreign.append(review)
    return foreign


def data(
    seen: Seen, picture: shown.Picture, me: str, marks: list[tuple[int, int]], away: bool = False
) -> dict[str, Any]:
    """Everything the desk draws, and how far its browser's decisions have come."""
    ledger, number = seen.ledger, seen.page.number
    found = ledger.findings.values()
    return {
        "document": shown.document(ledger.document),
        "vocabulary": shown.vocabulary(seen.vocabulary),
        "page": shown.page(seen.page, picture),
        "images": {str(near): picture(page.image_url) for near, page in seen.pages.items() if near != number},
        "findings": shown.findings(found, number),
        "things": shown.things(found, number),
        "elsewhere": shown.elsewhere(found),
        "tables": shown.tables(seen.tables, ledger.document.id, picture),
        "readings": shown.readings(seen.readings),
        "ways": shown.ways(seen.engines, seen.readings, seen.page, ledger.document),
        "changes": shown.changes(seen.changes),
        "history": shown.history(seen.reviews),
        "news": [shown.news(review, me) for review in seen.news],
        "waiting": seen.waiting,
        "marks": marks,
        "client": ledger.client,
        "done": ledger.done,
        "failures": ledger.failures,
        "ids": ledger.ids,
        "preview": ledger.preview or None,
        "away": away or ledger.away,
    }


def _turned(api: ApiClient, seen: Seen, number: int) -> None:
    """The page, and those before and after it, so that turning to them does not wait."""
    id, pages = seen.ledger.document.id, seen.ledger.document.progress.pages or 1
    near = [one for one in (number - 1, number, number + 1) if 1 <= one <= pages]
    seen.pages = {one: seen.pages.get(one) or api.page(id, one) for one in near}
    seen.page, seen.readings, seen.tables = seen.pages[number], api.readings(id, number), api.tables(id, number)
    seen.changes = _changes(api, seen)


def _changes(api: ApiClient, seen: Seen) -> Changes | None:
    """What the page says otherwise than the newest other reading of it, if there is one."""
    now = next((one.id for one in seen.readings if one.current), None)
    other = next((one.id for one in seen.readings if not one.current), None)
    return api.changes(seen.ledger.document.id, seen.page.number, now, other) if now and other else None


def _work(document: Document) -> tuple[Any, ...]:
    progress = document.progress
    return document.status, document.run, progress.read, progress.problems, document.deleted_at


def _waiting(api: ApiClient) -> int:
    return api.documents(limit=1, status=["ready"], review_state="unreviewed").counts.get("ready", 0)
