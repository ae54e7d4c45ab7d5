"""Writes nlp/reading/letter_pairs.py from the words that spaCy (MIT licence) has of 43 languages in Latin script.

`python -m scripts.letters`. Each language counts the same, however much there is of it.
"""

from __future__ import annotations

import importlib
import pkgutil
import unicodedata
from collections.abc import Collection, Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import spacy.lang

from nlp.reading.plausibility import LETTERS, latin_words

TARGET = Path(__file__).resolve().parent.parent / "nlp" / "reading" / "letter_pairs.py"
LEAST_LATIN, LEAST_CHARACTERS = 0.9, 200
#: Keeps pairs that no language here has from being impossible.
UNSEEN = 0.002
HEAD = '''"""Tenths of a bit by which a letter surprises after another. Made by scripts/letters.py; not to be edited.

A row a letter before, two digits a letter after, in the order of `plausibility.LETTERS`.
"""

TENTHS = (
'''


def languages() -> dict[str, list[str]]:
    """The words that there are of each language: stop words and example sentences."""
    found = {}
    for language in pkgutil.iter_modules(spacy.lang.__path__):
        if language.ispkg:
            text = " ".join(_texts(f"spacy.lang.{language.name}"))
            letters = [letter for letter in text if letter.isalpha()]
            latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters)
            if len(text) > LEAST_CHARACTERS and latin > LEAST_LATIN * len(letters):
                found[language.name] = latin_words(text)
    return found


def _texts(package: str) -> list[str]:
    texts: list[str] = []
    for module, member in (("stop_words", "STOP_WORDS"), ("examples", "sentences")):
        try:
            texts += sorted(getattr(importlib.import_module(f"{package}.{module}"), member))
        except ModuleNotFoundError:
            continue
    return texts


def table(words: Mapping[str, Collection[str]]) -> npt.NDArray[np.float32]:
    """Bits of each letter (columns) after each (rows)."""
    shares = np.full((len(LETTERS), len(LETTERS)), UNSEEN)
    for of_language in words.values():
        counts = np.zeros_like(shares)
        text = f" {' '.join(of_language)} "
        for before, after in pairwise(text):
            counts[LETTERS.index(before), LETTERS.index(after)] += 1
        shares += counts / counts.sum()
    bits: npt.NDArray[np.float32] = -np.log2(shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    return bits


def main() -> None:
    rows = ("".join(f"{min(99, round(bits * 10)):02}" for bits in row) for row in table(languages()))
    TARGET.write_text(HEAD + "".join(f'    "{row}",\n' for row in rows) + ")\n", "utf-8")


if __name__ == "__main__":
    main()
