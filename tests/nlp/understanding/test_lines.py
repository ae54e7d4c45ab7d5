"""Lines of items below a header: each value under its column, descriptions whole, and an end where the sums begin."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlp.facts import DocumentType, Field, Page
from nlp.understanding.fields import find_fields
from tests.nlp.pages import page

HEADER = [(5, 30, "Description"), (50, 30, "Qty"), (62, 30, "Unit price"), (82, 30, "Amount")]
SUMS = [(5, 60, "Subtotal"), (82, 60, "€94.00"), (5, 63, "Total"), (82, 63, "€94.00")]
ITEMS = [
    (5, 33, "Oak shelf"), (50, 33, "2"), (62, 33, "€30.00"), (82, 33, "€60.00"),
    (5, 34.4, "planed, 3 m"),
    (5, 37, "Brackets"), (50, 37, "4"), (62, 37, "€8.50"), (82, 37, "€34.00"),
]  # fmt: skip


def lines_of(*pages: Page, kind: str = "invoice") -> list[dict[str, Field]]:
    lines: dict[int, dict[str, Field]] = {}
    for field in find_fields(DocumentType(kind, 0.9, "rule", "test"), pages, ()):
        if field.group == "items" and field.row is not None:
            lines.setdefault(field.row, {})[field.name] = field
    assert list(lines) == list(range(len(lines)))
    return list(lines.values())


def texts(line: dict[str, Field]) -> dict[str, str]:
    return {name: field.text for name, field in line.items()}


def test_each_value_stands_under_its_column() -> None:
    first, second = lines_of(page([*HEADER, *ITEMS, *SUMS]))

    assert texts(first) == {
        "description": "Oak shelf\nplaned, 3 m", "quantity": "2", "unit_price": "€30.00", "amount": "€60.00",
    }  # fmt: skip
    assert texts(second) == {"description": "Brackets", "quantity": "4", "unit_price": "€8.50", "amount": "€34.00"}
    assert first["quantity"].value == {"kind": "number", "number": "2"}
    assert first["amount"].value == {"kind": "money", "amount": "60.00", "currency": "EUR"}
    assert first["amount"].candidates[0].reason == "below “Amount”; quantity × price = amount"


def test_spans_hold_the_text_on_the_page() -> None:
    given = page([*HEADER, *ITEMS, *SUMS])

    for line in lines_of(given):
        for field in line.values():
            assert "\n".join(given.text[span.start : span.end] for span in field.spans) == field.text


@pytest.mark.parametrize("row", [
    [(5, 33, "Hinge 3in steel 6 x 4.50"), (82, 33, "27.00")],
    [(5, 33, "Hinge 3in steel"), (50, 33, "6 x 4.50"), (82, 33, "27.00")],
])  # fmt: skip
def test_quantity_and_price_may_stand_in_a_row_whose_header_has_neither(row: list[tuple[float, float, str]]) -> None:
    (line,) = lines_of(page([(5, 30, "Description"), (82, 30, "Amount"), *row, (5, 60, "Total"), (82, 60, "27.00")]))

    assert texts(line) == {
        "description": "Hinge 3in steel", "quantity": "6", "unit_price": "4.50", "amount": "27.00",
    }  # fmt: skip


def test_what_does_not_multiply_is_no_quantity() -> None:
    row = [(5, 33, "Board 2 x 4.50"), (82, 33, "27.00")]
    (line,) = lines_of(page([(5, 30, "Description"), (82, 30, "Amount"), *row, (5, 60, "Total"), (82, 60, "27.00")]))

    assert not {"quantity", "unit_price"} & set(line)


def test_a_line_that_does_not_multiply_is_less_sure_and_says_so() -> None:
    wrong = [(left, top, {"€34.00": "€36.00"}.get(text, text)) for left, top, text in ITEMS]
    first, second = lines_of(page([*HEADER, *wrong, *SUMS]))

    assert second["amount"].confidence < first["amount"].confidence
    assert (second["amount"].value or {})["contradicts"] == ["4 × 8.50 is 34, not 36.00"]


def test_tax_may_be_in_the_amount() -> None:
    header = [
        (5, 30, "Title"),
        (40, 30, "Qty"),
        (50, 30, "Price"),
        (65, 30, "Tax(%)"),
        (75, 30, "Tax"),
        (88, 30, "Total"),
    ]
    row = [
        (5, 33, "Card"),
        (40, 33, "1"),
        (50, 33, "278.61"),
        (65, 33, "14.50%"),
        (75, 33, "40.39"),
        (88, 33, "319.00"),
    ]
    (line,) = lines_of(page([*header, *row, (5, 40, "Grand Total"), (88, 40, "319.00")]))

    assert texts(line) == {
        "description": "Card", "quantity": "1", "unit_price": "278.61", "line_tax": "40.39", "amount": "319.00",
    }  # fmt: skip
    assert "contradicts" not in (line["amount"].value or {})


def test_a_till_writes_the_description_over_its_figures() -> None:
    header = [(5, 20, "Item"), (30, 20, "Qty"), (45, 20, "Price"), (60, 20, "Amount")]
    rows = [
        (5, 23, "HAMMER"), (30, 25, "1"), (45, 25, "35.00"), (60, 25, "35.00"),
        (5, 27, "NAILS 1KG"), (30, 29, "2"), (45, 29, "6.25"), (60, 29, "12.50"),
    ]  # fmt: skip
    lines = lines_of(page([*header, *rows, (5, 31, "TOTAL"), (60, 31, "47.50")]), kind="receipt")

    assert [texts(line)["description"] for line in lines] == ["HAMMER", "NAILS 1KG"]


def test_a_table_goes_on_below_the_header_of_the_next_page() -> None:
    lines = lines_of(page([*HEADER, *ITEMS]), page([*HEADER, (5, 33, "Screws"), (82, 33, "€5.00"), *SUMS], number=2))

    assert [texts(line)["description"] for line in lines] == ["Oak shelf\nplaned, 3 m", "Brackets", "Screws"]
    assert lines[2]["amount"].spans[0].page == 2


def test_a_summary_of_taxes_has_no_lines() -> None:
    taxes = [
        (5, 30, "VAT %"),
        (40, 30, "VAT amount"),
        (80, 30, "Total"),
        (5, 33, "21 %"),
        (40, 33, "8.68"),
        (80, 33, "49.99"),
    ]
    assert lines_of(page(taxes)) == []


def test_a_description_keeps_its_number() -> None:
    rows = [
        (5, 33, "Printing paper A4"), (50, 33, "2"), (62, 33, "€30.00"), (82, 33, "€60.00"),
        (5, 37, "Windows 11"), (50, 37, "4"), (62, 37, "€8.50"), (82, 37, "€34.00"),
    ]  # fmt: skip
    lines = lines_of(page([*HEADER, *rows, *SUMS]))
    assert [texts(line)["description"] for line in lines] == ["Printing paper A4", "Windows 11"]
    assert [texts(line)["quantity"] for line in lines] == ["2", "4"]


@pytest.mark.parametrize(
    ("many", "each", "amount", "number"),
    [
        ("1,200", "0.50", "600.00", "1200"),
        ("1.200", "0.50", "600.00", "1200"),
        ("2,000", "30,00", "60,00", "2.000"),
        ("1,500", "3,98", "5,97", "1.500"),
    ],
)
def test_what_makes_the_amount_tells_thousands_from_decimals(many: str, each: str, amount: str, number: str) -> None:
    row = [(5, 33, "Screws"), (50, 33, many), (62, 33, each), (82, 33, amount)]
    (line,) = lines_of(page([*HEADER, *row, (5, 60, "Total"), (82, 60, amount)]))
    assert line["quantity"].value == {"kind": "number", "number": number}
    assert "contradicts" not in (line["amount"].value or {})


def test_a_number_below_another_header_is_none_of_the_description() -> None:
    header = [(5, 30, "Description"), (35, 30, "Code"), (50, 30, "Qty"), (62, 30, "Unit price"), (82, 30, "Amount")]
    row = [(5, 33, "Printing paper"), (35, 33, "4711"), (50, 33, "2"), (62, 33, "30.00"), (82, 33, "60.00")]
    given = page([*header, *row, (5, 60, "Total"), (82, 60, "60.00")])
    cells = "\n".join(text for _, _, text in row)
    one_line = replace(given, text=given.text.replace(cells, cells.replace("\n", " ")))  # as layout.compose writes it
    for shown in (given, one_line):
        (line,) = lines_of(shown)
        assert texts(line)["description"] == "Printing paper"
