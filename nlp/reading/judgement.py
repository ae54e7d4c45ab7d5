"""Whether to believe the text layer of a page. Gathering the evidence is left to `text_layer`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from nlp.reading.pdf_drawings import SCAN

#: With so few characters on a scan what there is to read is in the picture, where OCR sees them too.
_FEW = 400
_MOST_UNMAPPED = 0.15
#: More than this share of a text layer unseen makes it that of a scan, written by another OCR program, whose letters
#: are this good.
_HIDDEN = 0.5
RECOGNISED = 0.8
#: The least share that has to look like words, also of a hidden layer.
_PLAIN, _PLAIN_HIDDEN = 0.5, 0.85
#: More bits a letter than this no language has. The most of 43 languages, each held back from the table that measured
#: it, was 4.12, of 193 pages of PDFs 4.20; the least of their letters shuffled 4.33, and 4.45 for all but one in 1,300.
_MOST_SURPRISE = 4.45


@dataclass(frozen=True, slots=True)
class Evidence:
    """Shares are of the characters of the text layer, except `picture`: of the page's area, under its largest picture.

    `surprise`: see `plausibility`. `drawn`: whether there is anything at all on the page.
    """

    characters: int
    unmapped: float
    invisible: float
    plain: float
    picture: float
    surprise: float | None
    drawn: bool

    @property
    def is_hidden(self) -> bool:
        return self.invisible > _HIDDEN


@dataclass(frozen=True, slots=True)
class Judgement:
    """`quality` 0..1; `reason` says to a person how the page is read, or why not by its text layer."""

    trusted: bool
    quality: float
    reason: str


def judge(seen: Evidence) -> Judgement:
    if not seen.characters:
        return Judgement(False, 0.0, "no text layer") if seen.drawn else _BLANK
    quality = seen.plain * (1 - seen.unmapped) * (RECOGNISED if seen.is_hidden else 1.0)
    fault = _fault(seen)
    if fault:
        what = "hidden text layer of a scan" if seen.is_hidden else "text layer"
        return Judgement(False, quality, f"{what} rejected: {fault}")
    if seen.is_hidden:
        return Judgement(True, quality, "text layer of another OCR program")
    return Judgement(True, quality, "text layer")


_BLANK = Judgement(True, 1.0, "the page is blank")


def _fault(seen: Evidence) -> str:
    """What speaks most against the layer; empty if nothing does."""
    if seen.unmapped > _MOST_UNMAPPED:
        return f"{seen.unmapped:.0%} unmapped"
    if seen.surprise is not None and seen.surprise > _MOST_SURPRISE:
        return "its letters make no words of any language, so its fonts seem to name them wrongly"
    if seen.picture > SCAN and seen.characters < _FEW:
        return f"only {seen.characters} characters on a page that is a picture"
    if seen.plain < (_PLAIN_HIDDEN if seen.is_hidden else _PLAIN):
        return f"only {seen.plain:.0%} of it looks like words"
    return ""


def is_plain(word: str) -> bool:
    """Whether a word is mostly letters and digits of any script, or one of the marks that stand alone."""
    if word.isalnum():
        return True
    known = sum(unicodedata.category(letter)[0] in "LNM" for letter in word)
    return known >= 0.5 * len(word) if known else len(word) <= 2 or len(set(word)) == 1
