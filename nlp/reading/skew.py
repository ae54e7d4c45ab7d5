"""How crooked a picture of upright writing lies. Turning it straight, and the words back, is left to `scans`.

Lines of print that lie level leave rows without ink between them: the angle at which the sums of the rows differ most
from their neighbours' is that of the lines (Postl 1986). About 20 ms a page.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: Degrees to either side that are tried, first in the coarse steps and then about the best in the fine ones.
_MOST, _COARSE, _FINE = 6.0, 0.5, 0.1
#: Pixels of the longer side of the copy that is looked at: letters are a few of them high.
_LOOKED_AT = 1000
#: A point of ink is this much (of 255) darker than what surrounds it, about so many pixels around.
_DARKER, _AROUND = 20, 31


def skew(grey: Image.Image) -> float:
    """Degrees, clockwise positive, by which the lines of `grey` (mode L) fall to the right; 0 where none are seen."""
    factor = min(1.0, _LOOKED_AT / max(grey.size))
    small = cv2.resize(np.asarray(grey), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    ink = cv2.adaptiveThreshold(
        small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _AROUND, _DARKER
    )  # fmt: skip
    down, right = np.nonzero(ink)
    if not len(down):
        return 0.0
    coarse = _sharpest(down, right, np.arange(-_MOST, _MOST + _COARSE / 2, _COARSE))
    return _sharpest(down, right, coarse + np.arange(-_COARSE, _COARSE + _FINE / 2, _FINE))


def _sharpest(down: NDArray[np.intp], right: NDArray[np.intp], angles: NDArray[np.float64]) -> float:
    return float(max(angles, key=lambda angle: _sharpness(down, right, angle)))


def _sharpness(down: NDArray[np.intp], right: NDArray[np.intp], angle: float) -> float:
    rows = np.round(down - right * np.tan(np.radians(angle))).astype(np.intp)
    sums = np.bincount(rows - rows.min()).astype(np.float64)
    return float(np.square(np.diff(sums)).sum())
