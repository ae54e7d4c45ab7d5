"""Which engine reads a picture: the quick one, the exact one, or the quick one with the exact one's second opinion.

The thresholds were chosen on the tune parts of labelled pages; docs/reading.md draws what they give. Placing the words
on the page is left to `scans`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import fmean

from PIL import Image

from errors import SheafError
from nlp.reading import ocr
from nlp.reading.ink import Doubt, doubt
from nlp.reading.layout import Block, Sides, Token, arrange, tokens_of

QUICK, EXACT = "tesseract", "rapidocr"
#: Below this resolution the quick engine loses every eighth word of a form.
_LOW_DPI = 130
#: A word with less confidence is doubtful; one with signs that paperwork seldom has is so halfway up from there.
SURE = 0.92
_SIGNS = re.compile(r"[^\w.,$%€/:()-]")
#: How sure of a bar the quick engine may be, and of the word behind it: so that a second reading of both is surer.
_BAR, _OF_A_BAR, _AFTER_A_BAR = "|", 0.3, 0.9
#: A bar higher than this, in heights of the word behind it, is a ruling line.
_HIGHEST_I = 1.5
#: With more letters that no word covers, or more words that stay doubtful, the exact engine reads the whole page.
MUCH_UNCOVERED, MANY_DOUBTFUL = 0.05, 0.35
#: Room beside and above a stretch of a line for its second reading, in its heights. Each column more costs time; at .25
#: on all sides 40 clean pages of the tune part took .89 core-seconds for .71, for .9807 instead of .9813.
_BESIDE, _ABOVE = 0.15, 0.25
#: Higher than this, in letters, a stretch is more than a line, and the exact engine finds the lines in it.
_HIGHEST = 3.0
#: What nobody is surer of than this is no writing: a logo, a signature, a stain. Where the quick engine saw nothing
#: the exact one must be quite sure.
_GUESS, _SURE_OF_NEW = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was read, by which engines (the one that read most first), in which languages, and in a few words why so."""

    blocks: list[Block]
    engines: tuple[str, ...]
    languages: tuple[str, ...]
    why: str = ""


def recognise(grey: Image.Image, languages: Sequence[str], dpi: int | None, engine: str | None = None) -> Recognised:
    """The words of an upright picture (mode L) by `engine`, or by those that suit it. `dpi` None: not known.

    Of the languages those are used that the engines know. Raises SheafError ocr_missing or page_damaged.
    """
    names, known = _able(languages, (engine,) if engine else (QUICK, EXACT))

    def read_by(name: str, why: str = "") -> Recognised:
        return Recognised(ocr.engine(name).recognise(grey, known, dpi), (name,), known, why)

    if len(names) == 1:
        return read_by(names[0])
    if why := looks_hard(dpi):
        return read_by(EXACT, why)
    quick = read_by(QUICK)
    words = bars_doubted(tokens_of(quick.blocks))
    open_ = doubt(grey, words, is_doubtful)
    if why := left_out_much(open_):
        return read_by(EXACT, why)
    if not open_.stretches:
        return quick
    words = second_opinion(grey, words, open_, dpi)
    if why := still_doubtful(words):
        return read_by(EXACT, why)
    again = f"doubtful places read again: {len(open_.stretches)}"
    return Recognised(arrange(words), (QUICK, EXACT), known, again)


def _able(languages: Sequence[str], names: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The engines of `names` that know as many of the languages as any, and the languages they know."""
    known: dict[str, tuple[str, ...]] = {}
    for name in names:
        with suppress(SheafError):  # not installed
            missing = ocr.missing_languages(languages, name)
            known[name] = tuple(language for language in languages if language not in missing)
    if not known:
        raise SheafError("ocr_missing")
    best = max(known.values(), key=len)
    able = [name for name in known if known[name] == best]
    return able, best or _fallback(able[0])


def _fallback(name: str) -> tuple[str, ...]:
    """What to read with when none of the wanted languages is known: the letters are mostly the same."""
    installed = ocr.engine(name).languages()
    return ("eng",) if "eng" in installed else tuple(sorted(installed)[:1])


def looks_hard(dpi: int | None) -> str:
    """Why the quick engine need not try a picture of that resolution; empty if it should."""
    if dpi is None:  # it is no page: a receipt, a strip, a photo
        return "not of the shape of a page"
    return f"only {dpi} dpi" if dpi < _LOW_DPI else ""


def is_doubtful(word: Token, sure: float = SURE) -> bool:
    return word.confidence < ((1 + sure) / 2 if _SIGNS.search(word.text) else sure)


def bars_doubted(words: Sequence[Token]) -> list[Token]:
    """The words with little confidence in bars, and not enough in the word that follows one.

    What the quick engine takes for a bar is an "I" or a ruling line, and it is as sure of it as of other words. Beside
    its neighbour the exact engine tells which. A transcript of the tune part that is full of them: .9928 became .9961.
    """
    doubted: list[Token] = []
    for before, word in zip([None, *words], words, strict=False):
        most = 1.0
        if word.text == _BAR:
            most = _OF_A_BAR
        elif before and before.text == _BAR and _are_beside(before, word):
            most = _AFTER_A_BAR
        doubted.append(word._replace(confidence=min(word.confidence, most)))
    return doubted


def _are_beside(bar: Token, word: Token) -> bool:
    return bar.top < word.middle < bar.bottom and bar.height < _HIGHEST_I * word.height


def left_out_much(open_: Doubt) -> str:
    """Why the lines that the quick engine found are not worth reading again one by one; empty if they are."""
    if open_.uncovered <= MUCH_UNCOVERED:
        return ""
    return f"{ocr.engine(QUICK).title} left out {open_.uncovered:.0%} of the letters"


def still_doubtful(words: Sequence[Token]) -> str:
    """Why the words of both engines are not worth keeping; empty if they are."""
    doubtful = share_of_doubtful(words)
    return f"{doubtful:.0%} of the words stayed doubtful" if doubtful > MANY_DOUBTFUL else ""


def share_of_doubtful(words: Sequence[Token]) -> float:
    return fmean(word.confidence < SURE for word in words) if words else 0.0


def second_opinion(grey: Image.Image, tokens: Sequence[Token], open_: Doubt, dpi: int | None) -> list[Token]:
    """The words with those that were doubtful or left out as the exact engine reads them, where it is surer.

    What both doubt much is no writing, and is dropped.
    """
    words = list(tokens)
    for sides, line in _read_again(grey, open_, dpi):
        before = [word for word in words if _is_in(word, sides)]
        known = set(map(id, before))
        kept = [word for word in words if id(word) not in known]
        line = [word for word in line if not _is_on(word, kept)]
        if not before:
            line = [word for word in line if word.confidence >= _SURE_OF_NEW]
        words = kept + max(line, before, key=_confidence)
    return [word for word in words if word.confidence >= _GUESS]


def _read_again(grey: Image.Image, open_: Doubt, dpi: int | None) -> Iterator[tuple[Sides, list[Token]]]:
    reader = ocr.engine(EXACT)
    assert isinstance(reader, ocr.LineReader)
    low = [sides for sides in open_.stretches if sides[3] - sides[1] <= _HIGHEST * open_.letter]
    yield from zip(
        low, reader.read_lines(grey, [_with_room(sides, open_.letter, grey.size) for sides in low]), strict=True
    )
    for sides in set(open_.stretches) - set(low):
        left, top, right, bottom = _with_room(sides, open_.letter, grey.size)
        found = tokens_of(reader.recognise(grey.crop((left, top, right, bottom)), (), dpi))
        yield (
            sides,
            [
                token._replace(
                    left=token.left + left, right=token.right + left, top=token.top + top, bottom=token.bottom + top
                )
                for token in found
            ],
        )


def _with_room(sides: Sides, letter: float, size: tuple[int, int]) -> Sides:
    left, top, right, bottom = sides
    height = max(bottom - top, letter)
    beside, above = int(_BESIDE * height), int(_ABOVE * height)
    return max(0, left - beside), max(0, top - above), min(size[0], right + beside), min(size[1], bottom + above)


def _is_in(word: Token, sides: Sides) -> bool:
    left, top, right, bottom = sides
    return left <= (word.left + word.right) / 2 <= right and top <= word.middle <= bottom


def _is_on(word: Token, others: Sequence[Token]) -> bool:
    """Whether its middle lies on one of the others. Asked half a million times for twenty pages: so no calls in it."""
    across, down = (word.left + word.right) / 2, word.middle
    return any(other.top <= down <= other.bottom and other.left <= across <= other.right for other in others)


def _confidence(words: Sequence[Token]) -> float:
    return fmean(word.confidence for word in words) if words else 0.0
