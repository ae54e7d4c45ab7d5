"""Tesseract as an OCR engine: page mode, size, rows to blocks. Running it is left to a driver."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from PIL import Image

from nlp.reading.layout import Block, Line, Token
from nlp.reading.tesseract_command import Command

#: "Fully automatic page segmentation", Tesseract's default. Word F1 of modes 3, 4, 6 and 11 on the tune parts, with the
#: resolution told: 15 clean pages .972 .968 .922 .958, 6 pages .925 .921 .863 .928, 13 forms .877 .869 .813 .863,
#: 20 receipts .814 .815 .829 .745.
_PAGE_MODE = 3
#: Tesseract wants capitals of 20 pixels and more: whole pages below this resolution are read at twice the size. On 24
#: forms of 100 dpi F1 .782 became .833 for half as much time again.
_LOW_DPI = 130
#: Pages above the first resolution are read at the second: 15 clean pages of 300 dpi took .77 core-seconds for .99 and
#: lost .005 of F1, which a second opinion gives back.
_HIGH_DPI, _ENOUGH_DPI = 250, 200
#: Tesseract refuses larger pictures.
_MAX_SIDE = 32_000


class Driver(Protocol):
    """A way to run Tesseract. Each method raises SheafError ocr_missing or page_damaged."""

    def version(self) -> str: ...

    def languages(self) -> frozenset[str]: ...

    def tsv(self, grey: Image.Image, languages: str, page_mode: int, dpi: int | None) -> str:
        """Tesseract's table of what it found, boxes in pixels of `grey` (mode L)."""
        ...

    def orientation(self, grey: Image.Image) -> tuple[int, float]:
        """Degrees clockwise that would set the writing upright, and how sure that is."""
        ...


class Tesseract:
    """See `ocr.Engine`."""

    title = "Tesseract"

    def __init__(self, driver: Driver | None = None) -> None:
        self._driver = driver or default_driver()

    def version(self) -> str:
        return self._driver.version()

    def languages(self) -> frozenset[str]:
        return self._driver.languages() - {"osd"}

    def recognise(self, image: Image.Image, languages: Sequence[str], dpi: int | None) -> list[Block]:
        factor = _scale(image.size, dpi)
        if factor != 1.0:
            size = round(image.width * factor), round(image.height * factor)
            image = image.resize(size, Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.BOX)
        table = self._driver.tsv(image, "+".join(languages), _PAGE_MODE, round(dpi * factor) if dpi else None)
        return _blocks(table, factor)


def by_command() -> Tesseract:
    """Tesseract as the command of the system, to compare with."""
    return Tesseract(Command())


@cache
def default_driver() -> Driver:
    """Tesseract inside this process where tesserocr is installed (not every machine has a wheel), else as a command."""
    try:
        from nlp.reading.tesseract_library import Library
    except ImportError:
        return Command()
    return Library()


def _scale(size: tuple[int, int], dpi: int | None) -> float:
    factor = 1.0
    if dpi and dpi < _LOW_DPI:
        factor = 2.0
    elif dpi and dpi > _HIGH_DPI:
        factor = _ENOUGH_DPI / dpi
    return min(factor, _MAX_SIDE / max(size))


def _blocks(table: str, factor: float) -> list[Block]:
    blocks: list[Block] = []
    block_key = line_key = None
    # Twelve columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
    for _, _, block, paragraph, line, _, left, top, width, height, confidence, text in csv.reader(
        table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE
    ):
        if confidence == "conf" or float(confidence) < 0 or not text.strip():
            continue
        if (block, paragraph) != block_key:
            blocks.append([])
            block_key, line_key = (block, paragraph), None
        if line != line_key:
            blocks[-1].append([])
            line_key = line
        right, bottom = int(left) + int(width), int(top) + int(height)
        places = int(left) / factor, int(top) / factor, right / factor, bottom / factor
        token = Token(text.strip(), *places, float(confidence) / 100)
        blocks[-1][-1].append(token)
    return [[_directed(line) for line in block] for block in blocks]


def _directed(line: Line) -> Line:
    """The line with the direction it runs in, which Tesseract follows but does not tell."""
    first, last = line[0], line[-1]
    across = abs(last.left + last.right - first.left - first.right) / 2
    down = last.middle - first.middle
    if len(line) == 1:
        down = first.height if len(first.text) > 2 else 0.0
        across = first.right - first.left
    if abs(down) <= 2 * across:
        return line
    return [token._replace(direction=1 if down > 0 else 3) for token in line]
