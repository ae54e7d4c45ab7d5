"""Tells by its writing what a line may be: a company's name, an address, a label. Where it stands is left to others.

The words are data: writing.yaml.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

_PHONE = re.compile(r"^\W*\+?\(?\d[\d\s()./-]{7,}$")
_PHONE_AFTER_LABEL = re.compile(r"\b(?:tel|fax|phone)\b\s*(?:no)?[\s.:]*\+?\d", re.IGNORECASE)
_REGISTRATION = re.compile(
    r"""[\s,]*(?:
      \(\s*(?:co\.?\s?(?:reg)?\.?\s?(?:no)?\.?\s?:?\s*|(?:reg\.?\s?)?no\.?\s?:?\s*|gst\s?\w*\s?:?\s*)?
        [A-Z]{0,3}\d[\d\s]{3,}[-\s]*[A-Z0-9]{0,2}\s*\)?
    | (?<=\s)\d{4,}-?[A-Z]?
    )[\s,.]*$""",
    re.IGNORECASE | re.VERBOSE,
)
#: A registration number right behind a legal form, with whatever else the line says.
_REGISTRATION_FOLLOWS = re.compile(r"[\s,.]*\(?\s*(?:[A-Z]{0,3}\d{4,}|co\.?\s?(?:reg|no))", re.IGNORECASE)
_CONTACT = re.compile(
    r"[\s,;(/|-]*\b(?:tel(?:ephone)?|fax|phone|hp|h/p|mobile|hotline|e-?mail|website|gst|sst)\b[\s.:)]*(?:no|id|reg)?[\s.:]*[+(\d@].*$",
    re.IGNORECASE,
)
_BRANCH = re.compile(r"\W*\d{3,4}-[^\W\d_][^\d,:]{4,}$")
_NUMBERED = re.compile(r"^\s*#\s?\d+\s+")
_LONGEST_ADDRESS_LINE, _LONGEST_PLACE_LINE = 90, 60


def legal_form(text: str) -> bool:
    """Whether a company's legal form stands in the text: Sdn Bhd, Ltd, GmbH, Inc."""
    return bool(_words("legal_forms").search(text))


def ends_name(text: str) -> bool:
    """Whether the line is only the end of a company's name, its legal form with at most one word before it."""
    hit = _words("legal_forms").search(text)
    return hit is not None and len(text[: hit.start()].split()) <= 1


def trade_word(text: str) -> bool:
    """Whether the text says what kind of business it is."""
    return bool(_words("trade_words").search(text))


def title(text: str) -> bool:
    """Whether the text is a heading or a label that stands where names stand, such as TAX INVOICE.

    A company may have such a word in its name, some even first ("Copy Centre Ltd").
    """
    if legal_form(text) and (not _words("titles").match(text.strip()) or _begins_name().match(text)):
        return any(sign in text for sign in ("@", ".com"))
    return bool(_words("titles").search(text) or _PHONE.match(text)) or any(sign in text for sign in ("@", "#", ".com"))


def is_label(text: str) -> bool:
    """Whether the line begins something else: a telephone number, a tax number, a table."""
    return any(
        found(text)
        for found in (_label_starts().match, _PHONE.match, _PHONE_AFTER_LABEL.search, _REGISTRATION.fullmatch)
    )


def street(text: str) -> bool:
    """Whether a street or a building with a number stands in the text."""
    return bool(_street().search(text)) and any(c.isdigit() for c in text)


def postcode(text: str) -> bool:
    """Whether something like a postcode stands beside letters."""
    return bool(_postcode().search(text.upper())) and sum(c.isalpha() for c in text) > 3


def looks_like_address(text: str) -> bool:
    """Whether a line may begin or continue an address."""
    if is_label(text) or legal_form(text) or len(text) > _LONGEST_ADDRESS_LINE:
        return False
    return bool(_street().search(text)) or postcode(text)


def looks_like_place_end(text: str) -> bool:
    """Whether the line holds what ends an address: a postcode, a state, a country."""
    if is_label(text) or len(text) > _LONGEST_PLACE_LINE:
        return False
    return postcode(text) or bool(_words("places").search(text))


def branch(text: str) -> bool:
    """Whether the line may be the number of a branch and its quarter: "1245-Desa Sri Hartamas"."""
    return bool(_BRANCH.match(text)) and not title(text) and not trade_word(text)


def gives_back(text: str) -> bool:
    """Whether the text says that it is a credit note."""
    return bool(_words("credit_notes").search(text))


def without_number(text: str) -> str:
    """The text less a registration number and what follows it: "ACME SDN BHD (123456-X)" gives "ACME SDN BHD".

    Without a number too a name of several words ends at its legal form: what follows is a branch or a place.
    """
    end = 0
    for form in _words("legal_forms").finditer(text):
        if _REGISTRATION_FOLLOWS.match(text, form.end()):
            return text[: form.end()]
        end = form.end() if len(text[: form.start()].split()) > 1 else end
    return text[:end] if end else _REGISTRATION.sub("", text) or text


def lead_in(text: str) -> int:
    """How many letters stand before a name that are none of it: "Owned by: ", "Bill to: ", "#0002 "."""
    found = _NUMBERED.match(text) or _party_labels().match(text)
    return found.end() if found else 0


def without_contact(text: str) -> str:
    """The text less a telephone number, an e-mail address or a tax number at its end, unless it begins with that."""
    return _CONTACT.sub("", text) or text


@lru_cache
def _lists() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return lists


def _any_of(name: str) -> str:
    return f"(?:{'|'.join(_lists()[name])})"


@lru_cache
def _words(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){_any_of(name)}(?!\w)", re.IGNORECASE)


@lru_cache
def _label_starts() -> re.Pattern[str]:
    return re.compile(rf"^\W*{_any_of('label_starts')}(?![a-z])", re.IGNORECASE)


@lru_cache
def _party_labels() -> re.Pattern[str]:
    return re.compile(rf"^\W*{_any_of('party_labels')}\s*:\s*(?=\S)", re.IGNORECASE)


@lru_cache
def _begins_name() -> re.Pattern[str]:
    return re.compile(
        rf"^\W*{_any_of('titles_in_names')}\s+(?!{_any_of('titles')}(?!\w)|(?:to|no|of|due)\b)[^\W\d_]", re.IGNORECASE
    )


@lru_cache
def _postcode() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w(.:/-]){_any_of('postcodes')}(?![\w-])")


@lru_cache
def _street() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w){_any_of('street_words')}(?!\w)"
        rf"|\w{_any_of('street_ends')}(?!\w)"
        rf"|(?<=[a-z] ){_any_of('street_last')}\b\.?\s*(?:,|$)"
        rf"|^\W*{_any_of('street_first')}\b[\s.:,#-]*[A-Z]{{0,3}}(?:[\s.-][A-Z])?[\s.-]?\d"
        r"|^\W*\d{1,4}[A-Z]?\s*,\s*[A-Z][^,]*,$",
        re.IGNORECASE,
    )
