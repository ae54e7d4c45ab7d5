"""`sheaf read` and `sheaf extract` as programs use them: JSON lines, exit codes, no server and no storage."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from cli import offline
from nlp.facts import Understanding
from nlp.reading.intake import inspect
from nlp.reading.pages import read_page
from nlp.sandbox import Sandbox
from tests.papers import invoice, pdf, picture


def sheaf(folder: Path, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, the JSON lines on stdout, and stderr."""
    command = [str(Path(sys.executable).with_name("sheaf")), *arguments, "--json"]
    environment = {**os.environ, "SHEAF_DATA": str(folder / "must-not-appear")}
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=200)
    assert not (folder / "must-not-appear").exists()
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_read_prints_a_line_a_page_in_order(tmp_path: Path) -> None:
    (tmp_path / "two.pdf").write_bytes(pdf(["First page."], ["Second page."]))
    (tmp_path / "scan.png").write_bytes(picture("A scanned line"))
    code, lines, complaints = sheaf(tmp_path, "read", "two.pdf", "scan.png")
    assert (code, complaints) == (0, "")
    assert [(line["file"], line["page"], line["source"]) for line in lines] == [
        ("two.pdf", 1, "text_layer"),
        ("two.pdf", 2, "text_layer"),
        ("scan.png", 1, "rapidocr"),
    ]
    for line in lines:
        assert line["schema"] == 1
        for word in line["words"]:
            assert line["text"][word["start"] : word["end"]] == word["text"]
            assert 0 <= word["box"][0] < word["box"][2] <= 1
            assert 0 <= word["confidence"] <= 1


@pytest.mark.usefixtures("tesseract")
def test_read_writes_the_searchable_copy_of_a_scan(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(picture("A scanned line"))
    code, (line,), complaints = sheaf(tmp_path, "read", "scan.png", "--searchable", "copy.pdf")
    assert (code, complaints) == (0, "")
    copy = pdfium.PdfDocument(tmp_path / "copy.pdf")
    assert copy[0].get_textpage().get_text_range().split() == line["text"].split() != []
    copy.close()
    code, lines, _ = sheaf(tmp_path, "read", "scan.png", "copy.pdf", "--searchable", "both.pdf")
    assert (code, lines[0]["error"]["code"]) == (2, "bad_request")
    assert not (tmp_path / "both.pdf").exists()


def test_a_bad_file_is_an_answer_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes(pdf(["Good."]))
    (tmp_path / "bad.pdf").write_bytes(b"")
    code, lines, _ = sheaf(tmp_path, "read", "bad.pdf", "missing.pdf", "good.pdf")
    assert code == 2
    assert [line.get("error", {}).get("code") for line in lines] == ["empty_file", "not_found", None]
    assert lines[2]["text"] == "Good."


def test_extract_prints_type_fields_and_entities(tmp_path: Path) -> None:
    (tmp_path / "invoice.pdf").write_bytes(invoice())
    code, (line,), _ = sheaf(tmp_path, "extract", "invoice.pdf")
    assert code == 0
    assert line["type"]["label"] == "invoice"
    fields = {field["name"]: field for field in line["fields"]}
    assert fields["total"]["value"] == {"kind": "money", "amount": "1200.00", "currency": "GBP"}
    assert fields["date"]["value"]["iso"] == "2025-03-14"
    assert fields["total"]["spans"][0]["boxes"]
    assert {"IBAN", "EMAIL", "DATE"} <= {entity["label"] for entity in line["entities"]}
    amounts = [entity["thing"] for entity in line["entities"] if entity["text"] == "1,000.00"]
    assert len(amounts) == 2
    assert len(set(amounts)) == 1
    assert {entity["thing"] for entity in line["entities"]} == set(range(1, len(line["entities"])))
    assert {entity["origin"] for entity in line["entities"]} <= {"model", "rule"}


def test_extract_hides_card_numbers_unless_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "slip.pdf").write_bytes(pdf(["Paid by card 4111111111111111"]))
    _, (line,), _ = sheaf(tmp_path, "extract", "slip.pdf")
    assert "4111111111111111" not in json.dumps(line)
    assert [one["text"] for one in line["entities"] if one["label"] == "CARD_NUMBER"] == ["************1111"]
    _, (line,), _ = sheaf(tmp_path, "extract", "slip.pdf", "--cards")
    assert "4111111111111111" in json.dumps(line)


def test_a_mail_is_one_whatever_stands_in_it(tmp_path: Path, libreoffice: None) -> None:
    message = EmailMessage()
    message["Subject"] = "Invoice"
    message.set_content("Dear Ms Hartley,\n\nInvoice No. 12\nTotal due: 1,200.00 GBP\n\nYours sincerely,\nAnn")
    (tmp_path / "invoice.eml").write_bytes(message.as_bytes())
    code, (line,), _ = sheaf(tmp_path, "extract", "invoice.eml")
    assert (code, line["type"]["label"], line["type"]["confidence"]) == (0, "email", 1)


def test_a_bug_costs_its_page_or_its_file_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / name for name in ("bad.pdf", "worse.pdf", "good.pdf")]
    for file in files:
        file.write_bytes(pdf([f"{file.name}, first page."], [f"{file.name}, second page."]))
    call = Sandbox.call

    def broken_call(children: Sandbox, function: Any, file: Path, *args: Any, **options: Any) -> Any:
        if (file.name, function) in {("worse.pdf", inspect), ("bad.pdf", read_page)} and 2 not in args:
            raise ZeroDivisionError
        return call(children, function, file, *args, **options)

    def broken_understanding(*_: Any) -> Understanding:
        raise ZeroDivisionError

    def lines() -> list[tuple[str, int | None, str | None]]:
        told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [(Path(e["file"]).name, e.get("page"), e.get("error", {}).get("code")) for e in told]

    with monkeypatch.context() as patched:
        patched.setattr(Sandbox, "call", broken_call)
        assert offline.read_files(files, True, "", None) == 1
    assert lines() == [
        ("bad.pdf", 1, "internal"),
        ("bad.pdf", 2, None),
        ("worse.pdf", None, "internal"),
        ("good.pdf", 1, None),
        ("good.pdf", 2, None),
    ]
    with monkeypatch.context() as patched:
        patched.setattr(offline, "understand_pages", broken_understanding)
        assert offline.extract_files(files[1:], True, "", None) == 1
    assert lines() == [("worse.pdf", None, "internal"), ("good.pdf", None, "internal")]


def test_a_measure_of_robustness_reports_a_line_a_file(tmp_path: Path) -> None:
    folder, report = tmp_path / "papers", tmp_path / "report.jsonl"
    folder.mkdir()
    (folder / "letter.rtf").write_text("{\\rtf1 only words}")
    (folder / "empty.pdf").touch()
    status, (figures,), _ = sheaf(tmp_path, "evaluate", "robustness", str(folder), "--report", str(report))
    assert (status, figures["files"], figures["refused"]) == (0, 2, 2)
    lines = [json.loads(line) for line in report.read_text("utf-8").splitlines()]
    assert [(line["file"], line["outcome"]) for line in lines] == [
        ("empty.pdf", "empty_file"),
        ("letter.rtf", "unsupported_type"),
    ]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["evaluate", "nonsense", "."], "bad_request"), (["evaluate", "ocr", "nowhere"], "not_found")],
)
def test_mistakes_on_the_command_line_are_told(tmp_path: Path, arguments: list[str], code: str) -> None:
    status, (line,), _ = sheaf(tmp_path, *arguments)
    assert status == 2
    assert line["error"]["code"] == code


def test_types_are_printed_and_a_mistake_in_ones_own_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("version: '9'\ntypes: {delivery_note: {words: {}, fields: {sent: {kind: date}}}}", "utf-8")
    code, (answer,), _ = sheaf(tmp_path, "types", "own.yaml")
    assert (code, answer["version"]) == (0, "2+9")
    assert answer["types"]["delivery_note"] == {"sent": "date"}
    assert answer["types"]["invoice"]["total"] == "money"
    own.write_text("version: '9'\ntypes: {delivery_note: {words: {a: lots}}}", "utf-8")
    code, (answer,), _ = sheaf(tmp_path, "types", "own.yaml")
    assert (code, answer["error"]["code"]) == (2, "bad_settings")
    assert "types.delivery_note.words.a" in answer["error"]["message"]
