"""Hides card numbers in text that leaves the house: exports, tables as CSV, `sheaf extract`. Rules find them."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from typing import Any

from nlp.understanding.rules import RuleBook, load

LABEL = "CARD_NUMBER"
_SHOWN = 4


def masked(text: str, known: Collection[str] = ()) -> str:
    """The text with stars for the digits of its card numbers, but for the last four; as long as it was.

    `known` are card numbers of the document that a text alone may not show to be one: in a cell without its header.
    """
    for number in known:
        digits = re.sub(r"[ -]", "", number)
        text = re.sub(r"[ -]?".join(map(re.escape, digits)), lambda hit: _masked_number(hit[0]), text)
    for hit in _book().find(text):
        text = text[: hit.start] + _masked_number(text[hit.start : hit.end]) + text[hit.end :]
    return text


def masked_within(found: Any, known: Collection[str] = ()) -> Any:
    """The same lists and objects with every text in them masked."""
    if isinstance(found, dict):
        return {key: masked_within(value, known) for key, value in found.items()}
    if isinstance(found, list):
        return [masked_within(value, known) for value in found]
    return masked(found, known) if isinstance(found, str) else found


def _masked_number(number: str) -> str:
    digits = [at for at, sign in enumerate(number) if sign.isdigit()]
    last = digits[-_SHOWN] if len(digits) > _SHOWN else 0
    return re.sub(r"\d", "*", number[:last]) + number[last:]


@cache
def _book() -> RuleBook:
    book = load()
    return RuleBook(book.version, tuple(rule for rule in book.rules if rule.label == LABEL))
