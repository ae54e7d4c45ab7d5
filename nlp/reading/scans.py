"""Reads the picture of a page by OCR, upright. Which pages come here is left to `pages`, recognising to `routing`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from nlp.facts import Page
from nlp.reading import ocr, pictures
from nlp.reading.layout import Block, Token, compose, mean_confidence, tokens_of
from nlp.reading.options import ReadingOptions
from nlp.reading.orientation import orientation
from nlp.reading.routing import Recognised, recognise

#: A page that OCR reads with less confidence than this may stand on its head or lie: 15 pages of the tune parts have
#: .78 and more upright, .52 and less upside down.
_DOUBTFUL = 0.65
#: A picture whose lightest and darkest point differ by less (of 255) shows nothing.
_LEAST_CONTRAST = 24


def read_scan(page: Page, picture: Image.Image, dpi: int | None, options: ReadingOptions) -> tuple[Page, int]:
    """`page` with what OCR reads on its picture, and the turn clockwise that would set the picture upright.

    `dpi` None: to be told from the picture's size. Raises SheafError ocr_missing or page_damaged.
    """
    recognised = _upright(picture, dpi or ocr.page_dpi(picture.size), options)
    turn = _turn(recognised.blocks)
    running = compose(recognised.blocks, *picture.size)
    confidence = mean_confidence(tokens_of(recognised.blocks))
    engines = [ocr.engine(name) for name in recognised.engines]
    missing = [language for language in options.languages if language not in recognised.languages]
    read = replace(
        page,
        text=running.text,
        words=running.words,
        lines=running.lines,
        blocks=running.blocks,
        source="+".join(recognised.engines),
        reason="; ".join(
            part for part in (page.reason, _how(recognised, turn, confidence), *_without(missing)) if part
        ),
        confidence=confidence,
        engine_version=" + ".join(f"{engine.title} {engine.version()}" for engine in engines),
        language="+".join(recognised.languages),
        options={"languages": list(recognised.languages), "dpi": dpi, "turned": turn},
        flags=(*(f"language_missing:{language}" for language in missing), *(() if running.words else ("blank",))),
    )
    return read, turn


def _how(recognised: Recognised, turn: int, confidence: float) -> str:
    """For a person: "Tesseract + PP-OCR (doubtful places read again: 7), turned 90°, confidence 0.93"."""
    if not recognised.engines:
        return ""
    engines = " + ".join(ocr.engine(name).title for name in recognised.engines)
    why = f" ({recognised.why})" if recognised.why else ""
    turned = f", turned {turn}°" if turn else ""
    return f"{engines}{why}{turned}, confidence {confidence:.2f}"


def _without(missing: Sequence[str]) -> list[str]:
    return [f"not installed and so not used: {', '.join(missing)}"] if missing else []


def _upright(picture: Image.Image, dpi: int | None, options: ReadingOptions) -> Recognised:
    """The words, placed on the picture as it is, from reading it turned so that its writing is upright."""
    grey = picture.convert("L")
    darkest, lightest = grey.getextrema()
    if float(lightest) - float(darkest) < _LEAST_CONTRAST:  # type: ignore[arg-type]
        return Recognised([], (), options.languages)

    def read_at(turn: int) -> Recognised:
        upright = grey.rotate(-turn, expand=True) if turn else grey
        read = recognise(upright, options.languages, dpi, options.engine)
        blocks = [[[_turned_back(token, turn, grey.size) for token in line] for line in block] for block in read.blocks]
        return replace(read, blocks=blocks)

    def confidence(read: Recognised) -> float:
        return mean_confidence(tokens_of(read.blocks))

    # Asking first where it looks sideways is for speed: Tesseract may spend a minute on a page of lying letters.
    stands = orientation(grey) if pictures.seems_sideways(grey) else None
    turn = stands.turn if stands else 0
    best = read_at(turn)
    if confidence(best) < _DOUBTFUL:
        stands = stands or orientation(grey)
        others = {stands.turn} if stands.is_certain else {stands.turn, (turn + 180) % 360}
        best = max([best, *map(read_at, others - {turn})], key=confidence)
    return best


def _turn(blocks: Sequence[Block]) -> int:
    """Degrees clockwise that would set the writing that prevails upright."""
    letters: Counter[int] = Counter()
    for token in tokens_of(blocks):
        letters[token.direction] += len(token.text)
    return -90 * max(letters, key=letters.__getitem__, default=0) % 360


def _turned_back(token: Token, turn: int, size: tuple[int, int]) -> Token:
    """A token found on the picture turned clockwise by `turn` degrees, placed on the picture of `size`."""
    if not turn:
        return token
    width, height = size
    left, top, right, bottom = token.left, token.top, token.right, token.bottom
    if turn == 90:
        left, top, right, bottom = top, height - right, bottom, height - left
    elif turn == 180:
        left, top, right, bottom = width - right, height - bottom, width - left, height - top
    elif turn == 270:
        left, top, right, bottom = width - bottom, left, width - top, right
    return Token(token.text, left, top, right, bottom, token.confidence, (token.direction - turn // 90) % 4)
