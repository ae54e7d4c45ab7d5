"""Two people on one document: who comes too late is shown what it is now, and who watches hears of every change."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.backend import sent_and_ready, wait
from tests.papers import invoice

V1 = "/api/v1"


@pytest.fixture
def paper(client: httpx.Client, request: pytest.FixtureRequest) -> dict[str, Any]:
    return sent_and_ready(client, invoice(request.node.name))


def test_who_comes_too_late_sees_what_it_is_now(client: httpx.Client, paper: dict[str, Any]) -> None:
    entities = client.get(f"{V1}/documents/{paper['id']}/entities").json()["items"]
    url, stale = f"{V1}/entities/{entities[0]['id']}", {"If-Match": f'"{entities[0]["version"]}"'}
    corrected = client.post(f"{url}/correct", json={"text": "Anna was here"}, headers=stale).json()
    late = client.post(f"{url}/accept", headers=stale)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    assert late.json()["current"] == corrected
    seen = {"If-Match": client.get(f"{V1}/documents/{paper['id']}").headers["etag"]}
    typed = client.put(f"{V1}/documents/{paper['id']}/type", json={"label": "letter"}, headers=seen).json()
    late = client.put(f"{V1}/documents/{paper['id']}/type", json={"label": "memo"}, headers=seen)
    assert late.json()["current"] == typed
    assert "current" not in client.get(f"{V1}/documents/nothing").json()


def test_who_watches_hears_of_every_change(client: httpx.Client, paper: dict[str, Any]) -> None:
    url = f"{V1}/documents/{paper['id']}"
    tag = client.get(url).headers["etag"]

    def news() -> bool:
        nonlocal tag
        answer = client.get(url, headers={"If-None-Match": tag})
        assert answer.status_code in (200, 304)
        assert answer.status_code == 200 or answer.content == b""
        tag = answer.headers["etag"]
        return answer.status_code == 200

    assert not news()
    entity = client.get(f"{url}/entities").json()["items"][0]
    for decision in ("accept", "reject"):
        client.post(f"{V1}/entities/{entity['id']}/{decision}", headers={"If-Match": "*"})
        assert news()
        assert not news()
    client.post(f"{url}/undo")
    assert news()
    client.put(f"{url}/reviewed", headers={"If-Match": tag})
    assert news()
    client.post(f"{url}/read", json={})
    assert news()
    wait(client, paper["id"])
    assert news()
    assert not news()


def test_the_newest_decision_can_be_asked_for_alone(client: httpx.Client, paper: dict[str, Any]) -> None:
    url = f"{V1}/documents/{paper['id']}"
    for label in ("letter", "memo"):
        client.put(f"{url}/type", json={"label": label}, headers={"If-Match": "*"})
    (newest,) = client.get(f"{url}/reviews", params={"limit": 1}).json()["items"]
    assert newest == client.get(f"{url}/reviews").json()["items"][0]
    assert newest["after"]["type"] == "memo"
