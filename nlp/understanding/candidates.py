"""What could be the value of a field: dates, amounts, numbers, names, addresses. Choosing is left to scoring.

What OCR does to digits (193.0O) is repaired in the value only, never in the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from nlp.facts import Entity, Page, Span, Value
from nlp.places import words_in
from nlp.understanding.cells import Cell, Found, Grid
from nlp.understanding.currencies import currency_of, dollar_of, is_mere_dollar
from nlp.understanding.parties import addresses, names
from nlp.understanding.patterns import AMOUNTS, CURRENCIES, DATES, IBANS, NUMBERS, TIME
from nlp.understanding.values import currency_value, date_value, day_first_of, iban_value, id_value, money_value

_RATE = re.compile(r"(?<![\d.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?%")
_TO_DIGITS = str.maketrans("OoIlSB", "001158")

#: What tells that a mere $ is that of the United States: their name, or a state before a postcode.
_UNITED_STATES = re.compile(
    r"\bU\.?S\.?(?:A\b|\$)|\bUnited States\b|\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|"
    r"N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),?\s+\d{5}(?:-\d{4})?(?!\d)"
)

#: What the entity model is less sure of does not say where a name begins and ends.
_NAMED = 0.4

#: A name or an address is looked for in so many rows from the top; names further down need a word that says so.
TOP_ROWS = 16


class Spanned(Protocol):
    """What has places on pages."""

    @property
    def spans(self) -> tuple[Span, ...]: ...


class Document:
    """Pages, their grid and entities, with what all candidates of a document share worked out once."""

    def __init__(self, pages: Sequence[Page], entities: Sequence[Entity], grid: Grid) -> None:
        self.pages = pages
        self.entities = entities
        self.grid = grid

    @cached_property
    def text(self) -> str:
        """That of all pages."""
        return "\n".join(page.text for page in self.pages)

    @cached_property
    def day_first(self) -> bool | None:
        return day_first_of(self.text)

    @cached_property
    def currency(self) -> str | None:
        """The currency that the pages name most often."""
        codes = [currency_of(hit[0], self.dollar) for page in self.pages for hit in CURRENCIES.finditer(page.text)]
        return Counter(codes).most_common(1)[0][0] if codes else None

    @cached_property
    def dollar(self) -> str | None:
        """What a mere $ means, if the pages say so."""
        return dollar_of(self.text)

    @cached_property
    def rates(self) -> frozenset[Decimal]:
        """The percentages on the pages."""
        return frozenset(Decimal(hit[1].replace(",", ".")) for page in self.pages for hit in _RATE.finditer(page.text))

    @cached_property
    def dates(self) -> list[Found]:
        return [found for cell in self.grid.cells() for found in self._in_cell(cell, DATES, self._date)]

    @cached_property
    def amounts(self) -> list[Found]:
        return [found for cell in self.grid.cells() for found in self._in_cell(cell, AMOUNTS, self._money)]

    @cached_property
    def numbers(self) -> list[Found]:
        return [found for cell in self.grid.cells() for found in self._in_cell(cell, NUMBERS, id_value)]

    @cached_property
    def ibans(self) -> list[Found]:
        return [found for cell in self.grid.cells() for found in self._in_cell(cell, IBANS, iban_value)]

    @cached_property
    def currencies(self) -> list[Found]:
        """Signs and words of currencies where amounts are; a mere $ is the dollar that the pages name, and in doubt
        where they name neither one nor a place in the United States."""
        everywhere = [one for cell in self.grid.cells() for one in self._in_cell(cell, CURRENCIES, currency_value)]
        by_amounts = [one for one in everywhere if not one.text.isalpha() or _by_an_amount(one)]
        found = [one for one in by_amounts if not one.text.islower()] or by_amounts  # pounds may be weighed
        dollar: Value = {"kind": "currency", "currency": currency_of("$", self.dollar)}
        if not self.dollar and not any(_UNITED_STATES.search(page.text) for page in self.pages):
            dollar = {**dollar, "ambiguous": True}
        return [replace(one, value=dollar) if is_mere_dollar(one.text) else one for one in found]

    @cached_property
    def names(self) -> list[Found]:
        named = [one for one in self.entities if one.label in ("ORG", "PERSON") and one.confidence >= _NAMED]
        return names(self.grid, named)

    @cached_property
    def addresses(self) -> list[Found]:
        return addresses(self.grid)

    def of_kind(self, kind: str) -> list[Found]:
        return {
            "date": lambda: self.dates,
            "money": lambda: self.amounts,
            "id": lambda: self.numbers,
            "name": lambda: self.names,
            "address": lambda: self.addresses,
            "iban": lambda: self.ibans,
            "currency": lambda: self.currencies,
        }[kind]()

    def labels_at(self, found: Found) -> set[str]:
        """Labels of the entities that share a character with the place."""
        return {
            entity.label
            for entity in self.entities
            for span in entity.spans
            for here in found.spans
            if span.page == here.page and span.start < here.end and here.start < span.end
        }

    def legibility(self, found: Spanned) -> tuple[float, float]:
        """The least and the mean confidence of the reader in the words of the place, 0..1."""
        by_number = {page.number: page for page in self.pages}
        sure = [
            word.confidence for span in found.spans for word in words_in(by_number[span.page], span.start, span.end)
        ]
        return (min(sure), sum(sure) / len(sure)) if sure else (0.0, 0.0)

    def _in_cell(
        self, cell: Cell, pattern: re.Pattern[str], value_of: Callable[[str], Value | None]
    ) -> Iterator[Found]:
        last = 0
        for hit in pattern.finditer(cell.text):
            start, end = hit.span("value" if "value" in pattern.groupindex else 0)
            text = cell.text[start:end]
            value = value_of(text)
            if value is None:
                continue
            span = Span(cell.page, cell.start + start, cell.start + end)
            yield Found(text, (span,), value, (cell,), cell.text[last:start], cell.text[end:])
            last = end

    def _date(self, text: str) -> Value | None:
        if re.search(r"[^\W\d_]{3}", text):  # with the name of a month
            return date_value(text, self.day_first)
        return date_value(re.sub(r"\s", "", text).translate(_TO_DIGITS), self.day_first)

    def _money(self, text: str) -> Value | None:
        digits = re.sub(r"(\d[.,])\s?(\w\w)(?=\D*$)", lambda hit: hit[1] + hit[2].translate(_TO_DIGITS), text)
        return money_value(re.sub(r"(?<=[.,])\s(?=\d\d)", "", digits), self.currency, self.dollar)


def _by_an_amount(mark: Found) -> bool:
    """Whether a word for a currency stands beside a number, in brackets, or at the end of its cell, as in a header."""
    near = mark.before.rstrip()[-1:].isdigit() or mark.after.strip()[:1].isdigit()
    return near or not mark.after.strip(" .:)") or mark.after[:1] == ")"


def time_follows(found: Found) -> bool:
    return bool(TIME.match(found.after.strip()))
