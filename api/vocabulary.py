"""What people may choose from: types with their fields, labels, and how a text becomes a value under each of them.

The types come from document_types.yaml, the labels from the rules and the model. HTTP is left to the routes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nlp.understanding import document_types, entities, rules
from nlp.understanding.values import NORMALISERS

#: Kinds of fields that nothing normalises further than white space.
PLAIN = "text"


def labels(model: Path | None = None) -> dict[str, str]:
    """The kind of value of each label, by its name."""
    by_rule = {rule.label: rule.value for rule in reversed(rules.load().rules)}  # the first rule of a label counts
    return dict(sorted((dict.fromkeys(entities.model_labels(model), PLAIN) | by_rule).items()))


def fields(added: Path | None = None) -> dict[str, dict[str, str]]:
    """The kind of value of each field of each type; `added` is the installation's own file of them."""
    types = document_types.load(added).types
    return {name: {field: known.kind for field, known in type.fields.items()} for name, type in types.items()}


def date_fields(added: Path | None = None) -> set[str]:
    """The names of the fields that hold a document's own date: the first date of each type."""
    firsts = (next((name for name, kind in known.items() if kind == "date"), None) for known in fields(added).values())
    return {name for name in firsts if name}


def main_fields(added: Path | None = None) -> list[str]:
    """The names of the fields that tell documents apart at a glance: who, and the last amount of each type."""
    names: dict[str, None] = {}
    for known in fields(added).values():
        names |= dict.fromkeys(name for name, kind in known.items() if kind == "name")
        names |= dict.fromkeys([name for name, kind in known.items() if kind == "money"][-1:])
    return list(names)


def value_of(
    kind: str, name: str, text: str, currency: str | None = None, added: Path | None = None
) -> dict[str, Any] | None:
    """What a person wrote as entity or field (`kind`), normalised as the machine would have; None if it cannot be.

    `currency` is that of amounts which name none.
    """
    if kind == "entity":
        known = [rule.value for rule in rules.load().rules if rule.label == name]
    else:
        known = [of_type[name] for of_type in fields(added).values() if name in of_type]
    value = normalised(known or [PLAIN], text)
    if value and value["kind"] == "money":
        value["currency"] = value["currency"] or currency
    return value


def normalised(kinds: list[str], text: str) -> dict[str, Any] | None:
    """The value by the first of these kinds that the text fits."""
    values = (NORMALISERS.get(kind, NORMALISERS[PLAIN])(text) for kind in dict.fromkeys(kinds))
    value = next((value for value in values if value is not None), None)
    return dict(value) if value is not None else None
