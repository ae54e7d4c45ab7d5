"""What contracts say in sentences: parties, governing law, term; each with its place."""

from __future__ import annotations

import pytest

from nlp.facts import DocumentType, Field
from nlp.understanding.fields import find_fields
from tests.nlp.pages import page, without_boxes

OPENING = [
    (5, 4, "THIS AGREEMENT is made on 1 June 2026 (the “Effective Date”) by and between TAMARIND"),
    (5, 6, "ANALYTICS, INC., a company with its office at 31 Orchard Parade, Leeds (the “Client”), and Fjordlys"),
    (5, 8, "Consulting AS, a company located at Havnegata 12, Norway (the “Consultant”)."),
    (5, 10, "WHEREAS Bluebell Holdings Ltd (“Bluebell”) and Osprey Ltd (“Osprey”) are friends of the parties,"),
]


def fields_of(*lines: tuple[float, float, str], boxes: bool = True) -> list[Field]:
    given = page(lines)
    found = find_fields(DocumentType("contract", 0.9, "rule", "test"), [given if boxes else without_boxes(given)], ())
    for field in found:
        assert "\n".join(given.text[span.start : span.end] for span in field.spans) == field.text
    return list(found)


def values(fields: list[Field], name: str) -> list[str]:
    return [str((field.value or {}).get("text")) for field in fields if field.name == name]


@pytest.mark.parametrize("boxes", [True, False])
def test_the_parties_are_those_between_whom_it_is_made(boxes: bool) -> None:
    fields = fields_of(*OPENING, boxes=boxes)

    assert values(fields, "party") == ["TAMARIND ANALYTICS, INC.", "Fjordlys Consulting AS"]
    assert [(field.group, field.row) for field in fields if field.name == "party"] == [("parties", 0), ("parties", 1)]


def test_without_between_a_company_with_a_role_is_a_party() -> None:
    fields = fields_of(
        (5, 4, "Aster Biotech, Inc., with a place of business in Leeds (“Aster”) and"),
        (5, 6, "Ireya Ltd having an address in Delft (“Consultant”) agree to all terms. Acme Ltd was asked."),
    )

    assert values(fields, "party") == ["Aster Biotech, Inc.", "Ireya Ltd"]


@pytest.mark.parametrize(
    ("sentence", "law"),
    [
        ("This Agreement is governed by the law of England and Wales, whose courts decide.", "England and Wales"),
        ("It shall be governed by and construed under the laws of the State of New York.", "New York"),
        ("This Agreement is governed by the laws of the Federal Republic of Germany.", "Germany"),
        ("It is governed by the laws of the District of Columbia.", "District of Columbia"),
    ],
)
def test_the_law_that_governs_is_named_without_its_style(sentence: str, law: str) -> None:
    comply = "Each party acts in accordance with the laws of Ruritania."
    (found,) = [field for field in fields_of((5, 4, comply), (5, 6, sentence)) if field.name == "governing_law"]

    assert values([found], "governing_law") == [law]
    assert found.candidates[0].reason == "said to govern"


def test_the_term_is_a_length_of_time() -> None:
    fields = fields_of((5, 4, "The term of this Agreement shall continue for two (2) years from the Effective Date."))

    assert values(fields, "term") == ["two (2) years"]


def test_every_amount_of_a_contract_is_listed_once() -> None:
    fields = fields_of((5, 4, "A fee of £84,000.00 in instalments of £7,000.00, the last £7,000.00 on delivery."))

    assert [field.text for field in fields if field.name == "sum"] == ["£84,000.00", "£7,000.00"]


def test_what_is_not_said_is_not_found() -> None:
    assert fields_of((5, 4, "There is a difference between Apples and Pears that nobody denies.")) == []
