"""Sends what is unfinished again, at start and on a timer: queues may forget, the database does not."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.database import alone, moment
from storage.stores import AWAY, in_short, patiently
from storage.tables import Document, Step
from workers.lifecycle import sweep_away
from workers.order import BUSY, follow, mark_sent, open_step
from workers.work import Work

log = logging.getLogger(__name__)

#: A step that was sent and not begun for this long is sent again; sending twice costs one look at the database.
RESEND_SECONDS = 300.0


def sweep(work: Work, everything: bool = False) -> int:
    """Send every step that waits and is due, or whose worker is gone; returns how many. One process sweeps at a time.

    `everything`: the queue is known to be empty. What was tried before goes last, so that a step which kills its worker
    does not keep the others from their turn.
    """
    with work.stores.database.write() as session:
        alone(session.connection(), "sweep")
        heal(session)
        present = moment(session)
        sent_long_ago = Step.sent_at < present - timedelta(seconds=0 if everything else RESEND_SECONDS)
        due = (Step.status == "waiting") & (Step.not_before <= present) & or_(Step.sent_at.is_(None), sent_long_ago)
        unsent = or_(Step.sent_at < Step.lease_until, sent_long_ago)
        left = (Step.status == "running") & (Step.lease_until < present) & unsent
        purged = list(session.scalars(select(Document.id).where(Document.status == "purging")))
        steps = list(
            session.scalars(
                select(Step.id).where(or_(due, left)).order_by(Step.attempts, Step.created_at, Step.first_page)
            )
        )
        mark_sent(session, steps)  # so that the process which sweeps next leaves them alone
    patiently(lambda: work.send(steps))  # they are marked: left unsent, nobody would send them for long
    for document_id in purged:
        sweep_away(work, document_id)
    return len(steps)


def heal(session: Session) -> None:
    """Open the next step of documents that are unfinished and have none: what a crash between two lines may leave."""
    open_steps = select(Step.id).where(Step.document_id == Document.id, Step.status.in_(("waiting", "running")))
    stuck = select(Document).where(Document.status.in_(BUSY), ~open_steps.exists()).with_for_update(skip_locked=True)
    for document in session.scalars(stuck):
        log.warning("document %s had no open step; going on with it", document.id)
        steps = select(Step.id).where(Step.document_id == document.id, Step.run == document.run)
        if session.scalar(steps.limit(1)) is None:
            open_step(session, document, "plan")
        follow(session, document)


class Sweeper:
    """Sweeps on a timer until closed."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.wait(self._work.settings.sheaf_sweep_seconds):
            try:
                sweep(self._work)
            except AWAY as error:
                log.warning("sweeping has to wait, a server is away: %s", in_short(error))
            except Exception:  # whatever it was must not end the sweeping
                log.exception("sweeping failed; trying again")
