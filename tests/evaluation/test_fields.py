"""The measure of field extraction: what counts as equal, what is counted, and how well real receipts do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation import fields
from evaluation.documents import page_from_lines, rows_of
from nlp.facts import Field

ROW = {
    "id": "1",
    "image": None,
    "image_size": [500, 400],
    "part": "score",
    "fields": {
        "company": "BLUE HERON SDN BHD",
        "date": "25/12/2018",
        "address": "NO 12, JALAN MAWAR 3",
        "total": "47.50",
    },
    "lines": [
        {"text": "BLUE HERON SDN BHD", "poly": [50, 10, 250, 10, 250, 30, 50, 30]},
        {"text": "NO. 12, JALAN MAWAR 3", "poly": [50, 40, 250, 40, 250, 56, 50, 56]},
        {"text": "DATE: 25/12/2018", "poly": [50, 70, 200, 70, 200, 86, 50, 86]},
        {"text": "TOTAL", "poly": [50, 120, 110, 120, 110, 136, 50, 136]},
        {"text": "47.50", "poly": [300, 120, 350, 120, 350, 136, 300, 136]},
    ],
}


def test_exact_folds_case_and_space_loose_only_letters_and_digits() -> None:
    truth = {"company": "Blue  Heron", "date": "1/2/2018", "address": "", "total": "9.00"}
    said = {"vendor": "BLUE HERON", "date": "1-2-2018", "vendor_address": "somewhere"}

    figures = fields.measure([(truth, said)])

    assert figures["precision"] == pytest.approx(1 / 3, abs=1e-4)  # vendor is right; date and address were said
    assert figures["recall"] == pytest.approx(1 / 3, abs=1e-4)  # vendor, date and total were true
    assert figures["f1_loose"] == pytest.approx(2 * 2 / (3 + 3), abs=1e-4)
    assert figures["by_field"]["vendor"]["f1"] == 1.0
    assert figures["by_field"]["vendor_address"] == {"f1": 0.0, "f1_loose": 0.0, "said": 1, "true": 0}
    assert figures["by_field"]["total"]["f1"] == 0.0


def test_confidences_are_judged_loosely_where_there_is_a_label() -> None:
    def field(text: str, confidence: float) -> Field:
        return Field("any", text, (), None, confidence, "rule", "rules")

    found = {"vendor": field("Blue-Heron", 0.9), "total": field("9.50", 0.4), "tax": field("1.00", 0.7)}

    assert fields.judged(found, {"company": "BLUE HERON", "total": "9.00"}) == [(0.9, True), (0.4, False)]


def test_nothing_said_and_nothing_true_is_no_error() -> None:
    assert fields.measure([({}, {})])["f1"] == 0.0


def test_a_page_of_labelled_lines_keeps_words_under_their_boxes() -> None:
    page = page_from_lines(ROW["lines"], ROW["image_size"])  # type: ignore[arg-type]

    assert all(page.text[word.start : word.end] == word.text for word in page.words)
    total = next(word for word in page.words if word.text == "47.50")
    assert total.box.as_list() == [0.6, 0.3, 0.7, 0.34]


def test_an_index_is_measured_from_its_words(tmp_path: Path) -> None:
    (tmp_path / "index.jsonl").write_text("\n".join(json.dumps(ROW | {"part": p}) for p in ("tune", "score")), "utf-8")

    figures = fields.evaluate(tmp_path, from_words=True, entities=False)

    assert figures["documents"] == 1
    assert figures["by_field"]["vendor_address"]["f1"] == 0.0  # punctuated otherwise in the truth
    assert figures["by_field"]["vendor_address"]["f1_loose"] == 1.0
    assert figures["f1_loose"] == 1.0
    assert len(rows_of(tmp_path, "all")) == 2


def test_real_receipts_from_their_words(eval_data: Path) -> None:
    figures = fields.evaluate(eval_data / "receipts", part="tune", from_words=True, entities=False)

    assert figures["documents"] == 160
    assert figures["f1_loose"] >= 0.85
    assert figures["f1"] >= 0.80
