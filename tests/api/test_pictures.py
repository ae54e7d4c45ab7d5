"""Signed addresses of pictures: they load without saying who asks, stay the same for a while, and cannot be forged."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from api.main import create_app
from api.signing import WINDOW, Signer, signer
from errors import SheafError
from storage.tables import Page
from tests.backend import sent_and_ready
from tests.papers import invoice
from workers.work import Work

V1 = "/api/v1"
KEY = "documents/a/pages/00001-1.webp"


@pytest.fixture(scope="module")
def paper(client: httpx.Client) -> dict[str, Any]:
    return sent_and_ready(client, invoice("signed pictures"))


def test_every_shape_of_a_page_leads_to_its_pictures(client: httpx.Client, paper: dict[str, Any]) -> None:
    pages = f"{V1}/documents/{paper['id']}/pages"
    image, thumbnail = (client.get(f"{pages}/1/{kind}").content for kind in ("image", "thumbnail"))
    for page in (client.get(pages).json()["items"][0], client.get(f"{pages}/1").json()):
        assert client.get(page["image_url"]).content == image
        assert client.get(page["thumbnail_url"]).content == thumbnail
    listed = client.get(f"{V1}/documents", params={"name": "paper"}).json()["items"]
    assert paper["id"] in [item["id"] for item in listed]
    assert client.get(paper["thumbnail_url"]).content == thumbnail
    answer = client.get(paper["thumbnail_url"])
    assert answer.headers["content-type"] == client.get(f"{pages}/1/thumbnail").headers["content-type"] != ""
    assert answer.headers["cache-control"].startswith("private, max-age=")


def test_another_process_reads_the_same_address(client: httpx.Client, work: Work, paper: dict[str, Any]) -> None:
    with TestClient(create_app(work), base_url="http://127.0.0.1") as other:
        assert other.get(paper["thumbnail_url"]).status_code == 200
        assert other.get(f"{V1}/documents/{paper['id']}").json()["thumbnail_url"].startswith(f"{V1}/pictures/")


@pytest.mark.parametrize("token", ["nonsense", "W10.x", "%00", "é"])
def test_what_was_not_signed_here_is_refused(client: httpx.Client, paper: dict[str, Any], token: str) -> None:
    answer = client.get(f"{V1}/pictures/{token}")
    assert (answer.status_code, answer.json()["code"]) == (403, "address_expired")
    forged = Signer("another key").address(KEY)
    assert forged is not None
    assert client.get(forged).status_code == 403
    assert client.get(paper["thumbnail_url"][:-1] + "~").status_code == 403


def test_an_address_is_the_same_for_a_while_and_then_ends() -> None:
    sign = Signer("a key")
    first = sign.address(KEY, at=10 * WINDOW)
    assert first == sign.address(KEY, at=11 * WINDOW - 1)
    assert first != sign.address(KEY, at=11 * WINDOW)
    assert first is not None
    token = first.rpartition("/")[2]
    assert sign.read(token, at=11 * WINDOW) == (KEY, WINDOW)
    with pytest.raises(SheafError, match="does not work any more"):
        sign.read(token, at=12 * WINDOW)


def test_a_picture_that_is_gone_says_so(client: httpx.Client, work: Work) -> None:
    with work.stores.database.read() as session:
        gone = signer(session).address("documents/gone/pages/00001-1.webp")
    answer = client.get(str(gone))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_page_without_a_picture_has_no_address(work: Work) -> None:
    from api import present

    page = Page(number=1, status="waiting", flags=[])
    shown = present.page_summary(page, None, Signer("a key"))
    assert (shown["image_url"], shown["thumbnail_url"]) == (None, None)
