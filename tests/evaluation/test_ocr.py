"""The OCR measures: worked by hand on small cases, and run whole on pages with a known text."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.ocr import _core_seconds, evaluate, gold_words, judge_words, normalised
from nlp.facts import Box, Page, Word
from nlp.training.scoring import calibration_error, calibration_error_by_chance
from tests.nlp.reading.test_ocr import LINES, written


def page(*words: tuple[str, Box, float]) -> Page:
    return Page(1, 100, 100, "", tuple(Word(text, 0, 0, box, sure) for text, box, sure in words), "x", "", 1.0)


def test_words_are_runs_of_capitals_and_digits() -> None:
    assert normalised("Total: RM 9.00 (incl. café)") == ["TOTAL", "RM", "9", "00", "INCL", "CAF"]


def test_a_gold_word_vouches_for_one_word_only() -> None:
    gold = gold_words([{"text": "Total 9.00"}], 100, 100)
    here = Box(0.1, 0.1, 0.2, 0.2)
    judged = judge_words(
        page(("TOTAL", here, 0.9), ("Total:", here, 0.8), ("9.00", here, 0.7), ("--", here, 0.6)), gold
    )
    assert judged == [(0.9, True), (0.8, False), (0.7, True)]


def test_an_equal_word_elsewhere_does_not_count() -> None:
    lines = [{"text": "10", "poly": [10, 10, 30, 10, 30, 20, 10, 20]}, {"text": "10", "box": [60, 80, 90, 90]}]
    gold = gold_words(lines, 100, 100)
    beside, between = Box(0.6, 0.8, 0.7, 0.9), Box(0.4, 0.4, 0.5, 0.5)
    assert judge_words(page(("10", between, 0.5), ("10", beside, 0.5), ("10", beside, 0.5)), gold) == [
        (0.5, False),
        (0.5, True),
        (0.5, False),
    ]


def test_calibration_error_by_hand() -> None:
    assert calibration_error([(1.0, True)] * 15) == 0
    assert calibration_error([(1.0, False)] * 15) == 1
    sure = [(0.9, True)] * 9 + [(0.9, False)] + [(0.5, True)] * 5 + [(0.5, False)] * 5
    assert calibration_error(sure, bins=2) == pytest.approx(0.0, abs=1e-9)
    assert calibration_error([]) == 0
    assert calibration_error([(0.5, True), (0.5, False)] * 5, bins=5) == 0  # equal ones in the order that they came in


def test_true_confidences_have_an_error_by_chance_that_shrinks_as_there_are_more() -> None:
    few, many = (calibration_error_by_chance([0.5] * count) for count in (60, 6000))
    assert 0.15 < few < 0.25  # of four tosses a bin, the mean distance of their share from a half is .1875
    assert many < 0.03
    assert calibration_error_by_chance([1.0] * 60) == 0


def test_pages_are_read_and_scored(tesseract: None, tmp_path: Path) -> None:
    written((1000, 1300), 32).save(tmp_path / "a.png")
    lines = [{"text": line} for line in (*LINES, "never printed")]
    rows = [
        {"id": "a", "image": "a.png", "lines": lines, "part": "score"},
        {"id": "b", "image": "unreadable.png", "lines": lines, "part": "tune"},
        {"id": "c", "image": None, "lines": lines, "part": "score"},
    ]
    (tmp_path / "index.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    figures = evaluate(tmp_path, workers=1)
    assert (figures["pages"], figures["unread"]) == (1, 0)
    assert figures["word_precision"] == 1.0
    assert figures["word_recall"] == pytest.approx(8 / 10, abs=1e-4)
    assert figures["word_f1"] == pytest.approx(16 / 18, abs=1e-4)
    assert 0.01 < figures["core_seconds_per_page"] < 10
    assert evaluate(tmp_path / "index.jsonl", workers=1)["word_f1"] == figures["word_f1"]
    (tmp_path / "unreadable.png").write_bytes(b"not a picture")
    every = evaluate(tmp_path, "all", workers=1)
    assert (every["pages"], every["unread"]) == (2, 1)
    assert every["word_precision"] == 1.0
    assert every["word_recall"] == pytest.approx(8 / 20, abs=1e-4)
    assert every["core_seconds_per_page"] > 0.01


def test_core_seconds_count_the_programs_a_page_starts() -> None:
    before = _core_seconds()
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.5: pass"], check=True)
    assert _core_seconds() - before >= 0.5
