"""What names lose by being read off a scan: the same pages as clean text and as Tesseract's reading of them.

Run by `make bench`. Sentences of labelled sets are set in type and worn (see typeset); both readings are searched by
the whole pipeline, and what it says is held against the words of the page.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from evaluation.documents import entities_of_all, read_all
from nlp.facts import Entity, Page
from nlp.reading.options import ReadingOptions
from nlp.training import typeset
from nlp.training.conll import read_documents
from nlp.training.corpus import LEARNT
from nlp.training.scoring import widened
from nlp.training.typeset import Paper
from tests.benchmarks.measure import say

SETS = {"uner_ewt": "uner_ewt/dev.conll", "wikigold": "wikigold/train.conll"}
PAGES = 120
#: What reading may cost, as a share of F1.
MOST_LOST = 0.04


@pytest.mark.parametrize("name", SETS)
def test_names_survive_the_scanner(eval_data: Path, tmp_path: Path, name: str) -> None:
    dice = random.Random(7)
    papers = list(typeset.papers(read_documents(eval_data / "entities" / SETS[name]), LEARNT))
    papers = dice.sample(papers, min(PAGES, len(papers)))
    pages = [Page(1, 1.0, 1.0, paper.text, (), "labels", "Labelled by hand.", 1.0) for paper in papers]
    images = [tmp_path / f"{at}.jpg" for at in range(len(papers))]
    for paper, image in zip(papers, images, strict=True):
        typeset.save(typeset.scanned(paper, dice), image, dice)
    read = read_all([(image, None) for image in images], ReadingOptions())
    clean, by_ocr = Counter[str](), Counter[str]()
    for paper, entities, document in zip(papers, entities_of_all(pages), read, strict=True):
        clean += judged(paper, paper.text, entities, LEARNT)
        text = document.pages[0].text if document.pages else ""
        by_ocr += judged(paper, text, document.entities, LEARNT)
    lost = f1(clean) - f1(by_ocr)
    say(
        f"{name}, {len(papers)} pages, {clean['true']} names: F1 {f1(clean):.3f} as clean text,"
        f" {f1(by_ocr):.3f} off the scan: {100 * lost:.1f} points lost (goal {100 * MOST_LOST:.0f})"
    )
    assert lost <= MOST_LOST


def judged(paper: Paper, text: str, entities: Iterable[Entity], labels: Sequence[str]) -> Counter[str]:
    """How many names were right, said and true on a page of which `text` was read."""
    places = typeset.places_in(paper, text)
    said = {
        widened(places, (span.start, span.end, entity.label, 1.0))
        for entity in entities
        for span in entity.spans
        if entity.label in labels
    }
    return Counter(right=len(said & paper.mentions), said=len(said), true=len(paper.mentions))


def f1(counted: Counter[str]) -> float:
    return 2 * counted["right"] / max(1, counted["said"] + counted["true"])
