"""Fields of contracts and invoices against shared labels: dates, laws, parties, terms; numbers and amounts.

Run by `make bench`. Contracts come as text, cut into pages; invoices are read as files. Both are labelled by the whole
document, so that where a value stands is not judged. No entities are looked for in contracts, whose fields need none.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from evaluation.documents import Read, read_all
from nlp.facts import Box, DocumentType, Field, Page, Word
from nlp.reading.options import ReadingOptions
from nlp.understanding.fields import find_fields
from nlp.understanding.writing import legal_form
from tests.benchmarks.contracts import contracts
from tests.benchmarks.measure import say

#: So long a page of a contract is.
LETTERS = 3000
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
Answers = dict[str, set[str]]


def test_fields_of_contracts(eval_data: Path) -> None:
    for name, labels in (("cuad", _cuad), ("kleister_nda", _kleister)):
        counts: Counter[tuple[str, str]] = Counter()
        for row, text in contracts(eval_data, name):
            _count(counts, labels(row), _answers(_found("contract", _pages(text))))
        _tell(name, counts)


def test_fields_of_invoices(eval_data: Path) -> None:
    files = [file for file in sorted((eval_data / "invoices").glob("*.pdf")) if file.with_suffix(".json").is_file()]
    counts: Counter[tuple[str, str]] = Counter()
    for file, read in zip(files, read_all([(file, None) for file in files], ReadingOptions()), strict=True):
        (expected,) = json.loads(file.with_suffix(".json").read_text("utf-8"))
        found = {field.name: field for field in _found("invoice", read.pages, read)}
        true = {"number": {_plain(expected["invoice_number"])}, "date": {expected["date"]}}
        if "amount" in expected:
            true["total"] = {f"{expected['amount']:.2f}"}
        values = {name: field.value or {} for name, field in found.items()}
        said = {
            "number": {_plain(found["number"].text)} if "number" in found else set(),
            "date": {str(values["date"].get("iso"))} if "date" in found else set(),
            "total": {f"{float(values['total']['amount']):.2f}"} if "total" in found else set(),
        }
        _count(counts, true, said)
    _tell("invoices", counts)


def _found(kind: str, pages: Sequence[Page], read: Read | None = None) -> Sequence[Field]:
    return find_fields(DocumentType(kind, 1.0, "human", "label"), pages, read.entities if read else ())


def _answers(fields: Iterable[Field]) -> Answers:
    """What is said, as the labels have it; parties without legal form are left out, as they are of the labels."""
    said: Answers = {"date": set(), "law": set(), "party": set(), "term": set()}
    for field in fields:
        if field.name == "effective_date":
            said["date"].add(str((field.value or {}).get("iso")))
        elif field.name == "governing_law":
            said["law"].add(_plain(field.text))
        elif field.name == "party" and legal_form(field.text):
            said["party"].add(_plain(field.text))
        elif field.name == "term":
            said["term"].add(_term(field.text))
    return said


def _cuad(row: dict[str, Any]) -> Answers:
    fields = row["fields"]
    dates = [_iso(fields[name]["answer"]) for name in ("Effective Date", "Agreement Date")]
    return {
        "date": {date for date in dates if date},
        "law": {_plain(fields["Governing Law"]["answer"])} - {""},
        "party": {_plain(span) for span in fields["Parties"]["spans"] if legal_form(span)},
    }


def _kleister(row: dict[str, Any]) -> Answers:
    expected = row["expected"]
    return {
        "date": set(expected.get("effective_date", ())),
        "law": {_plain(law) for law in expected.get("jurisdiction", ())},
        "party": {_plain(party) for party in expected.get("party", ()) if legal_form(party)},
        "term": {_term(term) for term in expected.get("term", ())},
    }


def _count(counts: Counter[tuple[str, str]], true: Answers, said: Answers) -> None:
    """One value of a date, a law and a term is right where it is one of the true ones; parties count each."""
    for name, values in true.items():
        if name == "party":
            counts.update({(name, "true"): len(values), (name, "said"): len(said[name])})
            counts[name, "right"] += len(values & said[name])
        else:
            counts.update({(name, "true"): bool(values), (name, "said"): bool(said[name])})
            counts[name, "right"] += bool(values & said[name])


def _tell(name: str, counts: Counter[tuple[str, str]]) -> None:
    for field in dict.fromkeys(field for field, _ in counts):
        right, said, true = (counts[field, what] for what in ("right", "said", "true"))
        assert right, f"{name}: no {field} is right"
        say(f"{name} {field}: precision {right / said:.3f} of {said}, recall {right / true:.3f} of {true}")


def _pages(text: str) -> list[Page]:
    """The text cut at line breaks; each page's words have no boxes."""
    texts = [""]
    for line in text.splitlines(keepends=True):
        if len(texts[-1]) > LETTERS:
            texts.append("")
        texts[-1] += line
    return [_page(text, number) for number, text in enumerate(texts, 1)]


def _page(text: str, number: int) -> Page:
    nowhere = Box(0, 0, 0, 0)
    words = tuple(Word(hit[0], *hit.span(), nowhere, 1.0) for hit in re.finditer(r"\S+", text))
    return Page(number, 1.0, 1.0, text, words, "labels", "Typed by hand.", 1.0)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"[.’']", "", text.lower())))


def _term(text: str) -> str:
    """ "two (2) years" and "two-year" as "2 years"."""
    words = {word: str(number) for number, word in enumerate(NUMBERS, 1)}
    number, unit = re.search(r"\d+|[a-z]+", text.lower()), re.search(r"year|month|day", text.lower())
    figures = re.search(r"\d+", text) or number
    if not figures or not unit:
        return text
    many = words.get(figures[0], figures[0])
    return f"{many} {unit[0]}{'' if many == '1' else 's'}"


def _iso(american: str) -> str:
    try:
        return datetime.strptime(american, "%m/%d/%y").astimezone().date().isoformat()
    except ValueError:  # left open: "[]/[]/2004"
        return ""
