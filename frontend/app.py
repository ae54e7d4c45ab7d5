"""The frame of the page: name, search, and the view that the address asks for. What a view shows is left to views."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from frontend import address, api_client
from frontend.api_client import ApiClient, ApiError, Away
from frontend.components import notices
from frontend.views.document import document_view
from frontend.views.documents import documents_view
from frontend.views.search import search_view

HERE = Path(__file__).parent


@st.cache_resource(show_spinner=False)
def api() -> ApiClient:
    return api_client.connect()


def main() -> None:
    st.set_page_config(page_title="Sheaf", page_icon=str(HERE / "icon.svg"), layout="wide")
    st.html(HERE / "style.css")
    query = _bar()
    try:
        _view(api(), query)
    except Away:
        notices.away(api())
    except ApiError as error:
        notices.problem(error.problem)
        if address.document_id():
            st.button("Documents", icon=":material/arrow_back:", on_click=address.close_document, key="back-home")


def _bar() -> str:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="bar"):
        st.html('<div class="sheaf-brand">Sheaf</div>', width="content")
        asked = st.text_input(
            "Search all documents", type="search", placeholder="Search all documents by words or by meaning",
            key=address.SEARCH, on_change=address.close_document, label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
    return (asked or "").strip()


def _view(client: ApiClient, query: str) -> None:
    if document_id := address.document_id():
        document_view(client, document_id)
    elif query:
        search_view(client, query)
    else:
        documents_view(client)


main()
