"""Whether letters follow each other as in a language, to tell text whose font maps its letters to wrong ones.

"Wkh txlfn eurzq ira" has only letters, and no language has their pairs. What follows from it is left to `judgement`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from nlp.reading.letter_pairs import TENTHS

LETTERS = " abcdefghijklmnopqrstuvwxyz"
#: With fewer words of three letters and more, chance says too much.
_LEAST_WORDS = 40
#: Of a text in another script its few Latin words say nothing.
_LEAST_LATIN = 0.5
_WORD = re.compile("[a-z]{3,}")
#: Latin letters that do not come apart into a letter and its accents.
_PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ə": "e"}
)


def latin_words(text: str) -> list[str]:
    """Its words of three letters and more, without accents, in small letters."""
    text = text.lower()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_PLAIN)).encode("ascii", "ignore").decode()
    return _WORD.findall(text)


def surprise(texts: Iterable[str]) -> float | None:
    """Mean bits by which each letter surprises after the one before it, over many languages; None where there are too
    few Latin words to say. Languages have up to 4.2, shuffled letters 4.5 and more.
    """
    text = " ".join(texts)
    words = latin_words(text)
    if len(words) < _LEAST_WORDS:
        return None
    if not text.isascii() and sum(map(len, words)) < _LEAST_LATIN * sum(map(str.isalpha, text)):
        return None
    return mean_surprise(words, _TABLE)


def mean_surprise(words: Iterable[str], table: npt.NDArray[np.float32]) -> float:
    """`table[a, b]`: bits of the letter b after a, as places in LETTERS, where the blank begins and ends a word."""
    codes = np.frombuffer(f" {' '.join(words)} ".encode(), dtype=np.uint8)
    places = np.where(codes == ord(" "), 0, codes - (ord("a") - 1))
    return float(table[places[:-1], places[1:]].mean())


_TABLE = np.array([[int(row[at : at + 2]) / 10 for at in range(0, 54, 2)] for row in TENTHS], dtype=np.float32)
