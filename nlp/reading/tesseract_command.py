"""Runs Tesseract as the system's command, through pytesseract. What to ask of it is left to `tesseract`."""

from __future__ import annotations

import os
from functools import cache, partial
from typing import Any

import pytesseract
from PIL import Image
from pytesseract.pytesseract import subprocess_args as _popen_arguments

from errors import SheafError
from nlp.child import die_with_parent


class Command:
    """See `tesseract.Driver`. What is installed is asked once a process."""

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
            return frozenset(pytesseract.get_languages())
        except pytesseract.TesseractNotFoundError as error:
            raise SheafError("ocr_missing") from error

    def tsv(self, grey: Image.Image, languages: str, page_mode: int, dpi: int | None) -> str:
        config = f"--psm {page_mode}" + (f" --dpi {dpi}" if dpi else "")
        return str(_run(pytesseract.image_to_data, grey, lang=languages, config=config))

    def orientation(self, grey: Image.Image) -> tuple[int, float]:
        found = _run(pytesseract.image_to_osd, grey, output_type=pytesseract.Output.DICT)
        return int(found["rotate"]), float(found["orientation_conf"])


def _run(command: Any, image: Image.Image, **arguments: Any) -> Any:
    """Raises SheafError ocr_missing or page_damaged."""
    # pytesseract hands the picture over as a file of its own format; an uncompressed one costs next to nothing.
    image.format = "PPM"
    try:
        return command(image, **arguments)
    except pytesseract.TesseractNotFoundError as error:
        raise SheafError("ocr_missing") from error
    except pytesseract.TesseractError as error:
        raise SheafError("page_damaged", detail=f"Tesseract gave up on it ({error.message[:200]})") from error


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
