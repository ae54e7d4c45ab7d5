"""Finds label words in spite of case, accents, punctuation and misreadings. What they mean is left to the rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
#: Digits that an OCR engine writes for letters inside a word.
_MISREAD = str.maketrans("0158", "olsb")
#: From here on in Unicode: Chinese, Japanese and their neighbours.
_WITHOUT_BLANKS = "\u2e80"


def folded(text: str) -> str:
    """Small letters and digits of any script, everything else one blank: "Invoice No.:" gives "invoice no"."""
    plain = unicodedata.normalize("NFC", text).lower().translate(_SPELT)
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c)).lower()
    words = re.findall(r"[^\W_]+", plain)
    return " ".join(word.translate(_MISREAD) if _looks_misread(word) else word for word in words)


def find(text: str, phrases: Mapping[str, float]) -> list[tuple[str, float]]:
    """The (folded) phrases in the folded text with their weights, the longer first; no word is used twice."""
    found = []
    rest = folded(text)
    if not rest or not phrases:
        return []

    def take(hit: re.Match[str]) -> str:
        found.append((hit[0], phrases[hit[0]]))
        return "|"

    for pattern in _patterns(tuple(phrases)):
        rest = pattern.sub(take, rest)
    return found


@lru_cache(maxsize=256)
def _patterns(phrases: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """One pattern for each number of words, most words first."""
    by_words: dict[int, list[str]] = {}
    for phrase in phrases:
        by_words.setdefault(phrase.count(" "), []).append(phrase)
    return tuple(_any_of(by_words[words]) for words in sorted(by_words, reverse=True))


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    """The longer first. Those of scripts that put no blanks between words may be part of a longer one."""
    ordered = sorted(phrases, key=len, reverse=True)
    inside = [one for one in ordered if max(one[0], one[-1]) >= _WITHOUT_BLANKS]
    whole = [one for one in ordered if one not in inside]
    ways = [*map(re.escape, inside)]
    if whole:
        ways.append(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, whole))})(?![^\W_])")
    return re.compile("|".join(ways))


def _looks_misread(word: str) -> bool:
    return len(word) > 2 and sum(c.isdigit() for c in word) == 1 and not word[0].isdigit() and not word[-1].isdigit()
