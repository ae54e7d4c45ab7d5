"""What is drawn on a PDF page beside text: pictures, and whether they hide it. Reading them is left to `inserts`."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from nlp.facts import Box
from nlp.reading import pdfium_calls as calls
from nlp.reading.pdf_words import Placer

#: A picture over more than this share of the page is a scan, or a background.
SCAN = 0.7
#: Objects looked at: a drawing may have a hundred thousand. And of a form within the page.
_MAX_OBJECTS = 5000
_MAX_PARTS = 20
#: Letters drawn as outlines are so many paths of so many points in width and height; fewer are a logo.
_LEAST_OUTLINES = 100
_LETTER = 1.5, 40.0
#: A stencil is of none of these: it may be painted in any colour.
_GREY = frozenset({pdfium_c.FPDF_COLORSPACE_DEVICEGRAY, pdfium_c.FPDF_COLORSPACE_CALGRAY})
#: To draw without colour pdfium holds a picture a second time, a byte a pixel: 1.2 GB of a plan of 35,000 by 35,000.
_MOST_PIXELS = 100e6
_HOLDING = frozenset({pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_FORM})
#: Pictures nearer to each other than this share of the page touch; so many are tiles of one.
_SEAM = 0.002
_MAX_JOINED = 200


@dataclass(frozen=True, slots=True)
class Drawings:
    """`pictures` are on the page as displayed, such that touch as one; letters drawn as outlines count as one, too.
    `covered`: text lies under a picture that fills the page, as some scanning programs have it: it hides the text as
    well as render mode 3 does. `drawn`: there is anything at all."""

    pictures: tuple[Box, ...]
    covered: bool
    drawn: bool

    @property
    def largest(self) -> float:
        """The share of the page under its largest picture."""
        return max((box.area() for box in self.pictures), default=0.0)


def is_grey(page: pdfium.PdfPage) -> bool:
    """Whether the page is nothing but pictures without colour, as scanners make them of letters, and none is huge."""
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    things = (pdfium_c.FPDFPage_GetObject(page.raw, index) for index in range(min(count, _MAX_PARTS + 1)))
    return 0 < count <= _MAX_PARTS and all(_is_grey_picture(thing, page) for thing in things)


def _is_grey_picture(thing: object, page: pdfium.PdfPage) -> bool:
    if pdfium_c.FPDFPageObj_GetType(thing) != pdfium_c.FPDF_PAGEOBJ_IMAGE:
        return False
    told = pdfium_c.FPDF_IMAGEOBJ_METADATA()
    if not pdfium_c.FPDFImageObj_GetImageMetadata(thing, page.raw, told):
        return False
    return told.colorspace in _GREY and told.width * told.height <= _MOST_PIXELS


def drawings(page: pdfium.PdfPage, place: Placer) -> Drawings:
    """Look through the objects of the page."""
    width, height = page.get_size()
    count = pdfium_c.FPDFPage_CountObjects(page.raw)
    found: list[Box] = []
    paths: list[ctypes.c_void_p] = []
    text_seen = covered = False
    raw = calls.pointer(page.raw)
    for index in range(min(count, _MAX_OBJECTS)):
        thing = ctypes.c_void_p(calls.page_object(raw, index))
        kind = calls.object_type(thing)
        if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            paths.append(thing)
        text_seen = text_seen or kind == pdfium_c.FPDF_PAGEOBJ_TEXT
        if kind not in _HOLDING:
            continue
        for sides in _picture_sides(pdfium_c.FPDFPage_GetObject(page.raw, index), kind):
            left, top, right, bottom = place.sides(*sides)
            box = _within(left / width, top / height, right / width, bottom / height)
            if box.area() > 0:
                found.append(box)
                covered = covered or (text_seen and box.area() > SCAN)
    outlines = _outlines(paths, place, width, height) if len(paths) >= _LEAST_OUTLINES else []
    return Drawings(tuple(_joined([*found, *outlines])), covered, count > 0)


def _outlines(paths: list[ctypes.c_void_p], place: Placer, width: float, height: float) -> list[Box]:
    """What lies around all paths that are as large as letters; nothing if they are few."""
    sides = (ctypes.c_float * 4)()
    pointers = [ctypes.byref(sides, index * ctypes.sizeof(ctypes.c_float)) for index in range(4)]
    found = memoryview(sides).cast("B").cast("f")
    letters: list[Box] = []
    for path in paths:
        if calls.bounds(path, *pointers):
            left, top, right, bottom = place.sides(*found)
            if all(_LETTER[0] <= side <= _LETTER[1] for side in (right - left, bottom - top)):
                letters.append(_within(left / width, top / height, right / width, bottom / height))
    letters = [box for box in letters if box.area() > 0]
    return [reduce(Box.union, letters)] if len(letters) >= _LEAST_OUTLINES else []


def _picture_sides(thing: object, kind: int) -> Iterator[tuple[float, float, float, float]]:
    """Two corners of the object in pdfium's coordinates if it is a picture, or of the pictures within a form."""
    if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
        yield _bounds(thing)
    elif kind == pdfium_c.FPDF_PAGEOBJ_FORM:
        held = pdfium_c.FS_MATRIX()
        pdfium_c.FPDFPageObj_GetMatrix(thing, held)
        for index in range(min(pdfium_c.FPDFFormObj_CountObjects(thing), _MAX_PARTS)):
            part = pdfium_c.FPDFFormObj_GetObject(thing, index)
            for x0, y0, x1, y1 in _picture_sides(part, pdfium_c.FPDFPageObj_GetType(part)):
                xs = [held.a * x + held.c * y + held.e for x in (x0, x1) for y in (y0, y1)]
                ys = [held.b * x + held.d * y + held.f for x in (x0, x1) for y in (y0, y1)]
                yield min(xs), min(ys), max(xs), max(ys)


def _bounds(thing: object) -> tuple[float, float, float, float]:
    left, bottom, right, top = sides = tuple(ctypes.c_float() for _ in range(4))
    if not pdfium_c.FPDFPageObj_GetBounds(thing, *sides):
        return 0.0, 0.0, 0.0, 0.0
    return left.value, bottom.value, right.value, top.value


def _within(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom))


def _joined(boxes: list[Box]) -> list[Box]:
    """Boxes that touch become one: scans are often cut into strips."""
    if len(boxes) > _MAX_JOINED:
        return [reduce(Box.union, boxes)]
    apart: list[Box] = []
    for box in boxes:
        while touching := [other for other in apart if _touch(box, other)]:
            apart = [other for other in apart if other not in touching]
            box = reduce(Box.union, touching, box)
        apart.append(box)
    return apart


def _touch(one: Box, other: Box) -> bool:
    return (
        one.left <= other.right + _SEAM
        and other.left <= one.right + _SEAM
        and one.top <= other.bottom + _SEAM
        and other.top <= one.bottom + _SEAM
    )
