"""Where a picture shows letters that no word accounts for: the sign that an engine left text out. Reads nothing itself.

Letters are found as connected dark shapes of their usual size on their own surroundings, so that grey print counts and
pictures, rules and shades do not. About 30 ms a page of 300 dpi.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nlp.reading.layout import Sides, Token

#: Half the size shows every letter of a page that is good enough for the first engine.
_SCALE = 0.5
#: A shape must be this much (of 255) darker than what surrounds it; the noise of a scan is less.
_DARKER = 25
#: A letter's height for its word's box, which has ascenders and descenders too.
_OF_WORD = 0.75
#: Where no word was found: a line of print is a hundredth of a page high.
_OF_PAGE = 0.01
#: Shapes of letters: height in letters (from, to), width in letters (from, to), share of their box that is dark.
_HEIGHT, _WIDTH, _DARK = (0.45, 2.5), (0.1, 4.0), 0.1
#: Letters closer than this, in letters, belong to one stretch of writing.
_JOIN = 1.2


@dataclass(frozen=True, slots=True)
class Doubt:
    """What an engine is unsure of. `stretches` are pieces of lines (left, top, right, bottom in pixels of the picture)
    that hold doubtful words or letters without a word; `uncovered` is the share of the letters that no word covers, and
    `letter` the height of a letter in pixels."""

    stretches: tuple[Sides, ...]
    uncovered: float
    letter: float


def doubt(grey: Image.Image, tokens: Sequence[Token], is_doubtful: Callable[[Token], bool]) -> Doubt:
    """What the words found on `grey` (mode L) leave open."""
    doubtful = [token for token in tokens if is_doubtful(token)]
    sure = [token for token in tokens if not is_doubtful(token)]
    size = max(1, int(grey.width * _SCALE)), max(1, int(grey.height * _SCALE))
    small = cv2.resize(np.asarray(grey), size, interpolation=cv2.INTER_AREA)
    heights = [token.height * _OF_WORD for token in sure if len(token.text) > 1]
    letter = _SCALE * (median(heights) if heights else grey.height * _OF_PAGE)
    letters = _letters(small, letter)
    covered = _painted(small.shape, (_grown(token) for token in tokens))
    middles = letters[:, :2] + letters[:, 2:] // 2
    free = letters[covered[middles[:, 1], middles[:, 0]] == 0]
    open_ = _painted(small.shape, (token[1:5] for token in doubtful))
    for left, top, width, height in free:
        open_[top : top + height, left : left + width] = 1
    return Doubt(tuple(_stretches(open_, letter)), len(free) / max(1, len(letters)), letter / _SCALE)


def _letters(small: NDArray[Any], letter: float) -> NDArray[np.int32]:
    """Left, top, width and height of each shape that could be a letter, shape (letters, 4)."""
    around = max(3, round(3 * letter) | 1)
    dark = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, around, _DARKER)
    shapes = cv2.connectedComponentsWithStats(dark, connectivity=8)[2][1:]
    width, height, area = shapes[:, 2], shapes[:, 3], shapes[:, 4]
    like_letters = (
        (height > _HEIGHT[0] * letter)
        & (height < _HEIGHT[1] * letter)
        & (width > _WIDTH[0] * letter)
        & (width < _WIDTH[1] * letter)
        & (area > _DARK * width * height)
    )
    return np.asarray(shapes[like_letters, :4], dtype=np.int32)


def _grown(token: Token) -> tuple[float, float, float, float]:
    """With room for what engines cut off: Tesseract's boxes may end in the middle of the last letter."""
    above, beside = 0.1 * token.height, 0.5 * token.height
    return token.left - beside, token.top - above, token.right + beside, token.bottom + above


def _painted(shape: tuple[int, ...], boxes: Iterable[Sequence[float]]) -> NDArray[np.uint8]:
    """A picture of that shape with the boxes, given in pixels of the whole picture, set to 1."""
    painted = np.zeros(shape, dtype=np.uint8)
    for left, top, right, bottom in boxes:
        rows = slice(max(0, int(top * _SCALE)), max(0, int(bottom * _SCALE) + 1))
        painted[rows, max(0, int(left * _SCALE)) : max(0, int(right * _SCALE) + 1)] = 1
    return painted


def _stretches(open_: NDArray[np.uint8], letter: float) -> Iterable[Sides]:
    reach = 2 * max(3, int(letter * _JOIN)) + 1
    joined = cv2.morphologyEx(open_, cv2.MORPH_CLOSE, np.ones((1, reach), dtype=np.uint8))
    for left, top, width, height in cv2.connectedComponentsWithStats(joined, connectivity=8)[2][1:, :4]:
        if height > _HEIGHT[0] * letter and width > 0.4 * letter:
            yield tuple(int(side / _SCALE) for side in (left, top, left + width, top + height))  # type: ignore[misc]
