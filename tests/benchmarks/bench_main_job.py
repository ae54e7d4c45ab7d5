"""How fast the main job is: against bare Tesseract on the same receipts, and how quickly the API answers meanwhile.

Run by `make bench`. Figures go to the terminal; the tests fail only where something was not read, never for a time.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import absent
from tests.journeys.process import backend

RECEIPTS, REPEATS = 50, 3


@pytest.fixture(scope="module")
def receipts(eval_data: Path) -> list[Path]:
    rows = map(json.loads, (eval_data / "receipts" / "index.jsonl").read_text("utf-8").splitlines())
    return [eval_data / "receipts" / row["image"] for row in rows if row["image"]][:RECEIPTS]


def test_receipts_against_bare_tesseract(receipts: list[Path], tmp_path: Path) -> None:
    """Upload to ready, with entities, fields and vectors, over the text alone by the command, two at a time."""
    ratios = []
    for number in range(REPEATS):
        bare = timed(partial(bare_tesseract, receipts))
        with backend(tmp_path / str(number)) as running, running.client() as client:
            warm_up(client)
            ours, answers = timed(partial(ingest, client, receipts)), slowest(client)
            statuses = [item["status"] for item in documents(client)]
            assert statuses.count("ready") == len(receipts) + 1, statuses
        ratios.append(ours / bare)
        say(f"{len(receipts)} receipts: bare {bare:.1f} s, Sheaf {ours:.1f} s, ratio {ours / bare:.2f}; {answers}")
    say(f"median ratio {statistics.median(ratios):.2f} (goal 1.15)")


def test_the_api_answers_while_it_reads(receipts: list[Path], tmp_path: Path) -> None:
    """Milliseconds of GET /documents, while both cores read."""
    with backend(tmp_path / "api") as running, running.client() as client:
        warm_up(client)
        idle = [timed(partial(documents, client)) * 1000 for _ in range(50)]
        with ThreadPoolExecutor(1) as sender:
            done = sender.submit(ingest, client, receipts)
            busy = []
            while not done.done():
                busy.append(timed(partial(documents, client)) * 1000)
                time.sleep(0.05)
            done.result()
    say(f"GET /documents idle: {spread(idle)}; while reading: {spread(busy)} (goal p95 150 ms)")
    assert len(busy) > 50


def bare_tesseract(images: list[Path]) -> None:
    """The command on the same images, two processes at a time, one thread each."""
    program = shutil.which("tesseract") or absent("tesseract")
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}

    def read(image: Path) -> None:
        subprocess.run([str(program), str(image), "-", "tsv"], env=environment, check=True, capture_output=True)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(read, images))


def ingest(client: httpx.Client, files: list[Path]) -> None:
    """Send all files and wait until the last one has ended."""
    before = len(documents(client))
    for file in files:
        with file.open("rb") as stream:
            assert client.post("/api/v1/documents", files={"file": (file.name, stream)}).is_success
    while True:
        now = documents(client)
        if len(now) == before + len(files) and all(item["status"] in ("ready", "failed") for item in now):
            return
        time.sleep(0.2)


def documents(client: httpx.Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/api/v1/documents", params={"limit": 200}).json()["items"]
    return items


def warm_up(client: httpx.Client) -> None:
    """One document before the clock runs, so that models are loaded."""
    from tests.papers import invoice

    assert client.post("/api/v1/documents", files={"file": ("warm.pdf", invoice())}).is_success
    while any(item["status"] not in ("ready", "failed") for item in documents(client)):
        time.sleep(0.1)


def slowest(client: httpx.Client) -> str:
    states = [item["status"] for item in documents(client)]
    return ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))


def timed(do: Callable[[], Any]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def spread(figures: list[float]) -> str:
    ordered = sorted(figures)
    return f"p50 {statistics.median(ordered):.0f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.0f} ms, n {len(ordered)}"


def say(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")
