"""How fast the main job is: against bare Tesseract on the same receipts, and how quickly the API answers meanwhile.

Run by `make bench`. Figures go to the terminal; the tests fail only where something was not read, never for a time.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import httpx

from tests.benchmarks.measure import documents, ingest, say, spread, timed, warm_up
from tests.conftest import absent
from tests.journeys.process import backend

REPEATS = 3


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


def slowest(client: httpx.Client) -> str:
    states = [item["status"] for item in documents(client)]
    return ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))
