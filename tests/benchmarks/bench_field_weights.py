"""Whether weights of fields that are fitted beat those set by hand: receipts from their words, folds by vendor.

Run as `python -m tests.benchmarks.bench_field_weights RECEIPTS [PART]`; PART is tune, or all. Fitted is a softmax over
the candidates and "not there", drawn towards the weights by hand: the less pull, the freer. Entities are left out.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]

from evaluation.documents import page_from_lines, rows_of
from evaluation.fields import KEYS, loose
from nlp.understanding import document_types
from nlp.understanding.candidates import Document
from nlp.understanding.cells import grid
from nlp.understanding.document_types import FieldRules
from nlp.understanding.scoring import Contest, features

PULLS, FOLDS = (10.0, 3.0, 1.0), 5
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Choice:
    """The candidates for a field of one receipt by what speaks for them, which of them are right, and whether one is
    labelled at all."""

    vendor: str
    candidates: Sequence[Mapping[str, float]]
    right: Sequence[bool]
    labelled: bool


def choices(rows: Sequence[dict[str, object]], rules: Mapping[str, FieldRules]) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = {ours: [] for ours in KEYS.values()}
    for row in rows:
        page = page_from_lines(row["lines"], row["image_size"])  # type: ignore[arg-type]
        document = Document([page], (), grid([page]))
        truth: Mapping[str, str] = row["fields"]  # type: ignore[assignment]
        for key, ours in KEYS.items():
            contest, true = Contest(rules[ours], document), loose(truth.get(key) or "")
            told = [_told(features(candidate, contest)) for candidate in contest.candidates]
            right = [loose(candidate.text) == true != "" for candidate in contest.candidates]
            found[ours].append(Choice(loose(truth["company"])[:12], told, right, bool(true)))
    return found


def _told(given: object) -> dict[str, float]:
    told = {"bias": 1.0}
    for feature in given:  # type: ignore[attr-defined]
        told[feature.name] = told.get(feature.name, 0.0) + feature.amount
    return told


def by_hand(rules: FieldRules) -> dict[str, float]:
    hints = {str(hint): weight for hint, weight in rules.hints.items()}
    return hints | {f"label {phrase}": weight for phrase, weight in rules.phrases().items()} | {"bias": rules.bias}


def fit(given: Sequence[Choice], prior: Mapping[str, float], pull: float) -> dict[str, float]:
    """Weights under which what is right is likeliest, less pull / 2 times the squared distance from the prior."""
    usable = [choice for choice in given if choice.candidates and (any(choice.right) or not choice.labelled)]
    names = sorted({name for choice in usable for told in choice.candidates for name in told} | set(prior))
    start = np.array([prior.get(name, 0.0) for name in names])
    tables = [
        (np.array([[told.get(name, 0.0) for name in names] for told in choice.candidates]), np.array(choice.right))
        for choice in usable
    ]

    def loss(weights: Floats) -> tuple[float, Floats]:
        away = weights - start
        value, slope = pull / 2 * float(away @ away), pull * away
        for table, right in tables:
            scores = table @ weights
            whole = np.logaddexp(0.0, np.logaddexp.reduce(scores))
            good = np.logaddexp.reduce(scores[right]) if right.any() else 0.0
            value += float(whole - good)
            slope = slope + (np.exp(scores - whole) - np.where(right, np.exp(scores - good), 0.0)) @ table
        return value, slope

    best = minimize(loss, start, jac=True, method="L-BFGS-B")
    return dict(zip(names, map(float, best.x), strict=True))


def f1(given: Sequence[Choice], weights: Sequence[Mapping[str, float]]) -> float:
    """Loose F1 of the likeliest candidate of each, where it is likelier than that there is none."""
    right = said = 0
    for choice, mine in zip(given, weights, strict=True):
        scores = [sum(mine.get(name, 0.0) * amount for name, amount in told.items()) for told in choice.candidates]
        if scores and max(scores) > 0:
            said, right = said + 1, right + choice.right[scores.index(max(scores))]
    return 2 * right / (said + sum(choice.labelled for choice in given))


def held_out(given: Sequence[Choice], prior: Mapping[str, float], pull: float) -> list[Mapping[str, float]]:
    """For each choice the weights that were fitted without its vendor."""
    vendors = sorted({choice.vendor for choice in given})
    random.Random(0).shuffle(vendors)
    fold = {vendor: number % FOLDS for number, vendor in enumerate(vendors)}
    fitted = [fit([c for c in given if fold[c.vendor] != number], prior, pull) for number in range(FOLDS)]
    return [fitted[fold[choice.vendor]] for choice in given]


def main(path: Path, part: str = "tune") -> None:
    rules = document_types.load().types["receipt"].fields
    for name, given in choices(rows_of(path, part), rules).items():
        prior = by_hand(rules[name])
        figures = [("by hand", f1(given, [prior] * len(given)))]
        figures += [(f"pull {pull:g}", f1(given, held_out(given, prior, pull))) for pull in PULLS]
        sys.stdout.write(f"{name}: " + ", ".join(f"{what} {figure:.4f}" for what, figure in figures) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
