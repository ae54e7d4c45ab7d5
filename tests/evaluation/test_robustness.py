"""The robustness run: what it counts as read, refused and wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from evaluation.robustness import evaluate, first_missing
from tests.archives import packed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    canvas = Canvas(str(tmp_path / "plain.pdf"))
    for number in range(1, 4):
        canvas.drawString(72, 720, f"This is page {number}")
        canvas.showPage()
    canvas.save()
    with pikepdf.open(tmp_path / "plain.pdf") as document:
        document.save(tmp_path / "secret.pdf", encryption=pikepdf.Encryption("owner", "user"))
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "letter.rtf").write_text("{\\rtf1 hello}")
    (tmp_path / "papers.zip").write_bytes(packed({"one.pdf": b"any", "two.pdf": b"thing"}))
    return tmp_path


def run(folder: Path, **expected: dict[str, Any]) -> dict[str, Any]:
    rows = [{"file": f"{name}.pdf", **row} for name, row in expected.items()]
    (folder / "expected.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return evaluate(folder, workers=1, most_pages=2, report=folder / "manifest.tsv")


def test_all_as_expected(folder: Path) -> None:
    figures = run(
        folder,
        plain={"contains_in_order": ["page 1", "page 2"], "pages": 3},
        secret={"password": "user", "contains_in_order": ["PAGE 1"], "ci": True},
        cut={"must_fail_cleanly": "header only"},
    )
    assert {key: figures[key] for key in ("files", "read", "refused", "wrong")} == {
        "files": 5,
        "read": 3,
        "refused": 2,
        "wrong": 0,
    }
    lines = [json.loads(line) for line in (folder / "manifest.tsv").read_text().splitlines()]
    assert [(line["file"], line["outcome"], line["pages"], line["pages_read"]) for line in lines] == [
        ("cut.pdf", "damaged_file", 0, 0),
        ("letter.rtf", "unsupported_type", 0, 0),
        ("papers.zip", "unpacked", 0, 0),
        ("plain.pdf", "read", 3, 2),
        ("secret.pdf", "read", 3, 2),
    ]


def test_what_differs_is_wrong_and_said(folder: Path) -> None:
    figures = run(
        folder,
        plain={"contains_in_order": ["page 2", "page 1"], "pages": 4, "needs_ocr": True, "rotation": 90},
        secret={"must_fail_cleanly": "password required"},
        cut={"contains_in_order": ["anything"]},
    )
    wrong = {outcome["file"]: outcome["wrong"] for outcome in figures["outcomes"]}
    assert figures["wrong"] == 2
    assert wrong["secret.pdf"] == ()
    assert wrong["cut.pdf"] == ("was not read",)
    assert wrong["plain.pdf"] == ("has 3 pages for 4", "was not read by OCR", "is turned by 0 for 90", "lacks “page 1”")


def test_a_password_that_is_not_needed_is_wrong(folder: Path) -> None:
    figures = run(folder, plain={"password": "user"})
    wrong = {outcome["file"]: outcome["wrong"] for outcome in figures["outcomes"]}
    assert wrong["plain.pdf"] == ("opens without its password",)


def test_strings_are_looked_for_in_order() -> None:
    assert first_missing("a b a", ["a", "b", "a"], fold_case=False, fold_space=False) is None
    assert first_missing("a b", ["b", "a"], fold_case=False, fold_space=False) == "a"
    assert first_missing("A\n B", ["a b"], fold_case=True, fold_space=True) is None
    assert first_missing("A B", ["a b"], fold_case=False, fold_space=True) == "a b"


def test_a_text_is_read_through_libreoffice(tmp_path: Path, libreoffice: None) -> None:
    (tmp_path / "a.txt").write_text("Nothing but words.")
    (tmp_path / "a.eml").write_text("From: a@example.com\nSubject: hello\n\nhello")
    expected = [{"file": "a.txt", "contains_in_order": ["Nothing but words."], "pages": 1}]
    (tmp_path / "expected.jsonl").write_text("".join(json.dumps(row) + "\n" for row in expected))
    figures = evaluate(tmp_path, workers=1)
    assert (figures["read"], figures["wrong"]) == (2, 0)
