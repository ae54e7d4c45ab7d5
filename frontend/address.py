"""What the browser's address says and how it changes: places, and what is asked of them. Showing that is left to views.

/upload?batch=…  /documents?status=…&type=…  /search?q=…  /document?id=…&page=…: each can be reloaded and sent on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

UPLOAD, DOCUMENTS, SEARCH, DOCUMENT = "upload", "documents", "search", "document"

_PLACES = "places"


def know(places: Mapping[str, Page]) -> None:
    """Keep the frame's places by name; Streamlit switches only to those of this run."""
    st.session_state[_PLACES] = places


def go(place: str, **asked: str | list[str]) -> NoReturn:
    """Show another place; does not return. Not to be used as a callback."""
    st.switch_page(st.session_state[_PLACES][place], query_params={key: value for key, value in asked.items() if value})


def href(place: str, **asked: str | list[str]) -> str:
    """The address of a place for a link; relative, so it holds under any path that a proxy puts before it."""
    query = urlencode({key: value for key, value in asked.items() if value}, doseq=True)
    return f"{place}?{query}" if query else place


def text(name: str) -> str:
    return st.query_params.get(name, "").strip()


def several(name: str) -> list[str]:
    """What the address asks for more than once."""
    return [value for value in st.query_params.get_all(name) if value.strip()]


def search_asked() -> dict[str, str | list[str]]:
    """The query and its filters, as the API calls them; a document that was found keeps them for the way back."""
    asked: dict[str, str | list[str]] = {"q": text("q"), "type": several("type"), "label": several("label")}
    asked |= {name: text(name) for name in ("since", "until", "top")}
    return {name: value for name, value in asked.items() if value}


def document_id() -> str:
    return text("id")


def page_number() -> int:
    return max(1, number("page"))


def number(name: str) -> int:
    """A number that the address gives; 0 where it says nothing sensible."""
    wanted = text(name)
    return int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0


def turn_to(page: int) -> None:
    """Change the page of the document in the address; what runs next shows it."""
    put("page", str(page) if page > 1 else "")


def put(name: str, value: str | list[str]) -> None:
    """Change one thing that the address asks for; nothing takes it out."""
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def open_document(document_id: str, page: int = 1, query: str = "") -> NoReturn:
    """Show a document at a page, and remember what was searched for; does not return."""
    go(DOCUMENT, id=document_id, page=str(page) if page > 1 else "", q=query)


def leave_document() -> NoReturn:
    """Back to the results that led to the document, filters and all, or to the documents; does not return."""
    if text("q"):
        go(SEARCH, **search_asked())
    go(DOCUMENTS)
