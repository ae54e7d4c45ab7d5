"""The text that a PDF page carries, with word boxes, and whether to believe it. Pictures of text are left to `ocr`.

A few milliseconds a page.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, replace

import pypdfium2 as pdfium

from nlp.facts import Page
from nlp.reading import pdf_words
from nlp.reading.layout import Token, arrange, compose

SOURCE = "text_layer"
#: How sure we are of letters: written by the program that made the page; by another program's OCR; undecodable.
_WRITTEN, _RECOGNISED, _UNMAPPED = 1.0, 0.8, 0.1
#: With so few characters on a scan what there is to read is in the picture, where OCR sees them too.
_FEW = 400


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
    picture, drawn, covered = pdf_words.pictures(page)
    text_page = page.get_textpage()
    try:
        place, rotation = pdf_words.placer(page, width, height), page.get_rotation()
        for text, start, count in pdf_words.words(text_page.raw):
            box = pdf_words.box(text_page.raw, start, count, place)
            if box is None or not (0 < box[0] + box[2] < 2 * width and 0 < box[1] + box[3] < 2 * height):
                continue  # its middle is outside the page as displayed
            bad = pdf_words.count_unmapped(text_page.raw, text, start, count)
            hidden = covered or pdf_words.is_invisible(text_page.raw, start)
            unmapped += bad
            invisible += len(text) * hidden
            confidence = _UNMAPPED if bad else _RECOGNISED if hidden else _WRITTEN
            direction = pdf_words.direction(text_page.raw, start, rotation)
            tokens.append(Token(text, *box, confidence=confidence, direction=direction))
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
    if seen.picture > pdf_words.SCAN and seen.characters < _FEW:
        return False, quality, f"text layer rejected: only {seen.characters} characters on a page that is a picture"
    if seen.plain < 0.5:
        return False, quality, f"text layer rejected: only {seen.plain:.0%} of it looks like words"
    if seen.invisible > 0.5:
        if seen.plain < 0.85:
            return False, quality, f"hidden text layer of a scan rejected: only {seen.plain:.0%} of it looks like words"
        return True, quality, "the page is a scan with the text layer of another OCR program"
    return True, quality, "the page carries its own text"


def _is_plain(word: str) -> bool:
    """Whether a word is mostly letters and digits of any script, or one of the marks that stand alone."""
    if word.isalnum():
        return True
    known = sum(unicodedata.category(letter)[0] in "LNM" for letter in word)
    return known >= 0.5 * len(word) if known else len(word) <= 2 or len(set(word)) == 1
