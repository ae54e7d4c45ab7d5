"""The actors: a message names a step, `perform` does it.

What a step does is left to stages.py, the broker to broker.py.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import dramatiq
from sqlalchemy import select

from errors import SheafError, unexpected
from nlp.sandbox import SandboxClosed
from storage.database import Database
from storage.stores import AWAY, in_short, patiently
from storage.tables import Document, Step
from workers.claims import Claim, LostClaim, give_up, let_go, put_off, still_ours
from workers.order import AT_ONCE, end_steps, mark_sent
from workers.stages import STAGES
from workers.work import Work

log = logging.getLogger(__name__)

#: Takes a step's id.
StepActor = dramatiq.Actor[[str], None]

#: Documents of more pages than this queue apart, so that small ones are not starved by a bundle.
SHORT_PAGES = 20

#: Queues and the priority of their messages within a worker, lower first: what is begun is finished before more is.
QUEUES = {"finish": 0, "plan": 1, "read": 2, "bulk": 3}

#: A step whose worker dies is begun this many times as often as one that fails: most deaths are not its doing.
DEATHS = 4

#: Seconds before a second try; doubled each time, never more than the maximum.
FIRST_RETRY, LONGEST_RETRY = 2.0, 300.0

#: Seconds, more or less, until a step whose server was away is begun again.
AWAY_SECONDS = 20.0


def queue_of(stage: str, page_count: int | None) -> str:
    if stage == "plan":
        return "plan"
    if stage == "read_pages":
        return "read" if (page_count or 0) <= SHORT_PAGES else "bulk"
    return "finish"


def declare(
    broker: dramatiq.Broker, perform_step: Callable[[str], None], queues: Collection[str] = QUEUES.keys()
) -> dict[str, StepActor]:
    """One actor a queue, all with the same body. Retrying is ours (`perform`), so that every broker behaves alike."""
    return {
        queue: dramatiq.actor(broker=broker, actor_name=f"step_{queue}", queue_name=queue, priority=QUEUES[queue])(
            perform_step
        )
        for queue in queues
    }


def sender(database: Database, actors: dict[str, Any]) -> Callable[[Sequence[str]], None]:
    """A function that sends steps by their ids, in that order, each to the queue it belongs to.

    While the queue is away they stay marked as not sent, and the sweeper tries again: nobody has to wait for it.
    """

    def send(step_ids: Sequence[str]) -> None:
        for first in range(0, len(step_ids), AT_ONCE):
            some = step_ids[first : first + AT_ONCE]
            with database.write() as session:
                found = session.execute(
                    select(Step.id, Step.stage, Document.page_count)
                    .join(Document, Document.id == Step.document_id)
                    .where(Step.id.in_(some))
                ).all()
                mark_sent(session, some)
            queues = {step_id: queue_of(stage, page_count) for step_id, stage, page_count in found}
            known = [step_id for step_id in some if step_id in queues]
            for number, step_id in enumerate(known):
                try:
                    actors[queues[step_id]].send(step_id)
                except Exception as error:  # each broker has errors of its own
                    log.warning("the queue did not take %d steps: %s", len(step_ids) - first - number, in_short(error))
                    with database.write() as session:
                        mark_sent(session, [*known[number:], *step_ids[first + AT_ONCE :]], sent=False)
                    return

    return send


def perform(work: Work, step_id: str) -> None:
    """Do a step if it is to be had.

    The document's faults end it at once, ours are tried again and then parked. Servers that are away are waited for:
    no step is let go before the database said whose it is, or its message would be lost; what the database loses in
    the middle of a step is taken up when the lease has ended; what needs another is begun again as often as it takes.
    """
    with ExitStack() as held:
        claim = patiently(lambda: held.enter_context(work.claims.hold(step_id)))
        if claim is None:
            return
        try:
            _perform(work, claim)
        except AWAY as error:
            log.warning("the database went away during step %s: %s", step_id, in_short(error))


def _perform(work: Work, claim: Claim) -> None:
    try:
        if claim.attempts > DEATHS * work.settings.sheaf_attempts:
            raise SheafError("parked", attempts=claim.attempts - 1, detail="its worker died each time")
        next_steps = STAGES[claim.stage](work, claim)
    except LostClaim:
        log.info("step %s was taken over or cancelled", claim.step_id)
    except SandboxClosed:  # we are stopping
        with suppress(LostClaim), work.stores.database.write() as session:
            let_go(session, claim)
    except Exception as error:
        _after_failure(work, claim, error)
    else:
        work.send(next_steps)


def _after_failure(work: Work, claim: Claim, error: Exception) -> None:
    fault = _fault(claim, error)
    try:
        with work.stores.database.write() as session:
            document = still_ours(session, claim)
            if fault.kind.status == 503:
                let_go(session, claim, spread(AWAY_SECONDS), fault.as_json())
                return
            ours = fault.kind.status >= 500
            tries = claim.failures + 1
            if ours and fault.code != "parked" and tries < work.settings.sheaf_attempts:
                put_off(session, claim, fault.as_json(), retry_seconds(tries))
                return
            if ours and fault.code != "parked":
                fault = SheafError("parked", attempts=tries, detail=fault.message.rstrip("."))
            give_up(session, claim, "parked" if ours else "failed", fault.as_json())
            document.status, document.error = "failed", fault.as_json()
            end_steps(session, claim.document_id, "cancelled")
    except LostClaim:
        log.info("step %s was taken over or cancelled", claim.step_id)


def _fault(claim: Claim, error: Exception) -> SheafError:
    step = f"step {claim.step_id} ({claim.stage})"
    if isinstance(error, AWAY):
        log.warning("%s has to wait, a server is away: %s", step, in_short(error))
        return SheafError("not_ready", detail="one of its servers is away")
    return error if isinstance(error, SheafError) else unexpected(error, step)


def retry_seconds(attempts: int) -> float:
    """How long to wait after so many tries: longer each time."""
    return spread(min(LONGEST_RETRY, FIRST_RETRY * 2.0 ** (attempts - 1)))


def spread(seconds: float) -> float:
    """About so long, so that what failed together does not come back in step."""
    return seconds * random.uniform(0.75, 1.25)
