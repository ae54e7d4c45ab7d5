"""Reading words out of pictures: one interface, engines as plug-ins. Which engine reads what is left to `routing`.

To add an engine, write a module with a class of the shape of `Engine` and add its line to `ENGINES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import ClassVar, Protocol, runtime_checkable

from PIL import Image

from nlp.reading.layout import Block, Sides, Token

#: By the name under which they are asked for and told of.
ENGINES = {
    "tesseract": "nlp.reading.tesseract:Tesseract",
    "tesseract_command": "nlp.reading.tesseract:by_command",
    "rapidocr": "nlp.reading.rapid:Rapid",
}
#: Longer than this for its width, a picture is a receipt or a strip and says nothing of its resolution.
PAGE_ASPECT = 1.6
#: The longer side of a sheet of paper, between Letter and A4.
_PAGE_INCHES = 11.3


class Engine(Protocol):
    """What an engine can do. Each method raises SheafError ocr_missing if the engine is not installed."""

    #: Its name as people know it.
    title: ClassVar[str]

    def version(self) -> str: ...

    def languages(self) -> frozenset[str]:
        """Codes of the installed languages, as in "eng"."""
        ...

    def recognise(self, image: Image.Image, languages: Sequence[str], dpi: int | None) -> list[Block]:
        """Words in reading order, by line and block; boxes in pixels of `image`, which is grey (mode L)."""
        ...


@runtime_checkable
class LineReader(Engine, Protocol):
    """An engine that also reads lines which somebody else has found."""

    def read_lines(self, image: Image.Image, lines: Sequence[Sides]) -> list[list[Token]]:
        """The words of each line; what the engine takes for no writing has none."""
        ...


@cache
def engine(name: str) -> Engine:
    """The engine of that name, made once a process. Raises KeyError for an unknown name."""
    module, _, member = ENGINES[name].partition(":")
    made: Engine = getattr(import_module(module), member)()
    return made


def missing_languages(languages: Sequence[str], name: str) -> tuple[str, ...]:
    """Those of the languages that the engine has no data for. Raises SheafError ocr_missing."""
    installed = engine(name).languages()
    return tuple(language for language in languages if language not in installed)


def page_dpi(size: tuple[int, int]) -> int | None:
    """The resolution of a picture of a whole page, by its size in pixels; None if it does not look like a page.

    Tesseract, told a wrong resolution or none, loses words: clean pages of 300 dpi .936, with it .968.
    """
    short, long = sorted(size)
    return round(long / _PAGE_INCHES) if long < PAGE_ASPECT * short else None
