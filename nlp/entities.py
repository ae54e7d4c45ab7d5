"""Finds the entities of a page: names by the model, what has a form of its own by rules. Fields are left to nlp.fields.

One spaCy pipeline (nlp.pipeline), loaded once a process and imported only inside functions, so that a process which
merely speaks of entities stays light.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errors import SheafError
from nlp import rules
from nlp.facts import Entity, Origin, Page, Span, Value

if TYPE_CHECKING:
    from spacy.language import Language

MODEL = Path(__file__).parent / "models" / "entities"
SIZES = ("one", "two", "more")
CASES = ("upper", "lower", "mixed")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be an entity, at start..end of the text; `checked`: a rule's checksum, calendar or the like held."""

    start: int
    end: int
    label: str
    value: Value | None
    confidence: float
    origin: Origin
    checked: bool = False


def find_entities(page: Page, model: Path | None = None) -> tuple[Entity, ...]:
    """The entities of a page in the order of its text; none overlap. Raises SheafError model_missing.

    An entity may cross a line break, never the border of a block. `confidence` is the share of such finds that were
    right when counted: for names by their kind on documents held out of training (see nlp.training.evaluate), for
    rules as written beside each rule.
    """
    by_model, by_rule = ("/".join(name) for name in (model_name(model), ("rules", rules.load().version)))
    doc = load(model)(page.text)
    return tuple(
        Entity(
            label=found.label,
            spans=(Span(page.number, found.start, found.end),),
            text=page.text[found.start : found.end],
            value=found.value,
            confidence=found.confidence,
            origin=found.origin,
            model=by_model if found.origin == "model" else by_rule,
        )
        for found in doc.user_data["entities"]
    )


def load(path: Path | None = None) -> Language:
    """The pipeline at `path` (default: in nlp/models) with the rules as its last component; loaded once a process."""
    return _load(path or MODEL)


def model_name(path: Path | None = None) -> tuple[str, str]:
    """Name and version of the model, without loading it."""
    meta = _meta(path or MODEL)
    return str(meta["name"]), str(meta["version"])


def model_record(path: Path | None = None) -> tuple[str, dict[str, Any]]:
    """The hash of the data the model was trained on, and its scores: what a registry of models keeps."""
    meta = _meta(path or MODEL)
    return str(meta["corpus"]["data_sha256"]), dict(meta["performance"])


def resolve(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that stay where several overlap, in the order of the text.

    One rule: what a check bears out (checksum, calendar, numbering plan) wins over what none does; then the surer wins,
    then the longer, then the first.
    """
    kept: list[Candidate] = []
    order = sorted(candidates, key=lambda one: (not one.checked, -one.confidence, one.start - one.end, one.start))
    for candidate in order:
        if all(candidate.end <= other.start or other.end <= candidate.start for other in kept):
            kept.append(candidate)
    return sorted(kept, key=lambda one: one.start)


def kind(label: str, text: str) -> str:
    """The kinds of names told apart by how often the model is right about them: label, number of words, capitals."""
    size = SIZES[min(len(text.split()), 3) - 1]
    case = "upper" if text.isupper() else "lower" if text.islower() else "mixed"
    return f"{label} {size} {case}"


@lru_cache
def _load(path: Path) -> Language:
    from nlp import pipeline

    return pipeline.load(path, _meta(path)["confidence"])


@lru_cache
def _meta(path: Path) -> dict[str, Any]:
    try:
        meta: dict[str, Any] = json.loads((path / "meta.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise SheafError("model_missing", name=str(path.name)) from error
    return meta
