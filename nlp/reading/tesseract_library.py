"""Runs Tesseract inside this process, through tesserocr: no start, no temporary files, and half the work per page.

What to ask of it is left to `tesseract`. The language data are those of the system's Tesseract.
"""

from __future__ import annotations

import re
import subprocess
from functools import cache

import tesserocr
from PIL import Image

from errors import SheafError

# Leptonica remarks on boxes that touch the edge; what matters arrives as an error.
tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
_FOLDER = re.compile(r'"(.+)"')


class Library:
    """See `tesseract.Driver`. One engine a language and page mode is kept, so that its data are loaded once."""

    @staticmethod
    @cache
    def version() -> str:
        _data()
        return str(tesserocr.tesseract_version().split()[1])

    @staticmethod
    @cache
    def languages() -> frozenset[str]:
        return frozenset(tesserocr.get_languages(_data())[1])

    def tsv(self, grey: Image.Image, languages: str, page_mode: int, dpi: int | None) -> str:
        engine = _engine(languages, page_mode)
        _show(engine, grey, dpi)
        try:
            if not engine.Recognize():
                raise SheafError("page_damaged", detail="Tesseract gave up on it")
            return str(engine.GetTSVText(0))
        finally:
            engine.Clear()

    def orientation(self, grey: Image.Image) -> tuple[int, float]:
        engine = _engine("osd", tesserocr.PSM.OSD_ONLY)
        _show(engine, grey, None)
        try:
            found = engine.DetectOrientationScript()
        finally:
            engine.Clear()
        if found is None:
            raise SheafError("page_damaged", detail="Tesseract sees too few letters to tell how they stand")
        return -int(found["orient_deg"]), float(found["orient_conf"])


def _show(engine: tesserocr.PyTessBaseAPI, grey: Image.Image, dpi: int | None) -> None:
    engine.SetImageBytes(grey.tobytes(), grey.width, grey.height, 1, grey.width)
    if dpi:
        engine.SetSourceResolution(dpi)


@cache
def _engine(languages: str, page_mode: int) -> tesserocr.PyTessBaseAPI:
    try:
        engine = tesserocr.PyTessBaseAPI(path=_data(), lang=languages, psm=page_mode)
    except RuntimeError as error:
        raise SheafError("ocr_missing") from error
    engine.SetVariable("debug_file", "/dev/null")
    return engine


@cache
def _data() -> str:
    """The folder of the language data, as the system's Tesseract names it. Raises SheafError ocr_missing."""
    try:
        listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SheafError("ocr_missing") from error
    folder = _FOLDER.search(listed.stdout + listed.stderr)
    if folder is None:
        raise SheafError("ocr_missing")
    return folder[1]
