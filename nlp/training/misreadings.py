"""How Tesseract misreads letters, counted on scans whose text is known, and done to other texts while training.

Reading the scans is left to known_scans.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from statistics import fmean

from rapidfuzz.distance import Levenshtein

#: So many letters in a row may be read as so many others; longer stretches were left out or made up.
LONGEST = 3


@dataclass(frozen=True, slots=True)
class Misreadings:
    """`misread` has by letters as printed what was read in their place, and how often; `seen` how often they were
    printed; `rates` the share of misread letters of each page."""

    misread: Mapping[str, Mapping[str, int]]
    seen: Mapping[str, int]
    rates: Sequence[float]

    @classmethod
    def read(cls, path: Path) -> Misreadings:
        return cls(**json.loads(path.read_text("utf-8")))

    def __call__(self, text: str, dice: random.Random) -> tuple[str, list[int]]:
        """The text as it might be read off a page, one of those that were counted; and for each place of the text, its
        end included, where that is in what was read."""
        worse = dice.choice(self.rates) / (fmean(self.rates) or 1.0)  # where nothing was misread, nothing will be
        read, moved, at = "", [], 0
        while at < len(text):
            printed, instead = self._at(text, at, worse, dice)
            moved += [len(read)] * len(printed)
            read += instead
            at += len(printed)
        return read, [*moved, len(read)]

    def _at(self, text: str, at: int, worse: float, dice: random.Random) -> tuple[str, str]:
        for length in range(LONGEST, 0, -1):
            printed = text[at : at + length]
            if (found := self.misread.get(printed)) and dice.random() < worse * sum(found.values()) / self.seen[
                printed
            ]:
                return printed, dice.choices(list(found), list(found.values()))[0]
        return text[at], text[at]


def count(pages: Iterable[Sequence[tuple[str, str]]]) -> Misreadings:
    """From pages as pairs of text and what was read of it."""
    misread: dict[str, Counter[str]] = {}
    known: list[str] = []
    rates: list[float] = []
    for page in pages:
        changes = [change for pair in page for change in _changes(*pair)]
        for printed, instead in changes:
            misread.setdefault(printed, Counter())[instead] += 1
        known += [text for text, _ in page]
        rates.append(sum(len(printed) for printed, _ in changes) / max(1, sum(len(text) for text, _ in page)))
    pieces = (text[at : at + n] for text in known for n in range(1, LONGEST + 1) for at in range(len(text) - n + 1))
    seen = Counter(piece for piece in pieces if piece in misread)
    return Misreadings({printed: dict(instead) for printed, instead in misread.items()}, dict(seen), rates)


def _changes(text: str, read: str) -> Iterator[tuple[str, str]]:
    """Letters and what was read in their place; what was read beside them goes with the letter before."""
    for equal, steps in groupby(Levenshtein.opcodes(text, read), lambda step: step.tag == "equal"):
        whole = list(steps)
        start, end = whole[0].src_start, whole[-1].src_end
        instead = read[whole[0].dest_start : whole[-1].dest_end]
        if start == end and not equal:
            start = max(0, start - 1)
            instead = text[start:end] + instead
        printed = text[start:end]
        if not equal and "\n" not in printed + instead and 0 < len(printed) <= LONGEST >= len(instead):
            yield printed, instead
