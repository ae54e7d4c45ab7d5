"""Noise of paperwork while training: capitals, small letters, misread letters, line breaks.

How letters are misread is left to misreadings; entities keep to their letters.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from nlp.training.examples import Text
from nlp.training.misreadings import Misreadings


@dataclass(frozen=True, slots=True)
class Noise:
    """Gives a text as it is or, by these chances, in capitals, in small letters, misread, with line breaks for
    blanks."""

    dice: random.Random
    upper: float = 0.12
    lower: float = 0.06
    misread: float = 0.3
    breaks: float = 0.25
    #: Of the blanks of a text that has line breaks.
    broken: float = 0.12
    misreadings: Misreadings | None = None

    def __call__(self, text: Text) -> Text:
        printed = self._cased(text.text)
        if self.dice.random() < self.breaks:
            printed = "".join("\n" if sign == " " and self.dice.random() < self.broken else sign for sign in printed)
        if not self.misreadings or self.dice.random() >= self.misread:
            return Text(printed, text.entities, text.unknown)
        read, moved = self.misreadings(printed, self.dice)
        return Text(
            read,
            tuple(
                (moved[start], moved[end], label) for start, end, label in text.entities if moved[start] < moved[end]
            ),
            tuple((moved[start], moved[end]) for start, end in text.unknown if moved[start] < moved[end]),
        )

    def _cased(self, text: str) -> str:
        chance = self.dice.random()
        changed = text.upper() if chance < self.upper else text.lower() if chance < self.upper + self.lower else text
        return changed if len(changed) == len(text) else text  # some letters have no single capital
