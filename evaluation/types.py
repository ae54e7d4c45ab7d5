"""Measures how often the type of a real document is found: macro F1 over the labels present.

Reading is left to nlp.reading.pages in the sandbox, the rules to nlp.understanding.types.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.documents import read_all
from nlp.reading.options import ReadingOptions
from nlp.training.scoring import calibration_error
from nlp.understanding.types import find_type


def evaluate(path: Path, part: str = "score", root: Path | None = None) -> dict[str, Any]:
    """{"macro_f1", "by_label", "accuracy", "mean_confidence", "calibration_error", "confused", "documents"} over the
    rows of real.jsonl; the calibration error is that of ten bins of equal mass.

    `path` is that file, its folder, or the folder above, below which the files lie unless `root` says otherwise. Rows
    without a part belong to every part. A document that cannot be read counts as "other".
    """
    index = next((file for file in (path / "real.jsonl", path / "types" / "real.jsonl") if file.is_file()), path)
    rows = [json.loads(line) for line in index.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row.get("part", part) == part or part == "all"]
    below = root or index.resolve().parent.parent
    documents = read_all([(below / row["file"], row["page"]) for row in rows], ReadingOptions())
    found = [find_type(document.pages, document.entities) for document in documents]
    answers = [(row["label"], said.label) for row, said in zip(rows, found, strict=True)]
    confidence = sum(said.confidence for said in found) / max(1, len(found))
    judged = [(said.confidence, row["label"] == said.label) for row, said in zip(rows, found, strict=True)]
    return {
        **measure(answers),
        "mean_confidence": round(confidence, 4),
        "calibration_error": round(calibration_error(judged, 10), 4),
        "documents": len(rows),
    }


def measure(answers: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Figures from pairs of true and said labels; `confused` counts the pairs that differ, the commonest first."""
    true, said = Counter(label for label, _ in answers), Counter(label for _, label in answers)
    right = Counter(label for label, guess in answers if label == guess)
    by_label = {
        label: {
            "f1": round(2 * right[label] / (true[label] + said[label]), 4),
            "precision": round(right[label] / said[label], 4) if said[label] else 0.0,
            "recall": round(right[label] / true[label], 4),
            "true": true[label],
        }
        for label in sorted(true)
    }
    wrong = Counter(f"{label} taken for {guess}" for label, guess in answers if label != guess)
    return {
        "macro_f1": round(sum(one["f1"] for one in by_label.values()) / max(1, len(by_label)), 4),
        "by_label": by_label,
        "accuracy": round(right.total() / max(1, len(answers)), 4),
        "confused": dict(wrong.most_common()),
    }
