"""People who do the same thing at the same moment, over every kind of database: it happens once, and all are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, cast

import httpx
import pytest
from starlette.testclient import TestClient

from api.main import create_app
from tests.at_once import AT_ONCE, all_at_once
from tests.backend import send, sent_and_ready, settings_for
from tests.papers import invoice
from workers.check import check
from workers.host import hosted
from workers.work import Work

V1 = "/api/v1"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def work(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    with ExitStack() as stack:
        url = ""
        if request.param == "postgres":
            url = stack.enter_context(request.getfixturevalue("postgres_server").database())
        folder = tmp_path_factory.mktemp("at-once")
        yield stack.enter_context(hosted(settings_for(folder, database_url=url)))


@pytest.fixture(scope="module")
def client(work: Work) -> Iterator[httpx.Client]:
    with TestClient(create_app(work), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield cast(httpx.Client, client)


@pytest.fixture(scope="module")
def paper(client: httpx.Client) -> dict[str, Any]:
    return sent_and_ready(client, invoice("decided by many"))


def codes(answers: list[httpx.Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def test_the_same_bytes_are_one_document(client: httpx.Client, work: Work) -> None:
    content = invoice("sent by many")
    answers = all_at_once(lambda number: send(client, content, f"{number}.pdf"))
    assert len({answer["id"] for answer in answers}) == 1
    assert [answer["duplicate"] for answer in answers].count(False) == 1
    kept = {listed.key.split("/")[1] for listed in work.stores.objects.list("documents/")}
    assert kept == {answers[0]["id"]}


def test_of_many_decisions_on_what_all_saw_one_counts(client: httpx.Client, paper: dict[str, Any]) -> None:
    entity = client.get(f"{V1}/documents/{paper['id']}/entities").json()["items"][0]
    seen = {"If-Match": f'"{entity["version"]}"'}

    def decide(number: int) -> httpx.Response:
        wish = "accept" if number % 2 else "reject"
        return client.post(f"{V1}/entities/{entity['id']}/{wish}", headers={**seen, "X-Sheaf-Actor": f"a{number}"})

    assert codes(all_at_once(decide)) == [200] + [412] * (AT_ONCE - 1)
    reviews = client.get(f"{V1}/documents/{paper['id']}/reviews").json()["items"]
    assert len([review for review in reviews if review["finding_id"] == entity["id"]]) == 1


def test_a_decision_is_taken_back_once(client: httpx.Client, paper: dict[str, Any]) -> None:
    entity = client.get(f"{V1}/documents/{paper['id']}/entities").json()["items"][1]
    who = {"X-Sheaf-Actor": "hasty"}
    client.post(f"{V1}/entities/{entity['id']}/accept", headers={"If-Match": "*", **who})
    answers = all_at_once(lambda _: client.post(f"{V1}/documents/{paper['id']}/undo", headers=who))
    assert codes(answers)[0] == 200
    refused = [answer.json()["code"] for answer in answers if answer.status_code != 200]
    assert refused == ["nothing_to_undo"] * (AT_ONCE - 1)


def test_reading_again_from_many_sides_ends_well(client: httpx.Client, work: Work, paper: dict[str, Any]) -> None:
    answers = all_at_once(lambda _: client.post(f"{V1}/documents/{paper['id']}/read"))
    assert codes(answers) == [202] * AT_ONCE
    assert {answer.json()["run"] for answer in answers} == set(range(paper["run"] + 1, paper["run"] + AT_ONCE + 1))
    assert sent_and_ready(client, invoice("decided by many"))["id"] == paper["id"]
    assert check(work)["findings"] == []
