"""Reads the picture of a page by OCR, upright. Which pages come here is left to `pages`, recognising to `routing`."""

from __future__ import annotations

import math
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
from nlp.reading.skew import skew

#: A page that OCR reads with less confidence than this may stand on its head or lie: 15 pages of the tune parts have
#: .78 and more upright, .52 and less upside down.
_DOUBTFUL = 0.65
#: Crooked by so many degrees, a picture is set straight before it is read: of 21 clean pages of the tune part turned by
#: 1, 2, 3 and 5 degrees word F1 .9839 .9838 .9787 .9767 became .9844 .9854 .9831 .9824, and 1.34 1.46 2.17 2.71
#: core-seconds a page 1.54 1.53 1.52 1.49. Lying as they do (up to .7 degrees) they lose by it.
_CROOKED = 1.5
#: A picture whose lightest and darkest point differ by less (of 255) shows nothing.
_LEAST_CONTRAST = 24


def read_scan(page: Page, picture: Image.Image, dpi: int | None, options: ReadingOptions) -> tuple[Page, int]:
    """`page` with what OCR reads on its picture, and the turn clockwise that would set the picture upright.

    `dpi` None: to be told from the picture's size. Raises SheafError ocr_missing or page_damaged.
    """
    recognised, fall = _upright(picture, dpi or ocr.page_dpi(picture.size), options)
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
            part for part in (page.reason, _how(recognised, turn, fall, confidence), *_without(missing)) if part
        ),
        confidence=confidence,
        engine_version=" + ".join(f"{engine.title} {engine.version()}" for engine in engines),
        language="+".join(recognised.languages),
        options={"languages": list(recognised.languages), "dpi": dpi, "turned": turn, "deskewed": fall},
        flags=(*(f"language_missing:{language}" for language in missing), *(() if running.words else ("blank",))),
    )
    return read, turn


def _how(recognised: Recognised, turn: int, fall: float, confidence: float) -> str:
    """For a person: "Tesseract + PP-OCR (doubtful places read again: 7), turned 90°, deskewed 1.8°, confidence 0.93".

    What did not happen is left out."""
    if not recognised.engines:
        return ""
    engines = " + ".join(ocr.engine(name).title for name in recognised.engines)
    why = f" ({recognised.why})" if recognised.why else ""
    turned = f", turned {turn}°" if turn else ""
    deskewed = f", deskewed {abs(fall):.1f}°" if fall else ""
    return f"{engines}{why}{turned}{deskewed}, confidence {confidence:.2f}"


def _without(missing: Sequence[str]) -> list[str]:
    return [f"not installed and so not used: {', '.join(missing)}"] if missing else []


def _upright(picture: Image.Image, dpi: int | None, options: ReadingOptions) -> tuple[Recognised, float]:
    """The words, placed on the picture as it is, from reading it turned so that its writing is upright and level; and
    by how many degrees it had fallen to the right of level (0 if it was left as it was)."""
    grey = picture.convert("L")
    darkest, lightest = grey.getextrema()
    if float(lightest) - float(darkest) < _LEAST_CONTRAST:  # type: ignore[arg-type]
        return Recognised([], (), options.languages), 0.0

    glance = pictures.shrunk(grey, pictures.GLANCE)

    def read_at(turn: int) -> tuple[Recognised, float]:
        upright, fall = _turned(grey, turn), skew(_turned(glance, turn))
        fall = round(fall, 1) if abs(fall) >= _CROOKED else 0.0
        level = upright.rotate(fall, Image.Resampling.BICUBIC, expand=True, fillcolor=255) if fall else upright
        read = recognise(level, options.languages, dpi, options.engine)

        def placed(token: Token) -> Token:
            return _turned_back(_tilted_back(token, fall, level.size, upright.size), turn, grey.size)

        return replace(
            read, blocks=[[[placed(token) for token in line] for line in block] for block in read.blocks]
        ), fall

    def confidence(read: tuple[Recognised, float]) -> float:
        return mean_confidence(tokens_of(read[0].blocks))

    # Asking first where it looks sideways is for speed: Tesseract may spend a minute on a page of lying letters.
    stands = orientation(grey) if pictures.seems_sideways(glance) else None
    turn = stands.turn if stands else 0
    best = read_at(turn)
    if confidence(best) < _DOUBTFUL:
        stands = stands or orientation(grey)
        others = {stands.turn} if stands.is_certain else {stands.turn, (turn + 180) % 360}
        best = max([best, *map(read_at, others - {turn})], key=confidence)
    return best


def _turned(picture: Image.Image, turn: int) -> Image.Image:
    return picture.rotate(-turn, expand=True) if turn else picture


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


def _tilted_back(token: Token, fall: float, level: tuple[int, int], upright: tuple[int, int]) -> Token:
    """A token found on the picture set level, placed on the picture as it was: its middle turned about that of the
    picture, as wide and as high as it was."""
    if not fall:
        return token
    across, down = (token.left + token.right - level[0]) / 2, (token.top + token.bottom - level[1]) / 2
    sine, cosine = math.sin(math.radians(fall)), math.cos(math.radians(fall))
    x = upright[0] / 2 + across * cosine - down * sine
    y = upright[1] / 2 + across * sine + down * cosine
    wide, high = (token.right - token.left) / 2, token.height / 2
    left, right = max(0.0, x - wide), min(float(upright[0]), x + wide)
    top, bottom = max(0.0, y - high), min(float(upright[1]), y + high)
    return token._replace(left=left, top=top, right=right, bottom=bottom)
