"""Documents a minute with one and with two worker processes of one reading child each, over real servers.

Run by `make bench`. Figures go to the terminal; the tests fail only where something was not read.
"""

from __future__ import annotations

import statistics
from functools import partial
from pathlib import Path

import pytest

from tests.benchmarks.measure import ingest, say, timed, warm_up
from tests.journeys.worlds import running_world, server_urls

DOCUMENTS, REPEATS = 40, 3


def test_documents_a_minute(request: pytest.FixtureRequest, receipts: list[Path], tmp_path: Path) -> None:
    """The same receipts, in a fresh world each time; both worlds have both APIs."""
    rates: dict[int, list[float]] = {1: [], 2: []}
    for repeat in range(REPEATS):
        for workers, measured in rates.items():
            folder = tmp_path / f"{repeat}-{workers}"
            with server_urls(request, "redis") as urls, running_world(folder, urls) as world:
                for spare in world.workers[workers:]:
                    spare.end()
                with world.apis[0].client() as client:
                    warm_up(client)
                    seconds = timed(partial(ingest, client, receipts[:DOCUMENTS]))
            measured.append(60 * DOCUMENTS / seconds)
            say(f"{workers} worker processes: {measured[-1]:.0f} documents a minute")
    one, two = (statistics.median(measured) for measured in rates.values())
    say(f"median: one worker {one:.0f}, two workers {two:.0f} documents a minute, {two / one:.2f} times")
