"""Which OCR engines and languages there are here. Reading with them is left to workers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from errors import SheafError
from nlp.reading.engines import Installed, installed, unknown_languages
from nlp.sandbox import Sandbox
from workers.work import Work


def installed_engines(work: Work) -> tuple[Installed, ...]:
    """Those that are there, as they were when this process first asked: looking takes a second."""
    return _asked(work.children.door, work.settings.sheaf_page_seconds)


@lru_cache(maxsize=1)
def _asked(door: Sandbox, deadline: float) -> tuple[Installed, ...]:
    return door.call(installed, deadline=deadline)


def check_languages(work: Work, languages: Sequence[str]) -> None:
    """Raises SheafError unknown_language if no engine knows one of them."""
    if languages:
        engines = installed_engines(work)
        if unknown := unknown_languages(languages, engines):
            known = sorted({language for engine in engines for language in engine.languages})
            raise SheafError("unknown_language", unknown=", ".join(unknown), installed=", ".join(known))
