"""The page under AppTest, over the real API of the test backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import streamlit as st
from playwright.sync_api import Browser, Page
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from frontend import api_client, session
from frontend.api_client import ApiClient
from frontend.components import rows
from tests.browser import PATIENCE
from tests.conftest import ROOT

OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """Opens a place of the page over a client, at an address given by its query parameters."""

    def opened(http: httpx.Client, place: str = "upload", **address: str) -> AppTest:
        session._connected.clear()
        monkeypatch.setattr(api_client, "connect", lambda: ApiClient(http))
        page = AppTest.from_file(str(ROOT / "frontend" / "app.py"), default_timeout=60)
        page._page_hash = calc_hash(
            place
        )  # as a browser asks for a path; switch_page() knows only pages that are files
        page.query_params.update(address)
        return page.run()

    yield opened
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def emptied(client: httpx.Client) -> Iterator[httpx.Client]:
    """The API with every document in the trash until the test ends."""
    items = client.get("/api/v1/documents", params={"limit": 200}).json()["items"]
    for item in items:
        client.delete(f"/api/v1/documents/{item['id']}")
    yield client
    for item in items:
        client.post(f"/api/v1/documents/{item['id']}/restore")


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A browser's page, in either theme."""
    context = browser.new_context(color_scheme=request.param, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def said(page: AppTest) -> str:
    """Everything the page says in words."""
    assert not page.exception, page.exception
    parts = [element.value for element in (*page.html, *page.text, *page.markdown)]
    return "\n".join([str(part) for part in parts] + [button.label for button in page.button])


class Rows:
    """Stands in for the component that draws rows, which needs a browser: keeps what it is given, asks when told."""

    def __init__(self) -> None:
        self.shown: dict[str, list[dict[str, Any]]] = {}
        self.bulk: list[str] = []
        self._asked: dict[str, Any] | None = None

    def __call__(self, key: str, data: dict[str, Any], on_asked_change: object) -> SimpleNamespace:
        self.shown[key], self.bulk = data["rows"], [act["verb"] for act in data["bulk"]]
        asked, self._asked = self._asked, None
        return SimpleNamespace(asked=asked)

    def ask(self, verb: str, *ids: str) -> None:
        """What the next run of the page finds asked for."""
        self._asked = {"verb": verb, "ids": list(ids)}

    def names(self, key: str) -> list[str]:
        return [row["name"] for row in self.shown[key]]

    def told(self, key: str, name: str) -> str:
        """Everything that a row says, and its button."""
        row = next(row for row in self.shown[key] if row["name"] == name)
        button = row["act"]["label"] if row["act"] else ""
        return " | ".join([*(cell["text"] for cell in (*row["notes"], *row["cells"])), button])


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Rows:
    stand_in = Rows()
    monkeypatch.setattr(rows, "_component", stand_in)
    return stand_in
