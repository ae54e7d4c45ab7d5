"""Normalised values: what a person would write on paper comes back as ISO dates, decimals, E.164."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.understanding import currencies, values

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
        ("01.02.2019", "2019-02-01", False),
        ("01.02.19", "2019-02-01", False),
        ("10.2.11", "2011-02-10", True),  # or the number of a section
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
    assert values.day_first_of("13/01/2019-20/01/2019, due 01/02/2019") is True
    assert values.day_first_of("Tél 01.23.45.67.89, du 05/06/2020, de 10.15.20.3") is None


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$55 CAD", "55", "CAD"),
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
    assert currencies.region_of("TOTAL RM 9.00 CASH RM 10.00 ($)") == "MY"


def test_checksums_decide() -> None:
    assert values.iban_value("DE89 3704 0044 0532 0130 00") == {"kind": "iban", "iban": "DE89370400440532013000"}
    assert values.iban_value("DE89 3704 0044\n0532 0130 00") == {"kind": "iban", "iban": "DE89370400440532013000"}
    assert values.iban_value("DE89 3704 0044 0532 0130 01") is None
    assert values.iban_value("BE68 5390 0754 7034") == {"kind": "iban", "iban": "BE68539007547034"}
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


@pytest.mark.parametrize("text", ["http://[abc", "http://a\u2100b.com"])
def test_an_address_that_cannot_be_taken_apart_is_none(text: str) -> None:
    assert values.url_value(text) is None


@pytest.mark.parametrize(("text", "code"), [("5 dollar\u017f", "USD"), ("5 r\u0130nggit", "MYR"), ("\u017fek 5", None)])
def test_letters_that_only_fold_to_a_mark_do_no_harm(text: str, code: str | None) -> None:
    assert currencies.currency_of(text) == code
    assert currencies.region_of(text) == {"USD": "US", "MYR": "MY", None: None}[code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Rm 204", None),
        ("RM 204", "MYR"),
        ("rs 500", "INR"),
        ("Rs. 500", "INR"),
        ("FIVE DOLLARS", "USD"),
        ("Fr. 12. Mai 2019", None),
        ("Fr. 12.50", "CHF"),
        ("Fr. 12.\u2013", "CHF"),
    ],
)
def test_marks_of_few_letters_are_read_as_they_are_listed(text: str, code: str | None) -> None:
    assert currencies.currency_of(text) == code


@pytest.mark.parametrize(
    ("text", "amount", "ambiguous"),
    [
        ("unit price 0.125 USD", "0.125", False),
        ("\u20ac0.500", "0.500", False),
        ("$1,234.567", "1234.567", False),
        ("1.234,567 EUR", "1234.567", False),
        ("$1234.567", "1234.567", False),
        ("$ 3.499 per gallon", "3499", True),
        ("2.200 RM", "2200", True),
        ("1,250 EUR", "1250", True),
        ("$1,250", "1250", False),
        ("1.234.567 EUR", "1234567", False),
    ],
)
def test_three_digits_after_a_sign_are_decimals_thousands_or_in_doubt(text: str, amount: str, ambiguous: bool) -> None:
    value = values.money_value(text)
    assert value is not None
    assert (value["amount"], value.get("ambiguous", False)) == (amount, ambiguous)


@pytest.mark.parametrize("text", ["($5.00)", "(RM 5.00)", "$5.00-", "(5.00)", "-$5.00", "RM -5.00"])
def test_a_negative_amount_keeps_its_sign(text: str) -> None:
    value = values.money_value(text)
    assert value is not None
    assert value["amount"] == "-5.00"


@pytest.mark.parametrize("form", ["31/12/{:02}", "31.12.{:02}", "31 Dec {:02}"])
def test_a_year_of_two_digits_lies_at_most_ten_years_ahead(form: str) -> None:
    this = datetime.now(UTC).year
    for year in (this + 10, this + 11 - 100, this - 1):
        value = values.date_value(form.format(year % 100))
        assert value is not None
        assert value["iso"] == f"{year}-12-31"
    assert values.date_value("31 December 2065") == {"kind": "date", "iso": "2065-12-31", "ambiguous": False}


def test_numeric_dates_cost_next_to_nothing() -> None:
    values._date_parser.cache_clear()
    assert values.date_value("17/11/2003") is not None
    assert values._date_parser.cache_info().currsize == 0


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,5", "12.5"),
        ("1,200", "1.200"),
        ("1,234,567.5 kg", "1234567.5"),
        ("1.200 kg", "1.200"),
        ("0,125", "0.125"),
        ("x2", "2"),
    ],
)
def test_numbers_as_they_stand_on_paper(text: str, number: str) -> None:
    assert values.number_value(text) == {"kind": "number", "number": number}
    assert values.number_value("1,200", "USD") == {"kind": "number", "number": "1200"}
    assert values.number_value("1,200", "EUR") == {"kind": "number", "number": "1.200"}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("DE136695976", True),
        ("DE123456789", False),
        ("GB 980 7806 84", True),
        ("GB 980 7806 85", False),
        ("001234567890", True),
    ],
)
def test_check_digits_of_vat_numbers_are_looked_at(text: str, fits: bool) -> None:
    value = values.tax_id_value(text) or {}
    assert value["id"] == text
    assert ("contradicts" not in value) == fits


@pytest.mark.parametrize(("text", "code"), [("RM", "MYR"), ("€", "EUR"), ("HUF", "HUF"), ("money", None)])
def test_currencies_have_codes(text: str, code: str | None) -> None:
    assert (values.currency_value(text) or {}).get("currency") == code
