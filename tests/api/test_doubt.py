"""What is in doubt, why in words, and who settles it: the same answer in findings, documents and lists."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from storage.doubt import doubts
from storage.tables import Finding
from tests.backend import sent_and_ready
from tests.papers import invoice, pdf
from workers.work import Work

V1 = "/api/v1"
ANY = {"If-Match": "*"}
DATE = {"kind": "date", "iso": "2025-04-03", "ambiguous": True}
SUM = {"kind": "money", "amount": "9.00", "currency": None}
CONTRADICTED = {**SUM, "contradicts": ["net 10.00 and tax 2.00 make 12.00, not 9.00"]}
RIVAL = {"text": "139.00", "value": {"kind": "money", "amount": "139.00", "currency": None}, "confidence": 0.3}


def finding(**known: Any) -> Finding:
    return Finding(**{"state": "found", "conflict": False, "confidence": 0.9, "value": None, "text": "x", **known})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (finding(), []),
        (finding(confidence=0.62), ["62% sure"]),
        (finding(confidence=0.62, state="accepted"), []),
        (finding(value=DATE), ["day and month could be exchanged"]),
        (finding(value={**DATE, "ambiguous": False}), []),
        (finding(confidence=0.5, value=DATE), ["50% sure", "day and month could be exchanged"]),
        (finding(confidence=0.6, candidates=[RIVAL]), ["60% sure", "could also be 139.00"]),
        (finding(confidence=0.6, candidates=[RIVAL], value=RIVAL["value"]), ["60% sure"]),
        (finding(confidence=0.9, candidates=[RIVAL]), []),
        (
            finding(value=CONTRADICTED, candidates=[{**RIVAL, "text": "9.00", "value": SUM}]),
            CONTRADICTED["contradicts"],
        ),
        (finding(value=CONTRADICTED, state="accepted"), []),
        (finding(state="rejected", conflict=True), ["lost its place since the page was read again"]),
    ],
)
def test_doubt_is_said_in_words(row: Finding, said: list[str]) -> None:
    assert doubts(row) == said


def all_findings(client: httpx.Client, document_id: str) -> list[dict[str, Any]]:
    url = f"{V1}/documents/{document_id}"
    return [item for kind in ("entities", "fields") for item in client.get(f"{url}/{kind}").json()["items"]]


def test_a_decision_settles_it_and_undo_brings_it_back(client: httpx.Client) -> None:
    paper = sent_and_ready(client, pdf(["Dear Ms Okafor,", "we met on 03/04/2025 and shall meet again."]))
    url = f"{V1}/documents/{paper['id']}"
    found = all_findings(client, paper["id"])
    assert [item["doubtful"] for item in found] == [item["doubt"] is not None for item in found]
    assert paper["doubtful"] == sum(item["doubtful"] for item in found)
    date = next(item for item in found if item.get("label") == "DATE")
    assert "day and month could be exchanged" in date["doubt"]
    accepted = client.post(f"{V1}/entities/{date['id']}/accept", headers=ANY).json()
    assert (accepted["doubtful"], accepted["doubt"]) == (False, None)
    assert client.get(url).json()["doubtful"] == paper["doubtful"] - 1
    client.post(f"{url}/undo")
    assert client.get(url).json()["doubtful"] == paper["doubtful"]


def test_a_lost_place_is_settled_by_saying_it_again(client: httpx.Client, work: Work) -> None:
    paper = sent_and_ready(client, invoice("a lost place"))
    email = next(item for item in all_findings(client, paper["id"]) if item.get("label") == "EMAIL")
    url = f"{V1}/entities/{email['id']}"
    client.post(f"{url}/accept", headers=ANY)
    with work.stores.database.write() as session:  # as a new reading without these words leaves it
        session.get_one(Finding, email["id"]).conflict = True
    assert client.get(f"{V1}/documents/{paper['id']}").json()["doubtful"] == paper["doubtful"] - email["doubtful"] + 1
    settled = client.post(f"{url}/accept", headers=ANY).json()
    assert (settled["conflict"], settled["doubtful"], settled["spans"]) == (False, False, [])
    assert settled["value"] == email["value"]
