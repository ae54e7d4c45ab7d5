"""Claims: one holder at a time, leases that end, nothing stored by who has lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from storage.database import Database, now
from storage.tables import Document, Page, Step
from tests.databases import only_postgres
from tests.workers.steps import waiting_step
from workers.claims import Claim, Claims, LostClaim, finish, still_ours
from workers.order import ORDER, end_steps, follow, open_reading
from workers.stages import STAGES
from workers.sweeper import heal
from workers.tasks import LONGEST_RETRY, queue_of, retry_seconds


@pytest.fixture
def claims(database: Database) -> Iterator[Claims]:
    claims = Claims(database, lease_seconds=60)
    yield claims
    claims.close()


def store_page(database: Database, claim: Claim) -> None:
    with database.write() as session:
        session.add(Page(id="d.1", document_id="d", number=1))
        finish(session, claim)


def test_of_many_who_claim_one_gets_it(database: Database, claims: Claims) -> None:
    step = waiting_step(database)

    def take(_: int) -> bool:
        with claims.hold(step) as claim:
            time.sleep(0.2)
            return claim is not None

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(take, range(8))) == 1


def test_a_lease_that_ends_is_taken_over_and_the_loser_stores_nothing(database: Database, claims: Claims) -> None:
    step = waiting_step(database)
    with claims.hold(step) as slow:
        assert slow is not None
        with database.write() as session:
            session.execute(update(Step).values(lease_until=now() - timedelta(seconds=1)))
        with claims.hold(step) as quick:
            assert quick is not None
            assert quick.attempts == 2
            with pytest.raises(LostClaim):
                store_page(database, slow)
            with database.write() as session:
                finish(session, quick)
    with database.read() as session:
        assert session.scalars(select(Page)).all() == []
        assert session.scalars(select(Step.status)).one() == "done"


def test_the_heartbeat_keeps_a_lease_alive(database: Database) -> None:
    step = waiting_step(database)
    claims = Claims(database, lease_seconds=0.6)
    try:
        with claims.hold(step) as claim:
            assert claim is not None
            time.sleep(1.2)
            with claims.hold(step) as other:
                assert other is None
        time.sleep(0.8)
        with claims.hold(step) as later:
            assert later is not None
    finally:
        claims.close()


#: The clock of a machine that is an hour ahead.
AHEAD = SimpleNamespace(now=lambda zone: datetime.now(zone) + timedelta(hours=1))


@only_postgres
def test_machines_agree_on_the_time_whatever_their_clocks_say(
    database: Database, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as ahead:
        ahead.setattr("storage.database.datetime", AHEAD)
        step = waiting_step(database)
    with claims.hold(step) as claim:
        assert claim is not None, "what a machine ahead has opened is free at once"
        monkeypatch.setattr("storage.database.datetime", AHEAD)
        with claims.hold(step) as other:
            assert other is None, "a machine ahead does not take a lease for ended"


def test_a_cancelled_step_cannot_store(database: Database, claims: Claims) -> None:
    with claims.hold(waiting_step(database)) as claim:
        assert claim is not None
        with database.write() as session:
            end_steps(session, "d", "cancelled")
        with pytest.raises(LostClaim), database.write() as session:
            still_ours(session, claim)


def test_the_next_stage_opens_once_and_only_when_all_ranges_are_read(database: Database, claims: Claims) -> None:
    plan = waiting_step(database)
    with claims.hold(plan) as claim, database.write() as session:
        assert claim is not None
        document = session.get_one(Document, "d")
        open_reading(session, document, 1, 10, 4, {})
        finish(session, claim)
        ranges = follow(session, document)
    assert len(ranges) == 3
    opened: list[str] = []
    for step in ranges:
        with claims.hold(step) as claim, database.write() as session:
            assert claim is not None
            finish(session, claim)
            document = session.get_one(Document, "d")
            opened = [s for s in follow(session, document) if s not in ranges]
            assert follow(session, document) == follow(session, document)
            if step != ranges[-1]:
                assert (opened, document.status) == ([], "reading")
    assert len(opened) == 1
    with database.read() as session:
        assert session.get_one(Step, opened[0]).stage == "understand"
        assert session.get_one(Document, "d").status == "understanding"


def test_a_document_without_an_open_step_is_healed(database: Database) -> None:
    waiting_step(database)
    with database.write() as session:
        session.query(Step).delete()
    with database.write() as session:
        heal(session)
    with database.read() as session:
        assert session.scalars(select(Step.stage)).all() == ["plan"]


def test_bundles_have_a_queue_of_their_own() -> None:
    assert queue_of("read_pages", 3) == "read"
    assert queue_of("read_pages", 600) == "bulk"
    assert queue_of("understand", 600) == "finish"


def test_tries_are_spread_out() -> None:
    first = [retry_seconds(1) for _ in range(20)]
    assert len(set(first)) > 1
    assert max(first) < min(retry_seconds(4) for _ in range(20))
    assert retry_seconds(50) <= LONGEST_RETRY * 1.25


def test_every_stage_of_the_order_has_a_function() -> None:
    assert list(STAGES) == list(ORDER)
