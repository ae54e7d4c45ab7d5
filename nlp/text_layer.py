"""The text that a PDF page carries, with word boxes, and whether to believe it. Pictures of text are left to `ocr`.

Uses pdfium's raw text API: a few milliseconds a page. pdfium's own coordinates ignore /Rotate and the crop box; here
everything is converted to the page as displayed.
"""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from nlp.facts import Page
from nlp.layout import Token, arrange, compose

SOURCE = "text_layer"
#: How sure we are of letters: written by the program that made the page; by another program's OCR; undecodable.
_WRITTEN, _RECOGNISED, _UNMAPPED = 1.0, 0.8, 0.1
_INVISIBLE = pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE
#: A picture over more than this share of the page is a scan or a background. With so few characters beside it what
#: there is to read is in the picture, where OCR sees the visible ones among them too.
_SCAN, _FEW = 0.7, 400
#: Objects looked at for pictures: a drawing may have a hundred thousand.
_MAX_OBJECTS = 5000
_EXPANDED = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
    | {"\x02": "-", "\ufffe": "-", "\xad": "-"}
)
_UNASSIGNED = frozenset({"Cc", "Cn", "Co", "Cs"})
_CID = re.compile(r"\(cid:\d+\)")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What `judge` judges by. Shares are of the characters of the text layer, except `picture`: of the page's area."""

    characters: int
    unmapped: float
    invisible: float
    plain: float
    picture: float
    drawn: bool


@dataclass(frozen=True, slots=True)
class TextLayer:
    """`turn`: degrees clockwise that would set the writing that prevails upright."""

    page: Page
    turn: int
    evidence: Evidence


def extract(page: pdfium.PdfPage, number: int) -> TextLayer:
    """The words of the page in reading order, with what speaks for and against them.

    The page's `confidence` and `reason` are those of `judge`. Raises pdfium.PdfiumError if the page has no readable
    content.
    """
    width, height = page.get_size()
    tokens: list[Token] = []
    unmapped = invisible = 0
    picture, drawn, covered = _pictures(page)
    text_page = page.get_textpage()
    try:
        place = _placer(page, width, height)
        for text, start, count in _words(text_page.raw):
            box = _box(text_page.raw, start, count, place)
            if box is None or not (0 < box[0] + box[2] < 2 * width and 0 < box[1] + box[3] < 2 * height):
                continue  # its middle is outside the page as displayed
            bad = _count_unmapped(text_page.raw, text, start, count)
            hidden = covered or _is_invisible(text_page.raw, start)
            unmapped += bad
            invisible += len(text) * hidden
            confidence = _UNMAPPED if bad else _RECOGNISED if hidden else _WRITTEN
            tokens.append(Token(text, *box, confidence, _direction(text_page.raw, start, page.get_rotation())))
    finally:
        text_page.close()
    running = compose(arrange(tokens), width, height)
    total = sum(len(token.text) for token in tokens)
    evidence = Evidence(
        characters=total,
        unmapped=unmapped / total if total else 0.0,
        invisible=invisible / total if total else 0.0,
        plain=sum(len(token.text) for token in tokens if _is_plain(token.text)) / total if total else 0.0,
        picture=picture,
        drawn=drawn,
    )
    confidence = sum(len(token.text) * token.confidence for token in tokens) / total if total else 0.0
    layer = Page(
        number=number,
        width=width,
        height=height,
        text=running.text,
        words=running.words,
        lines=running.lines,
        blocks=running.blocks,
        source=SOURCE,
        reason="",
        confidence=confidence,
        engine_version=str(pdfium.PDFIUM_INFO),
    )
    directions: Counter[int] = Counter()
    for token in tokens:
        directions[token.direction] += len(token.text)
    turn = -90 * max(directions, key=directions.__getitem__, default=0) % 360
    _, _, reason = judge(TextLayer(layer, turn, evidence))
    return TextLayer(replace(layer, reason=reason), turn, evidence)


def judge(layer: TextLayer) -> tuple[bool, float, str]:
    """Whether to trust the text layer, its quality 0..1, and why, in a sentence for a person."""
    seen = layer.evidence
    quality = seen.plain * (1 - seen.unmapped) * (_RECOGNISED if seen.invisible > 0.5 else 1.0)
    if not seen.characters:
        if seen.drawn:
            return False, 0.0, "the page has no text layer"
        return True, 1.0, "the page is blank"
    if seen.unmapped > 0.15:
        return False, quality, f"text layer rejected: {seen.unmapped:.0%} unmapped characters"
    if seen.picture > _SCAN and seen.characters < _FEW:
        return False, quality, f"text layer rejected: only {seen.characters} characters on a page that is a picture"
    if seen.plain < 0.5:
        return False, quality, f"text layer rejected: only {seen.plain:.0%} of it looks like words"
    if seen.invisible > 0.5:
        if seen.plain < 0.85:
            return False, quality, f"hidden text layer of a scan rejected: only {seen.plain:.0%} of it looks like words"
        return True, quality, "the page is a scan with the text layer of another OCR program"
    return True, quality, "the page carries its own text"


def _words(text_page: object) -> Iterator[tuple[str, int, int]]:
    """Text, first character and number of characters of each word, in the order of the file."""
    count = pdfium_c.FPDFText_CountChars(text_page)
    codes = [pdfium_c.FPDFText_GetUnicode(text_page, index) for index in range(count)]
    start = 0
    for index, code in enumerate([*codes, 0x20]):
        end = index + 1 if code in _HYPHENS else index
        if code in _BREAKS or code in _HYPHENS:
            for first, after in _straight(text_page, start, end):
                yield _decoded(codes[first:after]), first, after - first
            start = index + 1


def _straight(text_page: object, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range, cut where the writing turns: pdfium may take a stamp that begins near a word for its continuation."""
    if pdfium_c.FPDFText_CountRects(text_page, start, end - start) > 1:
        directions = [_direction(text_page, index, 0) for index in range(start, end)]
        turns = [start + at for at in range(1, len(directions)) if directions[at] != directions[at - 1]]
        yield from pairwise([start, *turns, end])
    elif start < end:
        yield start, end


#: pdfium's marks for a hyphen at the end of a line: the word goes on in the next line without a break of its own.
_HYPHENS = frozenset({0x02, 0xFFFE})
_BREAKS = frozenset(code for code in range(0x10000) if chr(code).isspace()) | {0, 0x200B, 0xFEFF}


def _decoded(codes: list[int]) -> str:
    """pdfium answers in UTF-16 units or code points; a lone half of a pair cannot be stored as text anywhere."""
    text = "".join(chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes)
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.translate(_EXPANDED)


Sides = tuple[float, float, float, float]
Place = Callable[[float, float], tuple[float, float]]


def _placer(page: pdfium.PdfPage, width: float, height: float) -> Place:
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


def _box(text_page: object, start: int, count: int, place: Place) -> Sides | None:
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


def _count_unmapped(text_page: object, text: str, start: int, count: int) -> int:
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


def _is_plain(word: str) -> bool:
    """Whether a word is mostly letters and digits of any script, or one of the marks that stand alone."""
    if word.isalnum():
        return True
    known = sum(unicodedata.category(letter)[0] in "LNM" for letter in word)
    return known >= 0.5 * len(word) if known else len(word) <= 2 or len(set(word)) == 1


def _is_invisible(text_page: object, index: int) -> bool:
    drawn_by = pdfium_c.FPDFText_GetTextObject(text_page, index)
    return bool(drawn_by) and pdfium_c.FPDFTextObj_GetTextRenderMode(drawn_by) == _INVISIBLE


def _direction(text_page: object, index: int, rotation: int) -> int:
    """Where the writing runs on the page as displayed, in quarter turns clockwise."""
    quarters: float = pdfium_c.FPDFText_GetCharAngle(text_page, index) / (math.pi / 2)
    return (round(quarters) + rotation // 90) % 4


def _pictures(page: pdfium.PdfPage) -> tuple[float, bool, bool]:
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
            covered = covered or (text_seen and part > _SCAN)
    return share, objects > 0, covered


def _is_picture(thing: object) -> bool:
    kind = pdfium_c.FPDFPageObj_GetType(thing)
    if kind == pdfium_c.FPDF_PAGEOBJ_FORM:
        parts = min(pdfium_c.FPDFFormObj_CountObjects(thing), 20)
        return any(_is_picture(pdfium_c.FPDFFormObj_GetObject(thing, index)) for index in range(parts))
    return bool(kind == pdfium_c.FPDF_PAGEOBJ_IMAGE)
