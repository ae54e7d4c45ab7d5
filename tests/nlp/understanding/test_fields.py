"""Fields by rules: found on receipts and invoices, with reasons, repaired values and honest doubt."""

from __future__ import annotations

import pytest

from nlp.facts import DocumentType, Entity, Field, Page, Span
from nlp.understanding.candidates import Document
from nlp.understanding.cells import grid
from nlp.understanding.fields import find_fields
from tests.nlp.pages import INVOICE, RECEIPT, page, without_boxes


def fields_of(kind: str, *pages: Page, entities: tuple[Entity, ...] = ()) -> dict[str, Field]:
    found = find_fields(DocumentType(kind, 0.9, "rule", "test"), pages, entities)
    return {field.name: field for field in found}


def test_a_receipt_gives_its_fields_verbatim() -> None:
    fields = fields_of("receipt", RECEIPT)

    assert fields["vendor"].text == "BLUE HERON HARDWARE SDN BHD"
    assert fields["vendor_address"].text == "NO. 12, JALAN MAWAR 3,\nTAMAN MELUR, 81100 JOHOR BAHRU"
    assert fields["number"].text == "CS-00417"
    assert fields["date"].text == "25/12/2018"
    assert fields["total"].text == "47.5O"


def test_values_are_normalised_and_misread_digits_repaired() -> None:
    fields = fields_of("receipt", RECEIPT)

    assert fields["total"].value == {"kind": "money", "amount": "47.50", "currency": "MYR"}
    assert fields["date"].value == {"kind": "date", "iso": "2018-12-25", "ambiguous": False}
    assert fields["vendor_address"].value == {
        "kind": "text",
        "text": "NO. 12, JALAN MAWAR 3, TAMAN MELUR, 81100 JOHOR BAHRU",
    }


def test_an_invoice_tells_both_parties_and_both_dates_apart() -> None:
    fields = fields_of("invoice", INVOICE)

    assert fields["vendor"].text == "Quartz & Fern Ltd"
    assert fields["vendor_address"].text == "8 Sandpiper Road\nWhitby YO21 9ZZ"
    assert fields["customer"].text == "Meridian Bakery Ltd"
    assert fields["number"].text == "QF-2041"
    assert (fields["date"].text, fields["due_date"].text) == ("3 March 2026", "2 April 2026")
    assert [fields[name].text for name in ("net", "tax", "total")] == ["€1,250.00", "€250.00", "€1,500.00"]


@pytest.mark.parametrize("given", [RECEIPT, INVOICE], ids=["receipt", "invoice"])
def test_each_span_holds_its_part_of_the_text(given: Page) -> None:
    fields = fields_of("receipt" if given is RECEIPT else "invoice", given)

    for field in fields.values():
        assert "\n".join(given.text[span.start : span.end] for span in field.spans) == field.text
    assert len(fields["vendor_address"].spans) == 2


def test_without_boxes_the_lines_of_the_text_must_do() -> None:
    narrow = page(
        [
            (0, 0, "BLUE HERON HARDWARE SDN BHD"),
            (0, 2, "NO. 12, JALAN MAWAR 3,"),
            (0, 4, "81100 JOHOR BAHRU"),
            (0, 6, "Date: 25/12/2018"),
            (0, 8, "Total: RM 47.50"),
            (0, 10, "Change: RM 2.50"),
        ]
    )
    fields = fields_of("receipt", without_boxes(narrow))

    assert fields["vendor"].text == "BLUE HERON HARDWARE SDN BHD"
    assert fields["date"].text == "25/12/2018"
    assert fields["total"].value == {"kind": "money", "amount": "47.50", "currency": "MYR"}


def test_candidates_say_why_they_won_or_lost() -> None:
    total = fields_of("receipt", RECEIPT)["total"]

    won = total.candidates[0]
    assert won.text == total.text
    assert "total" in won.reason
    lost = next(candidate for candidate in total.candidates if candidate.text == "50.00")
    assert "cash" in lost.reason
    assert lost.confidence < won.confidence


def test_confidence_falls_with_what_speaks_for_a_value() -> None:
    bare = page([(5, 4, "SOME PLACE"), (5, 8, "12.50"), (5, 10, "13.40")])

    sure, doubtful = fields_of("receipt", RECEIPT)["total"], fields_of("receipt", bare).get("total")

    assert sure.confidence > 0.8
    assert doubtful is None or doubtful.confidence < 0.6
    assert 0 <= sure.confidence <= 1


def test_an_entity_can_tip_the_scales() -> None:
    plain = page([(5, 4, "Ottoline"), (5, 8, "Rosmarin"), (5, 30, "Total 4.00")])
    named = Entity("ORG", (Span(1, 9, 17),), "Rosmarin", None, 0.9, "model", "test")

    def confidence(entities: tuple[Entity, ...]) -> float:
        vendor = fields_of("receipt", plain, entities=entities)["vendor"]
        return next((c.confidence for c in vendor.candidates if c.text == "Rosmarin"), 0.0)

    assert confidence((named,)) > confidence(())


def test_a_type_without_fields_and_a_page_without_words_give_none() -> None:
    assert fields_of("other", RECEIPT) == {}
    assert fields_of("receipt", page([])) == {}
    assert find_fields(DocumentType("unheard of", 0.5, "human", "test"), [RECEIPT], ()) == ()


@pytest.mark.parametrize(
    ("line", "amount"),
    [
        ("Total $1,234", "1234"),
        ("Total \u00a5 1000", "1000"),
        ("Total RM 12", "12"),
        ("Total 12 EUR", "12"),
        ("Total (12.50)", "-12.50"),
        ("Total 12.50-", "-12.50"),
        ("Total RM 12.50", "12.50"),
    ],
)
def test_amounts_without_cents_or_below_zero_are_candidates(line: str, amount: str) -> None:
    pages = [page([(5, 4, "SOME PLACE"), (5, 8, line)])]
    assert [(found.value or {})["amount"] for found in Document(pages, (), grid(pages)).amounts] == [amount]


def test_a_number_without_cents_or_currency_is_no_amount() -> None:
    pages = [page([(5, 4, "SOME PLACE"), (5, 8, "Total 12")])]
    assert Document(pages, (), grid(pages)).amounts == []
