"""A backend that is killed again and again loses nothing, doubles nothing, and leaves no process behind."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import time
from pathlib import Path

from tests.journeys.process import Backend, backend, sheaf
from tests.papers import invoice, pdf, picture

DOCUMENTS, KILLS = 20, 10


def papers() -> list[tuple[str, bytes]]:
    """Twenty documents of all kinds: born-digital, scanned, one page and many."""
    digital = [(f"invoice-{n}.pdf", invoice(f"killed {n}")) for n in range(8)]
    bundles = [(f"bundle-{n}.pdf", pdf(*[[f"Bundle {n}", f"page {p}"] for p in range(9)])) for n in range(4)]
    scans = [(f"scan-{n}.png", picture(f"Scan number {n}", "Total 12.50")) for n in range(8)]
    return [*digital, *bundles, *scans]


def test_ten_kills_lose_nothing(tmp_path: Path) -> None:
    dice = random.Random(7)
    with backend(tmp_path) as running:
        with running.client() as client:
            for name, content in papers():
                assert client.post("/api/v1/documents", files={"file": (name, content)}).status_code == 201
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.1, 2.5))
            running.end(signal.SIGKILL)
            running.start()
        wait_until_ready(running)
        assert json.loads(sheaf(running, "check", "--json"))["findings"] == []
        running.end(signal.SIGTERM)
    pages = 8 + 4 * 9 + 8
    with sqlite3.connect(tmp_path / "sheaf.db") as database:
        counted = {
            name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("documents", "pages", "readings", "passage_words")
        }
        doubled = database.execute(
            "SELECT count(*) FROM (SELECT 1 FROM findings"
            " GROUP BY document_id, kind, name, spans, text HAVING count(*) > 1)"
        ).fetchone()[0]
    database.close()
    assert counted == {"documents": DOCUMENTS, "pages": pages, "readings": pages, "passage_words": pages}
    assert doubled == 0


def wait_until_ready(running: Backend, patience: float = 240.0) -> None:
    deadline = time.monotonic() + patience
    states: list[str] = []
    with running.client() as client:
        while time.monotonic() < deadline:
            items = client.get("/api/v1/documents", params={"limit": 200}).json()["items"]
            states = [item["status"] for item in items]
            if states.count("ready") == DOCUMENTS:
                return
            assert "failed" not in states, [item["error"] for item in items]
            time.sleep(0.5)
    raise AssertionError(states)
