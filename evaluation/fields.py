"""Measures field extraction on labelled receipts: exact and loose F1 over vendor, date, address and total.

Reading the images is left to nlp.reading.pages in the sandbox; `from_words` takes the labelled words instead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from evaluation.documents import Read, entities_of_all, page_from_lines, read_all, rows_of
from nlp.facts import DocumentType, Field
from nlp.reading.options import ReadingOptions
from nlp.training.scoring import calibration_error, calibration_error_by_chance
from nlp.understanding.fields import find_fields

#: Names in the index and ours.
KEYS = {"company": "vendor", "date": "date", "address": "vendor_address", "total": "total"}
RECEIPT = DocumentType("receipt", 1.0, "human", "index")


def evaluate(path: Path, part: str = "score", from_words: bool = False, entities: bool = True) -> dict[str, Any]:
    """{"f1", "f1_loose", "precision", "recall", "by_field", "calibration_error", "calibration_error_by_chance",
    "documents"} over the rows of a part ("all": every row).

    Precision and recall are of exact matches, the calibration error of loose ones. Without `from_words` only rows with
    an image count. `entities` false leaves the entity model out, to see what it is worth.
    """
    rows = [row for row in rows_of(path, part) if from_words or row["image"]]
    if from_words:
        pages = [page_from_lines(row["lines"], row["image_size"]) for row in rows]
        named = entities_of_all(pages) if entities else [()] * len(pages)
        documents = [Read((page,), own) for page, own in zip(pages, named, strict=True)]
    else:
        folder = path if path.is_dir() else path.parent
        documents = read_all([(folder / row["image"], None) for row in rows], ReadingOptions())
    found = [said(document) for document in documents]
    truths = [row["fields"] for row in rows]
    texts = [{name: field.text for name, field in fields.items()} for fields in found]
    sure = list(chain.from_iterable(map(judged, found, truths)))
    return {
        **measure(list(zip(truths, texts, strict=True))),
        "calibration_error": round(calibration_error(sure), 4),
        "calibration_error_by_chance": round(calibration_error_by_chance([confidence for confidence, _ in sure]), 4),
        "documents": len(rows),
    }


def said(document: Read) -> dict[str, Field]:
    """The fields by name, the document taken for a receipt."""
    return {field.name: field for field in find_fields(RECEIPT, document.pages, document.entities)}


def judged(fields: Mapping[str, Field], truth: Mapping[str, str]) -> list[tuple[float, bool]]:
    """The confidence of each field that was said and is labelled, and whether it is right."""
    pairs = ((fields[ours], loose(truth.get(key) or "")) for key, ours in KEYS.items() if ours in fields)
    return [(field.confidence, loose(field.text) == true) for field, true in pairs]


def exact(text: str) -> str:
    return " ".join(text.upper().split())


def loose(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def measure(answers: Sequence[tuple[Mapping[str, str], Mapping[str, str]]]) -> dict[str, Any]:
    """Figures from pairs of true fields (names of the index) and said ones (our names)."""
    strict, lax = _counts(answers, exact), _counts(answers, loose)
    by_field = {
        ours: {
            "f1": _f1(strict[ours]),
            "f1_loose": _f1(lax[ours]),
            "said": strict[ours]["said"],
            "true": strict[ours]["true"],
        }
        for ours in KEYS.values()
    }
    whole, whole_lax = sum(strict.values(), Counter()), sum(lax.values(), Counter())
    return {
        "f1": _f1(whole),
        "f1_loose": _f1(whole_lax),
        "precision": _share(whole["right"], whole["said"]),
        "recall": _share(whole["right"], whole["true"]),
        "by_field": by_field,
    }


def _counts(
    answers: Iterable[tuple[Mapping[str, str], Mapping[str, str]]], normalised: Callable[[str], str]
) -> dict[str, Counter[str]]:
    counts = {ours: Counter[str]() for ours in KEYS.values()}
    for truth, ours_said in answers:
        for key, ours in KEYS.items():
            true, given = normalised(truth.get(key) or ""), normalised(ours_said.get(ours) or "")
            counts[ours].update(true=bool(true), said=bool(given), right=bool(true) and true == given)
    return counts


def _f1(counts: Counter[str]) -> float:
    return _share(2 * counts["right"], counts["said"] + counts["true"])


def _share(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0
