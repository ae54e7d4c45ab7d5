"""The text that a PDF page carries, with word boxes, and what speaks for and against it. Pictures are left to `ocr`.

A few milliseconds a page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pypdfium2 as pdfium

from nlp.facts import Box, Page
from nlp.reading import pdf_words
from nlp.reading.judgement import RECOGNISED, Evidence, Judgement, is_plain, judge
from nlp.reading.layout import Token, arrange, compose
from nlp.reading.pdf_drawings import drawings
from nlp.reading.plausibility import surprise

SOURCE = "text_layer"
#: How sure we are of letters: written by the program that made the page; undecodable. Those that another program
#: recognised are between.
_WRITTEN, _UNMAPPED = 1.0, 0.1


@dataclass(frozen=True, slots=True)
class TextLayer:
    """`page` has the words of `tokens` in reading order, and the reason of `judgement`.

    `turn`: degrees clockwise that would set the writing that prevails upright. `pictures`: where there are any.
    """

    page: Page
    tokens: tuple[Token, ...]
    turn: int
    pictures: tuple[Box, ...]
    evidence: Evidence
    judgement: Judgement


def extract(page: pdfium.PdfPage, number: int) -> TextLayer:
    """The words of the page in reading order, and whether to believe them.

    Raises pdfium.PdfiumError if the page has no readable content.
    """
    width, height = page.get_size()
    place = pdf_words.Placer(page)
    drawn = drawings(page, place)
    tokens: list[Token] = []
    directions: Counter[int] = Counter()
    total = unmapped = invisible = plain = 0
    sure = 0.0
    for text, left, top, right, bottom, direction, bad, unseen in pdf_words.words(page, place):
        hidden = drawn.covered or unseen
        confidence = _UNMAPPED if bad else RECOGNISED if hidden else _WRITTEN
        tokens.append(Token(text, left, top, right, bottom, confidence, direction))
        length = len(text)
        directions[direction] += length
        total += length
        unmapped += bad
        invisible += length * hidden
        plain += length * is_plain(text)
        sure += length * confidence
    evidence = Evidence(
        characters=total,
        unmapped=unmapped / (total or 1),
        invisible=invisible / (total or 1),
        plain=plain / (total or 1),
        picture=drawn.largest,
        surprise=surprise(token.text for token in tokens),
        drawn=drawn.drawn,
    )
    judgement = judge(evidence)
    running = compose(arrange(tokens), width, height)
    read = Page(
        number=number,
        width=width,
        height=height,
        text=running.text,
        words=running.words,
        lines=running.lines,
        blocks=running.blocks,
        source=SOURCE,
        reason=judgement.reason,
        confidence=sure / (total or 1),
        engine_version=str(pdfium.PDFIUM_INFO),
        flags=() if tokens else ("blank",),
    )
    turn = -90 * max(directions, key=directions.__getitem__, default=0) % 360
    return TextLayer(read, tuple(tokens), turn, drawn.pictures, evidence, judgement)
