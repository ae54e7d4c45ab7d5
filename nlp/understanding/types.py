"""Says what type of document the pages are, by the words and shapes that document_types.yaml gives weights to.

Each type's score is a sum of log-odds; a softmax over the types, "other" among them, is the confidence.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from nlp.facts import DocumentType, Entity, Page
from nlp.understanding import document_types
from nlp.understanding.candidates import Document
from nlp.understanding.cells import Cell, grid
from nlp.understanding.document_types import TypeRules
from nlp.understanding.phrases import find, folded

#: Words and shapes are looked for on so many pages from the front, and on the last.
PAGES = 3
#: What a heading is: this far down the first page, or letters so much larger than usual.
_HEAD, _LARGE = 0.2, 1.4
#: Words come together in documents, so that their weights count each other twice; sums are divided by this.
_TEMPERATURE = 1.2
_CLAUSE = re.compile(r"^\s*(?:§\s*)?(?:section\s+|article\s+)?\(?\d{1,2}(?:\.\d{1,2})*[.)]?\s+[A-Z(“\"]", re.IGNORECASE)
_SALUTATION = re.compile(
    r"^\s*(?:dear\b|to whom it may concern|sehr geehrte|gentlemen:|madame,|monsieur,)", re.IGNORECASE
)
_BLANK = re.compile(r"^\W*[A-Z][\w '&./#()-]{1,40}:(?!\d|//)|_{3,}|\w_(?!\S)|\.{6,}|:\s*$|\[\s?\]|☐|☑|□")


def find_type(pages: Sequence[Page], entities: Sequence[Entity], added: Path | None = None) -> DocumentType:
    """The likeliest type of the document; "other" when nothing speaks for any, or nothing can be read. `added` is a
    file of types besides ours (see document_types)."""
    catalogue = document_types.load(added)
    scores = type_scores(pages, entities, catalogue.types)
    odds = {label: math.exp(score / _TEMPERATURE) for label, score in scores.items()}
    best = max(odds, key=lambda label: odds[label])
    return DocumentType(best, round(odds[best] / sum(odds.values()), 3), "rule", f"rules-{catalogue.version}")


def type_scores(pages: Sequence[Page], entities: Sequence[Entity], types: Mapping[str, TypeRules]) -> dict[str, float]:
    """Log-odds of each type before they are weighed against each other."""
    looked_at = [*pages[:PAGES], *pages[PAGES:][-1:]]
    document = Document(looked_at, entities, grid(looked_at))
    head = _heading(document, looked_at)
    body = "\n".join(page.text for page in looked_at)
    shape = shape_of(document)
    scores = {}
    for label, rules in types.items():
        words = {folded(phrase): weight for phrase, weight in rules.words.items()}
        spoken = dict(find(body, words)) | {f"{word} above": weight for word, weight in find(head, words)}
        scores[label] = rules.bias + sum(spoken.values()) + sum(w * shape[name] for name, w in rules.shape.items())
    return scores


def shape_of(document: Document) -> dict[str, float]:
    """How much of each shape of `document_types.Shape` the pages have, 0..1."""
    rows = [" ".join(cell.text for cell in row) for row in document.grid.rows]
    if not rows:
        return dict.fromkeys(("narrow", "amounts", "clauses", "blanks", "columns", "prose", "salutation"), 0.0)
    lengths = sorted(map(len, rows))
    prose = _ramp(sum(len(row) >= 60 and row.count(" ") >= 8 for row in rows) / len(rows), 0.15, 0.6)
    return {
        "narrow": _ramp(56 - lengths[int(len(lengths) * 0.9)], 0, 18) if len(rows) >= 8 else 0.0,
        "amounts": _ramp(len(document.amounts), 2, 8),
        "clauses": _ramp(_count(_CLAUSE, rows), 2, 8),
        "blanks": _ramp(_count(_BLANK, (cell.text for cell in document.grid.cells())) / len(rows), 0.05, 0.25),
        "columns": _ramp(sum(len(row) > 1 for row in document.grid.rows) / len(rows), 0.25, 0.6) * (1 - prose),
        "prose": prose,
        "salutation": float(_count(_SALUTATION, rows) > 0),
    }


def _heading(document: Document, pages: Sequence[Page]) -> str:
    return "\n".join(cell.text for cell in document.grid.cells() if _stands_out(cell, document, pages[0].number))


def _stands_out(cell: Cell, document: Document, first_page: int) -> bool:
    if cell.page != first_page:
        return False
    if cell.box is None:
        return cell.row < 5
    return cell.box.bottom < _HEAD or document.grid.tall(cell) > _LARGE


def _count(pattern: re.Pattern[str], texts: Iterable[str]) -> int:
    return sum(bool(pattern.search(text)) for text in texts)


def _ramp(amount: float, low: float, high: float) -> float:
    """0 up to `low`, 1 from `high` on, a straight line between."""
    return min(1.0, max(0.0, (amount - low) / (high - low)))
