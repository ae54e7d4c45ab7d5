"""Puts other names where names stand in labelled sentences, and parts the point from abbreviations, as readers do."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from nlp.training.conll import OURS, Mention, Sentence


@dataclass(frozen=True, slots=True)
class Substitution:
    """`names` by label. Each mention of a label that has some is changed by the chance `changed`; what is in capitals
    or small letters stays so, and a single word becomes a single word. Points are parted by the chance `parted`."""

    names: Mapping[str, Sequence[str]]
    dice: random.Random
    changed: float = 0.2
    parted: float = 0.1

    def __call__(self, sentence: Sentence, labels: Collection[str]) -> Sentence:
        words: list[str] = []
        mentions: list[Mention] = []
        at = 0
        for mention in sentence.mentions:
            words += self._parted(sentence.words[at : mention.start])
            start, label = len(words), OURS.get(mention.label, "")
            own = sentence.words[mention.start : mention.end]
            chosen = label in labels and self.names.get(label) and self.dice.random() < self.changed
            words += self._other(own, self.names[label]) if chosen else self._parted(own)
            mentions.append(Mention(start, len(words), mention.label))
            at = mention.end
        return Sentence((*words, *self._parted(sentence.words[at:])), tuple(mentions))

    def _other(self, own: Sequence[str], names: Sequence[str]) -> list[str]:
        name = self.dice.choice(names).split()
        if len(own) == 1:
            name = [self.dice.choice(name)] if len(name) == 2 else name[:1]
        text = " ".join(own)
        as_printed = str.upper if text.isupper() and len(text) > 3 else str.lower if text.islower() else str
        return [as_printed(word) for word in name]

    def _parted(self, words: Sequence[str]) -> list[str]:
        parted: list[str] = []
        for word in words:
            if len(word) > 2 and word[-1] == "." and word[0].isalpha() and self.dice.random() < self.parted:
                parted += [word[:-1], "."]
            else:
                parted.append(word)
        return parted
