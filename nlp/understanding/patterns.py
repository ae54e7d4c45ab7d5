"""How dates, amounts, numbers and IBANs are written, with the letters that OCR puts for digits (193.0O) let pass."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from string import ascii_uppercase

from nlp.understanding.currencies import currency_marks

#: Blanks between groups of digits, in a verbose pattern too.
BLANK = r"[\ \u00a0\u202f]"


def iban_marks(gap: str) -> str:
    """A regular expression for IBANs as long as their country has them, with `gap` between any two signs but the first
    four: what stands behind one ("… 00 BIC: …") must not count as the rest of it. It is the group `value` of an empty
    match, so that what merely begins as one ("DE12345678 IBAN DE50 …") does not hide the next."""
    ways = (
        rf"(?:{'|'.join(countries)})\d\d(?:{gap}?[A-Za-z0-9]){{{length}}}"
        for length, countries in sorted(_countries_by_length().items())
    )
    return rf"(?<!\w)(?=(?P<value>{'|'.join(ways)})(?!\w))"


@lru_cache
def _countries_by_length() -> dict[int, list[str]]:
    """The countries that have IBANs, by how many signs stand behind the first four."""
    from stdnum import numdb

    registry = numdb.get("iban")
    by_length: dict[int, list[str]] = {}
    for country in map("".join, product(ascii_uppercase, repeat=2)):
        if structure := registry.info(country)[0][1].get("bban"):
            by_length.setdefault(sum(map(int, re.findall(r"(\d+)!", structure))), []).append(country)
    return by_length


_DIGIT = r"[0-9OoIl]"
_MONTH = (
    r"(?:jan|feb|mar|m[aä]r|apr|may|mai|jun|jul|aug|ao[uû]|sep|sept|oct|okt|nov|dec|dez|janv|fév|avr|juil|déc|ene|abr|ago|dic)"
    r"[a-zéûä]*"
)
DATES = re.compile(
    rf"""(?<![\w/.-])(?:
      (?:19|20){_DIGIT}{{2}}\s?[-/.]\s?{_DIGIT}{{1,2}}\s?[-/.]\s?{_DIGIT}{{1,2}}
    | {_DIGIT}{{1,2}}\s?(?P<sep>[-/.])\s?{_DIGIT}{{1,2}}\s?(?P=sep)\s?(?:[12]{_DIGIT}{{3}}|{_DIGIT}{{2}})
    | \d{{1,2}}(?:st|nd|rd|th|er|\.)?[\s/-]*(?:day\s+of\s+|de\s+)?{_MONTH}\.?(?:[\s,/-]|de\s)*(?:(?:19|20)\d\d|'?\d\d)
    | {_MONTH}\.?\s*\d{{1,2}}(?:st|nd|rd|th)?\s*,?\s*(?:19|20)\d\d
    )(?![\w/]|[-.]\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_CENTS = r"[.,]\s?[0-9][0-9OoIlSB]"
_WHOLE = r"(?:\d{1,3}(?:[,.'’\ ]\d{3})+|\d+)"
_CURRENCY = currency_marks()
CURRENCIES = re.compile(_CURRENCY, re.IGNORECASE)
#: Cents may be missing only where a currency stands beside the number.
AMOUNTS = re.compile(
    rf"""
      \(\s?(?:{_CURRENCY})?\s?{_WHOLE}{_CENTS}\s?(?:{_CURRENCY})?\)
    | (?<![\w.,/-])(?:[-−]\s?)?(?:
        (?:{_CURRENCY})?[-−]?{_WHOLE}{_CENTS}(?![0-9/%]|[.,-]\d)(?:[-−](?!\S))?(?:\s?{_CURRENCY}(?!\w))?
      | {_CURRENCY}\s?[-−]?{_WHOLE}(?![\w/%]|[.,-]\s?\d)
      | {_WHOLE}\s?{_CURRENCY}(?!\w|\s?\d)
      )""",
    re.IGNORECASE | re.VERBOSE,
)
NUMBERS = re.compile(r"(?<![\w/-])[A-Za-z0-9][\w/.#-]*[\w]")
IBANS = re.compile(iban_marks(BLANK))
TIME = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[AP]M)?", re.IGNORECASE)
