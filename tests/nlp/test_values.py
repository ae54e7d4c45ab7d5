"""Normalised values: what a person would write on paper comes back as ISO dates, decimals, E.164."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import values

DATES = st.dates(min_value=date(1950, 1, 1), max_value=date(2049, 12, 31))


@settings(deadline=None, max_examples=40)
@given(DATES, st.sampled_from(["%d %B %Y", "%d-%b-%Y", "%B %d, %Y", "%Y-%m-%d", "%d %b %Y"]))
def test_a_date_that_names_its_month_comes_back(day: date, form: str) -> None:
    assert values.date_value(day.strftime(form)) == {"kind": "date", "iso": day.isoformat(), "ambiguous": False}


@settings(deadline=None, max_examples=40)
@given(DATES, st.booleans())
def test_a_numeric_date_comes_back_when_its_order_is_known(day: date, day_first: bool) -> None:
    text = day.strftime("%d/%m/%Y" if day_first else "%m/%d/%Y")
    expected = {"kind": "date", "iso": day.isoformat(), "ambiguous": False}
    assert values.date_value(text, day_first=day_first) == expected


@pytest.mark.parametrize(
    ("text", "iso", "ambiguous"),
    [
        ("15/01/2019", "2019-01-15", False),
        ("01/02/2019", "2019-02-01", True),
        ("05/05/2019", "2019-05-05", False),
        ("25.12.18", "2018-12-25", False),
        ("1st day of\nJanuary, 2019", "2019-01-01", False),
        ("12. März 2019", "2019-03-12", False),
        ("3 août 2018", "2018-08-03", False),
    ],
)
def test_dates_as_they_stand_on_paper(text: str, iso: str, ambiguous: bool) -> None:
    assert values.date_value(text) == {"kind": "date", "iso": iso, "ambiguous": ambiguous}


@pytest.mark.parametrize("text", ["31/02/2019", "2019-13-02", "January 2019", "12", "soon"])
def test_what_no_calendar_has_is_no_date(text: str) -> None:
    assert values.date_value(text) is None


def test_plain_dates_tell_the_order_of_the_others() -> None:
    assert values.day_first_of("issued 25/12/2018, due 01/02/2019") is True
    assert values.day_first_of("issued 12/25/2018, due 01/02/2019") is False
    assert values.day_first_of("due 01/02/2019") is None


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("RM193.00", "193.00", "MYR"),
        ("1.234,56 €", "1234.56", "EUR"),
        ("US$ 1,000,000", "1000000", "USD"),
        ("$5 million", "5000000", "USD"),
        ("£1.5bn", "1500000000", "GBP"),
        ("CHF 1'234.50", "1234.50", "CHF"),
        ("-RM0.02", "-0.02", "MYR"),
        ("(193.00)", "-193.00", None),
        ("193.00-", "-193.00", None),
        ("5,000 dollars", "5000", "USD"),
    ],
)
def test_money_as_it_stands_on_paper(text: str, amount: str, currency: str | None) -> None:
    assert values.money_value(text) == {"kind": "money", "amount": amount, "currency": currency}


@settings(deadline=None)
@given(st.decimals(min_value=0, max_value=10**7, places=2), st.sampled_from(["RM {:,.2f}", "{:,.2f} EUR", "${:.2f}"]))
def test_any_amount_comes_back(amount: Decimal, form: str) -> None:
    value = values.money_value(form.format(amount))
    assert value is not None
    assert Decimal(value["amount"]) == amount


def test_the_currency_of_the_document_fills_in() -> None:
    assert values.money_value("12.00", currency="SGD") == {"kind": "money", "amount": "12.00", "currency": "SGD"}
    assert values.money_value("none") is None


def test_phones_need_a_country() -> None:
    assert values.phone_value("07-386 7524") is None
    assert values.phone_value("07-386 7524", region="MY") == {"kind": "phone", "e164": "+6073867524"}
    assert values.phone_value("+49 30 901820") == {"kind": "phone", "e164": "+4930901820"}
    assert values.phone_value("+1 000 000 0000") is None
    assert values.region_of("TOTAL RM 9.00 CASH RM 10.00 ($)") == "MY"


def test_checksums_decide() -> None:
    assert values.iban_value("DE89 3704 0044 0532 0130 00") == {"kind": "iban", "iban": "DE89370400440532013000"}
    assert values.iban_value("DE89 3704 0044 0532 0130 01") is None
    assert values.vat_value("FR 60 421 938 861") == {"kind": "id", "id": "FR60421938861"}
    assert values.vat_value("FR61421938861") is None


def test_the_smaller_kinds() -> None:
    assert values.email_value("Ann@Example.ORG") == {"kind": "email", "email": "Ann@example.org"}
    assert values.url_value("WWW.Example.org/Path") == {"kind": "url", "url": "https://www.example.org/Path"}
    assert values.percent_value("7,5 %") == {"kind": "percent", "percent": "7.5"}
    assert values.text_value("Acme\nLtd") == {"kind": "text", "text": "Acme Ltd"}
    assert values.id_value("A-17") == {"kind": "id", "id": "A-17"}
    assert values.id_value("none") is None
    assert values.email_value("nobody") is None
    assert values.url_value("nowhere") is None
