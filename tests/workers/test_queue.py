"""The contract of the queue, over every kind of broker: what is sent arrives by its priority, what raises does no harm.

Whether a step is to be had is the database's word, so a real one stands behind. Order within a queue is not promised.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import dramatiq
import pytest
import redis
from botocore.exceptions import ConnectionClosedError

from errors import SheafError
from storage.database import Database
from storage.tables import Step
from tests.databases import only_sqlite
from tests.workers.steps import waiting_step
from workers.broker import open_broker, open_worker
from workers.claims import Claims, finish
from workers.tasks import QUEUES, declare, sender

#: Seconds for what should come at once, on a busy machine.
PATIENCE = 20.0

#: One step for each queue: its stage, and the pages of its document.
STEPS = {"bulk": ("read_pages", 600), "read": ("read_pages", 3), "plan": ("plan", None), "finish": ("index", 3)}


@pytest.fixture
def memory_url() -> str:
    return "memory://"


@pytest.fixture
def redis_url(redis_server: str) -> str:
    with redis.Redis.from_url(redis_server) as client:
        client.flushdb()
    return f"{redis_server}/0"


@pytest.fixture
def sqs_url(aws: str) -> str:
    return f"sqs://test-{uuid.uuid4().hex}"


@pytest.fixture(params=["memory", "redis", "sqs"])
def broker(request: pytest.FixtureRequest) -> Iterator[dramatiq.Broker]:
    opened = open_broker(request.getfixturevalue(f"{request.param}_url"))
    yield opened
    opened.close()


@dataclass
class Desk:
    """Performs steps as `tasks.perform` does, with `work` in the place of a stage, and remembers what came."""

    database: Database
    claims: Claims
    work: Callable[[str], None] = lambda step_id: None
    delivered: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)

    def perform(self, step_id: str) -> None:
        self.delivered.append(step_id)
        with self.claims.hold(step_id) as claim:
            if claim is None:
                return
            self.work(step_id)
            with self.database.write() as session:
                finish(session, claim)
        self.finished.append(step_id)


class Counts(dramatiq.Middleware):
    """What was sent, again or for later included, and what was laid aside as undeliverable."""

    sent = rejected = 0

    def after_enqueue(self, *_: object) -> None:
        self.sent += 1

    def after_nack(self, *_: object) -> None:
        self.rejected += 1


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    claims = Claims(database, lease_seconds=60)
    yield Desk(database, claims)
    claims.close()


@pytest.fixture
def send(database: Database, broker: dramatiq.Broker, desk: Desk) -> Callable[[Sequence[str]], None]:
    return sender(database, declare(broker, desk.perform))


@contextmanager
def working(broker: dramatiq.Broker, threads: int = 1) -> Iterator[dramatiq.Worker]:
    worker = dramatiq.Worker(broker, worker_threads=threads, worker_timeout=50)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(timeout=5000)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def steps_of(database: Database, queue: str, count: int, name: str = "d") -> list[str]:
    stage, pages = STEPS[queue]
    return [waiting_step(database, stage, f"{name}-{queue}-{number}", pages) for number in range(count)]


def test_every_queue_delivers(
    database: Database, broker: dramatiq.Broker, desk: Desk, send: Callable[[Sequence[str]], None]
) -> None:
    steps = {queue: steps_of(database, queue, 3) for queue in STEPS}
    assert set(steps) == set(QUEUES)
    with ExitStack() as workers:
        for queue, waiting in steps.items():  # each with a worker of its own, as the backend has several
            send(waiting)
            worker = dramatiq.Worker(broker, queues={queue}, worker_threads=1, worker_timeout=50)
            worker.start()
            workers.callback(worker.stop, timeout=5000)
            until(lambda waiting=waiting: set(waiting) <= set(desk.finished))  # type: ignore[misc]
            assert set(desk.finished[-3:]) == set(waiting)
    assert len(desk.finished) == 3 * len(QUEUES)


def test_a_step_sent_often_is_performed_once(
    database: Database, broker: dramatiq.Broker, desk: Desk, send: Callable[[Sequence[str]], None]
) -> None:
    begun: list[str] = []

    def work(step_id: str) -> None:
        begun.append(step_id)
        time.sleep(0.2)

    desk.work = work
    (step,) = steps_of(database, "read", 1)
    with working(broker, threads=4):
        for _ in range(8):
            send([step])
        until(lambda: len(desk.delivered) == 8 and desk.finished == [step])
    assert begun == [step]


def test_what_raises_is_delivered_once_and_the_worker_goes_on(
    database: Database, broker: dramatiq.Broker, desk: Desk, send: Callable[[Sequence[str]], None]
) -> None:
    bad, good = steps_of(database, "read", 3, "bad"), steps_of(database, "read", 3, "good")

    def work(step_id: str) -> None:
        if step_id in bad:
            raise SystemExit if step_id == bad[0] else RuntimeError("the database was away")

    desk.work = work
    broker.add_middleware(counts := Counts())
    send([*bad, *good])
    for _ in range(2):  # a second worker gets what the first gave back
        with working(broker):
            until(lambda: set(desk.finished) == set(good))
            time.sleep(0.3)  # for what should not come
    assert sorted(desk.delivered) == sorted([*bad, *good])
    assert (counts.sent, counts.rejected) == (6, 0)  # none waits for another try, none is kept as a dead letter


def test_what_is_begun_is_finished_first_and_bundles_come_last(
    database: Database, broker: dramatiq.Broker, desk: Desk, send: Callable[[Sequence[str]], None]
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(step_id: str) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)

    desk.work = work
    bundles = steps_of(database, "bulk", 4)
    read, plan, done = (steps_of(database, queue, 1)[0] for queue in ("read", "plan", "finish"))
    with working(broker) as worker:
        send(bundles)
        assert begun.wait(PATIENCE)  # with the first bundle, while the others wait
        send([read, plan, done])
        until(lambda: {read, plan, done} <= {item.message.args[0] for item in list(worker.work_queue.queue)})
        go_on.set()
        until(lambda: len(desk.finished) == 7)
    assert desk.finished[1:4] == [done, plan, read]
    assert {desk.finished[0], *desk.finished[4:]} == set(bundles)


def test_stopping_waits_no_longer_than_told_and_begins_nothing_new(
    database: Database, broker: dramatiq.Broker, desk: Desk, send: Callable[[Sequence[str]], None]
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(step_id: str) -> None:
        begun.set()
        assert go_on.wait(PATIENCE)

    desk.work = work
    steps = steps_of(database, "read", 4)
    worker = dramatiq.Worker(broker, worker_threads=1, worker_timeout=50)
    worker.start()
    try:
        send(steps)
        assert begun.wait(PATIENCE)
        started = time.monotonic()
        worker.stop(timeout=500)
        assert 0.4 < time.monotonic() - started < 2.0
    finally:
        go_on.set()
    until(lambda: len(desk.finished) == 1)
    time.sleep(0.3)  # for what should not come
    assert desk.delivered == desk.finished


def test_an_idle_worker_stops_at_once(broker: dramatiq.Broker, send: Callable[[Sequence[str]], None]) -> None:
    with working(broker):
        started = time.monotonic()
    assert time.monotonic() - started < 2.0


@only_sqlite
def test_nobody_waits_long_for_a_redis_that_is_silent(database: Database, silent_port: int) -> None:
    broker = open_broker(f"redis://127.0.0.1:{silent_port}/0")
    step = waiting_step(database)
    started = time.monotonic()
    sender(database, declare(broker, lambda step_id: None))([step])
    assert time.monotonic() - started < 15
    with database.read() as session:
        assert session.get_one(Step, step).sent_at is None
    broker.close()


@only_sqlite
def test_what_a_dead_worker_had_taken_from_redis_goes_to_another_soon(
    database: Database, desk: Desk, redis_url: str
) -> None:
    dead, broker = open_broker(redis_url), cast(Any, open_broker(redis_url))
    send = sender(database, declare(dead, desk.perform))
    declare(broker, desk.perform)
    steps = steps_of(database, "read", 1)
    send(steps)
    taken = next(dead.consume("read", timeout=5000))
    assert taken is not None
    assert taken.args == (steps[0],)
    broker.heartbeat_timeout = 300  # milliseconds, in the place of a minute
    worker = open_worker(redis_url, broker, {"read"}, threads=1)
    worker.start()
    try:
        until(lambda: desk.finished == steps)
    finally:
        worker.stop(timeout=5000)
        broker.close()
        dead.close()


@only_sqlite
def test_a_message_that_cannot_be_acknowledged_does_not_block_the_worker(
    database: Database, desk: Desk, sqs_url: str
) -> None:
    broker: Any = open_broker(sqs_url)
    send = sender(database, declare(broker, desk.perform))
    for event in ("before-call", "before-send"):
        broker.sqs.meta.client.meta.events.register(f"{event}.sqs.DeleteMessage", unreachable)
    worker = open_worker(sqs_url, broker, {"read"}, threads=1)
    worker.start()
    try:
        steps = steps_of(database, "read", 3)
        for step in steps:
            send([step])
            until(lambda step=step: step in desk.finished)  # type: ignore[misc]
    finally:
        worker.stop(timeout=5000)
        broker.close()


@only_sqlite
def test_a_message_that_comes_again_while_it_is_worked_on_is_done_with(
    database: Database, desk: Desk, sqs_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("workers.sqs.HIDDEN_SECONDS", 1)
    desk.work = lambda step_id: time.sleep(3)
    broker: Any = open_broker(sqs_url)
    send = sender(database, declare(broker, desk.perform))
    (step,) = steps_of(database, "read", 1)
    with working(broker, threads=4):
        send([step])
        until(lambda: desk.finished == [step] and len(desk.delivered) > 1)
        time.sleep(2)  # for what should not come
        delivered = len(desk.delivered)
        time.sleep(2)
    assert (desk.finished, len(desk.delivered)) == ([step], delivered)
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []
    broker.close()


def unreachable(**_: object) -> None:
    raise ConnectionClosedError(endpoint_url="sqs")


@pytest.mark.parametrize("url", ["carrier-pigeon://coop", "memory", ""])
def test_an_unknown_kind_is_refused(url: str) -> None:
    with pytest.raises(SheafError) as refused:
        open_broker(url)
    assert refused.value.code == "bad_settings"
