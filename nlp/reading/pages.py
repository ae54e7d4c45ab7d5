"""Which way to read a page, and why. Reading itself is left to `text_layer` and `scans`. Runs in a sandbox child."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from nlp.facts import Page
from nlp.reading import pictures, text_layer
from nlp.reading.inserts import with_inserts
from nlp.reading.media_types import PDF
from nlp.reading.options import ReadingOptions
from nlp.reading.page_images import PageImages, page_images
from nlp.reading.pdf_drawings import is_grey
from nlp.reading.rulings import LONGEST
from nlp.reading.scans import read_scan
from nlp.reading.tables import find_tables

#: Small PDF pages are drawn larger for OCR, so that their longer side has this many pixels.
_LEAST_PX = 1600


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page, pictures of it as displayed, and how good its text is (0..1).

    `rotation` says by how many degrees clockwise the picture has to be turned for its writing to be upright.
    """

    page: Page
    images: PageImages
    quality: float
    rotation: int


def read_page(path: Path, media_type: str, number: int, options: ReadingOptions) -> PageReading:
    """Read page `number` (from 1). Raises SheafError page_damaged, damaged_file or ocr_missing."""
    if media_type != PDF:
        picture, size = pictures.load_image(path, media_type, number, options.megapixels)
        page = Page(number, *size, "", (), "", "the file is a picture", 0.0, unit="px")
        return _scanned(page, picture, None, options, is_smaller=picture.width < size[0])
    with pictures.pdf_page(path, number) as pdf_page:
        layer = text_layer.extract(pdf_page, number)
        trusted, reason = layer.judgement.trusted, layer.judgement.reason
        has_text = layer.evidence.characters > 0
        as_it_is = options.engine == text_layer.SOURCE and has_text
        if as_it_is or (trusted and not options.engine):
            picture, _ = pictures.render(pdf_page, 0, options.megapixels, least_px=options.image_px)
            alone = as_it_is or layer.evidence.is_hidden
            page = layer.page if alone else with_inserts(layer, pdf_page, picture, options)
            if as_it_is and not trusted:
                page = replace(page, reason=f"text layer, as it was asked for, and else {reason}")
            return _with_pictures(page, picture, layer.judgement.quality, layer.turn, options, has_text)
        picture, dpi = pictures.render(
            pdf_page, options.dpi, options.megapixels, least_px=_LEAST_PX, grey=is_grey(pdf_page)
        )
    if trusted:
        reason = "OCR was asked for"
    width, height = layer.page.width, layer.page.height
    page = Page(number, width, height, "", (), "", reason, 0.0)
    return _scanned(page, picture, round(dpi), options, is_smaller=round(dpi) < options.dpi, has_text=has_text)


def _scanned(
    page: Page,
    picture: Image.Image,
    dpi: int | None,
    options: ReadingOptions,
    is_smaller: bool,
    has_text: bool = False,
) -> PageReading:
    if options.engine == text_layer.SOURCE:  # there is none
        options = replace(options, engine=None)
    read, turn = read_scan(page, picture, dpi, options)
    if is_smaller:  # than it is, or was asked for: its small print may be lost
        read = replace(read, flags=(*read.flags, "drawn_smaller"))
    return _with_pictures(read, picture, read.confidence, turn, options, has_text)


def _with_pictures(
    page: Page, picture: Image.Image, quality: float, rotation: int, options: ReadingOptions, has_text: bool
) -> PageReading:
    """`has_text`: whether the file has a text of the page, which then can be asked for."""
    page = replace(page, options={**page.options, "text_layer": has_text})
    shown = pictures.shrunk(picture, max(options.image_px, LONGEST))
    images = page_images(shown, options.image_px, options.thumbnail_px)
    # Where the writing lies on its side, what looks like rows are columns.
    page = page if rotation else replace(page, tables=find_tables(page, shown))
    return PageReading(page, images, quality, rotation)
