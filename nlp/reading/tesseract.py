"""Tesseract as an OCR engine, run as a command through pytesseract. The interface is that of `ocr`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import pytesseract
from PIL import Image
from pytesseract.pytesseract import subprocess_args as _popen_arguments

from errors import SheafError
from nlp.child import die_with_parent
from nlp.reading.layout import Block, Token

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


class Tesseract:
    """See `ocr.Engine`. What is installed is asked once a process."""

    @staticmethod
    @cache
    def version() -> str:
        try:
            return str(pytesseract.get_tesseract_version())
        except pytesseract.TesseractNotFoundError as error:
            raise SheafError("ocr_missing") from error

    @staticmethod
    @cache
    def languages() -> frozenset[str]:
        try:
            return frozenset(pytesseract.get_languages()) - {"osd"}
        except pytesseract.TesseractNotFoundError as error:
            raise SheafError("ocr_missing") from error

    def recognise(self, image: Image.Image, languages: Sequence[str], dpi: int | None) -> list[Block]:
        factor = _enlargement(image.size)
        if factor != 1.0:
            size = round(image.width * factor), round(image.height * factor)
            image = image.resize(size, Image.Resampling.BICUBIC)
        config = f"--psm {_PAGE_MODE}" + (f" --dpi {round(dpi * factor)}" if dpi else "")
        found = _run(pytesseract.image_to_data, image, lang="+".join(languages), config=config)
        return _blocks(found, factor)

    def turn(self, image: Image.Image) -> int:
        try:
            found = _run(pytesseract.image_to_osd, image)
        except SheafError:  # too few letters to tell, or no data for it installed
            return 0
        return int(found["rotate"]) % 360 if found["orientation_conf"] >= _SURE_ORIENTATION else 0


def _enlargement(size: tuple[int, int]) -> float:
    short, long = sorted(size)
    if long > _MAX_SIDE:
        return _MAX_SIDE / long
    is_page = long < _PAGE_ASPECT * short
    return 2.0 if is_page and long < _LOW_DPI * _PAGE_INCHES else 1.0


def _run(command: Any, image: Image.Image, **arguments: Any) -> dict[str, Any]:
    """Raises SheafError ocr_missing or page_damaged."""
    # pytesseract hands the picture over as a file of its own format; an uncompressed one costs next to nothing.
    image.format = "PPM"
    try:
        found: dict[str, Any] = command(image, output_type=pytesseract.Output.DICT, **arguments)
    except pytesseract.TesseractNotFoundError as error:
        raise SheafError("ocr_missing") from error
    except pytesseract.TesseractError as error:
        raise SheafError("page_damaged", detail=f"Tesseract gave up on it ({error.message[:200]})") from error
    return found


def _blocks(found: dict[str, Any], factor: float) -> list[Block]:
    blocks: list[Block] = []
    block_key = line_key = None
    columns = ("block_num", "par_num", "line_num", "left", "top", "width", "height", "conf", "text")
    for block, paragraph, line, left, top, width, height, confidence, text in zip(
        *(found.get(column, []) for column in columns), strict=True
    ):
        text = str(text).strip()
        if not text or confidence < 0:
            continue
        if (block, paragraph) != block_key:
            blocks.append([])
            block_key, line_key = (block, paragraph), None
        if line != line_key:
            blocks[-1].append([])
            line_key = line
        right, bottom = left + width, top + height
        token = Token(text, left / factor, top / factor, right / factor, bottom / factor, confidence / 100)
        blocks[-1][-1].append(token)
    return blocks


def _guarded_popen_arguments(*arguments: Any, **named: Any) -> dict[str, Any]:
    """How pytesseract starts Tesseract: with one thread, and so that it dies with us.

    Its own threads make Tesseract four times slower when each core has its own page. And a reader that is killed at
    its deadline must not leave a Tesseract behind.
    """
    popen = dict(_popen_arguments(*arguments, **named))
    popen["env"] = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    popen["preexec_fn"] = partial(die_with_parent, os.getpid())
    return popen


pytesseract.pytesseract.subprocess_args = _guarded_popen_arguments
