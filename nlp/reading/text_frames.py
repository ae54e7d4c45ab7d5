"""Where words go on a PDF page: from boxes of the page as displayed to text matrices of its content.

What is written there is left to `invisible_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pikepdf import Object, Page

from nlp.facts import Box, Word

Point = tuple[float, float]

EM = 1000
#: How far letters reach above and below their line, in thousandths of their size: readers make a word's box of these.
#: They are the most that poppler believes; the smaller the size for a box, the smaller a gap it takes for a blank.
ASCENT, DESCENT = 1050, -400
#: Words that touch are drawn so far apart that a reader sees a blank, in heights of their boxes, but at most so many
#: points from their place.
_BLANK, _MOST_OFF = 0.12, 0.95
#: A word without a width or height would have no place; this share of a page's side it has at least.
_LEAST = 1e-4


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the page as displayed lies in the coordinates of its content: the crop box, and its turn clockwise."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    def size(self) -> Point:
        """Width and height of the page as displayed."""
        sides = self.right - self.left, self.top - self.bottom
        return sides if self.rotation % 180 == 0 else sides[::-1]

    def place(self, across: float, down: float) -> Point:
        """Fractions of the page as displayed, from its top left, to points of its content."""
        width, height = self.right - self.left, self.top - self.bottom
        match self.rotation:
            case 90:
                return self.left + down * width, self.bottom + across * height
            case 180:
                return self.right - across * width, self.bottom + down * height
            case 270:
                return self.right - down * width, self.top - across * height
            case _:
                return self.left + across * width, self.top - down * height


def apart(words: Sequence[Word], width: float, height: float) -> list[Word]:
    """The words of an upright page of so many points, those that touch in a line with a little room between."""
    placed = list(words)
    for index, (one, other) in enumerate(pairwise(words)):
        missing = _BLANK * (one.box.bottom - one.box.top) * height - (other.box.left - one.box.right) * width
        in_line = one.box.top < (other.box.top + other.box.bottom) / 2 < one.box.bottom
        if in_line and missing > 0 and other.box.right > one.box.right:
            room = min(missing / 2, _MOST_OFF) / width
            here, there = placed[index].box, other.box
            right = max(here.right - room, (here.left + here.right) / 2)
            left = min(there.left + room, (there.left + there.right) / 2)
            placed[index] = one._replace(box=here._replace(right=right))
            placed[index + 1] = other._replace(box=there._replace(left=left))
    return placed


def frame(page: Page) -> Frame:
    """The frame that pdfium, and with it every box of ours, is measured in."""
    media = _corners(page.mediabox)
    crop = _corners(page.cropbox)
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if left >= right or bottom >= top:
        left, bottom, right, top = media
    return Frame(left, bottom, right, top, page.rotation % 360)


def _corners(box: Object) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(side) for side in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def matrix(box: Box, direction: int, letters: int, on: Frame) -> tuple[float, ...]:
    """The text matrix that makes `letters` glyphs of one em fill the box.

    `direction` is where the writing runs on the page as displayed, in quarter turns clockwise from the right.
    """
    left, top = box.left, box.top
    right, bottom = max(box.right, left + _LEAST), max(box.bottom, top + _LEAST)
    corners = (left, bottom), (left, top), (right, top), (right, bottom)
    # The corner at which the first letter stands, the one at the word's end, and the one above the first letter.
    start, end, above = (on.place(*corners[(direction + step) % 4]) for step in (0, 3, 1))
    along, up = _minus(end, start), _minus(above, start)
    size, below = EM / (ASCENT - DESCENT), -DESCENT / (ASCENT - DESCENT)
    return (
        along[0] / letters,
        along[1] / letters,
        up[0] * size,
        up[1] * size,
        start[0] + below * up[0],
        start[1] + below * up[1],
    )


def _minus(one: Point, other: Point) -> Point:
    return one[0] - other[0], one[1] - other[1]
