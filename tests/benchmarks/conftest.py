"""The labelled receipts that benchmarks read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

RECEIPTS = 50


@pytest.fixture(scope="module")
def receipts(eval_data: Path) -> list[Path]:
    """The first of them that have a picture."""
    rows = map(json.loads, (eval_data / "receipts" / "index.jsonl").read_text("utf-8").splitlines())
    return [eval_data / "receipts" / row["image"] for row in rows if row["image"]][:RECEIPTS]
