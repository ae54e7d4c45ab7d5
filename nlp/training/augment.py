"""Noise of paperwork while training: capitals, small letters, line breaks.

Every change keeps the length of the text, so that entities keep their places.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noise:
    """Gives a text as it is or, by these chances, in capitals, in small letters, with line breaks for blanks."""

    dice: random.Random
    upper: float = 0.12
    lower: float = 0.06
    breaks: float = 0.25
    #: Of the blanks of a text that has line breaks.
    broken: float = 0.12

    def __call__(self, text: str) -> str:
        changed, chance = text, self.dice.random()
        if chance < self.upper:
            changed = text.upper()
        elif chance < self.upper + self.lower:
            changed = text.lower()
        if len(changed) != len(text):  # some letters have no single capital
            changed = text
        if self.dice.random() < self.breaks:
            changed = "".join("\n" if sign == " " and self.dice.random() < self.broken else sign for sign in changed)
        return changed
