"""Invisible text on a PDF page, so that programs find, mark and copy the words of a scan.

Which words belong on which page is left to `searchable`, where they go on it to `text_frames`.
"""

from __future__ import annotations

import io
import unicodedata
import zlib
from collections.abc import Sequence
from functools import cache
from itertools import count, groupby
from math import hypot

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

from nlp.facts import Word
from nlp.reading.text_frames import ASCENT, DESCENT, EM, Frame, apart, frame, matrix

_NAME = "SheafText"
#: Equal letters closer than a tenth of their height are one in bold type to poppler, which drops the second.
_TIGHT = 0.12
#: Unicode's bidirectional classes of what is written from left to right within Hebrew and Arabic: numbers, Latin.
_RUNS_RIGHT = {"L", "EN", "AN", "CS", "ES", "ET"}
#: Most entries of one list in a ToUnicode map (Adobe Technical Note 5014).
_MAP_BLOCK = 100


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
        FontBBox=[0, DESCENT, EM, ASCENT],
        ItalicAngle=0,
        Ascent=ASCENT,
        Descent=DESCENT,
        CapHeight=ASCENT,
        StemV=80,
        FontFile2=compressed(document, program, Length1=len(program)),
    )
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name(f"/{_NAME}"),
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=document.make_indirect(descriptor),
        DW=EM,
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
    pen.moveTo((0, DESCENT))
    pen.lineTo((EM, ASCENT))
    pen.closePath()
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder([".notdef"])
    builder.setupCharacterMap({})
    builder.setupGlyf({".notdef": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (EM, 0)})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
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
