"""Ruling lines in the picture of a page. What they enclose is left to `tables`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nlp.facts import Word

#: Pixels of the longer side at which lines are looked for: thin ones are still there, and it takes a few milliseconds.
LONGEST = 1600
#: A pixel is ink if it is so much darker (of 255) than its surroundings, of so many pixels to each side.
_INK, _AROUND = 12, 10
#: Lines are at least so long and at most so thick, in pixels. Strokes of letters are
#: shorter, filled areas thicker.
_LEAST, _THICKEST = 40, 9
#: Gaps in lines up to this many pixels are closed.
_GAP = 4
#: A crooked line climbs at most one pixel in so many.
_CROOKED = 100
#: An upright line with more than this share of its length in words is made of their letters.
_LETTERS = 0.3


@dataclass(frozen=True, slots=True)
class Ruling:
    """A line from `start` to `end` at the place `at`: along x at that y if `horizontal`, else along y at that x.

    In pixels of the picture that was looked at, from its top left.
    """

    horizontal: bool
    at: float
    start: float
    end: float


def rulings(picture: Image.Image, words: Sequence[Word]) -> list[Ruling]:
    """The straight lines of the picture that lie or stand, other than strokes of its words.

    None at all where fewer than two lie: they enclose nothing, and most pages need no longer look.
    """
    scale = min(1.0, LONGEST / max(picture.size))
    grey = picture.convert("L")
    if scale < 1:
        grey = grey.resize((round(grey.width * scale), round(grey.height * scale)), Image.Resampling.BOX)
    ink = cv2.adaptiveThreshold(
        np.asarray(grey), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 2 * _AROUND + 1, _INK
    ).astype(np.uint8, copy=False)
    if len(lying := _runs(ink)) < 2:
        return []
    boxes = np.array([word.box.as_list() for word in words if any(map(str.isalnum, word.text))]).reshape(-1, 4)
    letters = boxes * (*grey.size, *grey.size)
    found = [Ruling(True, *line) for line in lying]
    found += [Ruling(False, *line) for line in _runs(np.ascontiguousarray(ink.T)) if not _is_letters(line, letters)]
    return [Ruling(line.horizontal, line.at / scale, line.start / scale, line.end / scale) for line in found]


def _is_letters(line: tuple[float, float, float], words: NDArray[np.float64]) -> bool:
    """Whether an upright line is made of letters of rows that stand close together: it leads through words."""
    at, start, end = line
    left, top, right, bottom = words.T
    shared = np.clip(np.minimum(bottom, end) - np.maximum(top, start), 0, None)
    through = (left - 2 < at) & (at < right + 2)
    return bool(shared[through].sum() > _LETTERS * (end - start))


def _runs(ink: NDArray[np.uint8]) -> list[tuple[float, float, float]]:
    """Place, start and end of the lines along the rows."""
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, _GAP + 1), np.uint8))
    long = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, _LEAST), np.uint8))
    # A line that lies a little crooked is a flight of steps, which touch.
    outlines, _ = cv2.findContours(long, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    return [
        (top + (height - 1) / 2, float(left), float(left + width))
        for left, top, width, height in map(cv2.boundingRect, outlines)
        if height <= _THICKEST + width // _CROOKED
    ]
