"""Finds the lines of a till's slip, which no header announces: amounts over its sums that add up to one of them.

Nothing else tells an item from a payment, so what does not add up is not given. Lines below a header are left to lines,
whose form these have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import accumulate, pairwise

from nlp.facts import Page
from nlp.places import words_in
from nlp.understanding.candidates import Document
from nlp.understanding.cells import Cell
from nlp.understanding.lines import Line, Part, begins_sums, factors_of, money_part
from nlp.understanding.patterns import AMOUNTS
from nlp.understanding.phrases import folded
from nlp.understanding.pieces import Piece, pieces_of, whole
from nlp.understanding.sums import line_agrees
from nlp.understanding.values import number_value, text_value

#: Columns of a table of items; how sure a line is of those that add up.
ITEM, ADDED_UP = {"description", "amount"}, 0.9
#: "2 x", "2 @" or "2" before what was bought.
_COUNTED = re.compile(r"(\d{1,2})(?:\s?[x×@*]\s?|\s+)(?=\D)", re.IGNORECASE)
#: Letters of a tax behind an amount: "7.00 SR", "4.99 A".
_TAX_CODE = re.compile(r"[A-Z]{1,3}\*?|\*")
#: What begins a row that counts the items or rounds their sum, and describes none.
_COUNTS = {"item", "items", "no", "qty", "quantity", "round", "rounding", "tot", "total", "ttl"}
#: So many rows without an amount may stand between two lines; so many rows of sums are compared with.
_BETWEEN, _SUMS = 3, 12
#: A row of text with so many numbers before its amount is one of a table.
_OF_AN_ITEM = 2
#: Text with fewer letters than the first is a code and describes nothing; with fewer than the second it is a unit where
#: there is other text.
_LETTERS, _MORE = 3, 5


@dataclass(frozen=True, slots=True)
class _Row:
    """`cost` is the last amount of a row, `numbers` are those before it; `text` is the first that says something.

    `factors` are quantity and price where they stand as "6 x 4.50" before it.
    """

    text: Piece | None
    numbers: tuple[Piece, ...]
    cost: Part | None
    factors: Line = field(default_factory=dict)

    @property
    def amount(self) -> Decimal:
        return self.cost.number if self.cost else Decimal(0)

    @property
    def is_item(self) -> bool:
        """Whether it can be nothing but a row of a table."""
        return bool(self.cost and self.text and len(self.numbers) >= _OF_AN_ITEM)


def find_till_lines(document: Document, ends: Mapping[str, float], known: Decimal) -> list[Line]:
    """The lines from top to bottom; none where no amounts make a sum on the page.

    `ends` are phrases that begin rows of sums. `known` is what lines below a header make: where that is one of the
    sums these lines are right, and no others are looked for.
    """
    pages = {page.number: page for page in document.pages}
    above: list[_Row] = []
    for at, cells in enumerate(document.grid.rows):
        row = _row(cells, pages, document.currency)
        if row.cost and above and begins_sums(cells, ends):
            below = [
                (_row(other, pages, document.currency), begins_sums(other, ends))
                for other in document.grid.rows[at : at + _SUMS]
            ]
            sums = {other.amount for other, is_sum in below if is_sum} - {Decimal(0)}
            if known in sums or any(other.is_item for other, is_sum in below if not is_sum):
                return []  # an item below a sum: it is the sum of a part of the table
            return list(_lines(above, _that_add_up(above, sums), document.currency))
        above.append(_Row(None, (), None) if folded(cells[0].text).partition(" ")[0] in _COUNTS else row)
    return []


def _row(cells: Sequence[Cell], pages: Mapping[int, Page], currency: str | None) -> _Row:
    page = pages[cells[0].page]
    pieces = [piece for cell in _without_tax_codes(cells, page) for piece in pieces_of(cell, page)]
    factors, pieces = factors_of(pieces, currency)
    numbers = [piece for piece in pieces if piece.number]
    cost = money_part(numbers[-1], "", currency) if numbers else None
    texts = sorted(pieces, key=lambda piece: piece.number) if cost else [whole(cell, page) for cell in cells]
    text = next((piece for piece in texts if _letters(piece) >= _LETTERS), None)
    return _Row(text, tuple(numbers[:-1]), cost, factors)


def _without_tax_codes(cells: Sequence[Cell], page: Page) -> Iterator[Cell]:
    """The cells, less the letters of a tax that stand behind an amount."""
    before = ""
    for cell in cells:
        words = words_in(page, cell.start, cell.end)
        known = [before, *(word.text for word in words)]
        while words and _TAX_CODE.fullmatch(known[-1]) and AMOUNTS.fullmatch(known[-2]):
            words.pop()
            known.pop()
        before = known[-1]
        if words:
            yield replace(cell, end=words[-1].end, text=page.text[cell.start : words[-1].end])


def _that_add_up(rows: Sequence[_Row], sums: set[Decimal]) -> list[int]:
    """Which of the rows: as many from the last one up as make one of the sums."""
    costly: list[int] = []
    for index in reversed(range(len(rows))):
        if rows[index].cost:
            costly.append(index)
        elif (costly[-1] if costly else len(rows)) - index > _BETWEEN:
            break
    made = list(accumulate(rows[index].amount for index in costly))
    count = max((many for many, amount in enumerate(made, 1) if amount in sums), default=0)
    return costly[:count][::-1]


def _lines(rows: Sequence[_Row], costly: Sequence[int], currency: str | None) -> Iterator[Line]:
    """A line for each of the costly rows, with the text in it, or else over or under it, as it is with the last one."""
    lines = [(rows[index], *_counted(rows[index].text)) for index in costly]
    all_counted = all(count for _, count, _ in lines)
    for (row, count, text), beside in zip(lines, _beside(rows, costly), strict=True):
        if text is None or (beside and _letters(text) < _MORE):
            text = beside
        line: Line = {"amount": row.cost} if row.cost else {}
        line |= row.factors or _multiplied(row, count, currency)
        if count and all_counted:
            line.setdefault("quantity", Part((count,), number_value(count.text), ""))
        if text:
            line["description"] = Part((text,), text_value(text.text), "")
        yield line


def _beside(rows: Sequence[_Row], costly: Sequence[int]) -> Iterator[Piece | None]:
    """The text that each of the costly rows may have in the rows over it, or in those under it."""
    if not costly:
        return
    if any(row.text for row in rows[costly[-1] + 1 :]):
        yield from (_first_text(rows[one + 1 : other]) for one, other in pairwise([*costly, len(rows)]))
    elif len(costly) == 1:  # how many rows it has is not known
        yield _first_text(rows[: costly[0]][: -_BETWEEN - 1 : -1])
    else:
        before = max(-1, 2 * costly[0] - costly[1])  # where the line before the first would be
        yield from (_first_text(rows[one + 1 : other]) for one, other in pairwise([before, *costly]))


def _first_text(rows: Sequence[_Row]) -> Piece | None:
    return next((row.text for row in rows if row.text), None)


def _letters(piece: Piece) -> int:
    return sum(map(str.isalpha, piece.text))


def _counted(text: Piece | None) -> tuple[Piece | None, Piece | None]:
    """How many, and of what."""
    hit = _COUNTED.match(text.text) if text else None
    if not text or not hit:
        return None, text
    many, rest = hit[1], text.text[hit.end() :]
    start = text.start + hit.end()
    return replace(text, text=many, end=text.start + len(many)), replace(text, text=rest, start=start)


def _multiplied(row: _Row, count: Piece | None, currency: str | None) -> Line:
    """Quantity and price of a row in which they make its amount."""
    for many, each in pairwise((*([count] if count else []), *row.numbers)):
        quantity, price = Part((many,), number_value(many.text), ""), money_part(each, "", currency)
        if quantity.value and price and line_agrees(quantity.number, price.number, row.amount):
            return {"quantity": quantity, "unit_price": price}
    return {}
