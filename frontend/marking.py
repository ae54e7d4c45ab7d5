"""Marks places: words in a text, boxes on the part of a page that a hit is about. Layout is left to components."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from html import escape

from PIL import Image, ImageDraw

from frontend.shapes import Box, Hit

#: A crop is at least this part of the page wide and high, and at most this high, so that crops of all pages look alike.
CROP_WIDTH, CROP_LEAST, CROP_MOST = 0.7, 0.12, 0.3
CROP_PIXELS = 900

#: Laid over the page; dark ink stays readable under it, whatever the theme: paper is white in both.
MARK, PASSAGE = (84, 126, 224, 90), (84, 126, 224, 40)


def marked_text(text: str, offset: int, ranges: Iterable[tuple[int, int]]) -> str:
    """The text as HTML with each range in <mark>; ranges count from `offset` as the page's text does."""
    parts, at = [], 0
    for start, end in sorted(ranges):
        first, last = max(at, start - offset), min(len(text), end - offset)
        if first < last:
            parts += [escape(text[at:first]), "<mark>", escape(text[first:last]), "</mark>"]
            at = last
    return "".join([*parts, escape(text[at:])])


def crop(picture: bytes, hit: Hit) -> bytes:
    """The part of the page that the hit is about, as WebP: the words marked, or the passage if none match."""
    with Image.open(io.BytesIO(picture)) as opened:
        page = opened.convert("RGB")
    words = [box for mark in hit.marks for box in mark.boxes]
    frame = crop_frame(hit.boxes, words)
    painted = _painted(page, words, MARK) if words else _painted(page, hit.boxes, PASSAGE)
    part = painted.crop(_pixels(frame, page.size))
    part.thumbnail((CROP_PIXELS, CROP_PIXELS))
    out = io.BytesIO()
    part.save(out, "WEBP", quality=82)
    return out.getvalue()


def crop_frame(passage: Sequence[Box], words: Sequence[Box]) -> Box:
    """What to cut out of the page: the passage with air around it; if that is too high, what is around the words."""
    left, top, right, bottom = _union(passage or [(0.0, 0.0, 1.0, CROP_LEAST)])
    if bottom - top > CROP_MOST - 0.02 and words:
        _, top, _, bottom = _union(words)
    left, right = _widened(left - 0.02, right + 0.02, CROP_WIDTH, 1.0)
    top, bottom = _widened(top - 0.01, bottom + 0.01, CROP_LEAST, CROP_MOST)
    return left, top, right, bottom


def _widened(low: float, high: float, least: float, most: float) -> tuple[float, float]:
    """A stretch of 0…1 around low…high, between `least` and `most` long; what is too long loses its end."""
    length = min(max(high - low, least), most)
    low = low - max(0.0, length - (high - low)) / 2
    low = min(max(0.0, low), 1.0 - length)
    return low, low + length


def _union(boxes: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _painted(page: Image.Image, boxes: Sequence[Box], colour: tuple[int, int, int, int]) -> Image.Image:
    overlay = Image.new("RGBA", page.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(overlay)
    for box in boxes:
        pen.rectangle(_pixels(box, page.size), fill=colour)
    return Image.alpha_composite(page.convert("RGBA"), overlay).convert("RGB")


def _pixels(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    return (
        int(box[0] * width),
        int(box[1] * height),
        max(int(box[2] * width), int(box[0] * width) + 1),
        max(int(box[3] * height), int(box[1] * height) + 1),
    )
