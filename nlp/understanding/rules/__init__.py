"""Finds what has a form of its own (dates, money, IBAN, …) by rules kept as data. Names are left to the model.

A new label is one more entry in entities.yaml; what its keys mean stands at its top.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlp.facts import Value
from nlp.understanding.currencies import currency_marks, dollar_of, region_of
from nlp.understanding.patterns import BLANK, iban_marks
from nlp.understanding.values import NORMALISERS, day_first_of

FILE = Path(__file__).with_name("entities.yaml")


@dataclass(frozen=True)
class Rule:
    """One entry of entities.yaml, compiled."""

    label: str
    pattern: re.Pattern[str]
    value: str
    validates: bool
    required: bool
    confidence: float
    confidence_unread: float


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found at start..end. `validated`: the rule's own check (calendar, checksum, numbering plan) held."""

    start: int
    end: int
    label: str
    value: Value | None
    validated: bool
    confidence: float


@dataclass(frozen=True)
class RuleBook:
    """All rules and the version of their file."""

    version: str
    rules: tuple[Rule, ...]

    def find(
        self, text: str, day_first: bool | None = None, region: str | None = None, dollar: str | None = None
    ) -> Iterator[Hit]:
        """Every hit of every rule, overlapping ones included.

        `day_first`, `region` (ISO 3166) and `dollar` (ISO 4217) say how dates, phone numbers and a mere $ are read; by
        default the rest of the text decides.
        """
        open_to: dict[str, Callable[[], dict[str, Any]]] = {  # the whole text is asked only where something was found
            "date": cache(lambda: {"day_first": day_first_of(text) if day_first is None else day_first}),
            "money": cache(lambda: {"dollar": dollar or dollar_of(text)}),
            "phone": cache(lambda: {"region": region or region_of(text)}),
        }
        for rule in self.rules:
            for match in rule.pattern.finditer(text):
                value = NORMALISERS[rule.value](match["value"], **open_to.get(rule.value, dict)())
                if value is None and rule.required:
                    continue
                sure = value is not None and not value.get("ambiguous") and not value.get("contradicts")
                confidence = rule.confidence if sure else rule.confidence_unread
                validated = rule.validates and value is not None
                yield Hit(match.start("value"), match.end("value"), rule.label, value, validated, confidence)


@lru_cache
def load(path: Path = FILE) -> RuleBook:
    """The rules of a file, compiled once; a faulty entry raises ValueError and names itself."""
    content = yaml.safe_load(path.read_text("utf-8"))
    ibans = {"iban": iban_marks(BLANK), "broken_iban": iban_marks(BLANK[:-1] + r"\n]")}
    fragments = {**content["fragments"], "currency": currency_marks(), **ibans}
    return RuleBook(str(content["version"]), tuple(_compiled(entry, fragments) for entry in content["rules"]))


def _compiled(entry: dict[str, object], fragments: dict[str, str]) -> Rule:
    known = {"label", "pattern", "value", "validates", "required", "confidence", "confidence_unread"}
    if unknown := set(entry) - known:
        raise ValueError(f"rule {entry.get('label')}: unknown keys {sorted(unknown)}")
    pattern = str(entry["pattern"])
    for name, fragment in fragments.items():
        pattern = pattern.replace(f"<{name}>", f"(?:{fragment})")
    try:
        compiled = re.compile(
            pattern if "(?P<value>" in pattern else f"(?P<value>{pattern})", re.IGNORECASE | re.VERBOSE
        )
    except re.error as error:
        raise ValueError(f"rule {entry['label']}: {error}: {pattern}") from error
    if entry["value"] not in NORMALISERS:
        raise ValueError(f"rule {entry['label']}: value {entry['value']} is none of {sorted(NORMALISERS)}")
    confidence = float(str(entry["confidence"]))
    return Rule(
        label=str(entry["label"]),
        pattern=compiled,
        value=str(entry["value"]),
        validates=bool(entry.get("validates", False)),
        required=bool(entry.get("required", True)),
        confidence=confidence,
        confidence_unread=float(str(entry.get("confidence_unread", confidence))),
    )
