"""Turns what stands in a document into normalised values: ISO dates, decimals, E.164. Finding it is left to rules.

Every function answers a Value, or None when the text is not what it claims to be: a date that no calendar has, a
checksum that fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from nlp.facts import Value
from nlp.understanding.currencies import DOLLARS, point_currencies, without_marks
from nlp.understanding.currencies import currency_of as currency_of

DATE_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?![\d/]|\.\d|-\d{1,2}(?![/.\d]))")
#: Dates parted by points, and not the number of a section (10.2.11).
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}|\d{2}\.\d{2}\.\d{2}")
_MONTH_NAME = re.compile(r"[^\W\d_]{3}")
#: A year of two digits is never read as lying further ahead than this.
_YEARS_AHEAD = 10
_NUMBER = re.compile(r"\d[\d.,'’]*")
_THOUSANDS = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?![\d,])")
_NEGATIVE = re.compile(r"\s*[-−(]|.*[-−]\s*$", re.DOTALL)
_SCALES = {"thousand": 3, "k": 3, "million": 6, "mn": 6, "m": 6, "billion": 9, "bn": 9, "b": 9, "trillion": 12}
_SCALE = re.compile(rf"\d\s*({'|'.join(sorted(_SCALES, key=len, reverse=True))})\b", re.IGNORECASE)


def date_value(text: str, day_first: bool | None = None) -> Value | None:
    """{"kind": "date", "iso": "2019-01-15", "ambiguous": false}.

    `ambiguous` is true when day and month could be exchanged and `day_first` does not say which is which; the day is
    then taken to stand first. Where the two are parted by points the day stands first: nobody writes a month so.
    """
    folded = _folded(text)
    if iso := _ISO.fullmatch(folded):
        year_first = _calendar_date(*map(int, iso.groups()))
        return {"kind": "date", "iso": year_first, "ambiguous": False} if year_first else None
    if day_first is None and _DOTTED.fullmatch(folded):
        day_first = True
    as_day_first, as_month_first = _both_orders(folded)
    if as_day_first is None or as_month_first is None:
        return None
    chosen = as_month_first if day_first is False else as_day_first
    return {"kind": "date", "iso": chosen, "ambiguous": day_first is None and as_day_first != as_month_first}


def day_first_of(text: str) -> bool | None:
    """Whether the dates of a text name the day first, by those where it is plain (25/12/2018); None: not said."""
    votes = [
        int(first) - int(second)
        for first, second, _ in _NUMERIC.findall(text)
        if max(int(first), int(second)) in range(13, 32)
    ]
    balance = sum(1 if vote > 0 else -1 for vote in votes)
    return balance > 0 if balance else None


def money_value(text: str, currency: str | None = None, dollar: str | None = None) -> Value | None:
    """{"kind": "money", "amount": "193.00", "currency": "MYR"}; `currency` is assumed where the text names none, and
    `dollar` where it has a mere $ (default: `currency` if that is a dollar, else that of the United States).

    `"ambiguous": true` is added when the only point or comma could part thousands as well as decimals (3.499); the
    thousands are then taken.
    """
    from price_parser import Price

    code = currency_of(text, dollar or (currency if currency in DOLLARS else None))
    bare = without_marks(text)
    decimal_sign, ambiguous = _decimal_sign(bare, code or currency)
    price = Price.fromstring(_folded(bare).replace("−", "-"), decimal_separator=decimal_sign)
    if price.amount is None:
        return None
    amount = abs(price.amount)
    if scale := _SCALE.search(text):
        amount = (amount * Decimal(10) ** _SCALES[scale[1].lower()]).quantize(Decimal(1))
    if _NEGATIVE.match(bare):
        amount = -amount
    value: Value = {"kind": "money", "amount": f"{amount:f}", "currency": code or currency}
    return {**value, "ambiguous": True} if ambiguous else value


def currency_value(text: str) -> Value | None:
    """{"kind": "currency", "currency": "MYR"}, of a sign, a word or any code of three capitals."""
    folded = _folded(text)
    code = currency_of(folded) or (folded if re.fullmatch(r"[A-Z]{3}", folded) else None)
    return {"kind": "currency", "currency": code} if code else None


def percent_value(text: str) -> Value | None:
    """{"kind": "percent", "percent": "-7.5"}."""
    number = re.search(r"[-−]?\d+(?:[.,]\d+)?", text)
    return {"kind": "percent", "percent": number[0].replace(",", ".").replace("−", "-")} if number else None


def decimal_of(value: Value | None) -> Decimal | None:
    """The amount or the number of a value; None where it has none."""
    try:
        return Decimal(str((value or {}).get("amount", (value or {}).get("number", ""))))
    except InvalidOperation:
        return None


def text_value(text: str) -> Value | None:
    """{"kind": "text", "text": …} with white space folded: names, lines of an address."""
    folded = _folded(text)
    return {"kind": "text", "text": folded} if folded else None


def address_value(text: str) -> Value | None:
    """{"kind": "text", "text": …}: an address in one line, its lines parted by commas."""
    return text_value(re.sub(r"[\s,;]*\n\s*", ", ", text.strip()))


def email_value(text: str) -> Value | None:
    """{"kind": "email", "email": …}; the domain in small letters."""
    name, at, domain = text.strip().rpartition("@")
    return {"kind": "email", "email": f"{name}@{domain.lower()}"} if at and name and "." in domain else None


def url_value(text: str) -> Value | None:
    """{"kind": "url", "url": …}; https:// is put before a bare host."""
    whole = text.strip() if "://" in text else f"https://{text.strip()}"
    try:
        parts = urlsplit(whole)
    except ValueError:  # a bracket left open, a sign that stands for a slash
        return None
    if not parts.hostname or "." not in parts.hostname:
        return None
    return {"kind": "url", "url": parts._replace(netloc=parts.netloc.lower()).geturl()}


def phone_value(text: str, region: str | None = None) -> Value | None:
    """{"kind": "phone", "e164": "+60735238888"}; without a country code only where `region` (ISO 3166) is known."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return {"kind": "phone", "e164": phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}


def iban_value(text: str) -> Value | None:
    """{"kind": "iban", "iban": …} when country, length and checksum hold."""
    from stdnum import iban

    folded = _folded(text)  # a line may break within
    # The list of Belgian banks that is known here grows old; checksums of other countries do not.
    valid = iban.is_valid(folded, check_country=not folded.upper().startswith("BE"))
    return {"kind": "iban", "iban": iban.compact(folded)} if valid else None


def vat_value(text: str) -> Value | None:
    """{"kind": "id", "id": "FR60421938861"} when it is a VAT number of a European state with a right checksum."""
    from stdnum.eu import vat

    return {"kind": "id", "id": vat.compact(text)} if vat.is_valid(text) else None


def tax_id_value(text: str) -> Value | None:
    """As `id_value`; where the number begins as a VAT number of a European state, with `contradicts` if its check
    digits do not fit: whose number it is stands beside it, and a scan may have a digit wrong."""
    from stdnum.eu import vat
    from stdnum.gb import vat as british

    value = id_value(text)
    country = text[:2].lower() if re.match(r"[A-Za-z]{2}[\s-]?\d", text) else ""
    known = british if country == "gb" else vat if country in {*vat.MEMBER_STATES, "el"} else None
    if value is None or known is None or known.is_valid(text):
        return value
    return {**value, "contradicts": ["the check digits of this VAT number do not fit"]}


def bic_value(text: str) -> Value | None:
    """{"kind": "id", "id": "DEUTDEFF"} when it has the form of a bank's code and its country exists."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
    from stdnum import bic

    code = bic.compact(text)
    regions = {region for regions in COUNTRY_CODE_TO_REGION_CODE.values() for region in regions}
    return {"kind": "id", "id": code} if bic.is_valid(code) and code[4:6] in regions else None


def card_value(text: str) -> Value | None:
    """{"kind": "card", "card": "**** 1111"}: the last four digits, of a number whose check digit is right or that was
    masked when it was printed. The whole number is nobody's business but the page's."""
    from stdnum import luhn

    signs = re.sub(r"[\s-]", "", text)
    if signs.isdigit() and not (signs[0] in "23456" and luhn.is_valid(signs)):
        return None
    return {"kind": "card", "card": f"**** {signs[-4:]}"}


def id_value(text: str) -> Value | None:
    """{"kind": "id", "id": …}: a number of somebody's own making, blanks folded; it must hold a digit."""
    folded = _folded(text)
    return {"kind": "id", "id": folded} if any(sign.isdigit() for sign in folded) else None


def number_value(text: str, currency: str | None = None) -> Value | None:
    """{"kind": "number", "number": "12.5"}: the first number. Three digits behind a comma are thousands where
    `currency` has a point before its cents, or where there are more such."""
    if (thousands := _THOUSANDS.search(text)) and (currency in point_currencies() or thousands[0].count(",") > 1):
        return {"kind": "number", "number": re.sub(r"[^\d.]", "", thousands[0])}
    number = re.search(r"\d+(?:[.,]\d+)?", text)
    return {"kind": "number", "number": number[0].replace(",", ".")} if number else None


NORMALISERS: dict[str, Callable[..., Value | None]] = {
    "date": date_value,
    "money": money_value,
    "currency": currency_value,
    "number": number_value,
    "percent": percent_value,
    "text": text_value,
    "address": address_value,
    "email": email_value,
    "url": url_value,
    "phone": phone_value,
    "iban": iban_value,
    "vat": vat_value,
    "tax_id": tax_id_value,
    "bic": bic_value,
    "card": card_value,
    "id": id_value,
}
"""By the names that rules use."""


def _both_orders(text: str) -> tuple[str | None, str | None]:
    """The date read with the day first and with the month first; an order that no calendar has gives the other."""
    if numeric := _NUMERIC.fullmatch(text):
        first, second, year = int(numeric[1]), int(numeric[2]), _full_year(numeric[3])
        by_day, by_month = _calendar_date(year, second, first), _calendar_date(year, first, second)
        return by_day or by_month, by_month or by_day
    by_day = _parsed_date(text, "DMY")
    return by_day, by_day if _MONTH_NAME.search(text) else _parsed_date(text, "MDY")


def _full_year(written: str) -> int:
    if len(written) == 4:
        return int(written)
    return _not_far_ahead(2000 + int(written))


def _not_far_ahead(year: int) -> int:
    return year - 100 if year > datetime.now(UTC).year + _YEARS_AHEAD else year


@lru_cache(maxsize=4096)
def _parsed_date(text: str, order: str) -> str | None:
    parsed = _date_parser(order).get_date_data(text).date_obj
    if parsed is None:
        return None
    year = parsed.year if re.search(r"\d{4}", text) else _not_far_ahead(parsed.year)
    return _calendar_date(year, parsed.month, parsed.day)


@lru_cache
def _date_parser(order: str) -> Any:
    from dateparser.date import DateDataParser

    settings = {
        "DATE_ORDER": order,
        "PREFER_LOCALE_DATE_ORDER": False,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
    }
    return DateDataParser(languages=list(DATE_LANGUAGES), settings=settings)


def _calendar_date(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _decimal_sign(text: str, currency: str | None) -> tuple[str | None, bool]:
    """The sign before the decimals where the digits tell it (None: they do not), and whether it is in doubt."""
    found = _NUMBER.search(text)
    number = found[0].rstrip(".,'’") if found else ""
    signs = [sign for sign in number if sign in ".,"]
    if len(set(signs)) == 2:
        return signs[-1], False
    if len(signs) != 1:
        return None, False
    whole, decimals = number.split(signs[0])
    if len(decimals) != 3:
        return None, False
    if not whole.isdigit() or len(whole) > 3 or whole.startswith("0"):
        return signs[0], False
    thousands_known = signs[0] == "," and currency in point_currencies()
    return ("," if signs[0] == "." else "."), not thousands_known


def _folded(text: str) -> str:
    return " ".join(text.split())
