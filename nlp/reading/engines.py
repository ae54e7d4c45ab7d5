"""Which OCR engines are installed here, and for which languages. Which of them reads a page is left to `routing`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from langcodes import Language
from langcodes.tag_parser import LanguageTagError

from errors import SheafError
from nlp.reading import ocr

#: Tesseract's names of what is written in one of two scripts, as others name it.
_SCRIPTS = {"chi_sim": "zh-Hans", "chi_tra": "zh-Hant"}


@dataclass(frozen=True, slots=True)
class Installed:
    """An engine of `ocr.ENGINES` that is installed; `languages` are codes, as in "eng"."""

    name: str
    title: str
    version: str
    languages: tuple[str, ...]


def installed() -> tuple[Installed, ...]:
    """Those that are there, in the order of `ocr.ENGINES`. Loads what they are made of: for a sandbox child."""
    found = []
    for name in ocr.ENGINES:
        with suppress(SheafError):  # not installed
            engine = ocr.engine(name)
            found.append(Installed(name, engine.title, engine.version(), tuple(sorted(engine.languages()))))
    return tuple(found)


def unknown_languages(languages: Sequence[str], engines: Sequence[Installed]) -> list[str]:
    """Those of the languages that none of the engines knows."""
    known = {language for engine in engines for language in engine.languages}
    return [language for language in languages if language not in known]


def language_name(code: str) -> str:
    """The name of a language in English; the code itself where it has none."""
    try:
        name = Language.get(_SCRIPTS.get(code, code)).display_name()
    except LanguageTagError:
        return code
    return code if name.startswith("Unknown") else name
