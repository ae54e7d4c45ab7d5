"""Finds the lines of a table by the header over it: what was bought, how many, at what price, for how much.

Which words head which column is left to document_types.yaml: the labels of fields that have a group. Rows are those of
cells.py; where a page has no places, nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce
from itertools import pairwise

from nlp.facts import Box, Page, Span, Value, Word
from nlp.places import words_in
from nlp.understanding.candidates import Document
from nlp.understanding.cells import Cell
from nlp.understanding.document_types import FieldRules
from nlp.understanding.patterns import AMOUNTS
from nlp.understanding.phrases import find, folded
from nlp.understanding.pieces import Piece, pieces_of, whole
from nlp.understanding.sums import line_agrees
from nlp.understanding.values import decimal_of, money_value, number_value, text_value

#: Where a sign may part thousands or decimals.
_PARTED = re.compile(r"([1-9]\d{0,2})[.,](\d{3})(?!\d)")
#: "6 x" before a price.
_TIMES = re.compile(r"(?:^|\s)(\d+(?:[.,]\d+)?)\s?[x×@*]", re.IGNORECASE)
#: A header has at most so many words that head no column of ours.
_STRANGERS = 6
#: A table ends where so many rows in a row have no amount.
_WITHOUT = 8
#: A line of text continues the item above when it begins so many line heights below it at most.
_NEAR = 1.6


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column's header stands; `name` is None for one that is not ours, `label` what it says."""

    name: str | None
    label: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a line: its pieces, one a line of text, and the header it stands under."""

    pieces: tuple[Piece, ...]
    value: Value | None
    label: str

    @property
    def text(self) -> str:
        return "\n".join(piece.text for piece in self.pieces)

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(Span(piece.page, piece.start, piece.end) for piece in self.pieces)

    @property
    def number(self) -> Decimal:
        """Its amount or its number; nought where it has none."""
        return decimal_of(self.value) or Decimal(0)


Line = dict[str, Part]

#: A table of items has a column of each; one of taxes has not.
_SUMS, _GOODS = {"amount", "unit_price"}, {"description", "quantity", "unit_price"}
#: How sure a line is: as it stands, with quantity × price = amount, and where these disagree.
_PLAIN, _MULTIPLIED, _WRONG = 0.8, 0.95, 0.5


def find_lines(document: Document, columns: Mapping[str, FieldRules], ends: Mapping[str, float]) -> list[Line]:
    """The lines of all tables that have a header, from top to bottom; `ends` are phrases that begin what follows."""
    heads = {phrase: name for name, rules in columns.items() for phrase in rules.phrases()}
    kinds = {name: rules.kind for name, rules in columns.items()}
    pages = {page.number: page for page in document.pages}
    lines: list[Line] = []
    header: list[Column] = []
    open_line: Line | None = None
    waiting: Part | None = None
    without = 0
    for row in document.grid.rows:
        page = pages[row[0].page]
        if found := _header(row, page, heads):
            header, without, open_line, waiting = found, 0, None, None
            continue
        if not header:
            continue
        pieces = [piece for cell in row for piece in pieces_of(cell, page)]
        factors, pieces = factors_of(pieces, document.currency)
        parts = _as_multiplied(_parts(pieces, header, kinds, document.currency) | factors)
        if _has_amount(parts, kinds):
            if begins_sums(row, ends):
                header = []
                continue
            if "description" not in parts and waiting:
                parts["description"] = waiting
                if open_line is not None:
                    _give_back(open_line, waiting)
            lines.append(parts)
            open_line, waiting, without = parts, None, 0
            continue
        without += 1
        if without > _WITHOUT:
            header = []
            continue
        if open_line is not None and (waiting := _continued(open_line, row, page)):
            continue
        text = whole(row[0], page)
        open_line, waiting = None, Part((text,), text_value(text.text), "")
    return lines


def certainty(line: Line) -> tuple[float, str]:
    """How sure a line is, by whether quantity and price make its amount; and that in words, where it can be told."""
    if not {"quantity", "unit_price", "amount"} <= set(line):
        return _PLAIN, ""
    numbers = [line[name].number for name in ("quantity", "unit_price", "amount", "line_tax") if name in line]
    if line_agrees(*numbers):
        return _MULTIPLIED, "quantity × price = amount"
    return _WRONG, ""


def added_up(lines: Sequence[Line]) -> Decimal:
    """What the amounts of the lines make."""
    return sum((line["amount"].number for line in lines if "amount" in line), Decimal(0))


def _header(row: Sequence[Cell], page: Page, heads: Mapping[str, str]) -> list[Column]:
    """The columns of a row of nothing but their names, at least two of ours and one of them an amount; else none."""
    columns = [column for cell in row if cell.box for column in _columns(words_in(page, cell.start, cell.end), heads)]
    ours = {column.name for column in columns if column.name}
    strangers = sum(len(column.label.split()) for column in columns if column.name is None)
    if len(ours) < 2 or not ours & _SUMS or not ours & _GOODS or strangers > _STRANGERS:
        return []
    if any(sign.isdigit() for cell in row for sign in cell.text):
        return []
    last = {column.name: column for column in columns}
    return [column if last[column.name] is column else replace(column, name=None) for column in columns]


def _columns(words: Sequence[Word], heads: Mapping[str, str]) -> Iterator[Column]:
    """The headers in a cell; words that follow one and head nothing belong to it."""
    longest = max(phrase.count(" ") for phrase in heads) + 1
    current: Column | None = None
    at = 0
    while at < len(words):
        many = next(
            (n for n in range(longest, 0, -1) if folded(" ".join(w.text for w in words[at : at + n])) in heads), 0
        )
        taken = words[at : at + max(1, many)]
        name = heads[folded(" ".join(word.text for word in taken))] if many else None
        box = reduce(Box.union, (word.box for word in taken))
        label = " ".join(word.text for word in taken)
        if current is not None and (name is None or name == current.name):
            current = replace(current, label=f"{current.label} {label}", right=box.right)
        else:
            if current is not None:
                yield current
            current = Column(name, label, box.left, box.right)
        at += len(taken)
    if current is not None:
        yield current


def factors_of(pieces: list[Piece], currency: str | None) -> tuple[Line, list[Piece]]:
    """Quantity and price that stand as "6 x 4.50" in a row of which they make an amount, and the rest of the row."""
    for at, (many, each) in enumerate(pairwise(pieces)):
        hit = _TIMES.search(many.text)
        if not hit or hit.end() < len(many.text) or not each.number:
            continue
        start = many.start + hit.start(1)
        quantity = Part((replace(many, start=start, end=start + len(hit[1]), text=hit[1]),), number_value(hit[1]), "")
        price = money_part(each, "", currency)
        costs = (money_part(piece, "", currency) for piece in pieces[at + 2 :])
        if price and any(cost and line_agrees(quantity.number, price.number, cost.number) for cost in costs):
            text = many.text[: hit.start()]
            before = [replace(many, end=many.start + len(text), text=text)] if text else []
            return {"quantity": quantity, "unit_price": price}, [*pieces[:at], *before, *pieces[at + 2 :]]
    return {}, pieces


def _parts(pieces: Sequence[Piece], header: Sequence[Column], kinds: Mapping[str, str], currency: str | None) -> Line:
    """What stands under each header; a row with none under that of the text has its first text for it."""
    parts: Line = {}
    placed = _with_numbers_of_texts((piece, _column(piece, header)) for piece in pieces)
    texts = [(piece, column) for piece, column in placed if not piece.number]
    for piece, column in sorted(texts, key=lambda pair: pair[1].name != "description")[:1]:
        if column.name == "description" or piece is pieces[0]:
            parts["description"] = Part((piece,), text_value(piece.text), column.label)
    for piece, column in placed:
        if column.name and column.name not in parts and (part := _part(piece, column, kinds[column.name], currency)):
            parts[column.name] = part
    return parts


def _with_numbers_of_texts(placed: Iterable[tuple[Piece, Column]]) -> list[tuple[Piece, Column]]:
    """The same pieces; a number right behind a text, below the same header, belongs to it: "Windows 11"."""
    joined: list[tuple[Piece, Column]] = []
    for piece, column in placed:
        text = joined[-1][0] if joined and joined[-1][1] is column and not joined[-1][0].number else None
        if text and piece.start == text.end + 1:
            both = replace(text, end=piece.end, text=f"{text.text} {piece.text}", box=text.box.union(piece.box))
            joined[-1] = both, column
        else:
            joined.append((piece, column))
    return joined


def _as_multiplied(line: Line) -> Line:
    """The line; what the sign in its quantity parts is told by what makes the amount: 1.200 × 0.50 = 600.00."""
    if not {"quantity", "unit_price", "amount"} <= set(line):
        return line
    parted = _PARTED.match(line["quantity"].text.strip())
    for number in ("".join(parted.groups()), ".".join(parted.groups())) if parted else ():
        many = replace(line["quantity"], value={"kind": "number", "number": number})
        if line_agrees(many.number, line["unit_price"].number, line["amount"].number):
            return {**line, "quantity": many}
    return line


def _part(piece: Piece, column: Column, kind: str, currency: str | None) -> Part | None:
    if kind == "number":
        return Part((piece,), number_value(piece.text, currency), column.label) if piece.number else None
    return money_part(piece, column.label, currency) if kind == "money" else None


def money_part(piece: Piece, label: str, currency: str | None) -> Part | None:
    """The amount in a piece; None where there is none."""
    if hit := AMOUNTS.search(piece.text):
        value = money_value(hit[0], currency)
        cut = replace(piece, start=piece.start + hit.start(), end=piece.start + hit.end(), text=hit[0])
        return Part((cut,), value, label) if value else None
    return None


def _column(piece: Piece, header: Sequence[Column]) -> Column:
    """The column whose side or middle is nearest."""
    box = piece.box

    def distance(column: Column) -> float:
        sides = abs(box.left - column.left), abs(box.right - column.right)
        return min(*sides, abs(box.left + box.right - column.left - column.right) / 2)

    return min(header, key=distance)


def _has_amount(parts: Line, kinds: Mapping[str, str]) -> bool:
    return any(kinds[name] == "money" for name in parts)


def begins_sums(row: Sequence[Cell], ends: Mapping[str, float]) -> bool:
    """Whether the row is one of those that end a table; `ends` are phrases that say so."""
    texts = [folded(cell.text) for cell in row]
    return any(text.startswith(phrase) or "total" in phrase for text in texts for phrase, _ in find(text, ends))


def _continued(line: Line, row: Sequence[Cell], page: Page) -> Part | None:
    """Adds the text right below a description to it; None where the item has ended."""
    description = line.get("description")
    if description is None:
        return None
    above, left = description.pieces[-1].box, description.pieces[0].box.left
    pieces = [whole(cell, page) for cell in row]
    height = above.bottom - above.top
    if pieces[0].page != description.pieces[-1].page or pieces[0].box.top - above.bottom > _NEAR * height:
        return None
    text = next((piece for piece in pieces if abs(piece.box.left - left) <= height), None)
    if text is None:
        return Part((pieces[0],), text_value(pieces[0].text), "")
    line["description"] = _joined((*description.pieces, text), description.label)
    return Part((text,), text_value(text.text), "")


def _joined(pieces: tuple[Piece, ...], label: str) -> Part:
    return Part(pieces, text_value(" ".join(piece.text for piece in pieces)), label)


def _give_back(line: Line, part: Part) -> None:
    """Takes from a description the line of text that turned out to be the next one's."""
    description = line["description"]
    if pieces := tuple(piece for piece in description.pieces if piece not in part.pieces):
        line["description"] = _joined(pieces, description.label)
