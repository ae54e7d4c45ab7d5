"""Short names that a document introduces are found on all its pages, and nothing else is made a name by that."""

from __future__ import annotations

import pytest

from nlp.facts import Entity, Page, Span
from nlp.understanding.short_names import MODEL, with_short_names

AGREEMENT = (
    "Loan agreement between SILICON VALLEY BANK (“Bank”), a California corporation, and Jane Hartley (“Borrower”)."
)


def pages_of(*texts: str) -> list[Page]:
    return [Page(number, 1.0, 1.0, text, (), "test", "Set by a test.", 1.0) for number, text in enumerate(texts, 1)]


def named(pages: list[Page], *names: tuple[str, str]) -> list[Entity]:
    """The first place of each name."""
    found = []
    for label, text in names:
        page = next(page for page in pages if text in page.text)
        start = page.text.index(text)
        found.append(Entity(label, (Span(page.number, start, start + len(text)),), text, None, 0.9, "model", "test"))
    return found


def again(pages: list[Page], *names: tuple[str, str]) -> list[tuple[int, str, str]]:
    """Page, text and label of what was found besides."""
    entities = with_short_names(pages, named(pages, *names))
    assert all(pages[s.page - 1].text[s.start : s.end] == e.text for e in entities for s in e.spans)
    places = [(entity.spans[0].page, entity.spans[0].start) for entity in entities]
    assert places == sorted(set(places)), "in the order of the text"
    return [(e.spans[0].page, e.text, e.label) for e in entities if e.model == MODEL]


def test_a_party_is_found_by_its_short_name_on_every_page() -> None:
    pages = pages_of(AGREEMENT, "Borrower shall pay to Bank what it owes.", "NOTICES TO BANK:\nat its office")
    found = again(pages, ("ORG", "SILICON VALLEY BANK"), ("PERSON", "Jane Hartley"))
    assert found == [(1, "Bank", "ORG"), (2, "Bank", "ORG"), (3, "BANK", "ORG")]


@pytest.mark.parametrize(
    "text",
    [
        "a bank of the river",  # in small letters it is a word
        "the Bank Card of a customer",  # a name of its own
        "Riverbank and Bank-note",
    ],
)
def test_words_that_only_look_like_it_are_left_alone(text: str) -> None:
    assert again(pages_of(AGREEMENT, text), ("ORG", "SILICON VALLEY BANK")) == [(1, "Bank", "ORG")]


def test_parts_in_a_contract_are_no_names() -> None:
    text = "Fern Motor Company (the “Company”) and Heron Ltd (“Lender”). The Company owes Lender."
    assert again(pages_of(text), ("ORG", "Fern Motor Company"), ("ORG", "Heron Ltd")) == []


def test_what_was_found_stays_and_a_name_of_two_labels_leads_to_nothing() -> None:
    pages = pages_of("Peyton Fern (“Fern”) and Fern were here.", "Fern came again.")
    person = ("PERSON", "Peyton Fern")
    assert again(pages, person) == [(1, "Fern", "PERSON"), (1, "Fern", "PERSON"), (2, "Fern", "PERSON")]
    place = Entity("LOCATION", (Span(2, 0, 4),), "Fern", None, 0.4, "model", "test")
    assert with_short_names(pages, [*named(pages, person), place])[-1] is place
    assert all(one.model != MODEL for one in with_short_names(pages, [*named(pages, person), place]))


def test_acronyms_and_short_names_over_a_line_break() -> None:
    pages = pages_of("The Food and Drug Administration (FDA) and Heron Solutions Software Ltd (“Heron Solutions”).",
                     "The FDA wrote to Heron\nSolutions, not to Heron\n\nSolutions.")  # fmt: skip
    found = again(pages, ("ORG", "Food and Drug Administration"), ("ORG", "Heron Solutions Software Ltd"))
    assert [one for one in found if one[0] == 2] == [(2, "FDA", "ORG"), (2, "Heron\nSolutions", "ORG")]


def test_without_names_nothing_is_looked_for() -> None:
    assert with_short_names(pages_of(""), []) == ()
