"""What becomes of documents that break pipelines: every one must end in text, or in an error that says what to do.

Expectations lie beside the files in `expected.jsonl`; the format is in docs/evaluate.md.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from errors import SheafError
from evaluation.documents import INTAKE, Ask, in_children
from nlp.reading.conversion import to_pdf
from nlp.reading.intake import Inspection, inspect
from nlp.reading.media_types import CONTAINERS, PDF, way_of
from nlp.reading.members import Member
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import PageReading, read_page
from nlp.reading.text_layer import SOURCE
from nlp.reading.unpacking import unpack

_NOT_DOCUMENTS = {"expected.jsonl", "manifest.tsv", "SOURCE.md"}
#: Seconds for one page, as the product has them: what hangs is a fault here.
_DEADLINE = 90.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `members` counts the files that came in it, `wrong` names what is not as expected."""

    file: str
    outcome: str  # "read", "unpacked" or the code of the error
    pages: int
    pages_read: int
    members: int
    characters: int
    sources: tuple[str, ...]
    flags: tuple[str, ...]
    problems: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Attempt:
    inspection: Inspection | None
    readings: tuple[PageReading, ...]
    errors: tuple[SheafError, ...]
    members: int = 0


def evaluate(
    path: Path, part: str = "score", *, report: Path | None = None, most_pages: int = 5, workers: int | None = None
) -> dict[str, Any]:
    """Counts of `files`, `read`, `refused` and `wrong`, and `outcomes`, one a file.

    Of a long document the first `most_pages` pages are read. `report` receives one JSON line a file. `part` is there
    because every task has it; these files have no parts.
    """
    files = sorted(file for file in path.rglob("*") if file.is_file() and file.name not in _NOT_DOCUMENTS)
    expected = _expectations(path / "expected.jsonl")

    def run(ask: Ask, file: Path) -> Outcome:
        name = file.relative_to(path).as_posix()
        return _try(ask, file, name, expected.get(name, {}), most_pages)

    outcomes = in_children(run, files, workers=workers, deadline=_DEADLINE)
    if report is not None:
        lines = [json.dumps(asdict(outcome), ensure_ascii=False) + "\n" for outcome in outcomes]
        report.write_text("".join(lines), "utf-8")
    read = sum(outcome.outcome in ("read", "unpacked") for outcome in outcomes)
    return {
        "files": len(outcomes),
        "read": read,
        "refused": len(outcomes) - read,
        "wrong": sum(bool(outcome.wrong) for outcome in outcomes),
        "most_pages": most_pages,
        "outcomes": [asdict(outcome) for outcome in outcomes],
    }


def _expectations(path: Path) -> dict[str, dict[str, Any]]:
    if not path.exists():
        return {}
    return {row["file"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}


def _try(ask: Ask, file: Path, name: str, expected: dict[str, Any], most_pages: int) -> Outcome:
    wrong: list[str] = []
    if "password" in expected:
        refused = _attempt(ask, file, None, most_pages)
        if [error.code for error in refused.errors] != ["password_required"]:
            wrong.append("opens without its password")
    try:
        attempt = _attempt(ask, file, expected.get("password"), most_pages)
    except Exception as error:  # anything but a SheafError is a defect of ours, and is what is looked for here
        attempt = _Attempt(None, (), ())
        wrong.append(f"fails without a code: {error!r}")
    wrong += _differences(attempt, expected)
    pages = (attempt.inspection.pages or 0) if attempt.inspection else 0
    return Outcome(
        file=name,
        outcome=_outcome(attempt),
        pages=pages,
        pages_read=len(attempt.readings),
        members=attempt.members,
        characters=sum(len(reading.page.text) for reading in attempt.readings),
        sources=tuple(sorted({reading.page.source for reading in attempt.readings})),
        flags=_flags(attempt),
        problems=tuple(str(error) for error in attempt.errors),
        wrong=tuple(wrong),
    )


def _outcome(attempt: _Attempt) -> str:
    if attempt.readings:
        return "read"
    if attempt.errors:
        return attempt.errors[0].code
    return "unpacked" if attempt.members else "internal"


def _flags(attempt: _Attempt) -> tuple[str, ...]:
    found = set(attempt.inspection.flags if attempt.inspection else ())
    return tuple(sorted(found.union(*(reading.page.flags for reading in attempt.readings))))


def _attempt(ask: Ask, file: Path, password: str | None, most_pages: int) -> _Attempt:
    """Open the file and read its first pages, each in a guarded child."""
    with tempfile.TemporaryDirectory() as folder:
        working = Path(folder) / "working-copy.pdf"
        members: list[Member] = []
        try:
            inspection = ask(inspect, file, INTAKE, password, working)
            if way_of(inspection.media_type) in CONTAINERS:
                members = ask(unpack, file, inspection.media_type, Path(folder), INTAKE.unpack)
            if inspection.pages is None:
                ask(to_pdf, file, inspection.media_type, working)
                inspection = replace(inspection, pages=ask(inspect, working, INTAKE).pages)
        except SheafError as error:
            return _Attempt(None, (), (error,))
        source, media_type = (working, PDF) if working.exists() else (file, inspection.media_type)
        readings: list[PageReading] = []
        errors: list[SheafError] = []
        for number in range(1, min(inspection.pages or 0, most_pages) + 1):
            try:
                readings.append(ask(read_page, source, media_type, number, ReadingOptions()))
            except SheafError as error:
                errors.append(error)
        return _Attempt(inspection, tuple(readings), tuple(errors), len(members))


def _differences(attempt: _Attempt, expected: dict[str, Any]) -> list[str]:
    """Where the attempt is not as expected, in words."""
    wrong = [f"no advice for {error.code}" for error in attempt.errors if not error.advice]
    if "must_fail_cleanly" in expected:
        return wrong + ([] if not attempt.readings else ["was read although it must fail"])
    if not expected:
        return wrong
    if not attempt.readings:
        return [*wrong, "was not read"]
    pages = (attempt.inspection.pages or 0) if attempt.inspection else 0
    if pages != expected.get("pages", pages):
        wrong.append(f"has {pages} pages for {expected['pages']}")
    if expected.get("needs_ocr") is True and any(reading.page.source == SOURCE for reading in attempt.readings):
        wrong.append("was not read by OCR")
    if attempt.readings[0].rotation != expected.get("rotation", attempt.readings[0].rotation):
        wrong.append(f"is turned by {attempt.readings[0].rotation} for {expected['rotation']}")
    missing = first_missing(
        "\n".join(reading.page.text for reading in attempt.readings),
        expected.get("contains_in_order", ()),
        fold_case=expected.get("ci", False),
        fold_space=expected.get("norm_ws", False),
    )
    return wrong + ([f"lacks “{missing}”"] if missing else [])


def first_missing(text: str, wanted: Sequence[str], *, fold_case: bool, fold_space: bool) -> str | None:
    """The first of the strings that does not follow the one before it in the text."""

    def folded(value: str) -> str:
        value = value.lower() if fold_case else value
        return re.sub(r"\s+", " ", value) if fold_space else value

    text, at = folded(text), 0
    for piece in wanted:
        place = text.find(folded(piece), at)
        if place < 0:
            return piece
        at = place + len(folded(piece))
    return None
