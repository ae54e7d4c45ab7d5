"""Takes everything found in a document out, as JSON or CSV. Single lists are left to findings.py and pages.py."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from sqlalchemy import select

from api import present
from api.auth import authorize
from api.csv_files import CSV, inert_csv
from api.dependencies import ActorDep, ReadSession, get_document
from api.things import Mentioned, things_in
from nlp.understanding import cards as card_numbers
from storage.readings import current_pages
from storage.tables import Finding

router = APIRouter(tags=["export"])

COLUMNS = (
    "kind", "name", "group", "row", "text", "value", "confidence", "origin", "model", "state", "page", "boxes", "thing",
    "thing_name",
)  # fmt: skip


@router.get("/documents/{document_id}/export", response_class=Response)
def export_document(
    document_id: str,
    session: ReadSession,
    actor: ActorDep,
    format: Annotated[Literal["json", "csv"], Query()] = "json",
    cards: Annotated[bool, Query(description="Write card numbers out")] = False,
) -> Response:
    """Type, fields, entities and text with their places; CSV has a line a finding. Entities with the same `thing`
    are mentions of one. Rejected findings are left out. Of card numbers only the last four digits are shown, unless
    they are asked for."""
    authorize(actor, "read", f"document {document_id}")
    document = get_document(session, document_id, deleted=True)
    findings = list(
        session.scalars(
            select(Finding)
            .where(Finding.document_id == document_id, Finding.state != "rejected")
            .order_by(Finding.kind.desc(), Finding.name, Finding.row, Finding.id)
        )
    )
    things = things_in(session, document_id, findings)
    headers = {"Content-Disposition": f'attachment; filename="{document_id}.{format}"'}
    known = {finding.text for finding in findings if finding.name == card_numbers.LABEL}
    if format == "csv":
        show = str if cards else partial(card_numbers.masked, known=known)
        return Response(_csv(findings, things, present.models(session), show), media_type=CSV, headers=headers)
    kinds = {kind: [finding for finding in findings if finding.kind == kind] for kind in ("field", "entity")}
    whole: dict[str, Any] = {
        "schema": 1,
        "document": present.document(session, document).model_dump(
            mode="json",
            by_alias=True,
            exclude={"thumbnail_url"},  # it would not outlive the file
        ),
        "fields": [shown.model_dump(mode="json", by_alias=True) for shown in present.fields(session, kinds["field"])],
        "entities": [
            shown.model_dump(mode="json", by_alias=True)
            for shown in present.entities_of_things(session, kinds["entity"], things)
        ],
        "things": [present.thing(thing).model_dump(mode="json", by_alias=True) for thing in things],
        "pages": [{"number": page.number, "text": page.text} for page in current_pages(session, document_id)],
    }
    shown = whole if cards else card_numbers.masked_within(whole, known)
    return Response(json.dumps(shown, ensure_ascii=False), media_type="application/json", headers=headers)


def _csv(findings: list[Finding], things: list[Mentioned], models: dict[str, str], show: Callable[[str], str]) -> str:
    named = {row.id: (thing.number, thing.name) for thing in things for row in thing.mentions}
    rows: list[Sequence[Any]] = [COLUMNS]
    for finding in findings:
        number, name = named.get(finding.id, ("", ""))
        place = finding.anchors[0] if finding.anchors else {"page": "", "boxes": []}
        rows.append((
            finding.kind, finding.name, finding.group, finding.row, show(finding.text),
            show(json.dumps(finding.value, ensure_ascii=False)) if finding.value else "", finding.confidence,
            finding.origin, models.get(finding.model_id or ""), finding.state, place["page"],
            json.dumps(place["boxes"]), number, show(name),
        ))  # fmt: skip
    return inert_csv(rows)
