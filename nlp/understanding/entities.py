"""Finds the entities of a page: names by the model, what has a form of its own by rules. Fields are left to fields.

One spaCy pipeline (pipeline.py), loaded once a process and imported only inside functions, so that a process which
merely speaks of entities stays light.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errors import SheafError
from nlp.facts import Entity, Origin, Page, Span, Value
from nlp.understanding import rules

if TYPE_CHECKING:
    from spacy.language import Language

MODEL = Path(__file__).parents[1] / "models" / "entities"


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


def find_entities(
    page: Page, model: Path | None = None, day_first: bool | None = None, dollar: str | None = None
) -> tuple[Entity, ...]:
    """The entities of a page in the order of its text; none overlap. Raises SheafError model_missing.

    `day_first` and `dollar` are what the whole document says of the order in its dates (values.day_first_of) and of
    whose dollars it speaks (currencies.dollar_of); None: the page decides.
    An entity may cross a line break, never the border of a block. `confidence` is the share of such finds that were
    right when counted: for names see nlp.understanding.confidence, for rules what is written beside each rule.
    """
    return entities_by(load(model), "/".join(model_name(model)), page, day_first, dollar)


def entities_by(
    pipeline: Language, by_model: str, page: Page, day_first: bool | None = None, dollar: str | None = None
) -> tuple[Entity, ...]:
    """As `find_entities`, by a pipeline that was loaded already; `by_model` is what its names say that found them."""
    by_rule = f"rules/{rules.load().version}"
    doc = pipeline.make_doc(page.text)
    doc.user_data["open_to"] = {"day_first": day_first, "dollar": dollar}
    doc = pipeline(doc)
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


def model_labels(path: Path | None = None) -> list[str]:
    """What the model tells apart, without loading it."""
    return sorted({label for labels in _meta(path or MODEL)["labels"].values() for label in labels})


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
        # What is kept never overlaps, so only the last one that begins before this one ends can be in its way.
        at = bisect_left(kept, candidate.end, key=lambda one: one.start)
        if at == 0 or kept[at - 1].end <= candidate.start:
            kept.insert(at, candidate)
    return kept


@lru_cache
def _load(path: Path) -> Language:
    from nlp.understanding import pipeline

    return pipeline.load(path, _meta(path)["confidence"])


@lru_cache
def _meta(path: Path) -> dict[str, Any]:
    try:
        meta: dict[str, Any] = json.loads((path / "meta.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise SheafError("model_missing", name=str(path.name)) from error
    return meta
