"""The order of work, and what comes next for a document.

What a stage does is left to stages.py, when it runs to the queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storage import documents
from storage.database import moment, now
from storage.tables import Document, Step

#: The stages in order, each with what a document is called while it is there. `follow` opens the next one when every
#: step of the one before is done.
ORDER = {"plan": "queued", "read_pages": "reading", "understand": "understanding", "index": "indexing"}

#: Ids named in one statement; databases have a limit.
AT_ONCE = 500

#: What a document is called while there is work to do on it.
BUSY = tuple(ORDER.values())


def follow(session: Session, document: Document) -> list[str]:
    """Open what comes after the finished steps of this run, once, and say what the document is doing now.

    Returns the ids of the steps that wait to be sent. Runs in the transaction that finished a step, with the document
    held (`documents.find`), so of two workers that finish at once one sees both.
    """
    session.flush()
    steps = session.execute(
        select(Step.stage, Step.status, func.count())
        .where(Step.document_id == document.id, Step.run == document.run)
        .group_by(Step.stage, Step.status)
    ).all()
    opened = {stage for stage, _, _ in steps}
    unfinished = {stage for stage, status, _ in steps if status != "done"}
    whole = document.page_count == 0 and "plan" in opened and not unfinished  # an archive: others hold its pages
    for before, stage in pairwise(() if whole else ORDER):
        if before in opened and before not in unfinished and stage not in opened and not unfinished:
            open_step(session, document, stage)
            opened.add(stage)
            unfinished.add(stage)
    open_stages = [stage for stage in ORDER if stage in unfinished]
    if open_stages:
        document.status = ORDER[open_stages[0]]
    elif whole or "index" in opened:
        document.status, document.error = "ready", None
        document.ready_at = document.ready_at or now()
    session.flush()
    waiting = select(Step.id).where(
        Step.document_id == document.id,
        Step.status == "waiting",
        Step.sent_at.is_(None),
        Step.not_before <= moment(session),  # one that was put off is the sweeper's to send
    )
    return list(session.scalars(waiting.order_by(Step.first_page)))


def mark_sent(session: Session, step_ids: Sequence[str], sent: bool = True) -> None:
    """Remember that the queue has the steps, or that it has not; one that somebody holds has reached its worker."""
    for first in range(0, len(step_ids), AT_ONCE):
        some = Step.id.in_(step_ids[first : first + AT_ONCE])
        free = select(Step.id).where(some).with_for_update(skip_locked=True)
        session.execute(update(Step).where(Step.id.in_(free)).values(sent_at=moment(session) if sent else None))


def open_step(
    session: Session, document: Document, stage: str, pages: tuple[int, int] = (0, 0), options: Any = None
) -> Step:
    step = Step(
        document_id=document.id,
        run=document.run,
        stage=stage,
        first_page=pages[0],
        last_page=pages[1],
        options=dict(options or {}),
        not_before=moment(session),
    )
    session.add(step)
    return step


def open_index(session: Session, document_ids: Sequence[str]) -> None:
    """Have passages and vectors of ready documents made anew; the sweeper sends the steps.

    Their text and findings stay as they are. Documents that are not ready are left out: their own work ends there.
    """
    for first in range(0, len(document_ids), AT_ONCE):
        some = Document.id.in_(document_ids[first : first + AT_ONCE])
        for document in documents.find_all(session, some, Document.status == "ready"):
            document.run, document.status = document.run + 1, ORDER["index"]
            open_step(session, document, "index")
        session.flush()


def open_reading(
    session: Session, document: Document, first: int, last: int, at_once: int, options: dict[str, Any]
) -> None:
    """Open read steps for the pages first..last, in ranges that as many workers can share; those that are open stay."""
    query = select(Step.first_page).where(
        Step.document_id == document.id, Step.run == document.run, Step.stage == "read_pages"
    )
    known = set(session.scalars(query))
    for start in set(range(first, last + 1, at_once)) - known:
        open_step(session, document, "read_pages", (start, min(start + at_once - 1, last)), options)


def end_steps(session: Session, document_id: str, status: str) -> None:
    """End whatever is still open of a document's work; whoever runs it notices at its next transaction."""
    session.execute(
        update(Step)
        .where(Step.document_id == document_id, Step.status.in_(("waiting", "running")))
        .values(status=status, owner=None, lease_until=None, finished_at=now())
    )
