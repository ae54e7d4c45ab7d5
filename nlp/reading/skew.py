"""How crooked a picture of upright writing lies. Turning it straight, and the words back, is left to `scans`.

Lines of print that lie level leave rows without ink between them: the angle at which the sums of the rows differ most
from their neighbours' is that of the lines (Postl 1986). About 20 ms a page.
"""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nlp.reading.pictures import GLANCE, shrunk

#: Degrees to either side that are tried, first in the coarse steps and then about the best in the fine ones.
_MOST, _COARSE, _FINE = 6.0, 0.5, 0.1
#: So many times sharper than lying as it is the picture must become. Pages of the tune parts that were turned by 1.5
#: degrees became 2.5 times as sharp and more; stains and photographs are as sharp at any angle.
_CLEARLY = 2.0
#: A point of ink is this much (of 255) darker than what surrounds it, about so many pixels around.
_DARKER, _AROUND = 20, 31
#: Each so many columns tell enough: 96 pictures of the tune parts, turned by up to 5.5 degrees, had the angle that all
#: columns tell, for two thirds of the time.
_EACH = 2


def skew(grey: Image.Image) -> float:
    """Degrees by which the lines of `grey` (mode L) fall to the right, negative if they rise; 0 if it is not plain."""
    small = shrunk(grey, GLANCE)
    ink = cv2.adaptiveThreshold(
        np.asarray(small), 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _AROUND, _DARKER
    )
    down, right = np.nonzero(ink[:, ::_EACH])
    if not len(down):
        return 0.0
    sharpness = partial(_sharpness, down, _EACH * right)
    coarse = max(np.arange(-_MOST, _MOST + _COARSE / 2, _COARSE), key=sharpness)
    fine = max(coarse + np.arange(-_COARSE, _COARSE + _FINE / 2, _FINE), key=sharpness)
    return float(fine) if sharpness(fine) > _CLEARLY * sharpness(0.0) else 0.0


def _sharpness(down: NDArray[np.intp], right: NDArray[np.intp], angle: float) -> float:
    rows = np.round(down - right * np.tan(np.radians(angle))).astype(np.intp)
    sums = np.bincount(rows - rows.min()).astype(np.float64)
    return float(np.square(np.diff(sums, prepend=0, append=0)).sum())
