"""The measure of types: macro F1 over the labels present, and a run over real files in the sandbox."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation import types

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"


def test_macro_f1_is_the_mean_over_labels_that_are_there() -> None:
    figures = types.measure([("form", "form"), ("form", "other"), ("invoice", "invoice"), ("invoice", "form")])

    assert figures["by_label"]["form"] == {"f1": 0.5, "precision": 0.5, "recall": 0.5, "true": 2}
    assert figures["by_label"]["invoice"]["f1"] == pytest.approx(2 / 3, abs=1e-4)
    assert set(figures["by_label"]) == {"form", "invoice"}  # other was said but is never true
    assert figures["macro_f1"] == pytest.approx((1 / 2 + 2 / 3) / 2, abs=1e-4)
    assert figures["accuracy"] == 0.5
    assert figures["confused"] == {"form taken for other": 1, "invoice taken for form": 1}


def test_files_are_read_whole_or_by_page_and_a_broken_one_is_other(tmp_path: Path) -> None:
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    for name in ("invoice-british.pdf", "contract-consultancy.pdf"):
        (tmp_path / name).write_bytes((SAMPLES / name).read_bytes())
    rows = [
        {"file": "invoice-british.pdf", "page": None, "label": "invoice"},
        {"file": "contract-consultancy.pdf", "page": 1, "label": "contract"},
        {"file": "broken.pdf", "page": None, "label": "invoice"},
    ]
    (tmp_path / "real.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")

    figures = types.evaluate(tmp_path, root=tmp_path)

    assert figures["documents"] == 3
    assert figures["by_label"]["contract"]["f1"] == 1.0
    assert figures["confused"] == {"invoice taken for other": 1}
    assert 0 < figures["mean_confidence"] <= 1
