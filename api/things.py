"""The things that a document speaks of, worked out of its findings as they stand: what people decide counts at once.

What makes two mentions one is left to nlp.understanding.mentions, showing them to present.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy.orm import Session

from nlp.facts import Entity, Origin, Span
from nlp.understanding.mentions import things
from storage.readings import current_texts
from storage.tables import Finding


class Mentioned(NamedTuple):
    """One thing: its number, from 1 in the order of the text, the finding that names it best, and all its mentions."""

    number: int
    named_by: Finding
    mentions: Sequence[Finding]

    @property
    def name(self) -> str:
        return " ".join(self.named_by.text.split())


def things_in(session: Session, document_id: str, findings: Sequence[Finding]) -> list[Mentioned]:
    """What all the document's `findings` of entities are mentions of; what was rejected is a mention of nothing."""
    rows = [row for row in findings if row.kind == "entity" and row.state != "rejected"]
    found = things([_fact(row) for row in rows], current_texts(session, document_id)) if rows else ()
    return [
        Mentioned(number, rows[thing.named_by], [rows[at] for at in thing.mentions])
        for number, thing in enumerate(found, 1)
    ]


def _fact(row: Finding) -> Entity:
    spans = () if row.conflict else tuple(Span(**span) for span in row.spans)  # a lost place says nothing
    return Entity(row.name, spans, row.text, row.value, row.confidence, cast(Origin, row.origin), "")
