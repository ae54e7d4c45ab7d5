"""Cross-validation of the entity model: for each fold a corpus without it, a model, and its scores on the fold.

Scored is what would be shipped, a model with its rules. All of them go on from the one model in WORK/start, which saw
no document of a set that has folds.

Run as `python -m nlp.training.folds WORK MISREADINGS`; writes WORK/folds.json, and keeps each fold's model so that a
run that was cut off goes on where it stopped. Corpus, training and measuring are left to their modules.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import spacy
import typer

from nlp.training.conll import read_documents
from nlp.training.corpus import LEARNT, build, data_folder, parts_of
from nlp.training.evaluate import calibrated
from nlp.training.scoring import Found, Score, found_on_pages, score
from nlp.training.train import GOING_ON, train
from nlp.understanding.entities import entities_by
from nlp.understanding.pipeline import load

FOLDS = 5


def validate(
    data: Path, work: Path, misreadings: Path, folds: int, seed: int, sample: int, max_steps: int
) -> dict[str, Any]:
    """Figures over all folds of each set that has them: every document is scored once, by a model that never saw it."""
    whole: dict[str, Score] = {}
    by_fold: dict[str, list[float]] = {}
    for fold in range(folds):
        for name, result in _one(data, work, misreadings, fold, seed, sample, max_steps).items():
            whole[name] = whole.get(name, Score()) + result
            by_fold.setdefault(name, []).append(result.as_json()["f1"])
    return {name: {**result.as_json(), "f1_by_fold": by_fold[name]} for name, result in whole.items()}


def _one(
    data: Path, work: Path, misreadings: Path, fold: int, seed: int, sample: int, max_steps: int
) -> dict[str, Score]:
    folder = work / f"fold{fold}"
    report = build(data, folder / "corpus", seed, sample, fold)
    if not (folder / "run.json").is_file():
        train(folder / "corpus", misreadings, folder, seed, max_steps, GOING_ON, work / "start")
    weights = calibrated([(spacy.load(folder / "model"), parts_of(folder / "corpus", "stop"))], seed).weights
    pipeline = load(folder / "model", weights)
    held = {row["set"]: folder / "corpus" / f"{row['set']}.score.conll" for row in report["sets"] if "score" in row}

    def find(texts: Sequence[str]) -> Iterator[Iterable[Found]]:
        return found_on_pages(texts, lambda page: entities_by(pipeline, f"fold/{fold}", page))

    return {name: score(list(read_documents(file)), find, only=LEARNT) for name, file in held.items()}


def main(
    work: Path,
    misreadings: Path,
    folds: int = FOLDS,
    seed: int = 7,
    sample: Annotated[int, typer.Option(help="As for the corpus")] = 0,
    max_steps: Annotated[int, typer.Option(help="As for the training")] = 0,
) -> None:
    """Cross-validate below WORK."""
    figures = validate(data_folder(), work, misreadings, folds, seed, sample, max_steps)
    (work / "folds.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    sys.stdout.write("".join(f"{name} F1 {one['f1']}\n" for name, one in figures.items()))


if __name__ == "__main__":
    typer.run(main)
