"""Reading words out of pictures: one interface, engines as plug-ins. Which pages need it is left to `reading`.

To add an engine, write a module with a class of the shape of `Engine` and add its line to `ENGINES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol

from PIL import Image

from nlp.reading.layout import Block

ENGINES = {
    "tesseract": "nlp.reading.tesseract:Tesseract",
    "tesseract_command": "nlp.reading.tesseract:by_command",
    "rapidocr": "nlp.reading.rapid:Rapid",
}
DEFAULT_ENGINE = "tesseract"


@dataclass(frozen=True, slots=True)
class OcrOptions:
    """`dpi` is the picture's resolution where it is known. `engine` None is the default engine."""

    dpi: int | None = None
    engine: str | None = None


class Engine(Protocol):
    """What an engine can do. Each method raises SheafError ocr_missing if the engine is not installed."""

    def version(self) -> str: ...

    def languages(self) -> frozenset[str]:
        """Codes of the installed languages, as in "eng"."""
        ...

    def recognise(self, image: Image.Image, languages: Sequence[str], dpi: int | None) -> list[Block]:
        """Words in reading order, by line and block; boxes in pixels of `image`, which is grey (mode L)."""
        ...

    def turn(self, image: Image.Image) -> int:
        """Degrees clockwise (0, 90, 180, 270) that would set the writing upright; 0 if the engine cannot tell."""
        ...


@cache
def engine(name: str | None = None) -> Engine:
    """The engine of that name, made once a process. Raises KeyError for an unknown name."""
    module, _, member = ENGINES[name or DEFAULT_ENGINE].partition(":")
    made: Engine = getattr(import_module(module), member)()
    return made


def recognise(image: Image.Image, languages: Sequence[str], options: OcrOptions = OcrOptions()) -> list[Block]:
    """The words of the picture, by block and line. Raises SheafError ocr_missing or page_damaged."""
    grey = image if image.mode == "L" else image.convert("L")
    return engine(options.engine).recognise(grey, languages, options.dpi)


def missing_languages(languages: Sequence[str], name: str | None = None) -> tuple[str, ...]:
    """Those of the languages that the engine has no data for."""
    installed = engine(name).languages()
    return tuple(language for language in languages if language not in installed)
