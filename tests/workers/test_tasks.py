"""What becomes of a step that does not succeed, by whose fault it is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from storage.database import Database, moment
from storage.objects import Objects, ObjectsAway, open_objects
from storage.passage_index import open_index
from storage.stores import Stores
from storage.tables import Document, Step
from tests.backend import settings_for
from tests.workers.steps import waiting_step
from workers.claims import Claims
from workers.lifecycle import condemn
from workers.sweeper import Sweeper, sweep
from workers.tasks import AWAY_SECONDS, perform
from workers.work import Work, open_children


@pytest.fixture
def work(database: Database, tmp_path: Path) -> Iterator[Work]:
    """A database of its own with nobody else at work on it."""
    settings = settings_for(tmp_path, sheaf_attempts=2)
    stores = Stores(database, open_objects(settings.objects()), open_index(settings.index()), tmp_path / "incoming")
    children = open_children(settings, works=False, answers=False)
    with closing(stores.index), closing(children), closing(Claims(database, 60)) as claims:
        yield Work(settings, stores, children, claims, lambda step_ids: None)


def tried(work: Work, step_id: str, objects: Objects) -> tuple[str, str]:
    """Perform the step as if it were due; the document's status and the code of what is wrong with the step."""
    with work.stores.database.write() as session:
        session.execute(update(Step).values(not_before=moment(session)))
    perform(replace(work, stores=replace(work.stores, objects=objects)), step_id)
    with work.stores.database.read() as session:
        step, status = session.get_one(Step, step_id), session.scalars(select(Document.status)).one()
        assert step.error is not None
        if step.status == "waiting":
            assert step.sent_at is None
            assert step.not_before > moment(session)
        return status, step.error["code"]


def test_a_step_waits_for_a_server_as_long_as_it_takes(work: Work, aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    away = open_objects("s3://bucket/prefix")
    step = waiting_step(work.stores.database)
    for _ in range(work.settings.sheaf_attempts + 1):
        assert tried(work, step, away) == ("queued", "not_ready")
    with work.stores.database.read() as session:
        row = session.get_one(Step, step)
        assert (row.attempts, row.failures) == (0, 0)
        assert (row.not_before - moment(session)).total_seconds() < 2 * AWAY_SECONDS


def test_a_step_is_not_let_go_before_the_database_said_whose_it_is(
    work: Work, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The database answers questions, but takes no claim for a while."""
    step = waiting_step(work.stores.database)
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.2)
    url = work.stores.database.url.render_as_string(hide_password=False)
    with ThreadPoolExecutor(1) as worker, closing(Database(url)) as hasty, closing(Claims(hasty, 60)) as claims:
        elsewhere = replace(work, stores=replace(work.stores, database=hasty), claims=claims)
        with work.stores.database.write() as session:
            session.execute(update(Step).values(attempts=Step.attempts))
            done = worker.submit(perform, elsewhere, step)
            deadline = time.monotonic() + 20
            while "away" not in caplog.text:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        done.result(20)
    with work.stores.database.read() as session:
        assert session.get_one(Step, step).failures == 1  # it was begun: there is no original to be read


def test_what_the_sweeper_marked_as_sent_is_sent_when_the_database_is_back(work: Work) -> None:
    step = waiting_step(work.stores.database)
    sent: list[str] = []

    def send(step_ids: Sequence[str]) -> None:
        sent.extend(step_ids)
        if len(sent) == 1:
            raise OperationalError("", {}, ConnectionError("away"))

    sweep(replace(work, send=send))
    assert sent == [step, step]


def test_a_server_that_is_away_costs_a_line_of_the_log_not_a_page(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    with closing(Database("postgresql+psycopg://sheaf:secret@127.0.0.1:1/sheaf")) as away:
        hasty = work.settings.model_copy(update={"sheaf_sweep_seconds": 0.05})
        elsewhere = replace(work, settings=hasty, stores=replace(work.stores, database=away))
        with closing(Sweeper(elsewhere)):
            deadline = time.monotonic() + 20
            while not caplog.records:
                assert time.monotonic() < deadline
                time.sleep(0.05)
    assert "127.0.0.1" in caplog.text
    assert "secret" not in caplog.text
    assert [len(record.getMessage().splitlines()) for record in caplog.records] == [1] * len(caplog.records)
    assert not any(record.exc_info for record in caplog.records)


def test_a_purge_that_has_to_wait_keeps_no_step_from_being_sent(
    work: Work, aws: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    sent: list[str] = []
    purging = replace(work, stores=replace(work.stores, objects=open_objects("s3://bucket")), send=sent.extend)
    waiting_step(work.stores.database, document_id="condemned")
    step = waiting_step(work.stores.database)
    with work.stores.database.write() as session:
        document = session.get_one(Document, "condemned")
        document.deleted_at = moment(session)
        condemn(session, document)
    with pytest.raises(ObjectsAway):
        sweep(purging)
    assert sent == [step]


def test_our_own_fault_is_tried_again_and_then_parked(work: Work) -> None:
    step = waiting_step(work.stores.database)
    assert tried(work, step, work.stores.objects) == ("queued", "internal")  # there is no original to be read
    assert tried(work, step, work.stores.objects) == ("failed", "parked")
