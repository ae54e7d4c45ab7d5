"""Tells which texts nearly equal one another, by the runs of words that they share. What follows is left to corpus."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from nlp.training.conll import Sentence

Shingles = frozenset[int]

#: Words in a run. Two texts nearly equal one another if half of the runs of the shorter are in the other too, and
#: `_FEWEST` of them at least: ten words or fewer are a phrase that anybody may use.
_RUN, _SHARE, _FEWEST = 3, 0.5, 8


def shingles(sentences: Iterable[Sentence]) -> Shingles:
    """The runs of words of a text, capitals and punctuation left out; none goes over the end of a sentence."""
    return frozenset(run for sentence in sentences for run in _runs(sentence.words))


@dataclass
class Texts:
    """Texts, numbered as they come, that can be asked for those like another."""

    sizes: list[int] = field(default_factory=list)
    having: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, text: Shingles) -> None:
        for run in text:
            self.having[run].append(len(self.sizes))
        self.sizes.append(len(text))

    def like(self, text: Shingles) -> list[int]:
        """The numbers of those that nearly equal `text`, where the shorter one may stand in the longer."""
        return [
            number for number, shared in self._shared(text) if shared >= min(len(text), self.sizes[number]) * _SHARE
        ]

    def contain(self, text: Shingles) -> bool:
        """Whether `text` nearly equals one of them or a part of one."""
        return any(shared >= len(text) * _SHARE for _, shared in self._shared(text))

    def _shared(self, text: Shingles) -> Iterator[tuple[int, int]]:
        if len(text) >= _FEWEST:
            shared = Counter(number for run in text if run in self.having for number in self.having[run])
            yield from ((number, count) for number, count in shared.items() if count >= _FEWEST)


@dataclass
class Held:
    """What is held out. Sentences count by themselves too, as some sets have no documents that deserve the name."""

    documents: Texts = field(default_factory=Texts)
    sentences: Texts = field(default_factory=Texts)

    def add(self, documents: Iterable[Sequence[Sentence]]) -> None:
        for document in documents:
            self.documents.add(shingles(document))
            for sentence in document:
                self.sentences.add(shingles([sentence]))

    def without(self, documents: Sequence[Sequence[Sentence]]) -> tuple[list[list[Sentence]], int, int]:
        """The documents that nearly equal none that is held or a part of one, less such sentences as nearly equal one;
        how many documents, and how many sentences of the others, were left out."""
        whole = [document for document in documents if not self.documents.contain(shingles(document))]
        kept = [[one for one in document if not self.sentences.like(shingles([one]))] for document in whole]
        sentences = sum(map(len, whole)) - sum(map(len, kept))
        return [document for document in kept if document], len(documents) - len(whole), sentences


def leaders(documents: Sequence[Iterable[Sentence]]) -> list[int]:
    """For each document the number of the first of those that it nearly equals, directly or by others; or its own."""
    seen, first = Texts(), list[int]()
    for number, document in enumerate(documents):
        text = shingles(document)
        joined = {first[other] for other in seen.like(text)}
        first.append(min(joined, default=number))
        if len(joined) > 1:  # it ties together what had seemed apart
            first = [first[number] if leader in joined else leader for leader in first]
        seen.add(text)
    return first


def _runs(words: Iterable[str]) -> Iterator[int]:
    plain = [word.lower() for word in words if any(map(str.isalnum, word))]
    return (hash(tuple(plain[at : at + _RUN])) for at in range(len(plain) - _RUN + 1))
