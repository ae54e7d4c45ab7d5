"""Lines of slips without a header: they are given where they add up to a sum below them, and only there."""

from __future__ import annotations

import pytest

from nlp.facts import Page
from tests.nlp.pages import page, without_boxes
from tests.nlp.understanding.test_lines import HEADER, ITEMS, SUMS, lines_of, texts

CAFE = [
    (5, 10, "21/02/2026"), (40, 10, "13:47"),
    (5, 20, "2 Flat white"), (60, 20, "6.80"),
    (5, 22, "1 Apple juice"), (60, 22, "2.95 A"),
    (5, 26, "Subtotal"), (60, 26, "9.75"),
    (5, 28, "TOTAL"), (60, 28, "£9.75"),
    (5, 30, "Cash"), (60, 30, "10.00"),
    (5, 32, "Change"), (60, 32, "0.25"),
]  # fmt: skip


def of_receipt(given: Page) -> list[dict[str, str]]:
    return [texts(line) for line in lines_of(given, kind="receipt")]


def test_what_adds_up_to_the_sum_below_it_is_the_lines() -> None:
    (first, second) = lines_of(page(CAFE), kind="receipt")

    assert texts(first) == {"description": "Flat white", "quantity": "2", "amount": "6.80"}
    assert texts(second) == {"description": "Apple juice", "quantity": "1", "amount": "2.95"}
    assert first["quantity"].value == {"kind": "number", "number": "2"}
    assert first["amount"].value == {"kind": "money", "amount": "6.80", "currency": "GBP"}
    assert first["amount"].candidates[0].reason == "the lines make 9.75"


def test_spans_hold_the_text_on_the_page() -> None:
    given = page(CAFE)
    for line in lines_of(given, kind="receipt"):
        for field in line.values():
            assert "\n".join(given.text[span.start : span.end] for span in field.spans) == field.text


def test_places_are_not_needed() -> None:
    bare = without_boxes(page([(5, 10, "2 Flat white 6.80"), (5, 12, "1 Juice 2.95"), (5, 14, "Total £9.75")]))

    assert [line["description"] for line in of_receipt(bare)] == ["Flat white", "Juice"]


def test_what_does_not_add_up_is_not_given() -> None:
    wrong = [(left, top, {"6.80": "6.90"}.get(text, text)) for left, top, text in CAFE]

    assert of_receipt(page(wrong)) == []


def test_quantity_and_price_may_stand_before_the_amount() -> None:
    rows = [(5, 20, "HINGE 3IN STEEL"), (35, 20, "6 x 4.50"), (60, 20, "27.00"), (5, 22, "GLUE"), (60, 22, "3.00")]
    first, second = of_receipt(page([*rows, (5, 26, "TOTAL"), (60, 26, "30.00")]))

    assert first == {"description": "HINGE 3IN STEEL", "quantity": "6", "unit_price": "4.50", "amount": "27.00"}
    assert second == {"description": "GLUE", "amount": "3.00"}


def test_a_number_before_some_of_the_items_is_no_quantity() -> None:
    named = [(left, top, {"1 Apple juice": "Apple juice", "2 Flat white": "7 Up"}.get(t, t)) for left, top, t in CAFE]

    assert [line.get("quantity") for line in of_receipt(page(named))] == [None, None]


def test_quantity_and_price_are_those_that_make_the_amount() -> None:
    rows = [
        (5, 20, "Brackets"),
        (30, 20, "4"),
        (40, 20, "8.50"),
        (60, 20, "34.00"),
        (5, 24, "Total"),
        (60, 24, "34.00"),
    ]

    assert of_receipt(page(rows)) == [
        {"description": "Brackets", "quantity": "4", "unit_price": "8.50", "amount": "34.00"}
    ]


def figures(top: int, number: str, each: str, amount: str) -> list[tuple[float, float, str]]:
    return [(5, top, number), (40, top, each), (60, top, amount)]


@pytest.mark.parametrize("over", [True, False])
def test_the_text_may_stand_over_the_figures_or_under_them(over: bool) -> None:
    first, second = (20, 24), (22, 26)
    words, numbers = (first, second) if over else (second, first)
    rows = [
        (5, 16, "Served by Bronwen"),
        *figures(numbers[0], "9555", "1 x", "2.00"), (5, words[0], "Nails 1 kg"),
        *figures(numbers[1], "9556", "2 x", "3.00"), (5, words[1], "Wall plugs"),
        (5, 30, "Total"), (60, 30, "5.00"),
    ]  # fmt: skip

    assert [line["description"] for line in of_receipt(page(rows))] == ["Nails 1 kg", "Wall plugs"]


def test_rows_that_count_items_or_round_sums_are_none() -> None:
    rows = [
        (5, 20, "HAMMER"), (60, 20, "35.02"),
        (5, 22, "ITEM(S) : 1"),
        (5, 24, "ROUNDING"), (60, 24, "-0.02"),
        (5, 26, "TOTAL"), (60, 26, "35.02"),
    ]  # fmt: skip

    assert of_receipt(page(rows)) == [{"description": "HAMMER", "amount": "35.02"}]


def test_lines_that_go_on_below_a_sum_are_not_given_by_half() -> None:
    rows = [
        (5, 20, "White bread"), (30, 20, "2.00"), (40, 20, "3"), (60, 20, "6.00"),
        (5, 22, "Total 0% supplies"), (60, 22, "6.00"),
        (5, 24, "Vanilla cream"), (30, 24, "0.50"), (40, 24, "20"), (60, 24, "10.00"),
        (5, 26, "Total payable"), (60, 26, "16.00"),
    ]  # fmt: skip

    assert of_receipt(page(rows)) == []


def test_lines_below_a_header_stay_where_they_add_up() -> None:
    (first, _) = lines_of(page([*HEADER, *ITEMS, *SUMS]))
    assert first["amount"].candidates[0].reason.startswith("below")


def test_lines_that_add_up_are_better_than_those_below_a_header_that_do_not() -> None:
    unheaded = [(5, 25, "Delivery"), (82, 25, "€6.00")]
    sums = [(left, top, {"€94.00": "€100.00"}.get(text, text)) for left, top, text in SUMS]
    lines = lines_of(page([*unheaded, *HEADER, *ITEMS, *sums]))

    assert [line["amount"].text for line in lines] == ["€6.00", "€60.00", "€34.00"]
