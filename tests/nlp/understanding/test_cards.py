"""Card numbers: found where the check digit is right, hidden but for their last four digits."""

from __future__ import annotations

import pytest

from nlp.understanding import rules
from nlp.understanding.cards import masked, masked_within


def found(text: str) -> list[tuple[str, str, object]]:
    return [(hit.label, text[hit.start : hit.end], dict(hit.value or {}).get("card") or dict(hit.value or {}).get("id"))
            for hit in rules.load().find(text)]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "number", "value"),
    [
        ("Paid by 4111 1111 1111 1111 today", "4111 1111 1111 1111", "**** 1111"),
        ("5555-5555-5555-4444", "5555-5555-5555-4444", "**** 4444"),
        ("AMEX 3782 822463 10005", "3782 822463 10005", "**** 0005"),
        ("Card No: 4111111111111111", "4111111111111111", "**** 1111"),
        ("VISA xxxx xxxx xxxx 1881", "xxxx xxxx xxxx 1881", "**** 1881"),
        ("************1881", "************1881", "**** 1881"),
    ],
)
def test_a_card_is_found_and_its_value_holds_four_digits(text: str, number: str, value: str) -> None:
    assert ("CARD_NUMBER", number, value) in found(text)


@pytest.mark.parametrize(
    "text",
    ["4111 1111 1111 1112", "Order 1234 5678 9012 3456", "Ref 4111111111111111", "4111 1111 1111 1111.50", "********"],
)
def test_a_wrong_check_digit_or_a_bare_number_is_no_card(text: str) -> None:
    assert "CARD_NUMBER" not in [label for label, _, _ in found(text)]


def test_only_card_numbers_are_masked_and_nothing_moves() -> None:
    text = "Invoice 4711 of 01/02/2020\nCard 4111 1111 1111 1111 and 5555-5555-5555-4444, tel +44 20 7946 0018"
    shown = masked(text)
    assert shown == "Invoice 4711 of 01/02/2020\nCard **** **** **** 1111 and ****-****-****-4444, tel +44 20 7946 0018"
    assert len(shown) == len(text)


def test_a_card_of_the_document_is_masked_where_nothing_says_what_it_is() -> None:
    number = "4111111111111111"
    assert masked(number) == number
    assert masked("Ref 4111111111111111", {"4111 1111 1111 1111"}) == "Ref ************1111"
    assert masked_within({"rows": [["Paid", number]], "count": 1}, {number}) == {
        "rows": [["Paid", "************1111"]], "count": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "label", "said", "value"),
    [
        ("Purchase Order No: PO-2231", "ORDER_NUMBER", "PO-2231", "PO-2231"),
        ("P.O. # 88213", "ORDER_NUMBER", "88213", "88213"),
        ("Contract No. C/2019-17", "CONTRACT_NUMBER", "C/2019-17", "C/2019-17"),
        ("BIC: DEUTDEFF500", "BIC", "DEUTDEFF500", "DEUTDEFF500"),
        ("SWIFT code: HSBCGB2L", "BIC", "HSBCGB2L", "HSBCGB2L"),
    ],
)
def test_numbers_that_somebody_gave_out(text: str, label: str, said: str, value: str) -> None:
    assert (label, said, value) in found(text)


@pytest.mark.parametrize("text", ["BIC: ABCDXXEF", "SWIFT DELIVERY", "in order no fewer than 3", "Order No: 12.50"])
def test_what_only_looks_like_a_number_given_out(text: str) -> None:
    assert not {"BIC", "ORDER_NUMBER", "CONTRACT_NUMBER"} & {label for label, _, _ in found(text)}
