"""Scores found entities against a labelled set: strict span and label, micro; and how true confidences are.

Finding the entities is left to the caller.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from statistics import fmean, median
from typing import Any

from nlp.facts import Entity, Page
from nlp.training.conll import LABELS, OURS, Sentence, join
from nlp.understanding.short_names import with_short_names

Found = tuple[int, int, str, float]
"""Start, end, label and confidence of an entity in a text; code points, end exclusive."""

BINS = 15


@dataclass
class Score:
    """Counts of right, said and true entities by label."""

    right: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    true: Counter[str] = field(default_factory=Counter)
    #: Confidence of each entity that was said, and whether it was right.
    judged: list[tuple[float, bool]] = field(default_factory=list)
    words: int = 0

    def __add__(self, other: Score) -> Score:
        counts = self.right + other.right, self.said + other.said, self.true + other.true
        return Score(*counts, self.judged + other.judged, self.words + other.words)

    def as_json(self) -> dict[str, Any]:
        """f1, precision and recall over all labels, `by_label` the same with the number of true ones; and of the
        confidences their expected `calibration_error` and the points of a `reliability` plot."""
        by_label = {
            label: {**_figures(self.right[label], self.said[label], self.true[label]), "true": self.true[label]}
            for label in sorted(self.true)
        }
        return {
            **_figures(self.right.total(), self.said.total(), self.true.total()),
            "calibration_error": round(calibration_error(self.judged), 4),
            "reliability": [tuple(round(share, 3) for share in point) for point in reliability(self.judged)],
            "by_label": by_label,
        }


def score(
    documents: Sequence[Sequence[Sentence]],
    find: Callable[[Sequence[str]], Iterable[Iterable[Found]]],
    only: Collection[str] = LABELS,
) -> Score:
    """Compare what `find` says of each document's texts (one a sentence, words joined by blanks) with its labels.

    What is found is widened to whole words. Counted are the labels of the table in nlp.training.conll that the set
    has, of these `only`.
    """
    sentences = [sentence for document in documents for sentence in document]
    counted = {OURS[m.label] for sentence in sentences for m in sentence.mentions if m.label in OURS} & set(only)
    texts = [[join(sentence.words) for sentence in document] for document in documents]
    answers = chain.from_iterable(find([text.text for text in document]) for document in texts)
    result = Score(words=sum(len(sentence.words) for sentence in sentences))
    for sentence, text, found in zip(sentences, chain.from_iterable(texts), answers, strict=True):
        true = {(m.start, m.end, OURS[m.label]) for m in sentence.mentions if OURS.get(m.label) in counted}
        sure = {widened(text.places, entity): entity[3] for entity in found if entity[2] in counted}
        said = set(sure)
        result.judged.extend((confidence, entity in true) for entity, confidence in sure.items())
        result.true.update(label for _, _, label in true)
        result.said.update(label for _, _, label in said)
        result.right.update(label for _, _, label in true & said)
    return result


def found_on_pages(texts: Sequence[str], entities_of: Callable[[Page], Iterable[Entity]]) -> Iterator[list[Found]]:
    """What is found in the sentences of a document as they are shipped: each for a page of it."""
    pages = [Page(at, 1.0, 1.0, text, (), "labelled set", "evaluation", 1.0) for at, text in enumerate(texts)]
    found: dict[int, list[Found]] = {page.number: [] for page in pages}
    for entity in with_short_names(pages, [entity for page in pages for entity in entities_of(page)]):
        for span in entity.spans:
            found[span.page].append((span.start, span.end, entity.label, entity.confidence))
    yield from found.values()


def calibration_error(judged: Sequence[tuple[float, bool]], bins: int = BINS) -> float:
    """Mean distance between confidence and share of right ones, over bins of equally many."""
    error = sum(abs(sum(confidence - right for confidence, right in part)) for part in _binned(judged, bins))
    return error / max(1, len(judged))


def calibration_error_by_chance(confidences: Sequence[float], bins: int = BINS) -> float:
    """The error that confidences which are exactly true would show on so few: the median of 200 drawn outcomes."""
    dice = random.Random(0)
    draws = ([(sure, dice.random() < sure) for sure in confidences] for _ in range(200))
    return median(calibration_error(draw, bins) for draw in draws)


def reliability(judged: Sequence[tuple[float, bool]], bins: int = BINS) -> list[tuple[float, float]]:
    """Mean confidence and share of right ones of each bin, by rising confidence."""
    columns = (zip(*part, strict=True) for part in _binned(judged, bins))
    return [(fmean(confidences), fmean(right)) for confidences, right in columns]


def _binned(judged: Sequence[tuple[float, bool]], bins: int) -> Iterator[Sequence[tuple[float, bool]]]:
    ordered = sorted(judged, key=itemgetter(0))  # the wrong ones of equal confidence share bins with the right
    for number in range(bins):
        if part := ordered[len(ordered) * number // bins : len(ordered) * (number + 1) // bins]:
            yield part


def widened(places: Sequence[tuple[int, int]], found: Found) -> tuple[int, int, str]:
    """A character range as the range of words that it touches."""
    start, end, label, _ = found
    touched = [index for index, (left, right) in enumerate(places) if left < end and start < right]
    return (touched[0], touched[-1] + 1, label) if touched else (0, 0, label)


def _figures(right: int, said: int, true: int) -> dict[str, float]:
    precision, recall = right / said if said else 0.0, right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"f1": round(f1, 4), "precision": round(precision, 4), "recall": round(recall, 4)}
