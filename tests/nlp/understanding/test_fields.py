"""Fields by rules: found on receipts and invoices, with reasons, repaired values and honest doubt."""

from __future__ import annotations

from dataclasses import replace

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


@pytest.mark.parametrize(
    ("lines", "text", "value"),
    [
        (["Item RM 5.00", "Total RM 5.00", "paid in USD 2.00"], "RM", {"kind": "currency", "currency": "MYR"}),
        (["Item S$ 5.00", "Total $ 5.00", "$ 3.00", "$ 2.00"], "$", {"kind": "currency", "currency": "SGD"}),
        (["12 Main Street", "Springfield, IL 62704", "Total $ 5.00"], "$", {"kind": "currency", "currency": "USD"}),
        (["Total $ 5.00"], "$", {"kind": "currency", "currency": "USD", "ambiguous": True}),
        (["INVOICE NO 10045", "Total $ 5.00"], "$", {"kind": "currency", "currency": "USD", "ambiguous": True}),
        (["12 pounds", "3 pounds", "4 pounds", "Total € 5.00"], "€", {"kind": "currency", "currency": "EUR"}),
    ],
)
def test_the_currency_is_the_one_named_most_often(lines: list[str], text: str, value: dict[str, object]) -> None:
    currency = fields_of("receipt", till("FERNWAY", *lines))["currency"]
    assert (currency.text, currency.value) == (text, value)


def test_a_credit_note_has_sums_below_zero() -> None:
    sums = ["Net -100.00", "VAT 20% -20.00", "Total -120.00"]
    credit = fields_of("invoice", till("Quartz & Fern Ltd", "CREDIT NOTE", "Printing paper -100.00", *sums))
    assert [credit[name].text for name in ("net", "tax", "total")] == ["-100.00", "-20.00", "-120.00"]
    slip = till("FERNWAY", "Coffee 20.00", "Total 20.00", "Total promo -20.00", "NO REFUND")
    assert fields_of("receipt", slip)["total"].text == "20.00"


def test_a_mere_dollar_is_the_one_that_the_page_names() -> None:
    fields = fields_of("receipt", till("FERNWAY", "Tea $ 5.00", "Total CAD $ 5.00"))
    assert fields["total"].value == {"kind": "money", "amount": "5.00", "currency": "CAD"}
    assert (fields["currency"].value or {})["currency"] == "CAD"


def test_a_word_in_an_address_is_no_currency() -> None:
    assert "currency" not in fields_of("receipt", till("FERNWAY", "TAMAN PERDANA, SEK,U3,", "Total 5.00"))


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


def till(*lines: str) -> Page:
    """A receipt, line by line."""
    return page([(10, 4 + 3 * at, line) for at, line in enumerate(lines)])


@pytest.mark.parametrize(
    ("lines", "vendor"),
    [
        (["OLD ASIA", "OWNED BY: CHEF LEE SDN BHD"], "CHEF LEE SDN BHD"),
        (["#000002 BAIFU (M) SDN BHD", "COMPANY NO(814198-X)"], "BAIFU (M) SDN BHD"),
        (["CORNER SHOP RETAIL SDN BHD(306295-X) FKA BISON STORES"], "CORNER SHOP RETAIL SDN BHD"),
        (["FERN COMPANY", "COMPANY REG. NO.: 306295-X"], "FERN COMPANY"),
        (["URBAN IDEA SDN BHD (417940-M),"], "URBAN IDEA SDN BHD"),
        (["NINE PETALS COFFEE CO. THE LAKE MALL"], "NINE PETALS COFFEE CO."),
        (["GOLDEN.FERN CASH & CARRY SDN BHD", "PASARAYA BORONG FERN"], "GOLDEN.FERN CASH & CARRY SDN BHD"),
        (["HOME MASTER HARDWARE &", "ELECTRICAL SDN BHD"], "HOME MASTER HARDWARE &\nELECTRICAL SDN BHD"),
        (["FERNWAY", "COPY HOUSE SDN BHD"], "COPY HOUSE SDN BHD"),
        (["FERNWAY", "TAX INVOICE FERN SDN BHD"], "FERNWAY"),
        (["FERNWAY", "INVOICE HERON LTD"], "FERNWAY"),
        (["FERNWAY", "ORDER NO. 4711 HERON LTD"], "FERNWAY"),
        (["10 HERON LANE", "WELCOME TO", "FERNWAY"], "FERNWAY"),
    ],
)
def test_a_vendor_is_its_name_alone_and_all_of_it(lines: list[str], vendor: str) -> None:
    fields = fields_of("receipt", till(*lines, "NO. 12, JALAN MAWAR 3,", "81100 JOHOR BAHRU", "TOTAL 5.00"))
    assert fields["vendor"].text == vendor


def named(label: str, text: str, where: Page) -> Entity:
    start = where.text.index(text)
    return Entity(label, (Span(1, start, start + len(text)),), text, None, 0.9, "model", "test")


def test_a_name_over_lines_is_one_where_the_entity_model_says_so() -> None:
    bakery = till("THE", "RYE", "MAN", "BAKERY", "117, JALAN MAWAR 8", "81100 JOHOR BAHRU", "TOTAL 5.00")
    name = named("ORG", "THE\nRYE\nMAN\nBAKERY", bakery)
    assert fields_of("receipt", bakery)["vendor"].text != name.text
    assert fields_of("receipt", bakery, entities=(name,))["vendor"].text == name.text


def test_a_company_counts_before_the_brand_above_it() -> None:
    below = ["HERON ADVERTISING (M) SDN BHD (759765-H)", "NO 21, JALAN MAWAR,", "50450 KUALA LUMPUR", "TOTAL 5.00"]
    lines = [(10, 7 + 3 * at, line) for at, line in enumerate([*below, "THANK YOU FOR COMING TO FERNWAY"])]
    receipt = page([(10, 4, "FERNWAY", 2.4), *lines])
    assert fields_of("receipt", receipt)["vendor"].text == "HERON ADVERTISING (M) SDN BHD"


@pytest.mark.parametrize(
    ("line", "names", "customer"),
    [
        ("Bill to: Jane Hartley, Fern GmbH, Berlin", [("PERSON", "Jane Hartley"), ("ORG", "Fern GmbH")], "Fern GmbH"),
        ("Bill to: Jane Hartley, Berlin", [("PERSON", "Jane Hartley"), ("LOCATION", "Berlin")], "Jane Hartley"),
        ("Sold to: Fern and Heron", [], "Fern and Heron"),
    ],
)
def test_a_customer_may_stand_behind_its_label_in_one_line(
    line: str, names: list[tuple[str, str]], customer: str
) -> None:
    sums = ["Net 1,000.00", "VAT 20% 200.00", "Total 1,200.00"]
    invoice = till("Quartz & Fern Ltd", line, "Printing paper A4, 40 boxes 1,000.00", *sums)
    fields = fields_of("invoice", invoice, entities=tuple(named(*name, invoice) for name in names))
    assert fields["customer"].text == customer
    assert fields["vendor"].text == "Quartz & Fern Ltd"
    assert [fields[name].text for name in ("net", "tax", "total")] == ["1,000.00", "200.00", "1,200.00"]


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (["NO.1, JALAN PERMAS 10/5", "81750 JOHOR BAHRU, JOHOR, TEL NO.: 07-387 3322"],
         "NO.1, JALAN PERMAS 10/5\n81750 JOHOR BAHRU, JOHOR"),
        (["LG226, LGF, 1 UTAMA MALL,", "JALAN BANDAR UTAMA, 47800 PETALING JAYA."],
         "LG226, LGF, 1 UTAMA MALL,\nJALAN BANDAR UTAMA, 47800 PETALING JAYA."),
        (["NO.54, BATU 5, JALAN IPOH,", "KG.BATU,", "51200 KUALA LUMPUR"],
         "NO.54, BATU 5, JALAN IPOH,\nKG.BATU,\n51200 KUALA LUMPUR"),
        (["13, JLN TASIK 8", "MEDAN NIAGA DAMAI", "57000 KL"], "13, JLN TASIK 8\nMEDAN NIAGA DAMAI\n57000 KL"),
        (["(NO. 193573-M)", "LEVEL G2, BLOCK D1.", "OLD MILL.", "NO. 1, JALAN MAWAR 1,", "50480 KUALA LUMPUR."],
         "LEVEL G2, BLOCK D1.\nOLD MILL.\nNO. 1, JALAN MAWAR 1,\n50480 KUALA LUMPUR."),
        (["NO . J-G-02, SOHO KI, MONT KIERA, 50", "480 KL"], "NO . J-G-02, SOHO KI, MONT KIERA, 50\n480 KL"),
        (["109, SS21/1A,", "HERON UTAMA"], "109, SS21/1A,\nHERON UTAMA"),
        (["LOT 12, JALAN MAWAR,", "41150 KLANG", "1245-FERN HARTA"],
         "LOT 12, JALAN MAWAR,\n41150 KLANG\n1245-FERN HARTA"),
        (["LOT 12, JALAN MAWAR,", "41150 KLANG", "204-Cashier Anna"], "LOT 12, JALAN MAWAR,\n41150 KLANG"),
        (["LOT 12, JALAN MAWAR,", "41150 KLANG", "1001 - HAMMER DRILL"], "LOT 12, JALAN MAWAR,\n41150 KLANG"),
        (["12, LENGKOK MAWAR", "FASA 2", "DESA MELUR"], "12, LENGKOK MAWAR\nFASA 2\nDESA MELUR"),
    ],
)  # fmt: skip
def test_an_address_is_whole_and_ends_where_the_telephone_begins(lines: list[str], address: str) -> None:
    fields = fields_of("receipt", till("BLUE HERON HARDWARE SDN BHD", *lines, "GST ID 0001", "TOTAL 5.00"))
    assert fields["vendor_address"].text == address


@pytest.mark.parametrize(
    "lines",
    [
        ["ITEM 5.00", "5.00", "CASH 10.00", "CHANGE 5.00"],  # no tax is as high as the net
        ["TOTAL (GST INCL) 13.78", "CASH 20.00", "ROUNDING ADJUSTMENT 0.02", "CHANGE DUE 6.20"],
        ["AMOUNT INCL. GST 5.00", "ACCEPTED TOTAL 10.00", "CHANGE 5.00"],
    ],
)
def test_what_was_handed_over_is_not_the_total(lines: list[str]) -> None:
    total = fields_of("receipt", till("BLUE HERON SDN BHD", *lines))["total"]
    assert total.text == next(line.split()[-1] for line in lines if "CASH" not in line)


def test_of_a_rounded_total_and_an_unrounded_one_the_rounded_counts() -> None:
    receipt = till(
        "BLUE HERON SDN BHD", "TOTAL SALES (INCLUSIVE OF GST) 42.33", "ROUNDING 0.02", "ROUNDED 42.35", "CASH 42.35"
    )
    total = fields_of("receipt", receipt)["total"]
    assert total.text == "42.35"
    assert "rounded (+3.0)" in total.candidates[0].reason


def test_an_address_is_not_as_doubtful_as_the_least_sure_of_its_words() -> None:
    sure, unsure = (fields_of("receipt", doubted(RECEIPT, word, 0.64)) for word in ("nothing", "MELUR,"))
    assert unsure["vendor_address"].confidence == pytest.approx(0.8 * sure["vendor_address"].confidence, abs=0.02)
    assert fields_of("receipt", doubted(RECEIPT, "25/12/2018", 0.64))["date"].confidence == pytest.approx(
        0.64 * sure["date"].confidence, abs=0.02
    )


def doubted(where: Page, text: str, confidence: float) -> Page:
    """The page with this word read less surely."""
    words = (
        word._replace(confidence=confidence)
        if where.text[word.start : word.end] == text
        else word._replace(confidence=1.0)
        for word in where.words
    )
    return replace(where, words=tuple(words))
