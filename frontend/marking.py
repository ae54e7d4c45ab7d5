"""Marks places: words in a text, boxes on the part of a page that a hit is about. Drawing is left to components."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from frontend.shapes import Box, Hit

#: A crop is at least this part of the page wide and high, and at most this high, so that crops of all pages look alike.
CROP_WIDTH, CROP_LEAST, CROP_MOST = 0.7, 0.12, 0.3


@dataclass(frozen=True)
class Crop:
    """A window on a page: how wide it is for its height, where the whole page lies behind it, and what to mark.

    Places are parts of the window: left, top, right, bottom; the page reaches beyond 0…1.
    """

    ratio: float
    page: Box
    marks: tuple[Box, ...]


def segments(text: str, offset: int, ranges: Iterable[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is marked; ranges count from `offset` as the page's text does."""
    parts, at = [], 0
    for start, end in sorted(ranges):
        first, last = max(at, start - offset), min(len(text), end - offset)
        if first < last:
            parts += [(text[at:first], False), (text[first:last], True)]
            at = last
    return [part for part in [*parts, (text[at:], False)] if part[0]]


def of_hit(hit: Hit) -> str:
    """The words of a hit, or else all of it, for the address of its document: "12-18,25-31", read by `ranges_in`."""
    marks = [(mark.start, mark.end) for mark in hit.marks] or [(hit.start, hit.end)]
    return ",".join(f"{start}-{end}" for start, end in marks)


def ranges_in(text: str) -> list[tuple[int, int]]:
    """What `of_hit` wrote; nothing where the address says nothing sensible."""
    found = (re.fullmatch(r"(\d{1,9})-(\d{1,9})", part) for part in text.split(","))
    return [(int(part[1]), int(part[2])) for part in found if part and int(part[1]) < int(part[2])]


def crop(passage: Sequence[Box], words: Sequence[Box], width: float, height: float) -> Crop:
    """The window on the passage of a page of that size, with the words marked, or the passage if none match."""
    left, top, right, bottom = frame = crop_frame(passage, words)
    ratio = (right - left) * width / ((bottom - top) * height)
    return Crop(ratio, _inside((0.0, 0.0, 1.0, 1.0), frame), tuple(_inside(box, frame) for box in words or passage))


def crop_frame(passage: Sequence[Box], words: Sequence[Box]) -> Box:
    """What to show of the page: the passage with air around it; if that is too high, what is around the words."""
    left, top, right, bottom = _union(passage or [(0.0, 0.0, 1.0, CROP_LEAST)])
    if bottom - top > CROP_MOST - 0.02 and words:
        _, top, _, bottom = _union(words)
    left, right = _widened(left - 0.02, right + 0.02, CROP_WIDTH, 1.0)
    top, bottom = _widened(top - 0.01, bottom + 0.01, CROP_LEAST, CROP_MOST)
    return left, top, right, bottom


def _inside(box: Box, frame: Box) -> Box:
    """The box in parts of the frame."""
    left, top, right, bottom = frame
    wide, high = right - left, bottom - top
    return (box[0] - left) / wide, (box[1] - top) / high, (box[2] - left) / wide, (box[3] - top) / high


def _widened(low: float, high: float, least: float, most: float) -> tuple[float, float]:
    """A stretch of 0…1 around low…high, between `least` and `most` long; what is too long loses its end."""
    length = min(max(high - low, least), most)
    low = low - max(0.0, length - (high - low)) / 2
    low = min(max(0.0, low), 1.0 - length)
    return low, low + length


def _union(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
