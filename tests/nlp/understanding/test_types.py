"""Types by words and shapes, and the catalogue that holds them: checked at load with errors that say where."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.understanding import document_types
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
    assert (found.origin, found.model) == ("rule", "rules-1")


def test_the_type_is_found_without_boxes() -> None:
    assert find_type([without_boxes(RECEIPT)], ()).label == "receipt"


@pytest.mark.parametrize("lines", [[], [(5, 5, "Zwölf Boxkämpfer jagen Viktor"), (5, 8, "quer über den Sylter Deich")]])
def test_what_nothing_speaks_for_is_other_and_not_sure(lines: list[tuple[float, float, str]]) -> None:
    found = find_type([page(lines)], ())

    assert found.label == "other"
    assert found.confidence < 0.9


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
            assert field.labels or field.hints


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("version: '1'\ntypes: {other: {words: {}}, memo: {words: {memo: lots}}}", "types.memo.words.memo"),
        ("version: '1'\ntypes: {other: {words: {}, fields: {total: {kind: sum}}}}", "types.other.fields.total.kind"),
        ("version: '1'\ntypes: {other: {words: {}, feilds: {}}}", "types.other.feilds"),
        ("version: '1'\ntypes: {memo: {words: {}}}", "types.other is missing"),
        ("types: [", "is not YAML"),
    ],
)
def test_a_mistake_in_the_catalogue_is_named_with_its_place(tmp_path: Path, content: str, says: str) -> None:
    wrong = tmp_path / "document_types.yaml"
    wrong.write_text(content, "utf-8")

    with pytest.raises(ValueError, match=says.replace(".", r"\.")):
        document_types.load(wrong)
