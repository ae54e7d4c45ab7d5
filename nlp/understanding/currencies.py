"""Signs and words of currencies, kept as data in rules/currencies.yaml. Reading amounts is left to values."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

#: The codes that a mere $ may mean.
DOLLARS = frozenset({"AUD", "CAD", "HKD", "NZD", "SGD", "USD"})
_MERE = frozenset({"$", "dollar", "dollars"})
#: What stands before and behind the name of a currency that amounts are in.
_LEADS_TO, _LEADS_FROM = re.compile(r"(?:\d\s?|\bin\s|\()\Z"), re.compile(r"\s?[:(]?\s?\$?\s?-?\d|\)")


def currency_of(text: str, dollar: str | None = None) -> str | None:
    """The ISO 4217 code of the first currency sign or word in the text; whose a mere $ is, that of the United States
    by default, `dollar` says."""
    marks = [found[0] for found in _pattern().finditer(text)]
    mark = next((mark for mark in marks if not is_mere_dollar(mark)), marks[0] if marks else None)
    return ((dollar or "USD") if is_mere_dollar(mark) else str(_row(mark).get("code"))) if mark else None


def is_mere_dollar(mark: str) -> bool:
    """Whether it leaves open whose dollar it is."""
    return _plain(mark) in _MERE


def dollar_of(text: str) -> str | None:
    """The dollar that the text names most often, beside amounts, in brackets or as "in CAD"; a mere $ names none."""
    named = (
        found[0]
        for found in _pattern().finditer(text)
        if not is_mere_dollar(found[0])
        and (_LEADS_TO.search(text, max(0, found.start() - 4), found.start()) or _LEADS_FROM.match(text, found.end()))
    )
    codes = (_row(mark).get("code") for mark in named)
    most = Counter(code for code in codes if code in DOLLARS).most_common(1)
    return most[0][0] if most else None


def region_of(text: str) -> str | None:
    """The ISO 3166 country whose currency the text names most often: where phone numbers without a code belong."""
    regions = (_row(found[0]).get("region") for found in _pattern().finditer(text))
    most = Counter(region for region in regions if region).most_common(1)
    return most[0][0] if most else None


def currency_marks() -> str:
    """A regular expression for any currency sign or word, for rules to build on."""
    return _pattern().pattern


def without_marks(text: str) -> str:
    """The text with a blank for every currency sign and word."""
    return _pattern().sub(" ", text)


@lru_cache
def point_currencies() -> frozenset[str]:
    """The codes of currencies whose cents stand after a point, so that a comma parts thousands."""
    return frozenset(row["code"] for row in _marks().values() if row.get("decimal_point"))


@lru_cache
def _marks() -> dict[str, dict[str, Any]]:
    rows = yaml.safe_load((Path(__file__).parent / "rules" / "currencies.yaml").read_text("utf-8"))
    return {mark: row for row in rows for mark in row["marks"]}


def _row(found: str) -> dict[str, Any]:
    """The currency of a mark as it was found: as listed, or in any case where the pattern lets that pass."""
    return _marks().get(found) or _folded_marks()[_plain(found)]


@lru_cache
def _folded_marks() -> dict[str, dict[str, Any]]:
    return {_plain(mark): row for mark, row in _marks().items()}


def _plain(mark: str) -> str:
    """Case folded as `re` does it: to its IGNORECASE ſ is an s, and both the i's of Turkish are an i."""
    return mark.casefold().replace("i\u0307", "i").replace("ı", "i")


@lru_cache
def _pattern() -> re.Pattern[str]:
    marks = sorted(_marks(), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(_edged(mark) for mark in marks)})", re.IGNORECASE)


def _edged(mark: str) -> str:
    """The mark as a whole word. Few letters must be written as listed: a Rm 204 is a room."""
    letters = mark.rstrip(".")
    spelt = f"(?-i:{re.escape(mark)})" if letters.isalpha() and len(letters) <= 3 else re.escape(mark)
    before = r"(?<![^\W\d_])" if mark[0].isalpha() else ""
    after = r"(?![^\W\d_])" if mark[-1].isalpha() else ""
    other_word = f"(?!{_marks()[mark]['unless_before']})" if "unless_before" in _marks()[mark] else ""
    return before + spelt + after + other_word
