"""Words of a PDF page as pdfium's raw text API gives them, and how they are drawn. Judging is left to `text_layer`.

pdfium's own coordinates ignore /Rotate and the crop box; here everything is in points of the page as displayed.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

Sides = tuple[float, float, float, float]
Place = Callable[[float, float], tuple[float, float]]

#: A picture over more than this share of the page is a scan, or a background.
SCAN = 0.7
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
#: Objects looked at for pictures: a drawing may have a hundred thousand.
_MAX_OBJECTS = 5000
_EXPANDED = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
    | {chr(code): "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0))}  # control characters are no letters
    | {"\x02": "-", "\ufffe": "-", "\xad": "-"}
)
_UNASSIGNED = frozenset({"Cn", "Co", "Cs"})
_CID = re.compile(r"\(cid:\d+\)")
#: pdfium's marks for a hyphen at the end of a line: the word goes on in the next line without a break of its own.
_HYPHENS = frozenset({0x02, 0xFFFE})
_BREAKS = frozenset(code for code in range(0x10000) if chr(code).isspace()) | {0, 0x200B, 0xFEFF}


def words(text_page: object) -> Iterator[tuple[str, int, int]]:
    """Text, first character and number of characters of each word, in the order of the file."""
    count = pdfium_c.FPDFText_CountChars(text_page)
    codes = [pdfium_c.FPDFText_GetUnicode(text_page, index) for index in range(count)]
    start = 0
    for index, code in enumerate([*codes, 0x20]):
        end = index + 1 if code in _HYPHENS else index
        if code in _BREAKS or code in _HYPHENS:
            for first, after in _straight(text_page, start, end):
                yield decoded(codes[first:after]), first, after - first
            start = index + 1


def _straight(text_page: object, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range, cut where the writing turns: pdfium may take a stamp that begins near a word for its continuation."""
    if pdfium_c.FPDFText_CountRects(text_page, start, end - start) > 1:
        directions = [direction(text_page, index, 0) for index in range(start, end)]
        turns = [start + at for at in range(1, len(directions)) if directions[at] != directions[at - 1]]
        yield from pairwise([start, *turns, end])
    elif start < end:
        yield start, end


def decoded(codes: list[int]) -> str:
    """pdfium answers in UTF-16 units or code points; a lone half of a pair cannot be stored as text anywhere."""
    text = "".join(chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes)
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.translate(_EXPANDED)


def placer(page: pdfium.PdfPage, width: float, height: float) -> Place:
    """From pdfium's page coordinates to points of the page as displayed, from its top left.

    FPDF_PageToDevice knows /Rotate and the crop box but answers in whole pixels, so three corners of a page drawn very
    large give the affine map that is then applied here.
    """
    scale = 1_000_000
    x, y = ctypes.c_int(), ctypes.c_int()

    def corner(right: float, up: float) -> tuple[float, float]:
        pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, scale, scale, 0, right, up, x, y)
        return x.value * width / scale, y.value * height / scale

    span = max(width, height)
    origin, along, upward = corner(0, 0), corner(span, 0), corner(0, span)
    a, b = (along[0] - origin[0]) / span, (along[1] - origin[1]) / span
    c, d = (upward[0] - origin[0]) / span, (upward[1] - origin[1]) / span
    return lambda right, up: (origin[0] + a * right + c * up, origin[1] + b * right + d * up)


def box(text_page: object, start: int, count: int, place: Place) -> Sides | None:
    """Left, top, right and bottom around the letters of a word; None if they take no room."""
    xs: list[float] = []
    ys: list[float] = []
    left, top, right, bottom = (ctypes.c_double() for _ in range(4))
    for rect in range(pdfium_c.FPDFText_CountRects(text_page, start, count)):
        pdfium_c.FPDFText_GetRect(text_page, rect, left, top, right, bottom)
        for corner in (place(left.value, top.value), place(right.value, bottom.value)):
            xs.append(corner[0])
            ys.append(corner[1])
    if not xs or max(xs) - min(xs) <= 0 or max(ys) - min(ys) <= 0:
        return None
    return min(xs), min(ys), max(xs), max(ys)


def count_unmapped(text_page: object, text: str, start: int, count: int) -> int:
    """Characters of the word whose glyph has no known letter. A lone one is a harmless bullet."""
    if _CID.search(text):
        return len(text)
    if count == 1:
        return 0
    failed = int(
        sum(pdfium_c.FPDFText_HasUnicodeMapError(text_page, index) == 1 for index in range(start, start + count))
    )
    if text.isalnum():
        return failed
    return max(failed, sum(letter == "\ufffd" or unicodedata.category(letter) in _UNASSIGNED for letter in text))


def is_invisible(text_page: object, index: int) -> bool:
    drawn_by = pdfium_c.FPDFText_GetTextObject(text_page, index)
    return bool(drawn_by) and pdfium_c.FPDFTextObj_GetTextRenderMode(drawn_by) == _INVISIBLE


def direction(text_page: object, index: int, rotation: int) -> int:
    """Where the writing runs on the page as displayed, in quarter turns clockwise."""
    quarters: float = pdfium_c.FPDFText_GetCharAngle(text_page, index) / (math.pi / 2)
    return (round(quarters) + rotation // 90) % 4


def pictures(page: pdfium.PdfPage) -> tuple[float, bool, bool]:
    """The share of the page under its largest picture, whether anything is drawn, and whether text lies under a scan.

    Some scanning programs write their text first and draw the scan over it, which hides it as well as mode 3 does.
    """
    left, bottom, right, top = page.get_bbox()
    objects = min(pdfium_c.FPDFPage_CountObjects(page.raw), _MAX_OBJECTS)
    share = 0.0
    text_seen = covered = False
    sides = [ctypes.c_float() for _ in range(4)]
    for index in range(objects):
        thing = pdfium_c.FPDFPage_GetObject(page.raw, index)
        text_seen = text_seen or pdfium_c.FPDFPageObj_GetType(thing) == pdfium_c.FPDF_PAGEOBJ_TEXT
        if _is_picture(thing) and pdfium_c.FPDFPageObj_GetBounds(thing, *sides):
            x0, y0, x1, y1 = (side.value for side in sides)
            width, height = min(x1, right) - max(x0, left), min(y1, top) - max(y0, bottom)
            part = max(0.0, width) * max(0.0, height) / ((right - left) * (top - bottom))
            share = max(share, part)
            covered = covered or (text_seen and part > SCAN)
    return share, objects > 0, covered


def _is_picture(thing: object) -> bool:
    kind = pdfium_c.FPDFPageObj_GetType(thing)
    if kind == pdfium_c.FPDF_PAGEOBJ_FORM:
        parts = min(pdfium_c.FPDFFormObj_CountObjects(thing), 20)
        return any(_is_picture(pdfium_c.FPDFFormObj_GetObject(thing, index)) for index in range(parts))
    return bool(kind == pdfium_c.FPDF_PAGEOBJ_IMAGE)
