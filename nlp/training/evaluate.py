"""Measures the trained component alone: how sure its finds may be, and F1 on unseen documents. Rules are left out.

Run as `python -m nlp.training.evaluate CORPUS WORK`; writes WORK/confidence.json and WORK/scores.json.
"""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from statistics import mean

import spacy
import typer
import yaml
from spacy.language import Language
from spacy.tokens import DocBin

from nlp.training.conll import read_documents
from nlp.training.corpus import HERE, LEARNT, data_folder
from nlp.training.scoring import Found, score
from nlp.understanding.entities import CASES, SIZES, kind

PRIOR = 20
"""A kind's precision is drawn towards its label's as if by so many finds: rare kinds promise nothing of their own."""

CAUTION = 1.28
"""Standard deviations below the counted share that is promised: nine times of ten the true share lies above."""


def confidences(pipeline: Language, held_out: Path) -> dict[str, float]:
    """By kind (see entities.kind) a cautious share of right finds in a DocBin that was not trained on."""
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    gold = list(DocBin().from_disk(held_out).get_docs(pipeline.vocab))
    for true, found in zip(gold, pipeline.pipe([doc.text for doc in gold]), strict=True):
        truth = {(e.start_char, e.end_char, e.label_) for e in true.ents}
        for entity in found.ents:
            is_right = (entity.start_char, entity.end_char, entity.label_) in truth
            for key in (entity.label_, kind(entity.label_, entity.text)):
                said[key] += 1
                right[key] += is_right
    table = {}
    for label, size, case in product(LEARNT, SIZES, CASES):
        of_label = (right[label] + 1) / (said[label] + 2)
        key = f"{label} {size} {case}"
        count = said[key] + PRIOR
        table[key] = round(cautious((right[key] + PRIOR * of_label) / count, count), 3)
    return table


def cautious(share: float, count: float) -> float:
    """The lower end of Wilson's interval: documents held out of the same sets flatter what is to come."""
    square = CAUTION**2
    middle = share + square / (2 * count)
    spread = CAUTION * math.sqrt(share * (1 - share) / count + square / (4 * count**2))
    return (middle - spread) / (1 + square / count)


def scores(pipeline: Language, table: Mapping[str, float], corpus: Path, data: Path) -> dict[str, object]:
    """Figures of each set to be scored or measured, by its name; sets that are not there are left out.

    `confidence` is the mean of what `table` promises for the finds: to be compared with `precision`.
    """
    sources = yaml.safe_load((HERE / "sources.yaml").read_text("utf-8"))
    sets = {
        source["name"]: corpus / f"{source['name']}.conll" for source in sources["train"] if source.get("score_every")
    }
    sets |= {source["name"]: data / source["file"] for source in sources["score"] + sources["measure"]}

    def find(texts: Sequence[str]) -> Iterator[Iterable[Found]]:
        for doc in pipeline.pipe(texts):
            promised.extend(table[kind(entity.label_, entity.text)] for entity in doc.ents)
            yield [(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents]

    answer: dict[str, object] = {}
    promised: list[float] = []
    for name, file in sets.items():
        if file.is_file():
            promised.clear()
            started = time.perf_counter()
            result = score(list(read_documents(file)), find, only=LEARNT)
            answer[name] = {
                **result.as_json(),
                "confidence": round(mean(promised), 4) if promised else None,
                "words_per_second": round(result.words / (time.perf_counter() - started)),
            }
    return answer


def main(corpus: Path, work: Path) -> None:
    """Measure WORK/model-best."""
    pipeline = spacy.load(work / "model-best")
    table = confidences(pipeline, corpus / "stop.spacy")
    (work / "confidence.json").write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    figures = scores(pipeline, table, corpus, data_folder())
    (work / "scores.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
