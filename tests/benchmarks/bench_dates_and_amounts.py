"""Dates and amounts on receipts, invoices and contracts, against a list labelled by hand: precision and recall.

Run by `make bench`. gold/dates_and_amounts.jsonl holds for each excerpt its set, id, first character, a digest of its
text, and the labelled ranges within; the texts are in the shared data.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from evaluation.documents import entities_of_all, page_from_lines, read_all
from nlp.facts import Page
from nlp.reading.options import ReadingOptions
from tests.benchmarks.contracts import contracts
from tests.benchmarks.measure import say

GOLD = Path(__file__).parent / "gold" / "dates_and_amounts.jsonl"
PRECISION, RECALL = 0.97, 0.92


def test_dates_and_amounts_against_what_was_labelled_by_hand(eval_data: Path) -> None:
    rows = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    texts = [_text(eval_data, row["set"], row["id"])[row["first"] :][: row["length"]] for row in rows]
    for row, text in zip(rows, texts, strict=True):
        assert hashlib.sha256(text.encode()).hexdigest() == row["sha256"], row["id"]
    pages = [Page(1, 1.0, 1.0, text, (), "labels", "Labelled by hand.", 1.0) for text in texts]
    counts: Counter[tuple[str, str]] = Counter()
    for row, entities in zip(rows, entities_of_all(pages), strict=True):
        labelled = {(start, end, label) for start, end, label in row["labels"]}
        found = {(s.start, s.end, e.label) for e in entities for s in e.spans if e.label in ("DATE", "MONEY")}
        for what, some in (("right", labelled & found), ("said", found), ("true", labelled)):
            counts.update((label, what) for _, _, label in some)
    for label in ("DATE", "MONEY"):
        right, said, true = (counts[label, what] for what in ("right", "said", "true"))
        precision, recall = right / said, right / true
        said_of_it = f"precision {precision:.3f} (goal {PRECISION}), recall {recall:.3f} (goal {RECALL})"
        say(f"{label}: {true} labelled, {said} said: {said_of_it}")
        assert precision >= PRECISION
        assert recall >= RECALL


def _text(folder: Path, name: str, id: str) -> str:
    if name == "receipts":
        return next(
            page_from_lines(row["lines"], row["image_size"]).text for row in _rows(folder / name) if row["id"] == id
        )
    if name == "invoices":
        (document,) = read_all([(folder / name / id, 1)], ReadingOptions())
        return document.pages[0].text
    return next(text for row, text in contracts(folder, name) if row["id"] == id)


@cache
def _rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
