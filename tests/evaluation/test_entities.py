"""`sheaf evaluate entities`: the measure on a set small enough to count by hand, and on the real one where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from errors import SheafError
from evaluation.entities import evaluate

SET = "-DOCSTART- O\n\nPaid\tO\n$\tB-Money\n500.00\tI-Money\non\tO\n25/12/2018\tB-Temporal\n,\tO\nthen\tB-Temporal\n\n"


def test_figures_of_a_set_that_can_be_counted_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "small.conll"
    path.write_text(SET, "utf-8")
    figures = evaluate(path)
    assert (figures["precision"], figures["recall"], figures["f1"]) == (1.0, 0.6667, 0.8)
    assert figures["by_label"]["MONEY"] == {"f1": 1.0, "precision": 1.0, "recall": 1.0, "true": 1}
    assert figures["by_label"]["DATE"]["recall"] == 0.5
    assert figures["words"] == 7
    assert figures["words_per_second"] > 0


def test_labels_that_the_set_does_not_have_are_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "names.conll"
    path.write_text("Ann\tB-PER\non\tO\n25/12/2018\tO\nGerman\tB-Nationality\n", "utf-8")
    assert set(evaluate(path)["by_label"]) == {"PERSON"}


def test_a_folder_is_summed_and_told_by_set(tmp_path: Path) -> None:
    names = ("a.conll", "b.conll", "other/b.conll")
    (tmp_path / "other").mkdir()
    for name in names:
        (tmp_path / name).write_text(SET, "utf-8")
    figures = evaluate(tmp_path)
    assert figures["by_label"]["MONEY"]["true"] == 3
    assert set(figures["by_set"]) == set(names)


def test_nothing_to_measure_is_said(tmp_path: Path) -> None:
    with pytest.raises(SheafError) as caught:
        evaluate(tmp_path)
    assert caught.value.code == "not_found"


def test_the_promoted_model_keeps_its_promise_on_the_real_set(eval_data: Path) -> None:
    figures = evaluate(eval_data / "entities" / "uner_ewt" / "dev.conll")
    assert set(figures["by_label"]) == {"PERSON", "ORG", "LOCATION"}
    assert figures["f1"] > 0.6
