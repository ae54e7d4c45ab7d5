"""What is true of a sample: its type, text, fields and entities, written beside it as NAME.truth.json.

MONEY is an amount written together with its currency, DATE a calendar date; each mention on a page is one entity.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def date(iso: str) -> dict[str, Any]:
    return {"kind": "date", "iso": iso}


def money(amount: str, currency: str) -> dict[str, Any]:
    return {"kind": "money", "amount": amount, "currency": currency}


def text(value: str) -> dict[str, Any]:
    return {"kind": "text", "text": value}


@dataclass(frozen=True)
class Truth:
    """`fields` holds (name, text, value), text with "\\n" between lines; `names` the entity texts by label."""

    type: str
    fields: Sequence[tuple[str, str, Mapping[str, Any]]] = ()
    names: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def as_json(self, file: str, pages: Sequence[Sequence[str]]) -> dict[str, Any]:
        """The whole truth of `file`, whose pages are lists of lines. ValueError when a text is on none of them."""
        texts = ["\n".join(lines) for lines in pages]
        return {
            "schema": 1,
            "file": file,
            "type": self.type,
            "pages": [{"number": number, "text": body} for number, body in enumerate(texts, start=1)],
            "fields": [{"name": name, "text": shown, "value": dict(value)} for name, shown, value in self.fields],
            "entities": mentions(texts, self.names),
        }


def mentions(texts: Sequence[str], names: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """Every place where a name stands, in reading order; the longer name wins, a line break counts as a blank."""
    labels = {name: label for label, listed in names.items() for name in listed}
    if not labels:
        return []
    longest_first = sorted(labels, key=lambda name: -len(name))
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)".replace(r"\ ", r"\s+") for n in longest_first))
    found = [
        {"label": labels[name], "text": name, "page": number}
        for number, body in enumerate(texts, start=1)
        for name in (re.sub(r"\s+", " ", hit.group()) for hit in pattern.finditer(body))
    ]
    missing = set(labels) - {mention["text"] for mention in found}
    if missing:
        raise ValueError(f"named but nowhere on the pages: {sorted(missing)}")
    return found
