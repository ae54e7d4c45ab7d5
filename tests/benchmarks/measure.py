"""What benchmarks share: documents sent and waited for, time taken, figures told. What is measured is theirs."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.papers import invoice


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
    assert client.post("/api/v1/documents", files={"file": ("warm.pdf", invoice())}).is_success
    while any(item["status"] not in ("ready", "failed") for item in documents(client)):
        time.sleep(0.1)


def timed(do: Callable[[], Any]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def spread(figures: Sequence[float]) -> str:
    ordered = sorted(figures)
    return f"p50 {statistics.median(ordered):.0f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.0f} ms, n {len(ordered)}"


def say(line: str) -> None:
    sys.stdout.write(f"\n{line}\n")
