"""Sorts what a pipeline says of labelled documents: right, wrong border, wrong label, missed, spurious. For looking at;
counting for a score is left to scoring."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from nlp.training.conll import OURS, Sentence, join
from nlp.training.scoring import Found, widened

RIGHT, BORDER, LABEL, MISSED, SPURIOUS = "right", "wrong border", "wrong label", "missed", "spurious"
#: What may become of a name that is there.
OUTCOMES = (RIGHT, BORDER, LABEL, MISSED)

Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A name as it is labelled or, if spurious, as it was said; what was said instead (""), and the sentence."""

    kind: str
    label: str
    name: str
    said: str
    said_label: str
    confidence: float | None
    sentence: str


def outcome(true: Place, found: Iterable[Place]) -> str:
    """What became of the name `true`: of several that touch it, the best counts."""
    touching = [one for one in found if one[0] < true[1] and true[0] < one[1]]
    if true in touching:
        return RIGHT
    if any(label == true[2] for _, _, label in touching):
        return BORDER
    return LABEL if touching else MISSED


def judge(
    documents: Sequence[Sequence[Sentence]],
    find: Callable[[Sequence[str]], Iterable[Iterable[Found]]],
    only: Collection[str],
) -> Iterator[Judged]:
    """Each name of the documents with a label among `only`, and each that was said where there is none."""
    sentences = [sentence for document in documents for sentence in document]
    texts = [join(sentence.words) for sentence in sentences]
    for sentence, text, found in zip(sentences, texts, find([text.text for text in texts]), strict=True):
        true = [(m.start, m.end, OURS[m.label]) for m in sentence.mentions if OURS.get(m.label) in only]
        sure = {widened(text.places, one): one[3] for one in found if one[2] in only}
        for place in true:
            kind = outcome(place, sure)
            said = max((one for one in sure if _touch(one, place)), key=lambda one: _worth(one, place), default=None)
            yield _judged(kind, place, said, None if said is None else sure[said], sentence)
        for place, confidence in sure.items():
            if not any(_touch(place, one) for one in true):
                yield _judged(SPURIOUS, place, place, confidence, sentence)


def _judged(kind: str, place: Place, said: Place | None, confidence: float | None, sentence: Sentence) -> Judged:
    def text(one: Place) -> str:
        return " ".join(sentence.words[one[0] : one[1]])

    told = ("", "") if said is None else (text(said), said[2])
    return Judged(kind, place[2], text(place), *told, confidence, " ".join(sentence.words))


def _touch(one: Place, other: Place) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _worth(one: Place, true: Place) -> tuple[bool, bool, int]:
    """By which of the names that touch `true` its outcome is told."""
    return one == true, one[2] == true[2], min(one[1], true[1]) - max(one[0], true[0])
