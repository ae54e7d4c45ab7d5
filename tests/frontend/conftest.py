"""The page under AppTest, over the real API of the test backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from frontend import api_client
from frontend.api_client import ApiClient
from tests.conftest import ROOT

OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """Opens a place of the page over a client, at an address given by its query parameters."""

    def opened(http: httpx.Client, place: str = "upload", **address: str) -> AppTest:
        st.cache_resource.clear()
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


def said(page: AppTest) -> str:
    """Everything the page says in words."""
    assert not page.exception, page.exception
    parts = [element.value for element in (*page.html, *page.text, *page.markdown)]
    return "\n".join([str(part) for part in parts] + [button.label for button in page.button])
