"""How a picture has to be turned for its writing to be upright. Turning it is left to `scans`."""

from __future__ import annotations

from PIL import Image

from errors import SheafError
from nlp.reading import tesseract

#: Below this the orientation that Tesseract finds is a guess.
_SURE = 1.0


def turn(grey: Image.Image) -> int:
    """Degrees clockwise (0, 90, 180, 270) that would set the writing upright; 0 where that cannot be told."""
    try:
        degrees, sureness = tesseract.default_driver().orientation(grey)
    except SheafError:  # too few letters to tell, or it is not installed, or has no data for it
        return 0
    return degrees % 360 if sureness >= _SURE else 0
