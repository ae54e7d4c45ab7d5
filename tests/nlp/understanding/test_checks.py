"""Sums and dates that disagree say so; amounts that add up are chosen together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from nlp.facts import Candidate, DocumentType, Field, Page
from nlp.understanding.checks import checked
from nlp.understanding.fields import find_fields
from nlp.understanding.sums import is_included
from tests.nlp.pages import INVOICE, page


def field(name: str, value: dict[str, str], group: str | None = None, row: int | None = None) -> Field:
    return Field(name, "as printed", (), value, 0.9, "rule", "rules", group, row)


def money(name: str, amount: str, row: int | None = None) -> Field:
    return field(name, {"kind": "money", "amount": amount}, None if row is None else "items", row)


def date(name: str, iso: str) -> Field:
    return field(name, {"kind": "date", "iso": iso})


def said(fields: list[Field]) -> dict[str, list[str]]:
    """What disagrees, by field."""
    return {one.name: (one.value or {})["contradicts"] for one in checked(fields) if "contradicts" in (one.value or {})}


def test_a_sum_that_is_wrong_is_said_of_each_of_its_parts() -> None:
    wrong = said([money("net", "100.00"), money("tax", "20.00"), money("total", "130.00")])

    assert wrong == {name: ["net 100.00 and tax 20.00 make 120.00, not 130.00"] for name in ("net", "tax", "total")}


def test_two_rates_have_two_taxes() -> None:
    both = tuple(Candidate(amount, (), {"kind": "money", "amount": amount}, 0.4, "") for amount in ("20.00", "5.00"))
    tax = replace(money("tax", "20.00"), candidates=both)
    assert said([money("net", "200.00"), tax, money("total", "225.00")]) == {}
    assert set(said([money("net", "200.00"), tax, money("total", "226.00")])) == {"net", "tax", "total"}


@pytest.mark.parametrize("total", ["120.00", "119.95", "120.05"])
def test_a_sum_may_be_rounded_as_cash_is(total: str) -> None:
    assert said([money("net", "100.00"), money("tax", "20.00"), money("total", total)]) == {}


def test_what_is_not_there_disagrees_with_nothing() -> None:
    assert said([money("net", "100.00"), money("total", "130.00"), date("due_date", "2026-03-01")]) == {}


def test_nothing_is_due_before_its_date() -> None:
    assert said([date("date", "2026-03-03"), date("due_date", "2026-03-03")]) == {}
    wrong = said([date("date", "2026-03-03"), date("due_date", "2026-02-03")])
    assert wrong == {name: ["due on 2026-02-03, before its date, 2026-03-03"] for name in ("date", "due_date")}


def test_a_line_is_its_quantity_times_its_price() -> None:
    quantity = field("quantity", {"kind": "number", "number": "3"}, "items", 0)

    assert said([quantity, money("unit_price", "1.333", 0), money("amount", "4.00", 0)]) == {}
    wrong = said([quantity, money("unit_price", "1.50", 0), money("amount", "4.00", 0)])
    assert wrong == {"amount": ["3 × 1.50 is 4.5, not 4.00"]}


def test_items_make_the_net_or_the_total() -> None:
    items = [money("amount", "40.00", 0), money("amount", "60.00", 1)]

    assert said([*items, money("net", "100.00"), money("total", "120.00")]) == {}
    assert said([*items, money("total", "100.00")]) == {}
    assert said([*items, money("tax", "20.00"), money("total", "120.00")]) == {}
    assert said([*items, money("total", "90.00")]) == {"total": ["the items add up to 100.00"]}


def fields_of(given: Page) -> dict[str, Field]:
    return {one.name: one for one in find_fields(DocumentType("invoice", 0.9, "rule", "test"), [given], ())}


def test_a_document_that_contradicts_itself_says_so() -> None:
    lines = [(word.box.left * 100, word.box.top * 100, word.text) for word in INVOICE.words]
    changed = page([(left, top, {"€1,500.00": "€1,400.00"}.get(text, text)) for left, top, text in lines])

    assert "contradicts" not in (fields_of(INVOICE)["total"].value or {})
    assert (
        "net 1250.00 and tax 250.00 make 1500.00, not 1400.00"
        in (fields_of(changed)["total"].value or {})["contradicts"]
    )


def test_of_two_taxes_the_one_that_makes_the_total_is_taken() -> None:
    fields = fields_of(
        page([(5, 10, "Subtotal 100.00"), (5, 14, "GST 4.00"), (5, 18, "GST 6.00"), (5, 22, "Total 106.00")])
    )

    assert fields["tax"].text == "6.00"
    assert "net, tax and total agree (+3.0)" in fields["tax"].candidates[0].reason


def test_a_tax_that_is_in_the_total_leaves_no_net() -> None:
    fields = fields_of(page([(5, 10, "Subtotal 20.10"), (5, 14, "VAT 20% incl. 3.35"), (5, 18, "Total £20.10")]))

    assert (fields["tax"].text, fields["total"].text) == ("3.35", "£20.10")
    assert "net" not in fields
    assert "contradicts" not in (fields["total"].value or {})


def test_a_rate_that_is_not_that_of_the_amounts_says_nothing() -> None:
    assert is_included(Decimal("3.35"), Decimal("20.10"), [Decimal(20)])
    assert not is_included(Decimal("3.35"), Decimal("20.10"), [Decimal("19"), Decimal("5.5")])
    assert not is_included(Decimal(0), Decimal(0), [Decimal(20)])
