"""Tesseract as an OCR engine: page mode, size, rows to blocks. Running it is left to a driver."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from PIL import Image

from errors import SheafError
from nlp.reading.layout import Block, Token
from nlp.reading.tesseract_command import Command

#: "A single column of text of variable sizes". Word F1 of modes 3 (Tesseract's default), 4 and 6 on 24 receipts, 24
#: forms and 6 pages of the tune parts, as they are: .795 .801 .809, .777 .782 .729, .880 .882 .863. Modes 3 and 4 are
#: too close to tell apart on so few; 6 is better on receipts and clearly worse on forms.
_PAGE_MODE = 4
#: Tesseract wants capitals of 20 pixels and more. Whole pages below this resolution are read at twice the size: on the
#: same 24 forms, of 100 dpi, .782 became .833 for half as much time again.
_LOW_DPI = 130
_PAGE_INCHES = 11.3
#: Longer than this for its width, a picture is a receipt and no page, and says nothing of its resolution.
_PAGE_ASPECT = 1.6
#: Tesseract refuses larger pictures.
_MAX_SIDE = 32_000
#: Below this the orientation that Tesseract finds is a guess.
_SURE_ORIENTATION = 1.0


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
    """See `ocr.Engine`. By default Tesseract runs in this process where tesserocr is installed, else as a command."""

    def __init__(self, driver: Driver | None = None) -> None:
        self._driver = driver or _in_process() or Command()

    def version(self) -> str:
        return self._driver.version()

    def languages(self) -> frozenset[str]:
        return self._driver.languages() - {"osd"}

    def recognise(self, image: Image.Image, languages: Sequence[str], dpi: int | None) -> list[Block]:
        factor = _enlargement(image.size)
        if factor != 1.0:
            size = round(image.width * factor), round(image.height * factor)
            image = image.resize(size, Image.Resampling.BICUBIC)
        table = self._driver.tsv(image, "+".join(languages), _PAGE_MODE, round(dpi * factor) if dpi else None)
        return _blocks(table, factor)

    def turn(self, image: Image.Image) -> int:
        try:
            degrees, sureness = self._driver.orientation(image)
        except SheafError:  # too few letters to tell, or no data for it installed
            return 0
        return degrees % 360 if sureness >= _SURE_ORIENTATION else 0


def by_command() -> Tesseract:
    """Tesseract as the command of the system, to compare with."""
    return Tesseract(Command())


@cache
def _in_process() -> Driver | None:
    try:
        from nlp.reading.tesseract_library import Library
    except ImportError:  # its wheels are not for every machine
        return None
    return Library()


def _enlargement(size: tuple[int, int]) -> float:
    short, long = sorted(size)
    if long > _MAX_SIDE:
        return _MAX_SIDE / long
    is_page = long < _PAGE_ASPECT * short
    return 2.0 if is_page and long < _LOW_DPI * _PAGE_INCHES else 1.0


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
    return blocks
