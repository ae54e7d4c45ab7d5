"""What could be the value of a field: dates, amounts, numbers, names, addresses. Choosing is left to scoring.

Patterns forgive what OCR does to digits (193.0O) and repair it in the value only, never in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from nlp.cells import Cell, Grid
from nlp.facts import Box, Entity, Page, Span, Value
from nlp.places import words_in
from nlp.values import (
    currency_marks,
    currency_of,
    date_value,
    day_first_of,
    iban_value,
    id_value,
    money_value,
    text_value,
)
from nlp.writing import (
    ends_name,
    is_label,
    legal_form,
    looks_like_address,
    looks_like_place_end,
    postcode,
    street,
    without_number,
)

_DIGIT = r"[0-9OoIl]"
_MONTH = (
    r"(?:jan|feb|mar|m[aä]r|apr|may|mai|jun|jul|aug|sep|sept|oct|okt|nov|dec|dez|janv|févr|avr|juil|déc|ene|abr|ago|dic)"
    r"[a-zéûä]*"
)
_DATES = re.compile(
    rf"""(?<![\w/.-])(?:
      (?:19|20){_DIGIT}{{2}}\s?[-/.]\s?{_DIGIT}{{1,2}}\s?[-/.]\s?{_DIGIT}{{1,2}}
    | {_DIGIT}{{1,2}}\s?(?P<sep>[-/.])\s?{_DIGIT}{{1,2}}\s?(?P=sep)\s?(?:[12]{_DIGIT}{{3}}|{_DIGIT}{{2}})
    | \d{{1,2}}(?:st|nd|rd|th|\.)?[\s/-]*{_MONTH}\.?[\s,/-]*(?:(?:19|20)\d\d|'?\d\d)
    | {_MONTH}\.?\s*\d{{1,2}}(?:st|nd|rd|th)?\s*,?\s*(?:19|20)\d\d
    )(?![\w/]|[-.]\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_CENTS = r"[.,]\s?[0-9][0-9OoIlSB]"
_AMOUNTS = re.compile(
    rf"""(?<![\w.,/-])(?:[-−]\s?)?(?:{currency_marks()})?[-−]?
    (?:\d{{1,3}}(?:[,.'’\ ]\d{{3}})+|\d+){_CENTS}
    (?![0-9/%]|[.,-]\d)(?:\s?(?:{currency_marks()})(?!\w))?""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBERS = re.compile(r"(?<![\w/-])[A-Za-z0-9][\w/.#-]*[\w]")
_IBANS = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,8}(?!\w)")
_TIME = re.compile(r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[AP]M)?", re.IGNORECASE)
_TO_DIGITS = str.maketrans("OoIlSB", "001158")

#: A name or an address is looked for in so many rows from the top; names further down need a word that says so.
TOP_ROWS = 16
_ADDRESS_LINES = 6


@dataclass(frozen=True, slots=True)
class Found:
    """A place that could be a value. `cells` are those it lies in, `before` the text of its cell in front of it."""

    text: str
    spans: tuple[Span, ...]
    value: Value | None
    cells: tuple[Cell, ...]
    before: str = ""
    after: str = ""


class Document:
    """Pages, their grid and entities, with what all candidates of a document share worked out once."""

    def __init__(self, pages: Sequence[Page], entities: Sequence[Entity], grid: Grid) -> None:
        self.pages = pages
        self.entities = entities
        self.grid = grid

    @cached_property
    def day_first(self) -> bool | None:
        return day_first_of("\n".join(page.text for page in self.pages))

    @cached_property
    def currency(self) -> str | None:
        """The currency that the pages name most often."""
        marks = re.compile(currency_marks(), re.IGNORECASE)
        codes = [currency_of(hit[0]) for page in self.pages for hit in marks.finditer(page.text)]
        return max(set(codes), key=codes.count) if codes else None

    @cached_property
    def dates(self) -> list[Found]:
        return [found for cell in self.grid.cells() for found in self._in_cell(cell, _DATES, self._date)]

    @cached_property
    def amounts(self) -> list[Found]:
        return [found for cell in self.grid.cells() for found in self._in_cell(cell, _AMOUNTS, self._money)]

    @cached_property
    def numbers(self) -> list[Found]:
        return [found for cell in self.grid.cells() for found in self._in_cell(cell, _NUMBERS, id_value)]

    @cached_property
    def ibans(self) -> list[Found]:
        return [found for cell in self.grid.cells() for found in self._in_cell(cell, _IBANS, iban_value)]

    @cached_property
    def names(self) -> list[Found]:
        """Cells that may be the name of a company or person, alone or with the lines below that end in a legal form."""
        found = []
        for cell in self.grid.cells():
            if name := _name_in(cell):
                found.append(name)
            run = [cell]
            while len(run) < 3 and (below := self._below(run[-1])) and not is_label(below.text):
                run.append(below)
                if ends_name(below.text) and not any(legal_form(c.text) for c in run[:-1]):
                    found.append(_name_over(run))
        return found

    @cached_property
    def addresses(self) -> list[Found]:
        """Runs of lines in one column that begin and end as addresses do; runs within runs are left out."""
        found: list[Found] = []
        taken: set[tuple[int, int]] = set()
        for cell in self.grid.cells():
            if sender := _address_in_sender(cell):
                found.append(sender)
                continue
            if (cell.page, cell.start) in taken or not looks_like_address(cell.text):
                continue
            run = [cell]
            while len(run) < _ADDRESS_LINES and (below := self._below(run[-1])) and self._goes_on(run, below):
                run.append(below)
            taken.update((c.page, c.start) for c in run)
            found.append(_address_over(run))
        return found

    def of_kind(self, kind: str) -> list[Found]:
        return {
            "date": lambda: self.dates,
            "money": lambda: self.amounts,
            "id": lambda: self.numbers,
            "name": lambda: self.names,
            "address": lambda: self.addresses,
            "iban": lambda: self.ibans,
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

    def legibility(self, found: Found) -> tuple[float, float]:
        """The least and the mean confidence of the reader in the words of the place, 0..1."""
        by_number = {page.number: page for page in self.pages}
        sure = [
            word.confidence for span in found.spans for word in words_in(by_number[span.page], span.start, span.end)
        ]
        return (min(sure), sum(sure) / len(sure)) if sure else (0.0, 0.0)

    def _below(self, cell: Cell) -> Cell | None:
        """The cell that continues the column; on a skewed page a cell of another column may make a row between."""
        for row in self.grid.rows[cell.row + 1 : cell.row + 3]:
            for other in row:
                if other.page == cell.page and _continues(cell.box, other.box):
                    return other
        return None

    def _goes_on(self, run: Sequence[Cell], below: Cell) -> bool:
        """Whether the address continues: with another line of its kind, or a neutral one on the way to its end."""
        if _breaks_off(below):
            return False
        if looks_like_address(below.text) or looks_like_place_end(below.text):
            return True
        if any(looks_like_place_end(cell.text) for cell in run):
            return False
        after = self._below(below)
        leads_on = after is not None and not _breaks_off(after) and looks_like_place_end(after.text)
        return leads_on or run[-1].text.rstrip().endswith(",")

    def _in_cell(
        self, cell: Cell, pattern: re.Pattern[str], value_of: Callable[[str], Value | None]
    ) -> Iterator[Found]:
        last = 0
        for hit in pattern.finditer(cell.text):
            value = value_of(hit[0])
            if value is None:
                continue
            span = Span(cell.page, cell.start + hit.start(), cell.start + hit.end())
            yield Found(hit[0], (span,), value, (cell,), cell.text[last : hit.start()], cell.text[hit.end() :])
            last = hit.end()

    def _date(self, text: str) -> Value | None:
        if re.search(r"[^\W\d_]{3}", text):  # with the name of a month
            return date_value(text, self.day_first)
        return date_value(re.sub(r"\s", "", text).translate(_TO_DIGITS), self.day_first)

    def _money(self, text: str) -> Value | None:
        sign = "-" if re.match(r"\s*\D*[-−]", text) else ""
        digits = re.sub(r"(\d[.,])\s?(\w\w)(?=\D*$)", lambda hit: hit[1] + hit[2].translate(_TO_DIGITS), text)
        bare = re.sub(currency_marks(), "", digits, flags=re.IGNORECASE).strip(" -−")
        return money_value(sign + bare, currency_of(text) or self.currency)


def time_follows(found: Found) -> bool:
    return bool(_TIME.match(found.after.strip()))


def _name_in(cell: Cell) -> Found | None:
    text = without_number(cell.text)
    if sum(c.isalpha() for c in text) < max(3, 1.5 * sum(c.isdigit() for c in text)):
        return None
    end = cell.start + len(text)
    return Found(text, (Span(cell.page, cell.start, end),), text_value(text), (cell,))


def _name_over(cells: Sequence[Cell]) -> Found:
    """A name over several lines; as a value it is one."""
    shown = [cell.text for cell in cells[:-1]] + [without_number(cells[-1].text)]
    spans = tuple(Span(c.page, c.start, c.start + len(text)) for c, text in zip(cells, shown, strict=True))
    return Found("\n".join(shown), spans, text_value(" ".join(shown)), tuple(cells))


def _address_over(cells: Sequence[Cell]) -> Found:
    """An address over several lines; as a value its lines are parted by commas."""
    lines = [cell.text for cell in cells]
    spans = tuple(Span(cell.page, cell.start, cell.end) for cell in cells)
    return Found("\n".join(lines), spans, text_value(", ".join(line.strip(" ,;") for line in lines)), tuple(cells))


def _address_in_sender(cell: Cell) -> Found | None:
    """The address in a line such as "Name · Street 1 · 12345 Town", as it stands above the window of an envelope."""
    parts = [match for match in re.finditer(r"[^·•|]+", cell.text) if match[0].strip()]
    fits = [part for part in parts if looks_like_address(part[0].strip())]
    if len(parts) < 3 or not any(postcode(part[0]) for part in fits) or not street(fits[0][0]):
        return None
    start, end = cell.start + fits[0].start(), cell.start + fits[-1].end()
    text = cell.text[start - cell.start : end - cell.start]
    lead = len(text) - len(text.lstrip())
    return Found(text.strip(), (Span(cell.page, start + lead, start + len(text.rstrip())),), text_value(text), (cell,))


def _breaks_off(cell: Cell) -> bool:
    return is_label(cell.text) or legal_form(cell.text) or bool(_DATES.search(cell.text))


def _continues(one: Box | None, other: Box | None) -> bool:
    """Whether the other box is the next line of the same column: close below, sharing a side or the middle."""
    if one is None or other is None:
        return one is other
    if other.top < one.top:
        return False
    height = max(one.bottom - one.top, other.bottom - other.top)
    if other.top - one.bottom > 1.6 * height:
        return False
    shared = min(one.right, other.right) - max(one.left, other.left)
    return shared > 0.3 * min(one.right - one.left, other.right - other.left)
