"""Puts what the models found beside what people decided, and never over it. Making the decisions is left to api."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from nlp.facts import Box, Entity, Field, Page, Span, Understanding
from nlp.places import boxes_of, find_place
from storage.tables import Document, Finding, Model

#: States that a person brought about: these rows are never overwritten by a machine.
DECIDED = ("accepted", "corrected", "rejected", "added")


def replace_machine_findings(
    session: Session,
    document: Document,
    understanding: Understanding,
    pages: Mapping[int, Page],
    readings: Mapping[int, str | None],
) -> int:
    """Store what the models say of these pages; returns how many human decisions found no place any more.

    `readings` are the ids of the pages' readings. Human decisions are carried to the new text by the places they were
    made at; a machine finding that a decision already covers is left out. Running twice leaves the same rows.
    """
    of_document = Finding.document_id == document.id
    decided = list(session.scalars(select(Finding).where(of_document, Finding.state.in_(DECIDED))))
    for finding in decided:
        carry(finding, pages, readings)
    session.execute(delete(Finding).where(of_document, Finding.state.not_in(DECIDED)))
    taken = {finding.id for finding in decided}
    machine: list[Entity | Field] = [*understanding.entities, *understanding.fields]
    models = _model_ids(session, machine)
    for found in machine:
        row = _row(document.id, found, pages, readings)
        if row.id in taken or any(_covers(decision, row) for decision in decided):
            continue
        row.model_id = models[found.model]
        taken.add(row.id)
        session.add(row)
    if document.type_origin != "human":
        document.type = understanding.type.label
        document.type_confidence = understanding.type.confidence
        document.type_origin = understanding.type.origin
    return sum(finding.conflict for finding in decided)


def prevailing_currency(session: Session, document_id: str) -> str | None:
    """The currency that most amounts of the document name, those that were rejected aside."""
    values = session.scalars(
        select(Finding.value).where(Finding.document_id == document_id, Finding.state != "rejected")
    )
    named = Counter(value["currency"] for value in values if value and value.get("currency"))
    return max(named, key=lambda currency: (named[currency], currency), default=None)


def carry(finding: Finding, pages: Mapping[int, Page], readings: Mapping[int, str | None]) -> None:
    """Find the places of a human decision in the current readings; mark a conflict where one is gone.

    Only what stood on a page that was read anew is looked for; a value without a place stays as it is.
    """
    moved = [anchor for anchor in finding.anchors if anchor["reading"] != readings.get(anchor["page"])]
    if not moved and not finding.conflict:
        return
    finding.version += 1
    spans, anchors = [], []
    for anchor, span in zip(finding.anchors, finding.spans, strict=True):
        page = pages.get(anchor["page"])
        if anchor in moved or finding.conflict:
            place = find_place(page, [Box(*box) for box in anchor["boxes"]]) if page else None
            if place is None:
                finding.conflict = True
                return
            span = span_json(place)
        spans.append(span)
        anchors.append({**anchor, "reading": readings.get(anchor["page"])})
    finding.spans, finding.anchors, finding.conflict = spans, anchors, False
    finding.reading_id = anchors[0]["reading"] if anchors else None


def anchors_of(
    spans: Iterable[Span], pages: Mapping[int, Page], readings: Mapping[int, str | None]
) -> list[dict[str, Any]]:
    """The places of spans on their pages, one a span: what a decision is remembered by."""
    return [
        {
            "page": span.page,
            "reading": readings.get(span.page),
            "boxes": [box.as_list() for box in boxes_of(pages[span.page], span.start, span.end)],
        }
        for span in spans
    ]


def span_json(span: Span) -> dict[str, int]:
    return {"page": span.page, "start": span.start, "end": span.end}


def model_id(session: Session, kind: str, name: str, version: str) -> str:
    """The id of the row of a model, made when the model is new."""
    wanted = uuid.uuid5(uuid.NAMESPACE_OID, repr((kind, name, version))).hex
    if session.get(Model, wanted) is None:
        with suppress(IntegrityError), session.begin_nested():  # another transaction may have been faster
            session.add(Model(id=wanted, kind=kind, name=name, version=version))
    return wanted


def register_model(
    session: Session, kind: str, name: str, version: str, data_hash: str, scores: dict[str, Any]
) -> None:
    """Keep what the model was trained on and how it scored, beside what it finds."""
    model = session.get_one(Model, model_id(session, kind, name, version))
    model.data_hash, model.scores = data_hash, scores


def _model_ids(session: Session, machine: Sequence[Entity | Field]) -> dict[str, str]:
    kinds = {found.model: "entity" if isinstance(found, Entity) else "field" for found in reversed(machine)}
    ids = {}
    for model, kind in sorted(kinds.items()):  # in one order for all, lest two transactions wait for each other
        name, _, version = model.partition("/")
        ids[model] = model_id(session, kind, name, version)
    return ids


def _row(
    document_id: str, found: Entity | Field, pages: Mapping[int, Page], readings: Mapping[int, str | None]
) -> Finding:
    entity = isinstance(found, Entity)
    name = found.label if isinstance(found, Entity) else found.name
    first = found.spans[0] if found.spans else None
    reading = readings.get(first.page) if first else None
    place = [span_json(span) for span in found.spans]
    row = Finding(
        id=uuid.uuid5(uuid.NAMESPACE_OID, repr((document_id, reading, entity, name, place, _slot(found)))).hex,
        document_id=document_id,
        kind="entity" if entity else "field",
        name=name,
        text=found.text,
        value=dict(found.value) if found.value is not None else None,
        spans=place,
        anchors=anchors_of(found.spans, pages, readings),
        confidence=found.confidence,
        origin=found.origin,
        reading_id=reading,
        state="found",
    )
    if isinstance(found, Field):
        row.group, row.row = found.group, found.row
        row.candidates = [asdict(candidate) for candidate in found.candidates]
    return row


def _slot(found: Entity | Field) -> tuple[Any, ...]:
    return (found.group, found.row) if isinstance(found, Field) else ()


def _covers(decision: Finding, row: Finding) -> bool:
    """Whether a person has already said what there is to say about this machine finding."""
    if decision.kind != row.kind or decision.conflict:
        return False
    if decision.kind == "field" and decision.state != "rejected":
        return (decision.name, decision.group, decision.row) == (row.name, row.group, row.row)
    if decision.state == "rejected" and decision.name != row.name:
        return False
    return _overlap(decision.spans, row.spans)


def _overlap(ours: Sequence[dict[str, int]], theirs: Sequence[dict[str, int]]) -> bool:
    return any(a["page"] == b["page"] and a["start"] < b["end"] and b["start"] < a["end"] for a in ours for b in theirs)
