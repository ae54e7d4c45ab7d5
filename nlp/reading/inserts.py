"""Writing in pictures on a page that has a text of its own: scanned inserts, screenshots, letterheads.

Recognising is left to `scans`, the text of the page to `text_layer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFilter

from errors import SheafError
from nlp.facts import Box, Page, Word
from nlp.reading import ocr, pictures
from nlp.reading.layout import Token, arrange, compose, mean_confidence
from nlp.reading.options import ReadingOptions
from nlp.reading.scans import read_scan
from nlp.reading.text_layer import TextLayer

#: A picture over more than this share of a page may hold words that the page's own text lacks.
_LEAST_SHARE = 0.02
#: What touches the edge is read badly: so much of the page is taken around a picture.
_MARGIN = 0.01
#: Writing is of thin strokes on a ground of its own. So much of a picture is as light as its ground, give or take
#: `_STEP` of 255; ink differs by more than twice that, and every so many pixels of it in a row there is an edge. All
#: 103 receipts, forms and pages of the tune parts are as `_EVEN` says; a photograph of a ship is not.
_STEP, _BIN = 32, 16


@dataclass(frozen=True, slots=True)
class _Strokes:
    """`ground` and `edges`: the least shares; `ink`: the least and the most."""

    ground: float
    ink: tuple[float, float]
    edges: float


#: In uneven light, as on a photographed receipt, it is evened out first and more is asked, for that brings out edges of
#: other things, too: so 48 of 48 receipts pass whose light falls to a half across them, and still no ship.
_EVEN, _UNEVEN = _Strokes(0.4, (0.002, 0.5), 0.1), _Strokes(0.75, (0.005, 0.2), 0.36)
#: Where there is less light than this (of 255), evening it out would bring out the grain.
_DARKEST = 96
#: Words that OCR reads with less confidence are ornaments; a picture needs so many letters and digits in better ones.
_SURE, _LETTERS = 0.6, 4
#: A word of a picture is in the text layer already if that covers so much of it.
_SAME = 0.3

_EMPTY = Page(1, 1.0, 1.0, "", (), "", "", 0.0)


def with_inserts(layer: TextLayer, page: pdfium.PdfPage, shown: Image.Image, options: ReadingOptions) -> Page:
    """The page of `layer` with what OCR reads in its pictures, all in reading order; `shown` is the page as a picture.

    Words keep the confidence of who read them. The flag `pictures_not_read` tells of pictures that do not look written
    on, and of all where no OCR is installed. Raises SheafError page_damaged.
    """
    grey = shown.convert("L")
    read: list[tuple[Page, list[Token]]] = []
    unread = False
    for box in (_grown(box) for box in layer.pictures if box.area() > _LEAST_SHARE):
        if not seems_written(_without_words(grey.crop(_pixels(box, grey.size)), box, layer)):
            unread = True
            continue
        picture, dpi = pictures.render(page, options.dpi, options.megapixels, part=box)
        upright = _without_words(picture, box, layer).rotate(-layer.turn, expand=True)  # as the text about it
        try:
            insert, turn = read_scan(_EMPTY, upright, round(dpi), options)
        except SheafError as error:
            if error.code != "ocr_missing":
                raise
            unread = True
            break
        tokens = _new(_placed(insert.words, box, layer, turn), layer.tokens)
        if sum(letter.isalnum() for token in tokens for letter in token.text) >= _LETTERS:
            read.append((insert, tokens))
    merged = _merged(layer, read) if read else layer.page
    return replace(merged, flags=(*merged.flags, "pictures_not_read")) if unread else merged


def _grown(box: Box) -> Box:
    return Box(
        max(0.0, box.left - _MARGIN),
        max(0.0, box.top - _MARGIN),
        min(1.0, box.right + _MARGIN),
        min(1.0, box.bottom + _MARGIN),
    )


def seems_written(grey: Image.Image) -> bool:
    """Whether there may be writing on the picture, and not only a photograph or a plain shape. Costs milliseconds."""
    return _has_strokes(grey, _EVEN) or _has_strokes(_evened(grey), _UNEVEN)


def _has_strokes(grey: Image.Image, wanted: _Strokes) -> bool:
    pixels = np.asarray(grey, dtype=np.int16)
    counts = np.bincount(pixels.ravel() // _BIN, minlength=256 // _BIN)
    ground = int(counts.argmax()) * _BIN + _BIN // 2
    off = np.abs(pixels - ground)
    ink = off > 2 * _STEP
    edges = np.count_nonzero(ink[:, 1:] != ink[:, :-1])
    inked = np.count_nonzero(ink)
    return bool(
        np.count_nonzero(off <= _STEP) >= wanted.ground * ink.size
        and wanted.ink[0] * ink.size <= inked <= wanted.ink[1] * ink.size
        and edges >= wanted.edges * inked
    )


def _evened(grey: Image.Image) -> Image.Image:
    """The picture as if its lightest parts were everywhere as light."""
    small = grey.resize((max(1, grey.width // 16), max(1, grey.height // 16)), Image.Resampling.BOX)
    light = small.filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.BoxBlur(2)).resize(grey.size)
    even = np.asarray(grey, dtype=np.float32) / np.maximum(np.asarray(light, dtype=np.float32), _DARKEST)
    return Image.fromarray((220 * even).clip(0, 255).astype(np.uint8))


def _pixels(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    width, height = size
    return int(box.left * width), int(box.top * height), ceil(box.right * width), ceil(box.bottom * height)


def _without_words(picture: Image.Image, box: Box, layer: TextLayer) -> Image.Image:
    """The picture, which lies in `box` on the page, with the words of the text layer painted over by its ground."""
    painted = picture.convert("L")
    counts = painted.histogram()
    brush, ground = ImageDraw.Draw(painted), counts.index(max(counts))
    across, down = painted.width / (box.right - box.left), painted.height / (box.bottom - box.top)
    for word in layer.page.words:
        if word.box.overlap(box) > 0:
            left, top = (word.box.left - box.left) * across, (word.box.top - box.top) * down
            right, bottom = (word.box.right - box.left) * across, (word.box.bottom - box.top) * down
            brush.rectangle((left - 1, top - 1, right + 1, bottom + 1), fill=ground)
    return painted


def _placed(words: Iterable[Word], box: Box, layer: TextLayer, turn: int) -> list[Token]:
    """Words of the picture in `box`, in points of the page. They were found on it turned clockwise as the page's text
    and read turned further by `turn` degrees."""
    width, height = layer.page.width, layer.page.height
    across, down = (box.right - box.left) * width, (box.bottom - box.top) * height
    tokens = []
    for word in words:
        left, top, right, bottom = word.box
        for _ in range(layer.turn // 90):
            left, top, right, bottom = top, 1 - right, bottom, 1 - left
        tokens.append(
            Token(
                word.text,
                box.left * width + left * across,
                box.top * height + top * down,
                box.left * width + right * across,
                box.top * height + bottom * down,
                word.confidence,
                -(layer.turn + turn) // 90 % 4,
            )
        )
    return tokens


def _new(tokens: Sequence[Token], known: Sequence[Token]) -> list[Token]:
    """Those that are legible and not in the text layer."""
    sides = np.array([token[1:5] for token in known]).reshape(-1, 4)

    def is_known(token: Token) -> bool:
        width = np.minimum(sides[:, 2], token.right) - np.maximum(sides[:, 0], token.left)
        height = np.minimum(sides[:, 3], token.bottom) - np.maximum(sides[:, 1], token.top)
        shared = np.clip(width, 0, None) * np.clip(height, 0, None)
        return bool((shared > _SAME * (token.right - token.left) * (token.bottom - token.top)).any())

    return [token for token in tokens if token.confidence >= _SURE and not is_known(token)]


def _merged(layer: TextLayer, read: Sequence[tuple[Page, list[Token]]]) -> Page:
    page = layer.page
    tokens = [*layer.tokens, *(token for _, found in read for token in found)]
    running = compose(arrange(tokens), page.width, page.height)
    engines = dict.fromkeys(name for insert, _ in read for name in insert.source.split("+"))
    titles = " + ".join(ocr.engine(name).title for name in engines)
    pictures_read = "1 picture" if len(read) == 1 else f"{len(read)} pictures"
    return replace(
        page,
        text=running.text,
        words=running.words,
        lines=running.lines,
        blocks=running.blocks,
        reason=f"{page.reason}; {pictures_read} on it read by {titles}",
        confidence=mean_confidence(tokens),
        options={**read[0][0].options, "pictures": len(read)},
        language=read[0][0].language,
        flags=tuple(dict.fromkeys(flag for insert, _ in read for flag in insert.flags)),
    )
