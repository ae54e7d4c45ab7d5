"""Several processes over real servers: two APIs and two workers, killed and cut off, lose and double nothing."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from tests.journeys.process import Process, sheaf, started
from tests.journeys.worlds import World, running_world, server_urls
from tests.papers import invoice, pdf, picture
from tests.postgres import Postgres

DOCUMENTS = 40

#: Seconds; less than the test may take, so that a document which is stuck is told by its status.
PATIENCE = 400.0


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with server_urls(request, "redis") as urls, running_world(tmp_path, urls, SHEAF_LEASE_SECONDS="5") as world:
        yield world


def papers() -> list[tuple[str, bytes]]:
    digital = [(f"invoice-{n}.pdf", invoice(f"cut off {n}")) for n in range(20)]
    bundles = [(f"bundle-{n}.pdf", pdf(*[[f"Bundle {n}", f"page {p}"] for p in range(5)])) for n in range(8)]
    scans = [(f"scan-{n}.png", picture(f"Scan number {n}", "Total 12.50")) for n in range(12)]
    return [*digital, *bundles, *scans]


def counts(client: httpx.Client) -> dict[str, int]:
    answer = client.get("/api/v1/documents", params={"limit": 1})
    return dict(answer.json()["counts"]) if answer.is_success else {}


def until(true: Callable[[], bool], what: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(0.3)


@pytest.mark.timeout(900)  # on a busy machine
def test_killed_workers_and_a_restarted_database_lose_nothing(world: World, postgres_server: Postgres) -> None:
    first, second = (api.client() for api in world.apis)
    with first, second:
        sent = papers()
        assert len(sent) == DOCUMENTS
        for number, (name, content) in enumerate(sent):
            client = (first, second)[number % 2]
            assert client.post("/api/v1/documents", files={"file": (name, content)}).status_code == 201
        until(lambda: counts(first).get("ready", 0) >= 3, lambda: counts(first))
        for worker in world.workers:
            worker.end(signal.SIGKILL)
        postgres_server.kill()
        away = first.get("/api/v1/documents")
        assert (away.status_code, away.json()["code"]) == (503, "not_ready")
        assert second.get("/api/v1/ready").status_code == 503
        postgres_server.start()
        assert DOCUMENTS - counts(first)["ready"] > 0, "nothing was left to lose"
        for worker in world.workers:
            worker.start()
        until(lambda: counts(second).get("ready", 0) >= 10, lambda: counts(second))
        postgres_server.kill()  # with both workers in the middle of something
        postgres_server.start()
        until(lambda: counts(second) == {"ready": DOCUMENTS}, lambda: counts(second))
    found = json.loads(sheaf(world.apis[0], "check", "--json"))
    assert found["findings"] == []
    pages = 20 + 8 * 5 + 12
    assert rows(world) == {
        "documents": DOCUMENTS, "pages": pages, "readings": pages, "passages": pages,
        "unfinished steps": 0, "doubled findings": 0,
    }  # fmt: skip


def rows(world: World) -> dict[str, int]:
    """What is in the database, counted by the driver alone."""
    questions = {
        **{name: f"SELECT count(*) FROM {name}" for name in ("documents", "pages", "readings", "passages")},
        "unfinished steps": "SELECT count(*) FROM steps WHERE status <> 'done'",
        "doubled findings": "SELECT count(*) FROM (SELECT 1 FROM findings GROUP BY document_id, kind, name,"
        " spans::text, text HAVING count(*) > 1) AS twice",
    }
    with psycopg.connect(world.urls["DATABASE_URL"].replace("+psycopg", "")) as connection:
        return {name: connection.execute(question).fetchone()[0] for name, question in questions.items()}  # type: ignore[index]


def test_a_worker_that_is_stopped_hands_over_at_once(world: World) -> None:
    """The lease would take longer than the whole test may."""
    slow = {**world.urls, "SHEAF_LEASE_SECONDS": "3600"}
    one = Process(world.workers[0].folder, ("worker",), slow)
    for worker in world.workers:
        worker.end()
    with started(one), world.apis[0].client() as client:
        content = pdf(*[[f"A long bundle, page {page}"] for page in range(60)])
        client.post("/api/v1/documents", files={"file": ("long.pdf", content)}).raise_for_status()
        until(lambda: counts(client).get("reading", 0) == 1, lambda: counts(client))
        one.end()
        world.workers[1].start()
        until(lambda: counts(client) == {"ready": 1}, lambda: counts(client))


def test_what_must_be_prepared_is_said(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with server_urls(request, "redis") as urls:
        told = json.loads(sheaf(Process(tmp_path, (), urls), "worker", "--json", input_ok=[1]).splitlines()[0])
        assert told["error"]["code"] == "old_tables"
        assert "sheaf migrate" in told["error"]["advice"]


def test_a_server_that_is_away_is_named_without_its_password(tmp_path: Path) -> None:
    urls = {
        "DATABASE_URL": "postgresql+psycopg://sheaf:secret@127.0.0.1:1/sheaf",
        "QUEUE_URL": "redis://127.0.0.1:1/0",
        "INDEX_URL": "http://127.0.0.1:1",
        "SHEAF_START_SECONDS": "0",
    }
    printed = sheaf(Process(tmp_path, (), urls), "api", "--json", input_ok=[1])
    told = json.loads(printed.splitlines()[0])["error"]
    assert told["code"] == "server_away"
    assert "DATABASE_URL" in told["advice"]
    assert "127.0.0.1:1" in told["message"]
    assert "secret" not in printed
