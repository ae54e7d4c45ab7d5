"""The shared contracts, row by row, with their text. What is measured on them is left to the benchmarks."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: The key of the text by the set's name.
TEXTS = {"cuad": "text", "kleister_nda": "text_best"}


def contracts(data: Path, name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Each row of one of TEXTS below the shared data, and its text."""
    with gzip.open(data / "contracts" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield row, row[TEXTS[name]]
