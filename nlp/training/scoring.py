"""Scores found entities against a labelled set: strict span and label, micro. Finding them is left to the caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from nlp.training.conll import LABELS, OURS, Sentence, join

Found = tuple[int, int, str]
"""Start, end and label of an entity in a text; code points, end exclusive."""


@dataclass
class Score:
    """Counts of right, said and true entities by label."""

    right: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    true: Counter[str] = field(default_factory=Counter)
    words: int = 0

    def __add__(self, other: Score) -> Score:
        words = self.words + other.words
        return Score(self.right + other.right, self.said + other.said, self.true + other.true, words)

    def as_json(self) -> dict[str, object]:
        """f1, precision and recall over all labels, and `by_label` the same with the number of true ones."""
        by_label = {
            label: {**_figures(self.right[label], self.said[label], self.true[label]), "true": self.true[label]}
            for label in sorted(self.true)
        }
        return {**_figures(self.right.total(), self.said.total(), self.true.total()), "by_label": by_label}


def score(
    documents: Sequence[Sequence[Sentence]],
    find: Callable[[Sequence[str]], Iterable[Iterable[Found]]],
    only: Collection[str] = LABELS,
) -> Score:
    """Compare what `find` says of the texts (one a sentence, words joined by blanks) with the labels of the documents.

    What is found is widened to whole words. Counted are the labels of the table in nlp.training.conll that the set
    has, of these `only`.
    """
    sentences = [sentence for document in documents for sentence in document]
    counted = {OURS[m.label] for sentence in sentences for m in sentence.mentions if m.label in OURS} & set(only)
    texts = [join(sentence.words) for sentence in sentences]
    result = Score(words=sum(len(sentence.words) for sentence in sentences))
    for sentence, text, found in zip(sentences, texts, find([text.text for text in texts]), strict=True):
        true = {(m.start, m.end, OURS[m.label]) for m in sentence.mentions if OURS.get(m.label) in counted}
        said = {widened(text.places, entity) for entity in found if entity[2] in counted}
        result.true.update(label for _, _, label in true)
        result.said.update(label for _, _, label in said)
        result.right.update(label for _, _, label in true & said)
    return result


def widened(places: Sequence[tuple[int, int]], found: Found) -> Found:
    """A character range as the range of words that it touches."""
    start, end, label = found
    touched = [index for index, (left, right) in enumerate(places) if left < end and start < right]
    return (touched[0], touched[-1] + 1, label) if touched else (0, 0, label)


def _figures(right: int, said: int, true: int) -> dict[str, float]:
    precision, recall = right / said if said else 0.0, right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"f1": round(f1, 4), "precision": round(precision, 4), "recall": round(recall, 4)}
