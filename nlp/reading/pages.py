"""Which way to read a page, and why. The reading itself is left to `text_layer` and `ocr`. Runs in a sandbox child."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from nlp.facts import Page
from nlp.reading import ocr, pictures, text_layer
from nlp.reading.intake import PDF
from nlp.reading.layout import Block, Token, compose

#: A page that OCR reads with less confidence than this may stand on its head.
_DOUBTFUL = 0.6
#: A picture whose lightest and darkest point differ by less (of 255) shows nothing.
_LEAST_CONTRAST = 24
#: A picture over more than this share of a page may hold words that the page's own text lacks.
_PICTURE = 0.02
#: Small PDF pages are drawn larger for OCR, so that their longer side has this many pixels.
_LEAST_PX = 1600


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How to read: OCR `languages`, `dpi` and `megapixels` at which PDF pages are drawn for OCR, `engine` (None: the
    default one), longest sides of the `thumbnail` and the page `image` in pixels."""

    languages: tuple[str, ...] = ("eng",)
    dpi: int = 300
    megapixels: float = 40.0
    force_ocr: bool = False
    engine: str | None = None
    thumbnail_px: int = 240
    image_px: int = 1600


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page, how good its text is (0..1), and pictures of it as displayed.

    `rotation` says by how many degrees clockwise the picture has to be turned for its writing to be upright.
    """

    page: Page
    image: bytes
    thumbnail: bytes
    image_width: int
    image_height: int
    quality: float
    rotation: int
    image_type: str = pictures.IMAGE_TYPE


def read_page(path: Path, media_type: str, number: int, options: ReadingOptions) -> PageReading:
    """Read page `number` (from 1). Raises SheafError page_damaged, damaged_file or ocr_missing."""
    if media_type != PDF:
        picture, size = pictures.load_image(path, media_type, number, options.megapixels)
        page = Page(number, *size, "", (), "", "the file is a picture", 0.0, unit="px")
        return _read_picture(page, picture, None, options)
    with pictures.pdf_page(path, number) as pdf_page:
        layer = text_layer.extract(pdf_page, number)
        trusted, quality, reason = text_layer.judge(layer)
        if trusted and not options.force_ocr:
            picture, _ = pictures.render(pdf_page, 0, options.megapixels, least_px=options.image_px)
            page = replace(layer.page, flags=_flags(layer))
            return _with_pictures(page, picture, quality, layer.turn, options)
        picture, dpi = pictures.render(pdf_page, options.dpi, options.megapixels, least_px=_LEAST_PX)
    if trusted:
        reason = "OCR was asked for"
    width, height = layer.page.width, layer.page.height
    return _read_picture(Page(number, width, height, "", (), "", reason, 0.0), picture, round(dpi), options)


def _flags(layer: text_layer.TextLayer) -> tuple[str, ...]:
    if not layer.page.words:
        return ("blank",)
    has_picture = layer.evidence.picture > _PICTURE and layer.evidence.invisible <= 0.5
    return ("pictures_not_read",) if has_picture else ()


def _read_picture(page: Page, picture: Image.Image, dpi: int | None, options: ReadingOptions) -> PageReading:
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
    page = replace(
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
    return _with_pictures(page, picture, confidence, turn, options)


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


def _with_pictures(
    page: Page, picture: Image.Image, quality: float, rotation: int, options: ReadingOptions
) -> PageReading:
    image, shown = pictures.encoded(picture, options.image_px)
    thumbnail, _ = pictures.encoded(shown, options.thumbnail_px)
    return PageReading(page, image, thumbnail, *shown.size, quality=quality, rotation=rotation)
