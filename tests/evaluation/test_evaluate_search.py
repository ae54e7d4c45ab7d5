"""The search figures: right on a collection small enough to reckon by hand, and plausible on a real one."""

from __future__ import annotations

import json
from math import log2
from pathlib import Path
from typing import Any

import pytest

from errors import SheafError
from evaluation.search import Mode, average_precision, evaluate, judgements, ndcg, rank, recall

GRADES = {"a": 3.0, "b": 1.0, "c": 1.0}


def test_the_measures_are_those_of_the_textbook() -> None:
    ranking = ["b", "x", "a", "y"]
    ideal = 3 + 1 / log2(3) + 1 / log2(4)
    assert ndcg(ranking, GRADES, 10) == pytest.approx((1 + 3 / log2(4)) / ideal)
    assert ndcg(ranking, GRADES, 2) == pytest.approx(1 / (3 + 1 / log2(3)))
    assert recall(ranking, GRADES, 2) == pytest.approx(1 / 3)
    assert average_precision(ranking, GRADES) == pytest.approx((1 + 2 / 3) / 3)
    assert ndcg(["a", "b", "c"], GRADES, 10) == 1
    assert ndcg([], GRADES, 10) == average_precision([], GRADES) == 0


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    documents = {
        "invoice": ("Invoice 4711", "Payment for repairing the roof is due in thirty days."),
        "lease": ("Lease", "The tenant pays a deposit for the flat."),
        "animals": ("Zoo", "Giraffes eat leaves from tall trees."),
        "copy": ("Copy", "Giraffes eat leaves."),
    }
    rows = [{"id": id, "title": title, "text": text} for id, (title, text) in documents.items()]
    queries = [{"id": "1", "text": "giraffes"}, {"id": "2", "text": "4711"}, {"id": "3", "text": "unjudged"}]
    write(tmp_path / "corpus.jsonl", rows)
    write(tmp_path / "queries.jsonl", queries)
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tanimals\t2\n2\tinvoice\t1\n2\tlease\t0\n")
    (tmp_path / "code_minus1_pairs.tsv").write_text("query-id\tcorpus-id\tscore\n1\tcopy\t-1\n")
    return tmp_path


def write(file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text("\n".join(map(json.dumps, rows)))


@pytest.mark.parametrize("mode", ["hybrid", "dense", "words"])
def test_an_easy_collection_is_answered_perfectly(collection: Path, mode: Mode) -> None:
    figures = evaluate(collection, mode=mode)
    assert (figures["ndcg_at_10"], figures["map"], figures["recall_at_100"]) == (1, 1, 1)
    assert (figures["queries"], figures["documents"], figures["passages"]) == (2, 4, 4)
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]


def test_modes_are_compared_query_by_query_over_one_index(collection: Path) -> None:
    ranked = rank(collection, ["words", "dense"])
    assert judgements(collection) == {"1": {"animals": 2.0}, "2": {"invoice": 1.0}}
    assert ranked["words"].rankings == {"1": ["animals"], "2": ["invoice"]}  # "copy" is dropped, "3" is not judged
    assert ranked["dense"].rankings["1"][0] == "animals"
    assert set(ranked["dense"].rankings["1"]) == {"animals", "invoice", "lease"}
    assert ranked["words"].speed == {}
    assert ranked["dense"].speed["passages_per_second"] > 0


def test_a_wrong_judgement_costs(collection: Path) -> None:
    (collection / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tlease\t1\n")
    assert evaluate(collection, mode="words")["ndcg_at_10"] == 0


def test_what_cannot_be_measured_is_said(collection: Path, tmp_path: Path) -> None:
    with pytest.raises(SheafError, match="corpus"):
        evaluate(tmp_path / "nothing")
    with pytest.raises(SheafError, match="mode 'best'"):
        evaluate(collection, mode="best")  # type: ignore[arg-type]


def test_words_on_cranfield_rank_as_they_did(eval_data: Path) -> None:
    figures = evaluate(eval_data / "search" / "cranfield", mode="words")
    assert (figures["queries"], figures["documents"]) == (225, 1400)
    assert figures["ndcg_at_10"] > 0.395  # measured .402
    assert figures["recall_at_100"] > 0.72  # measured .729
