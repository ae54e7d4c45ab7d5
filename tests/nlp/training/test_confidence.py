"""How sure names may be: learnt from documents that were not trained on, of labels that these mean as we do."""

from __future__ import annotations

import spacy

from nlp.training.conll import Mention, Sentence
from nlp.training.corpus import Part
from nlp.training.evaluate import calibrated
from nlp.understanding.entities import MODEL

WORDS = ("Jane", "Hartley", "of", "Acme", "Corporation", "lives", "in", "London", ".")
PERSON, PLACE, COMPANY = Mention(0, 2, "PER"), Mention(7, 8, "LOC"), Mention(3, 5, "ORG")


def test_only_labels_that_a_set_means_as_we_do_are_judged() -> None:
    pipeline = spacy.load(MODEL)
    right, wrong = Sentence(WORDS, (PERSON, PLACE, COMPANY)), Sentence(WORDS, (PERSON,))
    documents = [[right]] * 4 + [[wrong]] * 4
    whole = calibrated([(pipeline, [Part("all", documents, frozenset())])], 7)
    people = calibrated(
        [(pipeline, [Part("people", documents, frozenset(), labels=frozenset({"PERSON", "LOCATION"}))])], 7
    )
    assert {name for name in whole.weights if name.startswith("label")} == {
        "label PERSON",
        "label ORG",
        "label LOCATION",
    }
    assert "label ORG" not in people.weights
    assert people("PERSON", "Jane Hartley", 0.99) > people("LOCATION", "London", 0.99), "half of those were wrong"
