"""What a pipeline says is sorted by what is wrong with it."""

from __future__ import annotations

import pytest

from nlp.training.conll import Mention, Sentence
from nlp.training.mistakes import BORDER, LABEL, MISSED, RIGHT, SPURIOUS, Judged, judge, outcome


@pytest.mark.parametrize(
    ("found", "what"),
    [
        ([(3, 10, "PERSON"), (12, 14, "ORG")], RIGHT),
        ([(3, 6, "PERSON"), (7, 10, "ORG")], BORDER),
        ([(3, 10, "ORG")], LABEL),
        ([(0, 3, "PERSON"), (10, 14, "PERSON")], MISSED),
    ],
)
def test_what_became_of_a_name(found: list[tuple[int, int, str]], what: str) -> None:
    assert outcome((3, 10, "PERSON"), found) == what


def test_every_name_is_judged_once_and_what_is_no_name_is_spurious() -> None:
    words = ("Ann", "Lee", "of", "Bonn", "and", "Acme", "Ltd", "met", "Jo", "on", "Monday", "at", "Song")
    mentions = (
        Mention(0, 2, "PER"),
        Mention(3, 4, "LOC"),
        Mention(5, 7, "ORG"),
        Mention(8, 9, "PER"),
        Mention(12, 13, "song"),
    )
    sentence = Sentence(words, mentions)
    text = " ".join(words)
    said = [("Ann Lee", "PERSON", 0.9), ("Bonn", "ORG", 0.8), ("Acme", "ORG", 0.7), ("Monday", "PERSON", 0.4)]
    found = [(text.index(name), text.index(name) + len(name), label, sure) for name, label, sure in said]
    judged = list(judge([[sentence]], lambda texts: [found for _ in texts], ("PERSON", "ORG", "LOCATION")))
    assert judged == [
        Judged(RIGHT, "PERSON", "Ann Lee", "Ann Lee", "PERSON", 0.9, text),
        Judged(LABEL, "LOCATION", "Bonn", "Bonn", "ORG", 0.8, text),
        Judged(BORDER, "ORG", "Acme Ltd", "Acme", "ORG", 0.7, text),
        Judged(MISSED, "PERSON", "Jo", "", "", None, text),
        Judged(SPURIOUS, "PERSON", "Monday", "Monday", "PERSON", 0.4, text),
    ]
