"""Who works on which step: claims by compare-and-set, with a lease that is renewed while the work goes on.

The work is left to stages.

A step may be delivered twice, its worker may die at any line; only who holds the claim can finish it, and finishing
happens in the same transaction as storing what the step brought.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storage import documents
from storage.database import Database, moment, now
from storage.stores import AWAY, in_short
from storage.tables import Document, Step

log = logging.getLogger(__name__)


class LostClaim(Exception):
    """The step belongs to someone else by now, or was cancelled: stop, and leave nothing behind."""


@dataclass(frozen=True)
class Claim:
    """The right to work on one step until the lease ends."""

    step_id: str
    token: str
    document_id: str
    run: int
    stage: str
    first_page: int
    last_page: int
    options: dict[str, Any]
    attempts: int
    failures: int


class Claims:
    """The claims of one process. A background thread keeps the leases of running work alive."""

    def __init__(self, database: Database, lease_seconds: float) -> None:
        self._database = database
        self._lease = timedelta(seconds=lease_seconds)
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        threading.Thread(target=self._beat, args=(lease_seconds / 3,), name="heartbeat", daemon=True).start()

    @contextmanager
    def hold(self, step_id: str) -> Iterator[Claim | None]:
        """Claim the step for the length of the block; None when it is not to be had."""
        claim = self._take(step_id)
        if claim is None:
            yield None
            return
        with self._lock:
            self._held.add(claim.token)
        try:
            yield claim
        finally:
            with self._lock:
                self._held.discard(claim.token)

    def void(self) -> int:
        """End every lease: for a process that knows it is the only one, when it starts. Returns how many there were."""
        with self._database.write() as session:
            return _count(session, update(Step).where(Step.status == "running").values(lease_until=moment(session)))

    def close(self) -> None:
        self._stop.set()

    def _take(self, step_id: str) -> Claim | None:
        token = uuid.uuid4().hex
        with self._database.write() as session:
            present = moment(session)
            free = or_(
                (Step.status == "waiting") & (Step.not_before <= present),
                (Step.status == "running") & (Step.lease_until <= present),
            )
            taken = _count(
                session,
                update(Step)
                .where(Step.id == step_id, free)
                .values(status="running", owner=token, lease_until=present + self._lease, attempts=Step.attempts + 1),
            )
            if not taken:
                return None
            step = session.get_one(Step, step_id)
            return Claim(
                step.id,
                token,
                step.document_id,
                step.run,
                step.stage,
                step.first_page,
                step.last_page,
                step.options,
                step.attempts,
                step.failures,
            )

    def _beat(self, seconds: float) -> None:
        while not self._stop.wait(seconds):
            with self._lock:
                held = list(self._held)
            if not held:
                continue
            # One that is locked is just being finished, or taken away.
            ours = (
                select(Step.id).where(Step.owner.in_(held), Step.status == "running").with_for_update(skip_locked=True)
            )
            try:
                with self._database.write() as session:
                    lease_until = moment(session) + self._lease
                    session.execute(update(Step).where(Step.id.in_(ours)).values(lease_until=lease_until))
            except AWAY as error:
                log.warning("the leases cannot be renewed, the database is away: %s", in_short(error))
            except Exception:  # whatever it was must not end the beating
                log.exception("the leases could not be renewed; trying again")


def still_ours(session: Session, claim: Claim) -> Document:
    """The document of a step that is still held, else LostClaim; first thing in a transaction that stores results."""
    document = documents.find(session, claim.document_id)
    held = select(Step.id).where(Step.id == claim.step_id, Step.owner == claim.token, Step.status == "running")
    if document is None or session.scalar(held.with_for_update()) is None:
        raise LostClaim(claim.step_id)
    return document


def finish(session: Session, claim: Claim) -> None:
    """Mark the step done, in the transaction that stores what it brought; raises LostClaim."""
    _settle(session, claim, status="done", finished_at=now(), error=None)


def put_off(session: Session, claim: Claim, error: dict[str, Any], seconds: float) -> None:
    """Try again later: the world was in the way."""
    _settle(
        session,
        claim,
        status="waiting",
        not_before=moment(session) + timedelta(seconds=seconds),
        sent_at=None,
        failures=claim.failures + 1,
        error=error,
    )


def let_go(session: Session, claim: Claim, seconds: float = 0.0, error: dict[str, Any] | None = None) -> None:
    """Leave the step to another, or until later: nothing was wrong with it, so that is not counted as a try."""
    not_before = moment(session) + timedelta(seconds=seconds)
    _settle(
        session,
        claim,
        status="waiting",
        not_before=not_before,
        sent_at=None,
        attempts=Step.attempts - 1,
        error=error,
    )


def give_up(session: Session, claim: Claim, status: str, error: dict[str, Any]) -> None:
    """End the step as `failed` (the document's fault) or `parked` (the world's, tried often enough)."""
    _settle(session, claim, status=status, finished_at=now(), error=error)


def _settle(session: Session, claim: Claim, **values: Any) -> None:
    settled = update(Step).where(Step.id == claim.step_id, Step.owner == claim.token, Step.status == "running")
    if not _count(session, settled.values(owner=None, lease_until=None, **values)):
        raise LostClaim(claim.step_id)


def _count(session: Session, statement: Any) -> int:
    return int(session.execute(statement, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined]
