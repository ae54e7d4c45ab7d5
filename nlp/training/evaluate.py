"""Measures the trained component alone: how sure its finds may be, and F1 on unseen documents. Rules are left out.

Run as `python -m nlp.training.evaluate CORPUS WORK`; writes WORK/confidence.json and WORK/scores.json.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path

import spacy
import typer
import yaml
from spacy.language import Language
from spacy.tokens import DocBin

from nlp.entities import CASES, SIZES, kind
from nlp.training.conll import read_documents
from nlp.training.corpus import HERE, LEARNT, data_folder
from nlp.training.scoring import Found, score

PRIOR = 20
"""A kind's precision is drawn towards its label's as if by so many finds: rare kinds promise nothing of their own."""


def confidences(pipeline: Language, held_out: Path) -> dict[str, float]:
    """By kind (see nlp.entities.kind) the share of right finds in a DocBin that was not trained on."""
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
        table[key] = round((right[key] + PRIOR * of_label) / (said[key] + PRIOR), 3)
    return table


def scores(pipeline: Language, corpus: Path, data: Path) -> dict[str, object]:
    """Figures of each set to be scored or measured, by its name; sets that are not there are left out."""
    sources = yaml.safe_load((HERE / "sources.yaml").read_text("utf-8"))
    sets = {
        source["name"]: corpus / f"{source['name']}.conll" for source in sources["train"] if source.get("score_every")
    }
    sets |= {source["name"]: data / source["file"] for source in sources["score"] + sources["measure"]}

    def find(texts: Sequence[str]) -> Iterator[Iterable[Found]]:
        for doc in pipeline.pipe(texts):
            yield [(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents]

    answer: dict[str, object] = {}
    for name, file in sets.items():
        if file.is_file():
            started = time.perf_counter()
            result = score(list(read_documents(file)), find, only=LEARNT)
            answer[name] = {
                **result.as_json(),
                "words_per_second": round(result.words / (time.perf_counter() - started)),
            }
    return answer


def main(corpus: Path, work: Path) -> None:
    """Measure WORK/model-best."""
    pipeline = spacy.load(work / "model-best")
    table = confidences(pipeline, corpus / "stop.spacy")
    (work / "confidence.json").write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    figures = scores(pipeline, corpus, data_folder())
    (work / "scores.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(main)
