"""What stands around every view: places, the search field, who is here, and what is said when something is wrong."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from errors import SheafError
from frontend.api_client import ApiClient
from tests.backend import sent_and_ready
from tests.frontend.conftest import OpenPage, Rows, said
from tests.papers import invoice
from tests.servers import free_port

V1 = "/api/v1"

pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


@pytest.mark.parametrize(
    ("place", "address"),
    [("upload", {}), ("documents", {}), ("search", {"q": "rent"}), ("document", {"id": "abc"})],
)
def test_a_backend_that_is_away_is_said_and_nothing_typed_is_lost(
    open_page: OpenPage, place: str, address: dict[str, str]
) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{free_port()}") as nobody:
        page = open_page(nobody, place, **address)
    assert "Sheaf does not answer just now." in said(page)
    assert page.text_input(key="search-field").value == address.get("q", "")


def test_a_database_that_is_away_is_waited_for_without_haste(
    client: httpx.Client, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, asked = client.request, []

    def alive_alone(method: str, path: str, **request: Any) -> httpx.Response:
        asked.append(path)
        if path.endswith("/health"):
            return answer(method, path, **request)
        return httpx.Response(503, json=SheafError("not_ready", detail="one of its servers is away").as_json())

    monkeypatch.setattr(client, "request", alive_alone)
    assert "Sheaf does not answer just now." in said(open_page(client, "documents"))
    assert f"{V1}/health" not in asked, "it is looked for after a pause, not at once and for ever"


def test_an_address_that_leads_nowhere_is_explained(client: httpx.Client, open_page: OpenPage) -> None:
    page = open_page(client, "upload", batch="0" * 32)
    assert "There is no batch" in said(page)
    assert "All documents" in said(page)


def test_searching_from_any_place_gives_the_search_its_address(
    client: httpx.Client, open_page: OpenPage, drawn: Rows
) -> None:
    page = open_page(client, "documents", name="leaf")
    page.text_input(key="search-field").input("marmalade")
    page = page.button(key="icon-search").click().run()
    assert dict(page.query_params) == {"q": "marmalade"}
    assert page.text_input(key="search-field").value == "marmalade"


def test_who_i_am_stands_beside_what_i_decide(
    client: httpx.Client, open_page: OpenPage, drawn: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = sent_and_ready(client, invoice("decided by name"), "by-name.pdf")
    page = open_page(client, "documents", name="by-name")
    page = page.text_input(key="my-name").input("  Zoë   Ward ").run()
    drawn.ask("review", document["id"])
    page.run()
    shown = client.get(f"/api/v1/documents/{document['id']}").json()
    assert (shown["review_state"], shown["reviewed_by"]) == ("reviewed", "Zoë Ward")


@pytest.mark.parametrize(
    ("configured", "page", "expected"),
    [
        (None, "http://localhost:8501/upload", "http://localhost:8000"),
        (None, "http://127.0.0.1:8501/", "http://127.0.0.1:8000"),
        (None, "http://[::1]:8501/", "http://[::1]:8000"),
        (None, None, "http://127.0.0.1:8000"),
        ("", "https://sheaf.example/", ""),
        ("https://api.example/", "https://sheaf.example/", "https://api.example"),
    ],
)
def test_browsers_find_the_api_where_they_found_the_page(
    configured: str | None, page: str | None, expected: str
) -> None:
    with httpx.Client(base_url="http://127.0.0.1:8000") as http:
        assert ApiClient(http, public_address=configured).known_as("Ann").public(page) == expected
