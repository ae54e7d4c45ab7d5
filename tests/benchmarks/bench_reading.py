"""The policy of reading on a mix of pages: word F1 and core-seconds against each engine alone, and the goals a set.

Run by `make bench`, about half an hour on two cores. Each line is of one run over all pages; core-seconds are user and
system time.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluation.ocr import evaluate
from nlp.reading.options import ReadingOptions
from nlp.reading.routing import EXACT, QUICK
from tests.benchmarks.measure import say
from tests.benchmarks.scans import clean_scans, index, labelled

#: Of receipts, of forms, and of clean scans in the mix; the shared pages are all in it.
RECEIPTS = FORMS = 40
CLEAN = 100
#: What the policy may cost of what the exact engine alone costs.
MOST_COST = 0.6
MOST_CALIBRATION_ERROR = 0.05
Figures = dict[str, Any]


@pytest.mark.parametrize(
    ("name", "part", "least"), [("receipts", "score", 0.955), ("forms", "score", 0.89), ("pages", "all", 0.985)]
)
def test_words_of_a_set(eval_data: Path, name: str, part: str, least: float) -> None:
    figures = evaluate(eval_data / name, part)
    say(f"{name}: {told(figures)} (goal {least})")
    assert figures["word_f1"] >= least
    assert name == "pages" or figures["calibration_error"] <= MOST_CALIBRATION_ERROR


def test_the_policy_on_the_mix(eval_data: Path, tmp_path: Path) -> None:
    rows = [
        *labelled(eval_data, "receipts", "score", RECEIPTS),
        *labelled(eval_data, "forms", "score", FORMS),
        *labelled(eval_data, "pages", "all"),
        *clean_scans(eval_data, tmp_path, CLEAN),
    ]
    mix = index(rows, tmp_path / "mix")
    figures = {name: evaluate(mix, options=ReadingOptions(engine=name)) for name in (None, EXACT, QUICK)}
    for name, each in figures.items():
        say(f"{len(rows)} pages of a mix, {name or 'policy'}: {told(each)}")
    cost = figures[None]["core_seconds_per_page"] / figures[EXACT]["core_seconds_per_page"]
    best = max(figures[EXACT]["word_f1"], figures[QUICK]["word_f1"])
    say(f"policy: {cost:.2f} of the cost (goal {MOST_COST}), {figures[None]['word_f1'] - best:+.4f} of the F1")
    assert cost <= MOST_COST
    assert figures[None]["word_f1"] >= best


def told(figures: Figures) -> str:
    error, seconds = figures["calibration_error"], figures["core_seconds_per_page"]
    return f"word F1 {figures['word_f1']:.4f}, calibration error {error:.3f}, {seconds:.2f} core-seconds a page"
