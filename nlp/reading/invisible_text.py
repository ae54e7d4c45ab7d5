"""Invisible text on a PDF page, so that programs find, mark and copy the words of a scan.

Which words belong on which page is left to `searchable`.
"""

from __future__ import annotations

import io
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, groupby, pairwise
from math import hypot

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

from nlp.facts import Box, Word

Point = tuple[float, float]

_NAME = "SheafText"
_EM = 1000
#: How far letters reach above and below their line, in thousandths of their size: readers make a word's box of these.
#: They are the most that poppler believes; the smaller the size for a box, the smaller a gap it takes for a blank.
_ASCENT, _DESCENT = 1050, -400
#: Words that touch are drawn so far apart that a reader sees a blank, in heights of their boxes, but at most so many
#: points from their place.
_BLANK, _MOST_OFF = 0.12, 0.95
#: A word without a width or height would have no place; this is a thousandth of a page's side at the most.
_LEAST = 1e-4
#: Equal letters closer than a tenth of their height are one in bold type to poppler, which drops the second.
_TIGHT = 0.12
#: Unicode's bidirectional classes of what is written from left to right within Hebrew and Arabic: numbers, Latin.
_RUNS_RIGHT = {"L", "EN", "AN", "CS", "ES", "ET"}
#: Most entries of one list in a ToUnicode map (Adobe Technical Note 5014).
_MAP_BLOCK = 100


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
    size, below = _EM / (_ASCENT - _DESCENT), -_DESCENT / (_ASCENT - _DESCENT)
    return (
        along[0] / letters,
        along[1] / letters,
        up[0] * size,
        up[1] * size,
        start[0] + below * up[0],
        start[1] + below * up[1],
    )


def _is_tight(place: Sequence[float], letters: Sequence[str]) -> bool:
    return len(letters) > 1 and hypot(*place[:2]) < _TIGHT * hypot(*place[2:4])


def as_drawn(word: str) -> str:
    """The letters from left to right, as PDF readers expect them: they put words of Hebrew and Arabic in order."""
    kinds = [unicodedata.bidirectional(letter) for letter in word]
    if not {"R", "AL"} & set(kinds):
        return word
    runs = groupby(zip(word, kinds, strict=True), key=lambda both: both[1] in _RUNS_RIGHT)
    drawn = ["".join(letter for letter, _ in run)[:: 1 if right else -1] for right, run in runs]
    return "".join(reversed(drawn))


def _minus(one: Point, other: Point) -> Point:
    return one[0] - other[0], one[1] - other[1]


class InvisibleText:
    """Writes words onto the pages of one document, with one font without any ink."""

    def __init__(self, document: Pdf) -> None:
        self._document = document
        self._font = document.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type0))
        self._codes: dict[str, int] = {}

    def add(self, page: Page, words: Sequence[Word], direction: int = 0) -> None:
        """Put the words on the page in their order, each where its box is. `direction` as in `matrix`."""
        on = frame(page)
        font = _named(page, self._font)
        placed = words if direction else apart(words, *on.size())
        shown = (self._shown(word, direction, on) for word in placed)
        content = f"q BT 3 Tr {font} 1 Tf\n{''.join(shown)}ET Q\n"
        # First, because there the content has not moved its coordinates yet.
        page.contents_add(compressed(self._document, content.encode("ascii")), prepend=True)

    def _shown(self, word: Word, direction: int, on: Frame) -> str:
        letters: Sequence[str] = as_drawn(word.text)
        place = matrix(word.box, direction, len(letters), on)
        if _is_tight(place, letters):  # its writing runs along the box, not across
            across = matrix(word.box, (direction - 1) % 4, len(letters), on)
            if _is_tight(across, letters):
                letters, place = [word.text], matrix(word.box, direction, 1, on)
            else:
                place = across
        # The blank parts words for readers that would join close neighbours.
        codes = [self._codes.setdefault(letter, len(self._codes) + 1) for letter in (*letters, " ")]
        numbers = " ".join(f"{number:.4f}" for number in place)
        return f"{numbers} Tm <{''.join(f'{code:04x}' for code in codes)}> Tj\n"

    def finish(self) -> None:
        """Complete the font, once all words are there."""
        self._font.update(_font(self._document, self._codes))


def _font(document: Pdf, codes: dict[str, int]) -> dict[str, Object]:
    letters = [f"<{code:04x}> <{letter.encode('utf-16-be', 'replace').hex()}>" for letter, code in codes.items()]
    program = _glyphless()
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name(f"/{_NAME}"),
        Flags=4,
        FontBBox=[0, _DESCENT, _EM, _ASCENT],
        ItalicAngle=0,
        Ascent=_ASCENT,
        Descent=_DESCENT,
        CapHeight=_ASCENT,
        StemV=80,
        FontFile2=compressed(document, program, Length1=len(program)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name(f"/{_NAME}"),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=document.make_indirect(descriptor),
        DW=_EM,
        CIDToGIDMap=compressed(document, bytes(2 * (len(codes) + 1))),
    )
    return {
        "/BaseFont": Name(f"/{_NAME}"),
        "/Encoding": Name("/Identity-H"),
        "/DescendantFonts": Array([document.make_indirect(descendant)]),
        "/ToUnicode": to_unicode(document, 2, "bfchar", letters),
    }


@cache
def _glyphless() -> bytes:
    """A TrueType font whose only glyph has the size of a letter and no ink: a line there and back."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, _DESCENT))
    pen.lineTo((_EM, _ASCENT))
    pen.closePath()
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (_EM, 0)})
    builder.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    builder.setupNameTable({"familyName": _NAME, "styleName": "Regular", "psName": _NAME})
    builder.setupOS2()
    builder.setupPost()
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def to_unicode(document: Pdf, code_bytes: int, kind: str, entries: Sequence[str]) -> Stream:
    """A ToUnicode map of entries of that kind, bfchar or bfrange (Adobe Technical Note 5411)."""
    blocks = [entries[first : first + _MAP_BLOCK] for first in range(0, len(entries), _MAP_BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        f"1 begincodespacerange <{'00' * code_bytes}> <{'ff' * code_bytes}> endcodespacerange",
        *(line for block in blocks for line in (f"{len(block)} begin{kind}", *block, f"end{kind}")),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return compressed(document, "\n".join(lines).encode("ascii"))


def _named(page: Page, font: Object) -> Name:
    """The name of the font among the page's resources, of which the page gets a copy of its own."""
    resources = copied(page.get_resources())
    fonts = resources.Font = copied(resources.get(Name.Font))
    name = next(name for number in count() if (name := Name(f"/{_NAME}{number or ''}")) not in fonts)
    fonts[name] = font
    page.obj.Resources = resources
    return name


def compressed(document: Pdf, content: bytes, **entries: object) -> Stream:
    """A stream of the document, compressed here: what else is in the document must not be compressed anew."""
    return Stream(document, zlib.compress(content), Filter=Name.FlateDecode, **entries)


def copied(dictionary: object) -> Dictionary:
    """A copy that can be changed without changing what shares the dictionary; an empty one where there is none."""
    return Dictionary(dict(dictionary.items()) if isinstance(dictionary, Dictionary) else {})
