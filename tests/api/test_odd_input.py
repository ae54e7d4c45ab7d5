"""Whatever a caller sends, the answer is a document or a problem with advice, never a failure of ours."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from api.main import create_app
from tests.backend import sent_and_ready
from tests.papers import invoice

V1 = "/api/v1"
ANY = {"If-Match": "*"}

ODD = ["", "0", "-1", "1e9", str(10**40), "NaN", "null", "\x00", "%", "a" * 60_000, "'\"); --", "é" * 300, "\U0001f4a9"]


def cursor_of(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


MOMENT = "2026-01-01T00:00:00+00:00"
CURSORS = [
    cursor_of(MOMENT, [1, 2]),
    cursor_of(MOMENT, {"a": 1}),
    cursor_of(MOMENT, 10**30),
    cursor_of(MOMENT, -1),
    cursor_of(MOMENT, None),
    cursor_of(MOMENT, True),
    cursor_of(MOMENT, "\ud800"),
    cursor_of("0001-01-01T00:00:00+14:00", "a"),
    cursor_of("0001-01-01T00:00:00+14:00", 1),
    cursor_of("9999-12-31T23:59:59-14:00", "a"),
    cursor_of(5, "a"),
    cursor_of(MOMENT),
    base64.urlsafe_b64encode(b"[" * 200).decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
]


@pytest.fixture(scope="module")
def paper(client: httpx.Client) -> dict[str, Any]:
    return sent_and_ready(client, invoice("odd input"))


def told(answer: httpx.Response) -> None:
    assert answer.status_code < 500, (answer.request.url, answer.text[:500])
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["advice"]


def _questions() -> list[tuple[str, str]]:
    """Every route that only answers, with each of its parameters."""
    paths = create_app().openapi()["paths"]
    return [(path, p["name"]) for path, o in paths.items() if "get" in o for p in o["get"].get("parameters", ())]


@pytest.mark.parametrize(("path", "name"), _questions())
def test_no_question_is_a_failure(client: httpx.Client, paper: dict[str, Any], path: str, name: str) -> None:
    filled = {"document_id": paper["id"], "number": "1", "batch_id": "none", "q": "invoice"}
    for odd in [*ODD, *(CURSORS if name == "cursor" else [])]:
        values = {**filled, name: odd}
        address = path
        for key, value in values.items():
            address = address.replace("{" + key + "}", quote(value, safe=""))
        if name.startswith("x-"):
            told(client.get(address, headers={name.encode(): odd.encode()}))
        else:
            told(client.get(address, params={"q": values["q"], name: odd}))


@pytest.mark.parametrize("route", ["documents", "batches", "reviews"])
@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_that_is_not_ours_is_refused(client: httpx.Client, route: str, cursor: str) -> None:
    assert client.get(f"{V1}/{route}", params={"cursor": cursor}).json()["code"] == "bad_request"


SPAN = {"page": 1, "start": 0, "end": 5}
DEEP = '{"label": "x", "spans": [{"page": 1, "start": 0, "end": 5}], "value": ' + '{"a":' * 5000 + "1" + "}" * 5001

ODD_BODIES: list[tuple[str, str, Any]] = [
    ("post", "entities", {"label": "x", "spans": []}),
    ("post", "entities", {"label": "x", "spans": [{**SPAN, "page": 10**30}]}),
    ("post", "entities", {"label": "x", "spans": [{**SPAN, "end": 10**30}]}),
    ("post", "entities", {"label": "x", "spans": [{**SPAN, "start": -(10**30)}]}),
    ("post", "entities", {"label": "x", "spans": [SPAN] * 5000}),
    ("post", "entities", {"label": "\ud800", "spans": [SPAN]}),
    ("post", "entities", {"label": "x", "spans": [SPAN], "value": {"kind": "\ud800"}}),
    ("post", "entities", {"label": "x", "spans": [SPAN], "value": {"kind": float("nan")}}),
    ("post", "entities", {"label": "x", "spans": [SPAN], "value": {"kind": "y" * 100_000}}),
    ("post", "entities", DEEP),
    ("post", "fields", {"name": "x", "text": "y", "row": 10**30}),
    ("post", "fields", {"name": "x", "text": "y", "row": -1}),
    ("post", "fields", {"name": "x", "text": "y" * 100_000}),
    ("post", "fields", {"name": "x", "text": "\ud800"}),
    ("post", "fields", {"name": "x", "text": ""}),
    ("post", "read", {"pages": [10**30]}),
    ("post", "read", {"pages": [0]}),
    ("post", "read", {"languages": ["x" * 1000]}),
    ("put", "type", {"label": ""}),
    ("put", "type", {"label": "\ud800"}),
    ("put", "type", "[1, 2"),
]


@pytest.mark.parametrize(("method", "noun", "body"), ODD_BODIES)
def test_no_body_is_a_failure(client: httpx.Client, paper: dict[str, Any], method: str, noun: str, body: Any) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    headers = {**ANY, "Content-Type": "application/json"}
    answer = client.request(method, f"{V1}/documents/{paper['id']}/{noun}", content=content, headers=headers)
    told(answer)
    assert answer.status_code >= 400


@pytest.mark.parametrize("change", [{"spans": []}, {"text": ""}, {"label": ""}, {"value": {"a": float("inf")}}])
def test_no_correction_is_a_failure(client: httpx.Client, paper: dict[str, Any], change: dict[str, Any]) -> None:
    entity = client.get(f"{V1}/documents/{paper['id']}/entities").json()["items"][0]
    url, headers = f"{V1}/entities/{entity['id']}", {**ANY, "Content-Type": "application/json"}
    answer = client.post(f"{url}/correct", content=json.dumps(change), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_request")
