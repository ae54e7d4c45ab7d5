"""How fast entities are found: words a second on one core, the whole pipeline beside its trained component alone.

Run by `make bench`. Texts are contracts and receipts as they lie, in pieces of a page's length.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch
from spacy.tokens import Doc

from nlp.understanding.entities import load
from tests.benchmarks.measure import say

CONTRACTS, RECEIPTS, PAGE, ROUNDS = 6, 60, 3000, 3
LEAST = 0.7


def test_rules_cost_little_beside_the_model(eval_data: Path) -> None:
    with gzip.open(eval_data / "contracts" / "cuad.jsonl.gz", "rt", encoding="utf-8") as lines:
        contracts = [json.loads(line)["text"] for line, _ in zip(lines, range(CONTRACTS), strict=False)]
    rows = map(json.loads, (eval_data / "receipts" / "index.jsonl").read_text("utf-8").splitlines())
    receipts = ["\n".join(line["text"] for line in row["lines"]) for row, _ in zip(rows, range(RECEIPTS), strict=False)]
    texts = [
        text[at : at + PAGE] for text in [*contracts, *receipts] for at in range(0, min(len(text), 10 * PAGE), PAGE)
    ]
    words = sum(len(text.split()) for text in texts)
    whole = load()
    names = whole.get_pipe("sheaf_names")
    torch.set_num_threads(1)

    def alone(text: str) -> Doc:
        return names(whole.make_doc(text))

    def speed(find: Callable[[str], Doc]) -> float:
        started = time.process_time()
        for text in texts:
            find(text)
        return words / (time.process_time() - started)

    speed(alone)
    rounds = [(speed(whole), speed(alone)) for _ in range(ROUNDS)]
    ratio = median(both / one for both, one in rounds)
    say(
        f"{words} words, one core: {median(one for one, _ in rounds):.0f} words a second by the whole pipeline,"
        f" {median(one for _, one in rounds):.0f} by the trained component alone: {ratio:.2f} (goal {LEAST})"
    )
    assert ratio >= LEAST
