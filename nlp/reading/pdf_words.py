"""Words of a PDF page as pdfium's raw text API gives them, and how they are written. Judging is left to `text_layer`.

pdfium's own coordinates ignore /Rotate and the crop box; here everything is in points of the page as displayed.
Each call into pdfium costs some hundred nanoseconds: what can be asked once a word is not asked once a letter.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from nlp.reading import pdfium_calls as calls

Sides = tuple[float, float, float, float]

_QUARTER = math.pi / 2
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
_EXPANDED = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
    | {chr(code): "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0))}  # control characters are no letters
    | {"\x02": "-", "\ufffe": "-", "\xad": "-"}
)
_UNASSIGNED = frozenset({"Cn", "Co", "Cs"})
_CID = re.compile(r"\(cid:\d+\)")
#: A word ends at white space, or after pdfium's mark for a hyphen at the end of a line: there the writing goes on in
#: the next line without a break of its own.
_WORD = re.compile("[^\\s\0\u200b\ufeff\x02\ufffe]+[\x02\ufffe]?|[\x02\ufffe]")


class PdfWord(NamedTuple):
    """Sides in points of the page as displayed, from its top left; `direction` as in `layout.Token`.

    `unmapped` counts characters whose glyph has no known letter.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    direction: int
    unmapped: int
    invisible: bool


class Placer:
    """From pdfium's page coordinates to points of the page as displayed, from its top left.

    FPDF_PageToDevice knows /Rotate and the crop box but answers in whole pixels, so three corners of a page drawn very
    large give the affine map that is then applied here.
    """

    def __init__(self, page: pdfium.PdfPage) -> None:
        width, height = page.get_size()
        scale = 1_000_000
        x, y = ctypes.c_int(), ctypes.c_int()

        def corner(right: float, up: float) -> tuple[float, float]:
            pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, scale, scale, 0, right, up, x, y)
            return x.value * width / scale, y.value * height / scale

        span = max(width, height)
        self._origin, along, upward = corner(0, 0), corner(span, 0), corner(0, span)
        self._along = (along[0] - self._origin[0]) / span, (along[1] - self._origin[1]) / span
        self._upward = (upward[0] - self._origin[0]) / span, (upward[1] - self._origin[1]) / span

    def sides(self, x0: float, y0: float, x1: float, y1: float) -> Sides:
        """Left, top, right and bottom of a rectangle, given two corners that lie across from each other."""
        (x, y), (a, b), (c, d) = self._origin, self._along, self._upward
        left, top = x + a * x0 + c * y0, y + b * x0 + d * y0
        right, bottom = x + a * x1 + c * y1, y + b * x1 + d * y1
        if left > right:
            left, right = right, left
        return (left, top, right, bottom) if top <= bottom else (left, bottom, right, top)


def words(page: pdfium.PdfPage, place: Placer) -> Iterator[PdfWord]:
    """The words whose middle is on the page as displayed, in the order of the file.

    Raises pdfium.PdfiumError if the page has no readable content.
    """
    width, height = page.get_size()
    quarters = page.get_rotation() // 90
    text_page = page.get_textpage()
    try:
        raw = calls.pointer(text_page.raw)
        characters = _characters(text_page.raw)
        corners = _Corners()
        drawn_by, unseen = None, False
        for match in _WORD.finditer(characters):
            for start, end, direction, rects in _straight(raw, *match.span()):
                left, top, right, bottom = place.sides(*corners.around(raw, rects))
                if left < right and top < bottom and 0 < left + right < 2 * width and 0 < top + bottom < 2 * height:
                    text = decoded(characters[start:end])
                    unmapped = _count_unmapped(raw, text, start, end)
                    thing = calls.text_object(raw, start)
                    if thing != drawn_by:
                        drawn_by, unseen = thing, _is_invisible(thing)
                    yield PdfWord(text, left, top, right, bottom, (direction + quarters) % 4, unmapped, unseen)
    finally:
        text_page.close()


def _characters(text_page: object) -> str:
    """One character for each of pdfium's."""
    count = max(0, pdfium_c.FPDFText_CountChars(text_page))
    units = (ctypes.c_ushort * (2 * count + 1))()
    written = pdfium_c.FPDFText_GetText(text_page, 0, count, units)
    text = bytes(units)[: 2 * count].decode("utf-16-le", "surrogatepass")
    if written == count + 1 and len(text) == count:
        return text
    # pdfium left letters out here that it counts (such without a code), or wrote some in two units.
    codes = (calls.unicode_of(calls.pointer(text_page), index) for index in range(count))
    return "".join(chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes)


def decoded(characters: str) -> str:
    """A word as it is written: ligatures as letters, hyphens as such; a lone half of a surrogate pair, which cannot be
    stored as text anywhere, and control characters as U+FFFD."""
    if characters.isascii():
        return characters if characters.isprintable() else characters.translate(_EXPANDED)
    whole = characters.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.translate(_EXPANDED)


def _straight(text_page: ctypes.c_void_p, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """The range, its direction and the number of its rectangles, which pdfium then holds. It is cut where the writing
    turns: pdfium may take a stamp that begins near a word for its continuation."""
    rects = calls.count_rects(text_page, start, end - start)
    first = _direction(text_page, start)
    if rects <= 1 or first == _direction(text_page, end - 1):
        yield start, end, first, rects
        return
    directions = [_direction(text_page, index) for index in range(start, end)]
    turns = [start + at for at in range(1, len(directions)) if directions[at] != directions[at - 1]]
    for one, other in pairwise([start, *turns, end]):
        yield one, other, directions[one - start], calls.count_rects(text_page, one, other - one)


class _Corners:
    """Where pdfium writes the sides of a rectangle; made once a page."""

    def __init__(self) -> None:
        sides = (ctypes.c_double * 4)()
        self._pointers = [ctypes.byref(sides, index * ctypes.sizeof(ctypes.c_double)) for index in range(4)]
        self._sides = memoryview(sides).cast("B").cast("d")  # read at a twentieth of the price

    def around(self, text_page: ctypes.c_void_p, rects: int) -> Sides:
        """Left, top, right and bottom around the rectangles that pdfium holds, in its frame; all 0 without any."""
        if rects < 1:
            return 0.0, 0.0, 0.0, 0.0
        sides, pointers = self._sides, self._pointers
        calls.get_rect(text_page, 0, *pointers)
        left, top, right, bottom = sides
        for rect in range(1, rects):
            calls.get_rect(text_page, rect, *pointers)
            x0, y0, x1, y1 = sides
            left = x0 if x0 < left else left
            top = y0 if y0 > top else top
            right = x1 if x1 > right else right
            bottom = y1 if y1 < bottom else bottom
        return left, top, right, bottom


def _count_unmapped(text_page: ctypes.c_void_p, text: str, start: int, end: int) -> int:
    """Characters of the word whose glyph has no known letter. A lone one is a harmless bullet."""
    if end - start == 1:
        return 0
    if "(cid:" in text and _CID.search(text):
        return len(text)
    unreadable = 0
    if not text.isascii():
        unreadable = sum(letter == "\ufffd" or unicodedata.category(letter) in _UNASSIGNED for letter in text)
    # A font without a map gives all of its letters wrong, the first one of the word among them.
    if calls.lacks_letter(text_page, start) == 1:
        failed = [calls.lacks_letter(text_page, index) for index in range(start, end)]
        return max(unreadable, failed.count(1))
    return unreadable


def _is_invisible(text_object: int | None) -> bool:
    return text_object is not None and calls.render_mode(ctypes.c_void_p(text_object)) == _INVISIBLE


def _direction(text_page: ctypes.c_void_p, index: int) -> int:
    """Where the writing runs in the page's own frame, in quarter turns clockwise."""
    angle: float = calls.angle(text_page, index)
    return round(angle / _QUARTER) if angle else 0
