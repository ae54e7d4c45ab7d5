"""Finds the free fonts that the samples embed. Drawing with them is left to sheet.py.

Liberation (GPL with the embedding exception, or OFL from version 2) and DejaVu (Bitstream Vera licence) may both be
embedded. Debian and Ubuntu: apt install fonts-liberation fonts-dejavu-core; macOS: brew install --cask font-liberation
font-dejavu.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FILES = {
    "sans": "LiberationSans-Regular.ttf",
    "sans-bold": "LiberationSans-Bold.ttf",
    "sans-italic": "LiberationSans-Italic.ttf",
    "serif": "LiberationSerif-Regular.ttf",
    "serif-bold": "LiberationSerif-Bold.ttf",
    "serif-italic": "LiberationSerif-Italic.ttf",
    "mono": "LiberationMono-Regular.ttf",
    "mono-bold": "LiberationMono-Bold.ttf",
    "till": "DejaVuSansMono.ttf",
    "till-bold": "DejaVuSansMono-Bold.ttf",
    "wide": "DejaVuSans.ttf",
    "wide-bold": "DejaVuSans-Bold.ttf",
}
BUILT_IN = {
    "helvetica": "Helvetica",
    "helvetica-bold": "Helvetica-Bold",
    "times": "Times-Roman",
    "times-bold": "Times-Bold",
}
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path.home() / "Library/Fonts",
    Path.home() / ".local/share/fonts",
)


@lru_cache
def font(name: str) -> str:
    """The name under which reportlab knows a font of FILES or BUILT_IN; FileNotFoundError says what to install."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    for folder in FOLDERS:
        for path in sorted(folder.rglob(FILES[name])):
            pdfmetrics.registerFont(TTFont(name, str(path)))
            return name
    raise FileNotFoundError(f"the font {FILES[name]} is not installed: see samples/fonts.py")
