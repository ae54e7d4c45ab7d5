"""Takes what a browser decided to the API, each once and in order, and remembers what became of it.

Drawing is left to the scripts; what others decide, to seen.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from frontend import address, wording
from frontend.api_client import ApiClient, ApiError, Away
from frontend.components.desk import shown
from frontend.shapes import Document, Finding, Problem

Event = dict[str, Any]

GONE = Problem(code="not_found", message="This is not there any more.", advice="Somebody rejected or removed it.")


@dataclass
class Ledger:
    """What one browser sent about one document, and what became of it.

    `document` and `findings` are what the browser was last shown. `done` is the number of the last event dealt with.
    """

    document: Document
    findings: dict[str, Finding] = field(default_factory=dict)
    client: str = ""
    done: int = 0
    failures: list[dict[str, Any]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    own: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    preview: dict[str, str] = field(default_factory=dict)
    unsure: int = 0
    away: bool = False
    leave: bool = False


def take(api: ApiClient, ledger: Ledger, sent: dict[str, Any]) -> None:
    """Deal with the events not dealt with yet. Stops at the first that nobody answers: it comes again."""
    if sent["document"] != ledger.document.id:
        return
    if sent["client"] != ledger.client:  # the page was loaded again: this session knows nothing of what was before
        ledger.client, ledger.done = sent["client"], min(event["number"] for event in sent["events"]) - 1
    for event in sent["events"]:
        if event["number"] <= ledger.done:
            continue
        mark, unsure = (_action(event), _about(ledger, event)), event["number"] == ledger.unsure
        try:
            ACTS[event["do"]](api, ledger, event)
            ledger.own[mark] -= unsure  # counted when nobody answered
        except Away:
            ledger.own[mark] += not unsure  # it may have been done all the same, and is no news then
            ledger.away, ledger.unsure = True, event["number"]
            return
        except ApiError as error:
            # Sent before and never answered: then what changed meanwhile is what this event did.
            if not (error.problem.code == "changed_meanwhile" and unsure):
                ledger.failures.append({"number": event["number"], "text": _refusal(api, ledger, event, error)})
        ledger.done = event["number"]
    ledger.away = False


def _accept(api: ApiClient, ledger: Ledger, event: Event) -> None:
    _decided(ledger, event, api.accept)


def _reject(api: ApiClient, ledger: Ledger, event: Event) -> None:
    _decided(ledger, event, api.reject)


def _correct(api: ApiClient, ledger: Ledger, event: Event) -> None:
    _decided(ledger, event, lambda finding: api.correct(finding, **event["changes"]))


def _decided(ledger: Ledger, event: Event, decide: Callable[[Finding], None]) -> None:
    """Decide about the finding as the browser saw it; what this browser did itself since then is no news to it."""
    id = ledger.ids.get(event["id"], event["id"])
    if id not in ledger.findings:
        raise ApiError(GONE, 404)
    version = max(event["version"], ledger.versions.get(id, 0))
    decide(ledger.findings[id].model_copy(update={"version": version}))
    ledger.versions[id] = version + 1
    ledger.own[event["do"], id] += 1


def _add(api: ApiClient, ledger: Ledger, event: Event) -> None:
    name = {"label" if event["kind"] == "entity" else "name": event["name"]}
    text = {"text": event["text"]} if "text" in event else {}
    finding = api.add(ledger.document.id, event["kind"], spans=event["spans"], **name, **text)
    ledger.ids[event["id"]] = finding.id
    ledger.findings[finding.id] = finding
    ledger.versions[finding.id] = finding.version
    ledger.own["add", finding.id] += 1


def _undo(api: ApiClient, ledger: Ledger, event: Event) -> None:
    api.undo(ledger.document.id)
    ledger.own["undo", None] += 1
    ledger.document = api.document(ledger.document.id)
    ledger.findings = {finding.id: finding for finding in api.findings(ledger.document.id)}
    ledger.versions = {id: finding.version for id, finding in ledger.findings.items()}


def _type(api: ApiClient, ledger: Ledger, event: Event) -> None:
    _settled(api, ledger, lambda document: api.set_type(document, event["label"]))
    ledger.own["type", None] += 1


def _reviewed(api: ApiClient, ledger: Ledger, event: Event) -> None:
    _settled(api, ledger, api.mark_reviewed if event["value"] else api.reopen_review)
    ledger.own[_action(event), None] += 1


def _settled(api: ApiClient, ledger: Ledger, settle: Callable[[Document], Document]) -> None:
    """Change the document, also where it moved on in what people do not decide: a page read, an index made."""
    try:
        ledger.document = settle(ledger.document)
    except ApiError as error:
        now = api.document(ledger.document.id)
        same = (now.type, now.review_state) == (ledger.document.type, ledger.document.review_state)
        if error.problem.code != "changed_meanwhile" or not same:
            raise
        ledger.document = settle(now)


def _page(api: ApiClient, ledger: Ledger, event: Event) -> None:
    address.turn_to(event["page"])
    address.put("mark", "")  # it speaks of the page one leaves


def _read(api: ApiClient, ledger: Ledger, event: Event) -> None:
    ledger.document = api.read_again(ledger.document.id, [event["page"]], event["engine"], event["languages"])


def _take(api: ApiClient, ledger: Ledger, event: Event) -> None:
    ledger.document = api.take_reading(ledger.document.id, event["page"], event["reading"])


def _preview(api: ApiClient, ledger: Ledger, event: Event) -> None:
    value = api.value_of(ledger.document.id, event["text"], **{event["kind"]: event["name"]})
    ledger.preview = {"text": event["text"], "value": wording.normal(value)}


def _next(api: ApiClient, ledger: Ledger, event: Event) -> None:
    ledger.leave = True


ACTS: dict[str, Callable[[ApiClient, Ledger, Event], None]] = {
    "accept": _accept, "reject": _reject, "correct": _correct, "add": _add, "undo": _undo, "type": _type,
    "reviewed": _reviewed, "page": _page, "read": _read, "take": _take, "preview": _preview, "next": _next,
}  # fmt: skip


def _action(event: Event) -> str:
    """What the API calls it in its history."""
    return "reopened" if event["do"] == "reviewed" and not event["value"] else str(event["do"])


def _about(ledger: Ledger, event: Event) -> str | None:
    """The finding that a decision is about; none where it is about the document."""
    return ledger.ids.get(event.get("id", ""), event.get("id"))


def _refusal(api: ApiClient, ledger: Ledger, event: Event, error: ApiError) -> str:
    """Why a decision was not taken; if somebody was there first: who, and what it is now."""
    if error.problem.code == "changed_meanwhile":
        for review in api.reviews(ledger.document.id):
            if review.finding_id == _about(ledger, event):
                return (
                    f"Not saved: {shown.news(review, '')['text']} Look at it, and repeat yours if it is still wanted."
                )
    said = f"{error.problem.message} {error.problem.advice}"
    return said if event["do"] in ("undo", "read", "take") else f"Not saved: {said}"
