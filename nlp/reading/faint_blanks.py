"""Blanks that PP-OCR's recogniser all but saw. It gives narrow ones less than an even chance: "212761", "YoYChange".

Finding and reading lines is left to `rapid`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A blank with this chance is one between two letters or digits that stand so many times further apart than others of
#: the line's words do, and at least so many columns. On the tune parts word F1 of the pages .9813 became .9825, of
#: receipts .9533 .9538, of 16 forms it stayed. At 1.4 times it is .9831, .9528 and .001 less on forms, at 1.75 times
#: .9813, .9538 and as it was. Chances of .05 and .15 do within .0006 of that.
_LEAST, _WIDE, _APART = 0.1, 1.55, 3
#: What a column is that begins no letter.
_NOTHING = 0


class FaintBlanks:
    """rapidocr's decoder of what the recogniser says, shape (lines, columns, characters), with such blanks put in."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._characters: list[str] = decoder.character

    def __call__(self, chances: NDArray[np.float32], *arguments: Any, **named: Any) -> Any:
        for line in chances:
            self._put_into(line)
        return self._decoder(chances, *arguments, **named)

    def _put_into(self, line: NDArray[np.float32]) -> None:
        """Raises the chance of each faint blank above all others in its column. The blank is the last character."""
        blank = line[:, -1]
        if not np.any((blank >= _LEAST) & (blank < 0.5)):
            return
        seen = line.argmax(axis=1)
        begins = np.flatnonzero((seen != _NOTHING) & (np.diff(seen, prepend=_NOTHING) != 0))
        within = [
            (first, second)
            for first, second in pairwise(begins.tolist())
            if self._is_letter(seen[first]) and self._is_letter(seen[second])
        ]
        steps = [second - first for first, second in within]
        for (first, second), step in zip(within, steps, strict=True):
            others = (sum(steps) - step) / max(1, len(steps) - 1)
            if others and step >= max(_APART, _WIDE * others):
                column = first + 1 + int(blank[first + 1 : second].argmax())
                if blank[column] >= _LEAST:
                    line[column, -1] = line[column].max() + 1e-3

    def _is_letter(self, character: int) -> bool:
        return self._characters[character].isalnum()
