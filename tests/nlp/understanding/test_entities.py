"""Entities of a page: rules and model in one pipeline, one rule for conflicts, nothing heavy imported in passing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from errors import SheafError
from nlp.facts import DocumentType, Entity, Page
from nlp.understanding import rules
from nlp.understanding.entities import Candidate, find_entities, load, model_name, resolve
from nlp.understanding.fields import find_fields
from tests.nlp import pages

INVOICE = """Tax Invoice
Invoice No: INV-2019/001
Date: 25/12/2018
Due: 03/02/2019

Bill To: Northwind Trading Ltd.
Mr. John
Smith, London
john.smith@northwind.example.com
Tel: 020 7946 0018
VAT FR60421938861

Subtotal £1,000.00
VAT 20% £200.00
Total £1,200.00
Pay to DE89 3704 0044 0532 0130 00 before 1st day of
January, 2020 or see www.northwind.example.com/pay.
"""


def page(text: str) -> Page:
    return Page(3, 595.0, 842.0, text, (), "text_layer", "test", 1.0)


@pytest.fixture(scope="module")
def found() -> dict[str, list[Entity]]:
    by_label: dict[str, list[Entity]] = defaultdict(list)
    for entity in find_entities(page(INVOICE)):
        by_label[entity.label].append(entity)
    return by_label


def test_every_label_of_the_rules_is_found_and_normalised(found: dict[str, list[Entity]]) -> None:
    values = {label: [dict(e.value or {}) for e in entities] for label, entities in found.items()}

    assert values["INVOICE_NUMBER"] == [{"kind": "id", "id": "INV-2019/001"}]
    assert [value["iso"] for value in values["DATE"]] == ["2018-12-25", "2019-02-03", "2020-01-01"]
    assert {(value["amount"], value["currency"]) for value in values["MONEY"]} == {
        ("1000.00", "GBP"),
        ("200.00", "GBP"),
        ("1200.00", "GBP"),
    }
    assert values["PERCENT"] == [{"kind": "percent", "percent": "20"}]
    assert values["EMAIL"] == [{"kind": "email", "email": "john.smith@northwind.example.com"}]
    assert values["PHONE"] == [{"kind": "phone", "e164": "+442079460018"}]
    assert values["TAX_ID"] == [{"kind": "id", "id": "FR60421938861"}]
    assert values["IBAN"] == [{"kind": "iban", "iban": "DE89370400440532013000"}]
    assert values["URL"] == [{"kind": "url", "url": "https://www.northwind.example.com/pay"}]


def test_a_plain_date_settles_the_order_of_the_others(found: dict[str, list[Entity]]) -> None:
    assert all(entity.value and entity.value["ambiguous"] is False for entity in found["DATE"])
    (alone,) = find_entities(page("Due: 03/02/2019"))
    assert alone.value == {"kind": "date", "iso": "2019-02-03", "ambiguous": True}


def test_the_model_finds_names_also_across_a_line_break(found: dict[str, list[Entity]]) -> None:
    assert "Northwind Trading Ltd." in [entity.text for entity in found["ORG"]]
    assert "London" in [entity.text for entity in found["LOCATION"]]
    (person,) = [entity for entity in found["PERSON"] if "Smith" in entity.text]
    assert person.text.endswith("John\nSmith")
    assert person.value == {"kind": "text", "text": " ".join(person.text.split())}
    assert (person.origin, person.model) == ("model", "/".join(model_name()))


def test_a_name_ends_before_what_a_rule_is_sure_of(found: dict[str, list[Entity]]) -> None:
    """The model takes the town and the address in the line below it for one place."""
    (mail,) = found["EMAIL"]
    assert mail.text == "john.smith@northwind.example.com"
    (town,) = [entity for entity in found["LOCATION"] if entity.spans[0].end <= mail.spans[0].start]
    assert (town.text, town.value) == ("London", {"kind": "text", "text": "London"})


def test_spans_spell_the_text_and_never_overlap(found: dict[str, list[Entity]]) -> None:
    entities = sorted((entity for several in found.values() for entity in several), key=lambda e: e.spans[0].start)
    for entity in entities:
        (span,) = entity.spans
        assert span.page == 3
        assert INVOICE[span.start : span.end] == entity.text
        assert 0 < entity.confidence <= 1
    assert all(a.spans[0].end <= b.spans[0].start for a, b in pairwise(entities))


def test_offsets_are_code_points() -> None:
    text = "😀 naïve – paid €5.00 on 25/12/2018"
    assert [text[e.spans[0].start : e.spans[0].end] for e in find_entities(page(text))] == ["€5.00", "25/12/2018"]


def test_an_entity_never_crosses_the_border_of_a_block() -> None:
    for entity in find_entities(page("Contact: John\n\nSmith & Sons Ltd\n\nLondon due 1 May\n\n2019 EUR\n\n20")):
        assert "\n\n" not in entity.text


def test_an_empty_page_has_none() -> None:
    assert find_entities(page("")) == ()
    assert find_entities(page("\n\n \n")) == ()


def test_what_is_checked_wins_then_the_surer_then_the_longer() -> None:
    checked = Candidate(5, 9, "DATE", None, 0.5, "rule", checked=True)
    surer = Candidate(0, 6, "ORG", None, 0.9, "model")
    longer = Candidate(10, 30, "PHONE", None, 0.8, "rule")
    shorter = Candidate(12, 20, "MONEY", None, 0.8, "rule")

    assert resolve([surer, shorter, longer, checked]) == [checked, longer]
    assert resolve([shorter, surer]) == [surer, shorter]


def test_a_label_is_one_entry_of_data(tmp_path: Path) -> None:
    book = tmp_path / "rules.yaml"
    book.write_text(
        "version: '2'\nfragments: {digits: '\\d{4}'}\n"
        "rules:\n- {label: ORDER, pattern: 'order[ ]no[ ](?P<value><digits>)', value: id, confidence: 0.9}\n",
        "utf-8",
    )
    (hit,) = rules.load(book).find("Order no 1234")
    assert (hit.label, hit.start, hit.end, hit.value) == ("ORDER", 9, 13, {"kind": "id", "id": "1234"})


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{label: X, pattern: '(', value: id, confidence: 1}", "rule X"),
        ("{label: X, pattern: 'a', value: no_such, confidence: 1}", "no_such"),
        ("{label: X, pattern: 'a', value: id, confidence: 1, colour: red}", "colour"),
    ],
)
def test_a_faulty_rule_names_itself(tmp_path: Path, entry: str, says: str) -> None:
    book = tmp_path / "rules.yaml"
    book.write_text(f"version: '1'\nfragments: {{}}\nrules:\n- {entry}\n", "utf-8")
    with pytest.raises(ValueError, match=says):
        rules.load(book)


@pytest.mark.parametrize(
    "text",
    ["31/02/2019", "version 1.2.3.4", "DE89 3704 0044 0532 0130 01", "GST Reg No: none", "Invoice Date: soon",
     "see Section 9.99", "9.99 metres", "Qty: 9.99", "9.999", "at 10.30 pm", "1.99 kg", "v/9.99"],
)  # fmt: skip
def test_what_only_looks_like_one_is_left_alone(text: str) -> None:
    assert list(rules.load().find(text)) == []


def test_the_pipeline_is_loaded_once_and_a_missing_one_is_said(tmp_path: Path) -> None:
    assert load() is load()
    with pytest.raises(SheafError) as caught:
        load(tmp_path)
    assert caught.value.code == "model_missing"


def test_speaking_of_entities_imports_no_spacy() -> None:
    code = (
        "import sys, nlp.understanding.entities as entities; entities.model_name();"
        "sys.exit('spacy' in sys.modules or 'torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def stay(text: str) -> list[tuple[str, object, float]]:
    """Text, amount (or what else the value says) and confidence of what the rules find and resolve keeps."""
    hits = [
        Candidate(h.start, h.end, h.label, h.value, h.confidence, "rule", h.validated) for h in rules.load().find(text)
    ]
    told = ((one, dict(one.value or {})) for one in resolve(hits))
    return [
        (text[one.start : one.end], value.get("amount") or value.get("iso") or value.get("iban"), one.confidence)
        for one, value in told
    ]


def test_a_quantity_is_no_thousand_of_the_price_behind_it() -> None:
    (price, total) = stay("Widget 3 150.00 EUR 450.00 EUR")
    assert (price[:2], total[:2]) == (("150.00 EUR", "150.00"), ("450.00 EUR", "450.00"))
    assert price[2] <= 0.6 < total[2]
    assert [hit[:2] for hit in stay("3 $150.00 $450.00")] == [("$150.00", "150.00"), ("$450.00", "450.00")]
    assert [hit[1] for hit in stay("150.00 EUR 450.00 EUR 600.00 EUR")] == ["150.00", "450.00", "600.00"]


@pytest.mark.parametrize("text", ["1 250,00 z\u0142", "\u20ac 1 250.00", "10 000 EUR", "2 500 000 EUR"])
def test_blanks_between_thousands_are_read_with_doubt(text: str) -> None:
    ((whole, amount, confidence),) = stay(text)
    assert whole == text
    assert amount in {"1250.00", "10000", "2500000"}
    assert confidence <= 0.6


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Chicken Rice 2 5.50 11.00", ["5.50", "11.00"]),
        ("NASI LEMAK 1,204.00 SR\nTEH 2.00", ["1204.00", "2.00"]),
        ("CHANGE\n-0.02", ["-0.02"]),
        ("ROUNDING 0.02-\n", ["-0.02"]),
        ("Totaal 8,68 49,99", ["8.68", "49.99"]),
        ("9.99", ["9.99"]),
    ],
)
def test_amounts_at_the_end_of_a_line_need_no_currency(text: str, amounts: list[str]) -> None:
    assert [hit[1] for hit in stay(text)] == amounts


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("($500.00)", "-500.00"),
        ("(RM 12.00)", "-12.00"),
        ("$5.00-", "-5.00"),
        ("Balance (1,250.00)", "-1250.00"),
        ("Five Hundred Dollars ($500.00)", "500.00"),
        ("$5.00-a-day", "5.00"),
    ],
)
def test_a_negative_amount_is_found_with_its_sign(text: str, amount: str) -> None:
    assert [hit[1] for hit in stay(text)] == [amount]


def test_a_range_is_not_negative() -> None:
    assert [hit[1] for hit in stay("$5.00-$10.00")] == ["5.00", "10.00"]


def test_what_could_be_read_in_two_ways_is_less_sure() -> None:
    for plain, doubtful in (("$3,499.00", "$3.499"), ("25/12/2018", "03/02/2019")):
        assert stay(doubtful)[0][2] < stay(plain)[0][2]


@pytest.mark.parametrize("text", ["Rm 204, City Hall", "\u017fek 5", "see http://[abc", "http://a\u2100b.com"])
def test_what_looks_like_a_mark_or_an_address_is_left_alone(text: str) -> None:
    assert stay(text) == []


@pytest.mark.parametrize(
    ("text", "iban"),
    [
        ("IBAN: AT61 1904 3002 3457 3201 BIC: OPSKATWW", "AT61 1904 3002 3457 3201"),
        ("IBAN: DE89 3704 0044 0532 0130 00 BIC: COBADEFF", "DE89 3704 0044 0532 0130 00"),
        ("GB33BUKB20201555555555 SWIFT BUKBGB22", "GB33BUKB20201555555555"),
        ("CVR DK12345678 IBAN DK50 0040 0440 1162 43", "DK50 0040 0440 1162 43"),
        ("DE 20095 Hamburg IBAN DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
    ],
)
def test_what_follows_an_iban_is_no_part_of_it(text: str, iban: str) -> None:
    assert iban in [hit[0] for hit in stay(text)]
    lines = pages.page([(5, 4, "Fern Ltd"), (5, 8, "INVOICE"), (5, 20, text)])
    (field,) = [
        one for one in find_fields(DocumentType("invoice", 1.0, "human", ""), [lines], ()) if one.name == "iban"
    ]
    assert field.text == iban


def test_a_number_behind_no_is_no_norwegian_account() -> None:
    assert "IBAN" not in [hit.label for hit in rules.load().find("Invoice No 0411442694208")]


def test_a_vat_number_with_wrong_check_digits_is_found_and_doubted() -> None:
    right, wrong = (
        find_entities(pages.page([(5, 4, f"VAT ID: {number}")])) for number in ("DE136695976", "DE123456789")
    )
    assert [(one.label, one.confidence >= 0.95) for one in right] == [("TAX_ID", True)]
    assert [(one.label, one.confidence, "contradicts" in (one.value or {})) for one in wrong] == [("TAX_ID", 0.6, True)]


def test_a_mere_dollar_is_the_one_that_the_text_names() -> None:
    text = "Net $31.56 tax $4.10 TOTAL CAD $35.66"
    amounts = [hit for hit in rules.load().find(text) if hit.label == "MONEY" and "$" in text[hit.start : hit.end]]
    assert {dict(hit.value or {})["currency"] for hit in amounts} == {"CAD"}
    for text in ("Net $31.56", "CAD drafting services $31.56"):
        assert dict(next(rules.load().find(text)).value or {})["currency"] == "USD"
    (amount,) = find_entities(pages.page([(5, 4, "Net $31.56")]), dollar="CAD")
    assert (amount.value or {})["currency"] == "CAD"


def test_an_iban_may_break_over_the_line_and_the_next_line_does_not_spoil_one() -> None:
    assert [hit[1] for hit in stay("IBAN DE89 3704 0044\n0532 0130 00")] == ["DE89370400440532013000"]
    assert [hit[1] for hit in stay("AT61 1904 3002 3457 3201\nBank Wien")] == ["AT611904300234573201"]


def test_the_document_settles_the_order_of_dates_where_it_is_known() -> None:
    (alone,) = find_entities(page("Due: 03/02/2019"), None, False)
    assert alone.value == {"kind": "date", "iso": "2019-03-02", "ambiguous": False}


def test_many_hits_are_settled_in_good_time() -> None:
    many = [Candidate(10 * n, 10 * n + 12, "MONEY", None, 0.5 + n % 7 / 20, "rule") for n in range(20_000)]
    started = time.perf_counter()
    kept = resolve(many)
    assert time.perf_counter() - started < 2
    assert all(a.end <= b.start for a, b in pairwise(kept))
    assert len(kept) > 5_000
