"""Reads the picture of a page by OCR, upright. Which pages come here is left to `pages`, recognising to `ocr`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from nlp.facts import Page
from nlp.reading import ocr, pictures
from nlp.reading.layout import Block, Token, compose
from nlp.reading.options import ReadingOptions

#: A page that OCR reads with less confidence than this may stand on its head.
_DOUBTFUL = 0.6
#: A picture whose lightest and darkest point differ by less (of 255) shows nothing.
_LEAST_CONTRAST = 24


def read_scan(page: Page, picture: Image.Image, dpi: int | None, options: ReadingOptions) -> tuple[Page, int]:
    """`page` with what OCR reads on its picture, and the turn clockwise that would set the picture upright.

    Raises SheafError ocr_missing or page_damaged.
    """
    name = options.engine or ocr.DEFAULT_ENGINE
    engine = ocr.engine(name)
    missing = ocr.missing_languages(options.languages, name)
    languages = [language for language in options.languages if language not in missing] or _fallback(engine)
    blocks, turn = _upright_blocks(picture, languages, ocr.OcrOptions(dpi, name))
    running = compose(blocks, *picture.size)
    characters = sum(len(word.text) for word in running.words)
    confidence = sum(len(word.text) * word.confidence for word in running.words) / characters if characters else 0.0
    reason = f"{page.reason}, so it was read by OCR ({name}, {'+'.join(languages)})"
    if missing:
        reason += f"; not installed and so not used: {', '.join(missing)}"
    read = replace(
        page,
        text=running.text,
        words=running.words,
        lines=running.lines,
        blocks=running.blocks,
        source=name,
        reason=reason,
        confidence=confidence,
        engine_version=engine.version(),
        language="+".join(languages) or None,
        options={"languages": languages, "dpi": dpi, "turned": turn},
        flags=(*(f"language_missing:{language}" for language in missing), *(() if running.words else ("blank",))),
    )
    return read, turn


def _fallback(engine: ocr.Engine) -> list[str]:
    """What to read with when none of the wanted languages is installed: the letters are mostly the same."""
    installed = engine.languages()
    return ["eng"] if "eng" in installed else sorted(installed)[:1]


def _upright_blocks(picture: Image.Image, languages: Sequence[str], options: ocr.OcrOptions) -> tuple[list[Block], int]:
    """The words, placed on the picture as it is, and the turn clockwise under which they were read."""
    grey = picture.convert("L")
    darkest, lightest = grey.getextrema()
    if float(lightest) - float(darkest) < _LEAST_CONTRAST:  # type: ignore[arg-type]
        return [], 0
    engine = ocr.engine(options.engine)

    def blocks_at(turn: int) -> list[Block]:
        upright = grey.rotate(-turn, expand=True) if turn else grey
        blocks = ocr.recognise(upright, languages, options)
        return [[[_turned_back(token, turn, grey.size) for token in line] for line in block] for block in blocks]

    # Asking first where it looks sideways is for speed: Tesseract may spend a minute on a page of lying letters.
    turn = engine.turn(grey) if pictures.seems_sideways(grey) else 0
    blocks = blocks_at(turn)
    if _confidence(blocks) < _DOUBTFUL and (better := engine.turn(grey)) != turn:
        again = blocks_at(better)
        if _confidence(again) > _confidence(blocks):
            return again, better
    return blocks, turn


def _confidence(blocks: Sequence[Block]) -> float:
    tokens = [token for block in blocks for line in block for token in line]
    characters = sum(len(token.text) for token in tokens)
    return sum(token.confidence * len(token.text) for token in tokens) / characters if characters else 0.0


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
    return Token(token.text, left, top, right, bottom, token.confidence, direction=-turn // 90 % 4)
