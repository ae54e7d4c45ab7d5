"""How a picture has to be turned for its writing to be upright. Turning it is left to `scans`."""

from __future__ import annotations

from typing import NamedTuple

from PIL import Image

from errors import SheafError
from nlp.reading import tesseract

#: Below the first what Tesseract finds is a guess, from the second on a certainty: of 57 pages of the tune parts, each
#: turned four ways, it was right in 27 of 45 cases below 1, 93 of 115 up to 8, 16 of 16 above.
_SURE, _CERTAIN = 1.0, 8.0


class Orientation(NamedTuple):
    """Degrees clockwise (0, 90, 180, 270) that would set the writing upright, and whether that is certain."""

    turn: int
    is_certain: bool


def orientation(grey: Image.Image) -> Orientation:
    """How the writing stands; no turn where that cannot be told."""
    try:
        degrees, sureness = tesseract.default_driver().orientation(grey)
    except SheafError:  # too few letters to tell, or it is not installed, or has no data for it
        return Orientation(0, False)
    return Orientation(degrees % 360 if sureness >= _SURE else 0, sureness >= _CERTAIN)
