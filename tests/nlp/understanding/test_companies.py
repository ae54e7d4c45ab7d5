"""Legal forms tell companies: what the model calls otherwise, cuts off or does not see."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from nlp.training.name_lists import TARGET, of_several_words
from nlp.understanding.companies import told_by_form, told_by_name
from nlp.understanding.entities import Candidate
from nlp.understanding.values import text_value

Tell = Callable[[str, Iterable[Candidate]], list[Candidate]]


def told(text: str, *seen: tuple[str, str], tell: Tell = told_by_form) -> list[tuple[str, str]]:
    """Names by text and label, where the model saw those given."""
    names = [Candidate(text.index(n), text.index(n) + len(n), label, None, 0.7, "model") for n, label in seen]
    return [(text[name.start : name.end], name.label) for name in tell(text, names)]


@pytest.mark.parametrize(
    ("text", "seen", "company"),
    [
        (
            "Bill To: Ceramiche Valdoro S.p.A.\n12 Via Roma",
            [("Ceramiche Valdoro", "PERSON")],
            "Ceramiche Valdoro S.p.A.",
        ),
        ("paid by Drukarnia Sp. z o.o. in May", [("Drukarnia", "LOCATION")], "Drukarnia Sp. z o.o."),
        ("between Acme, Inc. and", [("Acme", "ORG")], "Acme, Inc."),
        ("of Weber GmbH & Co. KG, Ulm", [("Weber GmbH", "ORG")], "Weber GmbH & Co. KG"),
        ("Mavi Turizm Ltd. Şti.", [("Mavi Turizm Ltd", "PERSON")], "Mavi Turizm Ltd. Şti."),
        ("shares of Norsk Hydro ASA rose", [], "Norsk Hydro ASA"),
        ("CAHAYA TRADING SDN BHD", [], "CAHAYA TRADING SDN BHD"),
        ("by the Éditions du Lac SARL on", [], "Éditions du Lac SARL"),
        ("Acme\nLimited", [("Acme", "PERSON")], "Acme\nLimited"),
        ("by Dalsund AS of Oslo", [("Dalsund", "PERSON")], "Dalsund AS"),
        ("Fern Trading Limited\nBy: Jane", [], "Fern Trading Limited"),
        ("an invoice from Fern Trading Limited to Jane", [], "Fern Trading Limited"),
        ("of Heron Motor Company, Limited", [], "Heron Motor Company, Limited"),
    ],
)
def test_a_form_makes_a_company(text: str, seen: list[tuple[str, str]], company: str) -> None:
    assert told(text, *seen) == [(company, "ORG")]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Ann Lee met us", [("Ann Lee", "PERSON")]),
        ("THE SAME AS ANN LEE AS BEFORE", [("ANN LEE", "PERSON")]),  # in capitals AS is a word
        ("a limited offer of Bonn", [("Bonn", "LOCATION")]),
        ("The offer is Limited", []),
        ("This Standard Limited Warranty", []),
        ("a Non-Exclusive Limited License to", []),
        ("of Jane Hartley, Limited quantities", [("Jane Hartley", "PERSON")]),
        ("see Acme Ltd.", [("Acme Ltd.", "ORG")]),
        ("in Bonn. Limited offers", [("Bonn", "LOCATION")]),
    ],
)
def test_what_is_no_form_changes_nothing(text: str, seen: list[tuple[str, str]]) -> None:
    assert told(text, *seen) == seen


def test_names_inside_a_company_give_way_to_it() -> None:
    seen = [("Miller", "PERSON"), ("Bonn", "LOCATION")]
    assert told("Miller & Bonn Trading Ltd", *seen)[-1][1] == "ORG"
    seen = [("Bodegas", "LOCATION"), ("Peña", "PERSON"), ("Lima", "LOCATION")]
    after = [("Bodegas", "LOCATION"), ("Peña S.A. de C.V.", "ORG"), ("Lima", "LOCATION")]
    assert told("Bodegas Peña S.A. de C.V. of Lima", *seen) == after


def test_doubt_of_the_model_is_not_handed_on() -> None:
    (company,) = told_by_form("Acme Ltd", [Candidate(0, 4, "PERSON", None, 0.4, "model")])
    assert (company.confidence, company.origin, company.value) == (0.93, "model", text_value("Acme Ltd"))


@pytest.mark.parametrize(
    ("text", "seen", "after"),
    [
        ("at Morgan Stanley in", [("Morgan Stanley", "PERSON")], [("Morgan Stanley", "ORG")]),
        ("at Morgan\nStanley in", [("Morgan\nStanley", "PERSON")], [("Morgan\nStanley", "ORG")]),
        ("at Morgan Stanley in", [("Morgan", "PERSON"), ("Stanley", "PERSON")], [("Morgan Stanley", "ORG")]),
        ("at Morgan Stanleys", [("Morgan Stanleys", "PERSON")], [("Morgan Stanleys", "PERSON")]),
        ("Morgan Stanley Smith", [("Morgan Stanley Smith", "PERSON")], [("Morgan Stanley Smith", "PERSON")]),
        ("Mr. Ford of Rio", [("Ford", "PERSON"), ("Rio", "LOCATION")], [("Ford", "PERSON"), ("Rio", "LOCATION")]),
        ("Morgan Stanley rose", [], []),  # only what the model saw is named otherwise
    ],
)
def test_listed_companies_are_no_people(text: str, seen: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
    assert told(text, *seen, tell=told_by_name) == after


def test_the_list_of_companies_is_as_it_is_written() -> None:
    assert TARGET.read_text("utf-8").splitlines() == of_several_words()
