"""Measures the trained component alone: how sure its names may be, and F1 on unseen documents. Rules are left out.

Run as `python -m nlp.training.evaluate CORPUS WORK`; writes WORK/confidence.json (weights of
nlp.understanding.confidence) and WORK/scores.json.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import spacy
import typer
import yaml
from sklearn.linear_model import LogisticRegression
from spacy.language import Language
from spacy.tokens import Doc

from nlp.training.conll import read_documents
from nlp.training.corpus import HERE, LEARNT, Part, data_folder, parts_of
from nlp.training.examples import Text, texts_of
from nlp.training.scoring import Found, score
from nlp.understanding.confidence import Calibrator, facts
from nlp.understanding.names import SURE

#: Texts are drawn so often from the documents to calibrate by: each time other sentences stand together.
ROUNDS = 3


def calibrated(unseen: Iterable[tuple[Language, Iterable[Part]]], seed: int) -> Calibrator:
    """A calibrator fitted on what pipelines find in documents that each of them was not trained on."""
    rows, right = [], []
    for pipeline, parts in unseen:
        dice = random.Random(seed)
        texts = [(text, part.labels) for part in parts for text in _drawn(part, dice)]
        for (text, labels), doc in zip(texts, pipeline.pipe(text.text for text, _ in texts), strict=True):
            truth = set(text.entities)
            for start, end, label, sure in found_in(doc):
                if label in labels:
                    rows.append(facts(label, doc.text[start:end], sure))
                    right.append((start, end, label) in truth)
    names = sorted({name for row in rows for name in row})
    if len(set(right)) < 2:  # a sample too small to learn from: what the network says is left as it is
        return Calibrator({name: 1.0 for name in names if name.startswith("odds ")})
    # `always` is a fact like the others, so the intercept would be a second one.
    fitted = LogisticRegression(fit_intercept=False, max_iter=1000).fit(
        [[row.get(name, 0.0) for name in names] for row in rows], right
    )
    return Calibrator({name: round(float(weight), 4) for name, weight in zip(names, fitted.coef_[0], strict=True)})


def _drawn(part: Part, dice: random.Random) -> Iterator[Text]:
    """Texts from the documents, in several rounds where these have sentences that can stand together."""
    for _ in range(ROUNDS if any(len(document) > 1 for document in part.documents) else 1):
        yield from texts_of(part.documents, LEARNT, part.unknown, dice)


def scores(pipeline: Language, calibrator: Calibrator, corpus: Path, data: Path) -> dict[str, object]:
    """Figures of each set to be scored or measured, by its name; sets that are not there are left out."""
    sources = yaml.safe_load((HERE / "sources.yaml").read_text("utf-8"))
    sets = {source["name"]: corpus / f"{source['name']}.score.conll" for source in sources["train"]}
    sets |= {source["name"]: data / source["file"] for source in sources["score"] + sources["measure"]}

    find = finder(pipeline, calibrator)
    answer: dict[str, object] = {}
    for name, file in sets.items():
        if file.is_file() and file.stat().st_size:
            started = time.perf_counter()
            result = score(list(read_documents(file)), find, only=LEARNT)
            speed = round(result.words / (time.perf_counter() - started))
            answer[name] = {**result.as_json(), "words_per_second": speed}
    return answer


def finder(pipeline: Language, calibrator: Calibrator) -> Callable[[Sequence[str]], Iterator[Iterable[Found]]]:
    """What nlp.training.scoring asks for the names in texts, with their confidences."""

    def find(texts: Sequence[str]) -> Iterator[Iterable[Found]]:
        for doc in pipeline.pipe(texts):
            yield [
                (start, end, label, calibrator(label, doc.text[start:end], sure))
                for start, end, label, sure in found_in(doc)
            ]

    return find


def folds_in(work: Path) -> list[Path]:
    """The folders WORK/fold* of the folds that were trained."""
    return sorted(run.parent for run in work.glob("fold*/run.json"))


def found_in(doc: Doc) -> Iterator[Found]:
    """The names of a processed text, each with the probability that the network gives it."""
    for entity in doc.ents:
        yield entity.start_char, entity.end_char, entity.label_, doc.user_data[SURE][entity.start, entity.end]


def main(corpus: Path, work: Path, seed: int = 7) -> None:
    """Measure WORK/model. Its confidences are set right by what it finds in documents that are kept for that, some of
    other writing than all that it learnt, and by what each fold's model finds in those that it did not see."""
    pipeline = spacy.load(work / "model")
    kept = (*parts_of(corpus, "stop"), *parts_of(corpus, "calibrate"))
    folds = ((spacy.load(fold / "model"), parts_of(fold / "corpus", "score")) for fold in folds_in(work))
    calibrator = calibrated(chain([(pipeline, kept)], folds), seed)
    (work / "confidence.json").write_text(json.dumps(calibrator.weights, indent=1) + "\n", "utf-8")
    figures = scores(pipeline, calibrator, corpus, data_folder())
    (work / "scores.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
