"""Mentions of one real thing are put together, and what may be two is kept apart: a test for each rule."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.facts import Entity, Span
from nlp.understanding.mentions import things
from nlp.understanding.values import NORMALISERS

VALUES = {
    "DATE": "date", "MONEY": "money", "PHONE": "phone", "IBAN": "iban", "EMAIL": "email", "URL": "url",
    "INVOICE_NUMBER": "id", "ORDER_NUMBER": "id", "PERCENT": "percent", "CARD_NUMBER": "card",
}  # fmt: skip


def entity(label: str, text: str, start: int = 0, page: int = 1, **more: Any) -> Entity:
    normal = NORMALISERS[VALUES[label]](text) if label in VALUES else None
    facts: dict[str, Any] = {"value": normal, "confidence": 0.9, "origin": "model", **more}
    return Entity(label, (Span(page, start, start + len(text)),), text, model="m/1", **facts)


def groups(entities: Sequence[Entity], texts: dict[int, str] | None = None) -> set[frozenset[str]]:
    """The texts of the mentions of each thing."""
    return {frozenset(entities[at].text for at in thing.mentions) for thing in things(entities, texts or {})}


def named(label: str, *texts: str) -> set[frozenset[str]]:
    return groups([entity(label, text, 100 * number) for number, text in enumerate(texts)])


def together(label: str, *texts: str) -> bool:
    return len(named(label, *texts)) == 1


def in_text(text: str, label: str, *names: str) -> set[frozenset[str]]:
    """Of a page on which each name is found where it stands, one after the other."""
    found, at = [], 0
    for name in names:
        at = text.index(name, at)
        found.append(entity(label, name, at))
        at += len(name)
    return groups(found, {1: text})


@pytest.mark.parametrize(
    ("label", "one", "other", "same"),
    [
        ("DATE", "14 March 2025", "2025-03-14", True),
        ("DATE", "14 March 2025", "15 March 2025", False),
        ("MONEY", "GBP 1,200.00", "£1200", True),
        ("MONEY", "GBP 1,200.00", "USD 1,200.00", False),
        ("MONEY", "GBP 5.00", "GBP -5.00", False),
        ("PERCENT", "7.50 %", "7.5%", True),
        ("PHONE", "+44 20 7946 0018", "+44 (0)20 79460018", True),
        ("PHONE", "+44 20 7946 0018", "+44 20 7946 0019", False),
        ("IBAN", "GB33 BUKB 2020 1555 5555 55", "GB33BUKB20201555555555", True),
        ("EMAIL", "Billing@Example.org", "billing@example.org", True),
        ("URL", "www.example.org/", "https://example.org", True),
        ("URL", "https://example.org/a", "https://example.org/b", False),
        ("INVOICE_NUMBER", "NP-2291", "np-2291", True),
        ("INVOICE_NUMBER", "NP-2291", "NP-2292", False),
        ("CARD_NUMBER", "4111 1111 1111 1111", "4111-1111-1111-1111", True),
        ("CARD_NUMBER", "4111 1111 1111 1111", "5105 1051 0510 1111", False),  # whose value is the same
        ("MOOD", "Very glad", "very\nglad", True),  # a label that a person made up
    ],
)
def test_what_has_a_value_is_one_where_the_value_is(label: str, one: str, other: str, same: bool) -> None:
    assert together(label, one, other) is same


def test_an_amount_without_a_currency_has_the_only_one_of_the_document() -> None:
    assert together("MONEY", "GBP 20.00", "20.00")
    assert named("MONEY", "GBP 20.00", "20.00", "USD 7.00") == {
        frozenset({"GBP 20.00"}), frozenset({"20.00"}), frozenset({"USD 7.00"})
    }  # fmt: skip


def test_what_can_be_read_in_two_ways_is_only_what_else_can() -> None:
    assert together("DATE", "03/04/2025", "03-04-2025")
    assert not together("DATE", "03/04/2025", "4 March 2025")
    assert not together("DATE", "03/04/2025", "3 April 2025")


def test_a_bare_last_name_is_nobodys_where_a_company_or_a_place_is_called_that() -> None:
    person, bare = entity("PERSON", "Edward Rogers"), entity("PERSON", "Rogers", 50)
    assert len(things([person, bare], {})) == 1
    for label, text in (("ORG", "Rogers Inc."), ("LOCATION", "Rogers")):
        assert len(things([person, bare, entity(label, text, 100)], {})) == 3
    assert len(things([person, entity("PERSON", "Mr. Rogers", 50), entity("ORG", "Rogers Inc.", 100)], {})) == 2


def test_labels_are_never_mixed() -> None:
    assert len(things([entity("INVOICE_NUMBER", "A-1"), entity("ORDER_NUMBER", "A-1", 50)], {})) == 2


@pytest.mark.parametrize(
    ("label", "texts"),
    [
        ("ORG", ["Acme Ltd", "ACME LIMITED", "Acme", "The Acme\nLtd.", "Acme's"]),
        ("ORG", ["Société Générale S.A.", "SOCIETE GENERALE SA"]),
        ("ORG", ["Inter-\nnational Paper Co.", "International Paper Company"]),
        ("ORG", ["Procter & Gamble", "Procter and Gamble Inc"]),
        ("ORG", ["U.S. Steel Corp.", "US Steel"]),
        ("ORG", ["ACME C0RNER SHOP", "Acme Corner Shop", "ACMECORNERSHOP"]),  # as OCR has it
        ("ORG", ["Harbour Statlonery", "Harbour Stationery"]),
        ("LOCATION", ["Philade1phia", "PHILADELPHIA"]),
        ("LOCATION", ["Pennsylvania", "Pennsylvanla", "Pennsylvanja"]),
        ("LOCATION", ["U.S.A.", "United States", "the United States of America"]),
        ("LOCATION", ["Москва", "МОСКВА"]),
        ("PERSON", ["Jane Mary Hartley", "J. M. Hartley", "Mrs. Hartley", "Hartley", "HARTLEY, Jane", "Jane Hartley"]),
        ("PERSON", ["Jürgen Groß", "JURGEN GROSS"]),
        ("PERSON", ["Peter van der Berg", "van der Berg", "P. Berg"]),
        ("PERSON", ["Dr. John Smith, Jr.", "John Smith Jr"]),
        ("PERSON", ["Joe O’Brien", "O'Brien", "Joe OBrien, Esq."]),
    ],
)
def test_names_of_one(label: str, texts: list[str]) -> None:
    assert together(label, *texts)


@pytest.mark.parametrize(
    ("label", "texts"),
    [
        ("ORG", ["Acme Ltd", "Acme GmbH"]),
        ("ORG", ["Acme Fund II", "Acme Fund III"]),
        ("ORG", ["Trust 2005-1", "Trust 2005-2"]),
        ("ORG", ["Northern Affiliate", "Northern Affiliates"]),
        ("ORG", ["Eastern Airways", "Western Airways"]),
        ("ORG", ["Inc.", "INC"]),  # whose, nobody knows
        ("LOCATION", ["Slovakia", "Slovenia"]),
        ("LOCATION", ["Zambia", "Gambia"]),
        ("PERSON", ["Jane Hartley", "John Hartley"]),
        ("PERSON", ["Maria Rossini", "Mario Rossini"]),
        ("PERSON", ["John A. Smith", "John B. Smith"]),
        ("PERSON", ["I. Smith", "Laura Smith"]),
        ("PERSON", ["Mr. Hartley", "Mrs. Hartley"]),
        ("PERSON", ["John Smith Jr.", "John Smith Sr."]),
        ("PERSON", ["Anna Johnson", "Anna Johnston"]),
    ],
)
def test_names_of_two(label: str, texts: list[str]) -> None:
    assert named(label, *texts) == {frozenset({text}) for text in texts}


@pytest.mark.parametrize(
    ("label", "short", "full"),
    [
        ("PERSON", "Hartley", ["Jane Hartley", "John Hartley"]),
        ("PERSON", "J. Hartley", ["Jane Hartley", "John Hartley"]),
        ("PERSON", "John Smith", ["John A. Smith", "John B. Smith"]),
        ("PERSON", "John Smith", ["John Smith Jr.", "John Smith Sr."]),
        ("ORG", "Acme", ["Acme Ltd", "Acme GmbH"]),
    ],
)
def test_what_may_be_of_two_stays_alone(label: str, short: str, full: list[str]) -> None:
    assert named(label, short, *full) == {frozenset({text}) for text in (short, *full)}


def test_a_title_before_the_name_tells_two_apart() -> None:
    text = "Mr. Hartley and Mrs. Hartley came."
    assert len(things([entity("PERSON", "Hartley", 4), entity("PERSON", "Hartley", 21)], {1: text})) == 2
    assert len(things([entity("PERSON", "Hartley", 4), entity("PERSON", "Hartley", 21)], {})) == 1


@pytest.mark.parametrize(
    ("text", "label", "full", "short"),
    [
        ("European Union (EU). The EU", "LOCATION", "European Union", "EU"),
        ("Social Security Office (the “Office”). The Office", "ORG", "Social Security Office", "Office"),
        ("EU (European Union) and the European Union", "LOCATION", "EU", "European Union"),
        ('Acme Inc. (the "Company") and others. The Company shall', "ORG", "Acme Inc.", "Company"),
        ("Acme Inc., a Delaware corporation with offices at 2 Mill St. (“Buyer” or the “Company”). Buyer", "ORG",
         "Acme Inc.", "Buyer"),
        ('Jane Hartley ("Employee") works. Employee', "PERSON", "Jane Hartley", "Employee"),
        ("City of Roanoke (“Roanoke”) in Roanoke", "LOCATION", "City of Roanoke", "Roanoke"),
    ],
)  # fmt: skip
def test_short_names_are_introduced_in_brackets(text: str, label: str, full: str, short: str) -> None:
    again = text.rindex(short)
    found = [entity(label, full, text.index(full)), entity(label, short, again)]
    assert groups(found, {1: text}) == {frozenset({full, short})}
    assert len(groups(found)) == 2, "only by what the text says"


@pytest.mark.parametrize(
    ("text", "label", "full", "short"),
    [
        ("Acme Inc. and Foo Inc. (collectively, the “Parties”). The Parties", "ORG", "Foo Inc.", "Parties"),
        ("under the laws of Ontario (“Acme”). Acme is", "LOCATION", "Ontario", "Acme"),
        ("a Virginia corporation (“Grantee”). Grantee is", "ORG", "Virginia corporation", "Grantee"),
        ("a Georgia corporation (“Acme-Georgia”). Acme-Georgia is", "ORG", "Georgia corporation", "Acme-Georgia"),
        ("Foo, a division of Acme Inc. (“Shipper”). Shipper is", "ORG", "Acme Inc.", "Shipper"),
        ("a subsidiary of HB (“Heritage Bank”). Heritage Bank is", "ORG", "HB", "Heritage Bank"),
        ("Securities and Exchange Commission (FBI). FBI", "ORG", "Securities and Exchange Commission", "FBI"),
    ],
)
def test_brackets_that_introduce_something_else(text: str, label: str, full: str, short: str) -> None:
    assert in_text(text, label, full, short) == {frozenset({full}), frozenset({short})}


def test_a_legal_form_that_was_not_taken_with_the_name_tells_two_apart() -> None:
    text = "Acme Partners, L.P. and Acme Partners, Inc. and Acme Partners Inc. and Acme (Prime), Inc. and Acme Limited"
    names = ["Acme Partners", "Acme Partners", "Acme Partners Inc", "Acme", "Acme"]
    starts = [0, 24, 48, 71, text.rindex("Acme")]
    assert all(text[start:].startswith(name) for name, start in zip(names, starts, strict=True))
    found = [entity("ORG", name, start) for name, start in zip(names, starts, strict=True)]
    assert [thing.mentions for thing in things(found, {1: text})] == [(0,), (1, 2), (3,), (4,)]
    text = "Acme Foods, Inc. (the “Buyer”). Buyer"
    assert in_text(text, "ORG", "Acme Foods", "Buyer") == {frozenset({"Acme Foods", "Buyer"})}


def test_a_short_name_that_is_introduced_twice_is_nobodys() -> None:
    text = "Acme Inc. (the “Company”) sold to Foo Ltd (the “Company”). Then Company"
    found = in_text(text, "ORG", "Acme Inc.", "Foo Ltd", "Company")
    assert found == {frozenset({"Acme Inc."}), frozenset({"Foo Ltd"}), frozenset({"Company"})}


def test_an_acronym_is_of_the_only_organisation_whose_first_letters_it_is() -> None:
    assert together("ORG", "The Securities and Exchange Commission", "SEC")
    assert together("ORG", "FEDERAL BUREAU OF INVESTIGATION", "F.B.I.")
    assert together("ORG", "Marathon Petroleum Company LP", "MPC")
    assert len(named("ORG", "Sixth Eastern Company", "Securities and Exchange Commission", "SEC")) == 3
    assert not together("ORG", "Sixth Eastern", "SE"), "too short to say"
    assert not together("ORG", "Ski Every Car", "Sec"), "no acronym"
    assert not together("LOCATION", "Sixth Eastern Corner", "SEC")


def test_a_name_found_with_its_short_one_is_both() -> None:
    text = "Internal Revenue Service (IRS) is here. IRS"
    assert len(in_text(text, "ORG", "Internal Revenue Service (IRS)", "IRS")) == 1
    assert named("ORG", "Acme (UK) Ltd", "Acme Ltd", "Acme (UK)") == {
        frozenset({"Acme (UK) Ltd", "Acme (UK)"}), frozenset({"Acme Ltd"})
    }  # fmt: skip


def test_a_thing_is_named_by_its_fullest_and_surest_mention_a_persons_word_before_a_machines() -> None:
    text = "ACME LTD is Acme Ltd is Acme (the “Premium Supplier”). Premium Supplier"
    found = [
        entity("ORG", "Acme Ltd", 12), entity("ORG", "ACME LTD", 0, confidence=0.5), entity("ORG", "Acme", 24),
        entity("ORG", "Premium Supplier", text.rindex("Premium")),
    ]  # fmt: skip
    (thing, other) = things(found, {1: text})
    assert (thing.named_by, thing.mentions, other.mentions) == (0, (1, 0, 2), (3,))
    by_person = [entity("ORG", "Acme Ltd", 12, origin="human"), entity("ORG", "Acme", 24, origin="human")]
    (thing,) = things([entity("ORG", "Acrne Ltd"), *by_person], {})
    assert thing.named_by == 1
    misread = [entity("LOCATION", text, 20 * at) for at, text in enumerate(["KAZAKHSTANY", "KAZAKHSTAN", "Kazakhstan"])]
    assert things(misread, {})[0].named_by == 2
    introduced = "Foo Ltd (the “Main Contractor”). Main Contractor"
    long = [entity("ORG", "Foo Ltd"), entity("ORG", "Main Contractor", introduced.rindex("Main"))]
    assert things(long, {1: introduced})[0].named_by == 0


def test_things_stand_in_the_order_of_their_first_mentions_across_pages() -> None:
    found = [
        entity("ORG", "Acme Ltd", 5, page=2), entity("DATE", "14 March 2025", 9), entity("ORG", "Acme", 30, page=1),
        Entity("DATE", (), "2025-03-14", NORMALISERS["date"]("2025-03-14"), 1.0, "human", ""),
    ]  # fmt: skip
    assert [thing.mentions for thing in things(found, {})] == [(3, 1), (2, 0)]


NAMES = st.lists(st.sampled_from([
    "Jane Hartley", "J. Hartley", "Hartley", "John Hartley", "Mr. Hartley", "Mrs. Hartley", "John A. Hartley Jr.",
    "John B. Hartley", "Acme", "Acme Ltd", "ACME GMBH", "Acme C0rp", "The Company", "(…)", "", "IRS",
    "Harbour Statlonery",
    "Internal Revenue Service", "Harbour Stationery", "Harbour Stationeny", "JaneHartley",
    "Hartley, Jane",
]), min_size=1, max_size=12)  # fmt: skip


@settings(deadline=None)
@given(names=NAMES, label=st.sampled_from(["PERSON", "ORG", "LOCATION", "OTHER"]), seed=st.integers())
def test_each_is_a_mention_of_one_thing_whatever_the_order(names: list[str], label: str, seed: int) -> None:
    text, found = "", []
    for name in names:
        found.append(entity(label, name, len(text)))
        text += name + " (the “Company”, IRS), "
    told = things(found, {1: text})
    assert sorted(at for thing in told for at in thing.mentions) == list(range(len(found)))
    assert all(thing.named_by in thing.mentions for thing in told)
    order = list(range(len(found)))
    random.Random(seed).shuffle(order)
    shuffled = things([found[at] for at in order], {1: text})
    assert [tuple(order[at] for at in thing.mentions) for thing in shuffled] == [thing.mentions for thing in told]
    if label == "PERSON":
        for thing in told:
            said = {found[at].text for at in thing.mentions}
            assert not {"Jane Hartley", "John Hartley"} <= said
            assert not {"John A. Hartley Jr.", "John B. Hartley"} <= said
            assert not {"Mr. Hartley", "Mrs. Hartley"} <= said


@settings(deadline=None)  # the first reads the words of the names
@given(texts=st.lists(st.text(max_size=40), max_size=8), label=st.sampled_from(["PERSON", "ORG", "LOCATION", "DATE"]))
def test_no_text_is_too_odd(texts: list[str], label: str) -> None:
    found = [entity(label, text, 50 * at, confidence=0.5) for at, text in enumerate(texts)]
    told = things(found, {1: " ".join(texts)})
    assert sorted(at for thing in told for at in thing.mentions) == list(range(len(found)))


def test_a_bundle_of_many_names_takes_a_moment() -> None:
    rng = random.Random(3)
    words = ["".join(rng.choices("abcdefghilmnorstu", k=8)).title() for _ in range(400)]
    found = [
        entity(rng.choice(["ORG", "PERSON", "LOCATION"]), " ".join(rng.sample(words, rng.randint(1, 3))), at * 30)
        for at in range(12_000)
    ]
    started = time.process_time()
    assert len(things(found, {1: " " * 400_000})) > 5000
    assert time.process_time() - started < 6
