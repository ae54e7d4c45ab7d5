"""What names lose by being read off a scan: the same pages as clean text and as Tesseract's reading of them.

Run by `make bench`. Sentences of labelled sets are set in type and worn (see typeset); both readings are searched by
the whole pipeline, and what it says is held against the words of the page.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from evaluation.documents import entities_of_all, read_all
from nlp.facts import Page
from nlp.reading.options import ReadingOptions
from nlp.training.conll import read_documents
from nlp.training.corpus import LEARNT
from tests.benchmarks import typeset
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
    images = [
        (typeset.save(typeset.scanned(paper, dice), tmp_path / f"{at}.jpg", dice), None)
        for at, paper in enumerate(papers)
    ]
    read = read_all(images, ReadingOptions())
    clean, by_ocr = Counter[str](), Counter[str]()
    for paper, entities, document in zip(papers, entities_of_all(pages), read, strict=True):
        clean += typeset.judged(paper, paper.text, entities, LEARNT)
        text = document.pages[0].text if document.pages else ""
        by_ocr += typeset.judged(paper, text, document.entities, LEARNT)
    lost = typeset.f1(clean) - typeset.f1(by_ocr)
    say(
        f"{name}, {len(papers)} pages, {clean['true']} names: F1 {typeset.f1(clean):.3f} as clean text,"
        f" {typeset.f1(by_ocr):.3f} off the scan: {100 * lost:.1f} points lost (goal {100 * MOST_LOST:.0f})"
    )
    assert lost <= MOST_LOST
