"""Types by words and shapes, and the catalogue that holds them: checked at load with errors that say where."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.understanding import document_types
from nlp.understanding.clauses import SAID
from nlp.understanding.fields import find_fields
from nlp.understanding.phrases import find, folded
from nlp.understanding.types import find_type
from tests.nlp.pages import INVOICE, RECEIPT, page, without_boxes

LETTER = page(
    [
        (60, 6, "14 Lantern Close, Norwich"),
        (60, 10, "17 January 2026"),
        (5, 20, "Dear Sir or Madam,"),
        (5, 24, "I travelled from Norwich to Birmingham on the early train and it left late by an hour and a half."),
        (5, 26, "I wrote to you about this on the following day and have had no answer to my letter since then."),
        (5, 34, "Yours faithfully,"),
        (5, 40, "Henrietta Vasquez"),
    ]
)


@pytest.mark.parametrize(("given", "label"), [(RECEIPT, "receipt"), (INVOICE, "invoice"), (LETTER, "letter")])
def test_words_and_shapes_give_the_type(given: object, label: str) -> None:
    found = find_type([given], ())  # type: ignore[list-item]

    assert found.label == label
    assert 0.5 < found.confidence <= 1
    assert (found.origin, found.model) == ("rule", "rules-2")


def test_the_type_is_found_without_boxes() -> None:
    assert find_type([without_boxes(RECEIPT)], ()).label == "receipt"


@pytest.mark.parametrize("lines", [[], [(5, 5, "Zwölf Boxkämpfer jagen Viktor"), (5, 8, "quer über den Sylter Deich")]])
def test_what_nothing_speaks_for_is_other_and_not_sure(lines: list[tuple[float, float, str]]) -> None:
    found = find_type([page(lines)], ())

    assert found.label == "other"
    assert found.confidence < 0.9


@pytest.mark.parametrize(
    "lines",
    [
        ["BIGTOWN DRIVER LICENSE", "DOB 03/18/2001", "EXP 01/20/2028", "EYES BLK HGT 4-6"],
        ["Payroll check number: 0000", "Pay date: 7/25/2008", "Pay to the order of: JOHN STILES", "NON-NEGOTIABLE"],
    ],
)
def test_papers_of_kinds_that_are_none_of_ours_are_other(lines: list[str]) -> None:
    assert find_type([page([(5, 5 + 4 * at, line) for at, line in enumerate(lines)])], ()).label == "other"


def test_a_contract_takes_more_than_its_name() -> None:
    order = page([(30, 4, "CONTRACT", 2.0), (5, 12, "Station:", 1.0), (50, 12, "WABC", 1.0), (5, 18, "Buyer:", 1.0)])
    assert find_type([order], ()).label != "contract"


@pytest.mark.parametrize("blank", ["Subject_", "Subject: ", "Signed ______", "[ ] Approved"])
def test_a_page_of_labels_in_columns_is_a_form(blank: str) -> None:
    labels = ["Department", "Division", "Attention", "Revision date", blank]
    rows = [(left, 10 + 5 * at, label) for at, label in enumerate(labels) for left in (5, 60)]
    assert find_type([page(rows)], ()).label == "form"


def test_a_slip_of_a_card_makes_no_form_of_a_receipt() -> None:
    slip = [(5, 60, "GST REGISTRATION NO : 000743903232"), (5, 64, "APPROVAL CODE: 004711"), (5, 68, "SIGNATURE:")]
    assert find_type([RECEIPT, page(slip)], ()).label == "receipt"


def test_no_pages_at_all_are_other() -> None:
    assert find_type([], ()).label == "other"


def test_phrases_are_found_in_spite_of_case_accents_and_misreadings() -> None:
    phrases = {"invoice no": 2.0, "invoice": 1.0, "faellig": 3.0}

    assert find("INVOICE No.: 12", phrases) == [("invoice no", 2.0)]
    assert find("T0TAL", {"total": 1.0}) == [("total", 1.0)]
    assert find("FÄLLIG am", phrases) == [("faellig", 3.0)]
    assert folded("Échéance:") == "echeance"


def test_every_field_of_the_catalogue_can_be_found_by_something() -> None:
    for rules in document_types.load().types.values():
        for field in rules.fields.values():
            assert field.labels or field.hints or field.group or field.kind in SAID


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("version: '1'\ntypes: {other: {words: {}}, memo: {words: {memo: lots}}}", "types.memo.words.memo"),
        ("version: '1'\ntypes: {other: {words: {}, fields: {total: {kind: sum}}}}", "types.other.fields.total.kind"),
        ("version: '1'\ntypes: {other: {words: {}, feilds: {}}}", "types.other.feilds"),
        ("version: '1'\ntypes: {Delivery Note: {words: {}}}", "types.Delivery Note"),
        (
            "version: '1'\ntypes: {a: {words: {}, fields: {pieces: {kind: number, group: g, labels: {pieces: 1}}}}}",
            "pieces: columns are called amount, description",
        ),
        ("version: '1'\ntypes: {memo: {words: {'—': 1.0}}}", "a phrase must have letters or digits"),
        ("types: [", "is not YAML"),
    ],
)
def test_a_mistake_in_the_catalogue_is_named_with_its_place(tmp_path: Path, content: str, says: str) -> None:
    wrong = tmp_path / "document_types.yaml"
    wrong.write_text(content, "utf-8")

    with pytest.raises(ValueError, match=says.replace(".", r"\.")):
        document_types.load(wrong)


OWN = """
version: house-1
types:
  delivery_note:
    words: {delivery note: 6.0}
    fields:
      delivery_number: {kind: id, bias: -3, labels: {delivery note no: 6}}
  memo:
    words: {memorandum: 1.0}
"""


def test_an_installation_adds_types_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(OWN, "utf-8")
    ours, both = document_types.load(), document_types.load(own)
    assert next(iter(both.types)) == "delivery_note"
    assert set(both.types) == {*ours.types, "delivery_note"}
    assert (both.types["memo"].fields, both.types["invoice"]) == ({}, ours.types["invoice"])

    note = page(
        [(60, 4, "DELIVERY NOTE", 2.0), (5, 12, "Delivery note no:"), (40, 12, "DN-4711"), (5, 20, "Pallets 4")]
    )
    found = find_type([note], (), own)
    assert (found.label, found.model) == ("delivery_note", "rules-2+house-1")
    (field,) = find_fields(found, [note], (), own)
    assert (field.name, field.text, field.model) == ("delivery_number", "DN-4711", "rules-2+house-1")
    assert find_type([note], ()).label != "delivery_note"


def test_labels_may_be_of_any_script(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        """
version: house-1
types:
  fapiao:
    words: {发票: 6.0}
    fields:
      number: {kind: id, bias: -3, labels: {发票号码: 6, "Номер счёта": 6}}
""",
        "utf-8",
    )
    for label in ("发票号码:", "НОМЕР СЧЕТА"):
        bill = page([(60, 4, "电子发票", 2.0), (5, 12, label), (40, 12, "DN-4711"), (5, 20, "Pallets 4")])
        found = find_type([bill], (), own)
        assert found.label == "fapiao"
        assert [field.text for field in find_fields(found, [bill], (), own)] == ["DN-4711"]
    assert find("счётчик номер", {folded("счёт"): 1.0}) == []
    assert find("发票号码: 5", {"发票": -3, "发票号码": 6}) == [("发票号码", 6)]
    assert folded("Invoice №: 5") == "invoice no 5"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"own\.yaml cannot be read"):
        document_types.load(tmp_path / "own.yaml")
