"""What people decide: accept, correct, reject, add, undo, and what becomes of it when the page is read again."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from api import present
from storage.tables import Finding
from tests.backend import sent_and_ready, wait
from tests.papers import INVOICE, invoice, pdf

V1 = "/api/v1"
ANY = {"If-Match": "*"}


@pytest.fixture
def paper(client: httpx.Client, request: pytest.FixtureRequest) -> dict[str, Any]:
    return sent_and_ready(client, invoice(request.node.name))


def entities(client: httpx.Client, document: dict[str, Any], **params: str) -> list[dict[str, Any]]:
    answer = client.get(f"{V1}/documents/{document['id']}/entities", params=params)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def one(items: list[dict[str, Any]], **wanted: str) -> dict[str, Any]:
    found = [item for item in items if all(item[key] == value for key, value in wanted.items())]
    assert len(found) == 1, (wanted, [(item.get("label"), item["text"]) for item in items])
    return found[0]


def test_entities_stand_on_their_words(client: httpx.Client, paper: dict[str, Any]) -> None:
    page = client.get(f"{V1}/documents/{paper['id']}/pages/1").json()
    found = entities(client, paper)
    assert found
    for entity in found:
        (span,) = entity["spans"]
        assert page["text"][span["start"] : span["end"]] == entity["text"]
        assert span["boxes"]
        assert entity["model"]
    assert one(found, label="IBAN")["value"] == {"kind": "iban", "iban": "GB33BUKB20201555555555"}


def test_each_place_has_its_own_boxes_and_names_its_reading(client: httpx.Client, paper: dict[str, Any]) -> None:
    url = f"{V1}/documents/{paper['id']}"
    page = client.get(f"{url}/pages/1").json()
    starts = [page["text"].index(word) for word in ("Northwind", "Total")]
    spans = [{"page": 1, "start": start, "end": start + 5} for start in starts]
    added = client.post(f"{url}/entities", json={"label": "PAIR", "spans": spans}).json()
    words = {word["start"]: word["box"] for word in page["words"]}
    for shown, start in zip(added["spans"], starts, strict=True):
        assert shown["start"] == start
        assert shown["boxes"] == [pytest.approx(words[start])]
    assert page["reading_id"]
    found = [*entities(client, paper), *client.get(f"{url}/fields").json()["items"]]
    assert {item["reading_id"] for item in found} == {page["reading_id"]}


@pytest.mark.parametrize(
    ("pages", "expected"),
    [((1, 1, 2), [[0], [1], [2]]), ((1, 1), [[0], [1], []]), ((2,), [[], [], [0]]), ((), [[], [], []])],
)
def test_places_that_lost_their_page_have_no_boxes(pages: tuple[int, ...], expected: list[list[int]]) -> None:
    spans = [{"page": page, "start": 0, "end": 1} for page in (1, 1, 2)]
    anchors = [{"page": page, "boxes": [[number] * 4]} for number, page in enumerate(pages)]
    shown = present.places(Finding(spans=spans, anchors=anchors))
    assert [[box[0] for box in place.boxes] for place in shown] == expected


def test_a_correction_needs_the_version_it_corrects(client: httpx.Client, paper: dict[str, Any]) -> None:
    entity = one(entities(client, paper), label="IBAN")
    url = f"{V1}/entities/{entity['id']}"
    assert client.post(f"{url}/accept").json()["code"] == "precondition_required"
    accepted = client.post(f"{url}/accept", headers={"If-Match": f'"{entity["version"]}"'})
    assert accepted.json()["state"] == "accepted"
    stale = client.post(f"{url}/reject", headers={"If-Match": f'"{entity["version"]}"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    fresh = client.post(f"{url}/reject", headers={"If-Match": accepted.headers["etag"]})
    assert fresh.json()["state"] == "rejected"


def test_undo_is_the_inverse_of_the_callers_last_decision(client: httpx.Client, paper: dict[str, Any]) -> None:
    before = one(entities(client, paper), label="EMAIL")
    url, undo = f"{V1}/entities/{before['id']}", f"{V1}/documents/{paper['id']}/undo"
    anna, ben = {"X-Sheaf-Actor": "anna", **ANY}, {"X-Sheaf-Actor": "ben", **ANY}
    corrected = client.post(f"{url}/correct", headers=anna, json={"text": "pay@northwind-paper.example"}).json()
    assert corrected["value"] == {"kind": "email", "email": "pay@northwind-paper.example"}
    assert (corrected["state"], corrected["origin"]) == ("corrected", "human")
    assert client.post(undo, headers=ben).json()["code"] == "nothing_to_undo"
    client.post(f"{url}/accept", headers=ben)
    assert client.post(undo, headers=anna).json()["code"] == "decided_since"
    assert client.post(undo, headers=ben).status_code == 200
    # ben's decision is taken back, yet he decided last: the trail keeps both lines
    trail = client.get(f"{V1}/documents/{paper['id']}/reviews").json()["items"]
    assert [line["action"] for line in trail] == ["undo", "accept", "correct"]
    assert trail[0]["undoes"] == trail[1]["id"]
    assert one(entities(client, paper), id=before["id"])["text"] == "pay@northwind-paper.example"


def test_undo_restores_exactly_what_was(client: httpx.Client, paper: dict[str, Any]) -> None:
    before = one(entities(client, paper), label="IBAN")
    url = f"{V1}/entities/{before['id']}"
    client.post(f"{url}/correct", headers=ANY, json={"label": "ORG", "text": "nonsense"})
    client.post(f"{url}/reject", headers=ANY)
    for _ in range(2):
        assert client.post(f"{V1}/documents/{paper['id']}/undo").status_code == 200
    after = one(entities(client, paper), id=before["id"])
    assert {**after, "version": 0} == {**before, "version": 0}
    assert client.post(f"{V1}/documents/{paper['id']}/undo").json()["code"] == "nothing_to_undo"


def test_decisions_survive_a_new_reading(client: httpx.Client, paper: dict[str, Any]) -> None:
    url = f"{V1}/documents/{paper['id']}"
    text = client.get(f"{url}/pages/1").json()["text"]
    iban, email = (one(entities(client, paper), label=label) for label in ("IBAN", "EMAIL"))
    client.post(f"{V1}/entities/{iban['id']}/accept", headers=ANY)
    client.post(f"{V1}/entities/{email['id']}/reject", headers=ANY)
    start = text.index("Printing paper")
    place = [{"page": 1, "start": start, "end": start + len("Printing paper")}]
    added = client.post(f"{url}/entities", json={"label": "PRODUCT", "spans": place}).json()
    assert added["text"] == "Printing paper"
    client.put(f"{url}/type", headers=ANY, json={"label": "contract"})

    client.post(f"{url}/read", json={"engine": "tesseract"})
    document = wait(client, paper["id"])
    assert document["status"] == "ready"
    assert document["type"] == {"label": "contract", "confidence": 1.0, "origin": "human"}

    page = client.get(f"{url}/pages/1").json()
    assert page["source"] == "tesseract"
    after = entities(client, paper)
    assert one(after, id=iban["id"])["state"] == "accepted"
    assert one(after, id=email["id"])["state"] == "rejected"
    assert [item["id"] for item in after if item["label"] in ("IBAN", "EMAIL")] == [iban["id"], email["id"]]
    (span,) = one(after, id=added["id"])["spans"]
    assert page["text"][span["start"] : span["end"]] == "Printing paper"
    assert not any(item["conflict"] for item in after)


def test_fields_with_and_without_a_place(client: httpx.Client, paper: dict[str, Any]) -> None:
    url = f"{V1}/documents/{paper['id']}/fields"
    total = one(client.get(url).json()["items"], name="total")
    assert total["value"] == {"kind": "money", "amount": "1200.00", "currency": "GBP"}
    corrected = client.post(f"{V1}/fields/{total['id']}/correct", headers=ANY, json={"text": "GBP 1,250.00"}).json()
    assert corrected["value"]["amount"] == "1250.00"
    corrected = client.post(f"{V1}/fields/{total['id']}/correct", headers=ANY, json={"text": "1,260.00"}).json()
    assert corrected["value"] == {"kind": "money", "amount": "1260.00", "currency": "GBP"}, "as all of the document"
    asked = {"text": "7.50", "field": "tax", "document_id": paper["id"]}
    assert client.get(f"{V1}/values", params=asked).json()["value"]["currency"] == "GBP"
    line = client.post(url, json={"name": "cost_centre", "text": "4711", "group": "booking", "row": 1})
    assert line.status_code == 201
    assert (line.json()["group"], line.json()["row"], line.json()["state"]) == ("booking", 1, "added")
    assert client.post(url, json={"name": "cost_centre"}).json()["code"] == "bad_request"


def test_reviewed_and_reopened(client: httpx.Client, paper: dict[str, Any]) -> None:
    url = f"{V1}/documents/{paper['id']}"
    answer = client.put(f"{url}/reviewed", headers={"If-Match": f'"{paper["version"]}"', "X-Sheaf-Actor": "anna"})
    assert (answer.json()["review_state"], answer.json()["reviewed_by"]) == ("reviewed", "anna")
    stale = client.delete(f"{url}/reviewed", headers={"If-Match": f'"{paper["version"]}"'})
    assert stale.json()["code"] == "changed_meanwhile"
    assert client.post(f"{url}/undo", headers={"X-Sheaf-Actor": "anna"}).status_code == 200
    assert client.get(url).json()["review_state"] == "unreviewed"


def test_export(client: httpx.Client, paper: dict[str, Any]) -> None:
    url = f"{V1}/documents/{paper['id']}/export"
    whole = client.get(url).json()
    assert whole["document"]["id"] == paper["id"]
    assert "Northwind Paper Ltd" in whole["pages"][0]["text"]
    assert {"total", "vendor"} <= {field["name"] for field in whole["fields"]}
    lines = client.get(url, params={"format": "csv"}).text.splitlines()
    assert lines[0].startswith("kind,name,group,row,text,value")
    assert len(lines) == 1 + len(whole["fields"]) + len(whole["entities"])


def test_mentions_of_one_thing_have_its_number_and_regroup_with_each_decision(client: httpx.Client) -> None:
    paper = sent_and_ready(
        client, pdf([*INVOICE, "mentions"], ["This order was packed by Northwind Paper Limited in Leeds."])
    )
    url = f"{V1}/documents/{paper['id']}"

    def theirs() -> dict[str, Any]:
        """The vendor, by its mention on the second page."""
        texts = ((item, [one["text"] for one in item["mentions"]]) for item in things())
        return next(item for item, said in texts if "Northwind Paper Limited" in said)

    def things() -> list[dict[str, Any]]:
        return list(client.get(f"{url}/things").json()["items"])

    def numbers(**wanted: str) -> list[int | None]:
        return [item["thing"] for item in entities(client, paper) if all(item[k] == v for k, v in wanted.items())]

    vendor = theirs()
    assert vendor["name"] == "Northwind Paper Ltd"
    assert [mention["text"] for mention in vendor["mentions"]] == ["Northwind Paper Ltd", "Northwind Paper Limited"]
    assert [mention["spans"][0]["page"] for mention in vendor["mentions"]] == [1, 2]
    assert all(mention["spans"][0]["boxes"] for mention in vendor["mentions"])
    assert numbers(text="Northwind Paper Ltd") == [vendor["number"]] == numbers(text="Northwind Paper Limited")
    listed = things()
    assert [item["number"] for item in listed] == list(range(1, len(listed) + 1))
    assert sum(len(item["mentions"]) for item in listed) == len(entities(client, paper))

    lines = list(csv.DictReader(io.StringIO(client.get(f"{url}/export", params={"format": "csv"}).text)))
    said = [line["text"] for line in lines if line["thing_name"] == "Northwind Paper Ltd"]
    assert sorted(said) == ["Northwind Paper Limited", "Northwind Paper Ltd"]
    assert {line["thing"] for line in lines if line["kind"] == "field"} == {""}
    whole = client.get(f"{url}/export").json()
    assert whole["things"] == listed
    assert {item["thing"] for item in whole["entities"]} == {item["number"] for item in listed}

    first = one(entities(client, paper), text="Northwind Paper Ltd")
    corrected = {"text": "Northwind Paper GmbH"}
    client.post(f"{V1}/entities/{first['id']}/correct", json=corrected, headers=ANY)
    assert [mention["text"] for mention in theirs()["mentions"]] == ["Northwind Paper Limited"]
    client.post(f"{url}/undo")
    assert len(theirs()["mentions"]) == 2
    client.post(f"{V1}/entities/{first['id']}/reject", headers=ANY)
    assert len(theirs()["mentions"]) == 1
    assert numbers(text="Northwind Paper Ltd") == [None]
    start = client.get(f"{url}/pages/1").json()["text"].index("Northwind")
    added = {"label": "ORG", "spans": [{"page": 1, "start": start, "end": start + len("Northwind Paper")}]}
    client.post(f"{url}/entities", json=added)
    assert [mention["text"] for mention in theirs()["mentions"]] == [
        "Northwind Paper", "Northwind Paper Limited",
    ]  # fmt: skip
    assert [item["thing"] for item in entities(client, paper, state="added")] == [1], "whatever is left out of the list"


def test_a_formula_does_not_leave_alive(client: httpx.Client, paper: dict[str, Any]) -> None:
    client.post(f"{V1}/documents/{paper['id']}/fields", json={"name": "note", "text": "=HYPERLINK(1)"})
    exported = client.get(f"{V1}/documents/{paper['id']}/export", params={"format": "csv"}).text
    assert "'=HYPERLINK(1)" in exported


@pytest.mark.parametrize(
    ("number", "hidden"), [("4111 1111 1111 1111", "**** **** **** 1111"), ("4111111111111111", "************1111")]
)
def test_card_numbers_leave_masked_unless_they_are_asked_for(client: httpx.Client, number: str, hidden: str) -> None:
    document = sent_and_ready(client, pdf([f"Paid by card {number}", "Thank you"]))
    assert one(entities(client, document), label="CARD_NUMBER")["value"] == {"kind": "card", "card": "**** 1111"}
    url = f"{V1}/documents/{document['id']}/export"
    for form in ("json", "csv"):
        masked = client.get(url, params={"format": form}).text
        assert hidden in masked
        assert number not in masked
        assert number in client.get(url, params={"format": form, "cards": "true"}).text
