"""The search in each of its states, over the real API. What a browser draws of hits is tested in journeys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

from api.main import create_app
from errors import SheafError
from frontend.components import results
from tests.backend import sent_and_ready
from tests.frontend.conftest import OpenPage, said
from tests.papers import invoice, pdf
from workers.work import Work

V1 = "/api/v1"

# The page sets deadlines, which mean nothing to a client without a network.
pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


class Results:
    """Stands in for the component, which needs a browser: keeps what it is given."""

    def __init__(self) -> None:
        self.hits: list[dict[str, Any]] = []
        self.asked = ""

    def __call__(self, key: str, data: dict[str, Any], on_open_change: Callable[[], None]) -> None:
        self.hits, self.asked = data["hits"], data["asked"]


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Results:
    stand_in = Results()
    monkeypatch.setattr(results, "_component", stand_in)
    return stand_in


@pytest.fixture(scope="module")
def papers(client: httpx.Client) -> dict[str, str]:
    fruit = pdf(["Front page."], ["The marmalade shipment left Seville on Tuesday."])
    return {
        "fruit": sent_and_ready(client, fruit, "fruit.pdf")["id"],
        "invoice": sent_and_ready(client, invoice("to be searched"), "searched.pdf")["id"],
    }


def test_before_a_query_it_says_what_the_place_is_for(client: httpx.Client, open_page: OpenPage) -> None:
    page = open_page(client, "search")
    assert "Find the page that answers." in said(page)
    page = page.button(key="ask-payment terms").click().run()
    assert page.query_params["q"] == "payment terms"


def test_a_hit_shows_its_words_and_its_place(
    client: httpx.Client, open_page: OpenPage, listed: Results, papers: dict[str, str]
) -> None:
    page = open_page(client, "search", q="marmalade shipment")
    assert "the best first" in said(page)
    hit = listed.hits[0]
    assert (hit["name"], hit["why"]) == ("fruit.pdf", "Has words asked for, and is close in meaning")
    assert [text for text, marked in hit["snippet"] if marked] == ["marmalade", "shipment"]
    assert hit["about"].endswith("page 2")
    assert len(hit["crop"]["marks"]) == 2
    picture = urlsplit(hit["crop"]["picture"])
    assert client.get(picture.path).headers["content-type"] == "image/png"
    link = urlsplit(hit["link"])
    assert link.path == "document"
    assert parse_qs(link.query) == {
        "id": [papers["fruit"]], "page": ["2"], "mark": ["4-13,14-22"], "q": ["marmalade shipment"],
    }  # fmt: skip


def test_facts_stand_beside_a_hit(
    client: httpx.Client, open_page: OpenPage, listed: Results, papers: dict[str, str]
) -> None:
    open_page(client, "search", q="to be searched")
    facts = dict(next(hit["facts"] for hit in listed.hits if hit["name"] == "searched.pdf"))
    assert facts["Vendor"] == "Northwind Paper Ltd"
    assert facts["Total"] == "1200.00 GBP"


def test_filters_stand_in_the_address_and_are_taken_back(
    client: httpx.Client, open_page: OpenPage, listed: Results, papers: dict[str, str]
) -> None:
    page = open_page(client, "search", q="marmalade")
    page = page.pills(key="filter-type").set_value(["invoice"]).run()
    assert page.query_params["type"] == "invoice"
    assert listed.hits
    assert all(hit["about"].startswith("Invoice") for hit in listed.hits)
    assert listed.asked == "?q=marmalade&type=invoice", "what a document's address keeps for the way back"
    page = page.button(key="clear-filters").click().run()
    assert "type" not in page.query_params
    assert listed.hits[0]["name"] == "fruit.pdf"


def test_nothing_within_filters_offers_to_drop_them(
    client: httpx.Client, open_page: OpenPage, listed: Results, papers: dict[str, str]
) -> None:
    page = open_page(client, "search", q="paper", since="2090-01-01")
    assert "Nothing found for “paper” with these filters." in said(page)
    page = page.button(key="unfilter").click().run()
    assert listed.hits
    assert "since" not in page.query_params


def test_nothing_at_all_says_so(emptied: httpx.Client, open_page: OpenPage) -> None:
    assert "Nothing found for “zebra”." in said(open_page(emptied, "search", q="zebra"))


def test_what_was_asked_before_is_offered_again(
    client: httpx.Client, open_page: OpenPage, listed: Results, papers: dict[str, str]
) -> None:
    page = open_page(client, "search", q="marmalade")
    page.query_params.clear()
    page = page.run()
    assert page.button(key="ask-marmalade")


class NoModel:
    """Children whose model is away, as while it is started again."""

    def call(self, *_: Any, **__: Any) -> None:
        raise SheafError("page_crashed")


def test_finding_by_words_only_is_said(
    work: Work, open_page: OpenPage, listed: Results, papers: dict[str, str]
) -> None:
    away = replace(work, children=replace(work.children, queries=cast(Any, NoModel())))
    with TestClient(create_app(away), base_url="http://127.0.0.1") as client:
        page = open_page(cast(httpx.Client, client), "search", q="marmalade")
    assert "Found by words only." in said(page)
    assert [hit["why"] for hit in listed.hits] == ["Has words asked for"]


def test_a_refused_query_is_explained(client: httpx.Client, open_page: OpenPage) -> None:
    assert 'role="alert"' in said(open_page(client, "search", q="paper", since="yesterday"))
