"""Probes a trained pipeline for fairness: is a name found whatever its origin? Invented texts, balanced, by probe.yaml.

Run as `python -m nlp.training.probe MODEL OUT.json`. Every group has as many names in the same texts, so that groups
differ by their names alone. Asked is the trained component alone; rules are left out.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import spacy
import typer
import yaml
from spacy.language import Language

from nlp.training.evaluate import found_in
from nlp.training.mistakes import OUTCOMES, RIGHT, outcome

PLAN = Path(__file__).with_name("probe.yaml")
#: Standard deviations of the intervals: 95 of 100 hold the truth.
_DEVIATIONS = 1.96


@dataclass(frozen=True, slots=True)
class Trial:
    """A text with one name at start..end; of which group, in which kind of text, and `sex` of a person's name."""

    text: str
    start: int
    end: int
    label: str
    group: str
    kind: str
    sex: str = ""


def trials(plan: Mapping[str, Any], sample: int = 0) -> Iterator[Trial]:
    """All texts of the plan with all names of each group; `sample` keeps so many names of each group and text.

    Given and family names are put together anew in each text, so that no combination comes twice in a group.
    """
    for label, part in plan.items():
        for group, names in part["groups"].items():
            for shift, (kind, text) in enumerate(part["texts"].items()):
                for name in _names(names, shift)[: sample or None]:
                    yield _trial(text, name, label, group, kind)


def probe(pipeline: Language, sample: int = 0) -> dict[str, Any]:
    """By label: recall (strict span and label) by group, by kind of text and by sex, and how far groups lie apart."""
    tried = list(trials(yaml.safe_load(PLAN.read_text("utf-8")), sample))
    docs = pipeline.pipe(trial.text for trial in tried)
    seen = [
        (trial, outcome((trial.start, trial.end, trial.label), (one[:3] for one in found_in(doc))))
        for trial, doc in zip(tried, docs, strict=True)
    ]
    return {
        label: _figures([one for one in seen if one[0].label == label])
        for label in dict.fromkeys(t.label for t in tried)
    }


def wilson(right: int, tried: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    squared = _DEVIATIONS**2
    middle = (right + squared / 2) / (tried + squared)
    half = _DEVIATIONS / (tried + squared) * math.sqrt(right * (tried - right) / tried + squared / 4)
    return middle - half, middle + half


def _names(names: Mapping[str, Sequence[str]], shift: int) -> list[tuple[str, str, str]]:
    """Given name, family name and sex, women and men in turn; or (name, "", "")."""
    if "last" not in names:
        return [(name, "", "") for name in names["names"]]
    given = [one for pair in zip(names["female"], names["male"], strict=True) for one in pair]
    family = names["last"]
    return [(first, family[(at + shift) % len(family)], ("female", "male")[at % 2]) for at, first in enumerate(given)]


def _trial(text: str, name: tuple[str, str, str], label: str, group: str, kind: str) -> Trial:
    first, last, sex = name
    parts = {"name": f"{first} {last}".strip(), "first": first, "last": last}
    parts |= {key.upper(): part.upper() for key, part in parts.items()}
    start = text.index("{")
    filled = text.format(**parts)
    return Trial(filled, start, len(filled) - len(text) + text.rindex("}") + 1, label, group, kind, sex)


def _figures(seen: Sequence[tuple[Trial, str]]) -> dict[str, Any]:
    by_group = _by(seen, "group")
    recalls = [figures["recall"] for figures in by_group.values()]
    return {
        **_recall([what for _, what in seen]),
        "spread": round(max(recalls) - min(recalls), 4),
        "by_group": by_group,
        "by_kind": _by(seen, "kind"),
        **({"by_sex": _by(seen, "sex")} if all(trial.sex for trial, _ in seen) else {}),
    }


def _by(seen: Sequence[tuple[Trial, str]], key: str) -> dict[str, Any]:
    values = dict.fromkeys(getattr(trial, key) for trial, _ in seen)
    return {value: _recall([what for trial, what in seen if getattr(trial, key) == value]) for value in values}


def _recall(outcomes: Sequence[str]) -> dict[str, Any]:
    counts = Counter(outcomes)
    interval = [round(bound, 4) for bound in wilson(counts[RIGHT], len(outcomes))]
    return {
        "recall": round(counts[RIGHT] / len(outcomes), 4),
        "interval": interval,
        "names": len(outcomes),
        "outcomes": {what: counts[what] for what in OUTCOMES},
    }


def main(
    model: Path,
    out: Path,
    sample: Annotated[int, typer.Option(help="Names of each group in each text; 0: all")] = 0,
) -> None:
    """Probe MODEL and write OUT."""
    figures = probe(spacy.load(model), sample)
    out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for label, one in figures.items():
        sys.stdout.write(f"{label} recall {one['recall']}, groups apart by {one['spread']}\n")


if __name__ == "__main__":
    typer.run(main)
