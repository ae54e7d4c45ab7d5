"""Whether the fields of a document agree: sums, dates, lines of items. What does not says so in its value, for programs
and, by storage.doubt, for people. Finding the fields is left to others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from nlp.facts import Field
from nlp.understanding.sums import NAMES, ROUNDING, add_up, line_agrees
from nlp.understanding.values import decimal_of

_Place = tuple[str | None, int | None, str]


def checked(fields: Sequence[Field]) -> tuple[Field, ...]:
    """The fields, those that disagree with others with the sentences that say so as `contradicts` of their value."""
    against: dict[_Place, list[str]] = {}
    for place, sentence in _contradictions({_place(field): field for field in fields}):
        against.setdefault(place, []).append(sentence)
    return tuple(
        replace(field, value={**(field.value or {}), "contradicts": against[_place(field)]})
        if _place(field) in against
        else field
        for field in fields
    )


def _contradictions(fields: Mapping[_Place, Field]) -> Iterator[tuple[_Place, str]]:
    single = {name: field for (group, _, name), field in fields.items() if group is None}
    yield from _sums(single)
    yield from _dates(single)
    rows = sorted({row for group, row, _ in fields if group == "items" and row is not None})
    for row in rows:
        yield from _line(
            row, {name: field for (group, at, name), field in fields.items() if (group, at) == ("items", row)}
        )
    yield from _items(
        [field for (group, _, name), field in fields.items() if (group, name) == ("items", "amount")], single
    )


def _sums(single: Mapping[str, Field]) -> Iterator[tuple[_Place, str]]:
    net, tax, total = (_number(single.get(name)) for name in NAMES)
    if net is None or tax is None or total is None or add_up(net, tax, total):
        return
    others = {amount for one in single["tax"].candidates if (amount := decimal_of(one.value)) and amount != tax}
    if not any(add_up(net, tax + other, total) for other in others):  # of two rates each has its tax
        for name in NAMES:
            yield (None, None, name), f"net {net} and tax {tax} make {net + tax}, not {total}"


def _dates(single: Mapping[str, Field]) -> Iterator[tuple[_Place, str]]:
    date, due = (
        str((single[name].value or {}).get("iso", "")) if name in single else "" for name in ("date", "due_date")
    )
    if date and due and due < date:
        for name in ("date", "due_date"):
            yield (None, None, name), f"due on {due}, before its date, {date}"


def _line(row: int, line: Mapping[str, Field]) -> Iterator[tuple[_Place, str]]:
    quantity, price, amount = (_number(line.get(name)) for name in ("quantity", "unit_price", "amount"))
    if quantity is None or price is None or amount is None:
        return
    if not line_agrees(quantity, price, amount, _number(line.get("line_tax")) or Decimal(0)):
        yield ("items", row, "amount"), f"{quantity} × {price} is {(quantity * price).normalize():f}, not {amount}"


def _items(amounts: Iterable[Field], single: Mapping[str, Field]) -> Iterator[tuple[_Place, str]]:
    """The sum of the items is the net, the total, or that less the tax; which of them is wrong nobody knows, so the
    total says it."""
    numbers = [number for number in map(_number, amounts) if number is not None]
    net, tax, total = (_number(single.get(name)) for name in NAMES)
    untaxed = total - tax if total is not None and tax is not None else None
    sums = [number for number in (net, total, untaxed) if number is not None]
    whole = sum(numbers, Decimal(0))
    if numbers and "total" in single and sums and all(abs(whole - one) > ROUNDING for one in sums):
        yield (None, None, "total"), f"the items add up to {whole}"


def _number(field: Field | None) -> Decimal | None:
    return decimal_of(field.value if field else None)


def _place(field: Field) -> _Place:
    return field.group, field.row, field.name
