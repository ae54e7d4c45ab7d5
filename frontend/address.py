"""What the browser's address says and how it changes: places, and what is asked of them. Showing that is left to views.

/?batch=…  /documents?state=…&type=…  /search?q=…  /document?id=…&page=…: each can be reloaded and sent on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

UPLOAD, DOCUMENTS, SEARCH, DOCUMENT = "upload", "documents", "search", "document"

_PLACES, _HERE, _LED = "places", "here", "led-to-document"


def know(places: Mapping[str, Page], here: str) -> None:
    """Keep the frame's places by name, and which is shown; Streamlit switches only to those of this run."""
    st.session_state[_PLACES], st.session_state[_HERE] = places, here


def place(name: str) -> Page:
    """A place as Streamlit knows it, for a link."""
    page: Page = st.session_state[_PLACES][name]
    return page


def go(to: str, /, **asked: str | list[str]) -> NoReturn:
    """Show another place; does not return. Not to be used as a callback."""
    st.switch_page(place(to), query_params={key: value for key, value in asked.items() if value})


def href(to: str, /, **asked: str | list[str]) -> str:
    """The address of a place for a link; relative, so it holds under any path that a proxy puts before it."""
    query = urlencode({key: value for key, value in asked.items() if value}, doseq=True)
    path = "./" if to == UPLOAD else to  # where the frame begins, and the only place without a path
    return f"{path}?{query}" if query else path


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


def open_document(document_id: str) -> NoReturn:
    """Show a document, and remember what led to it; does not return."""
    asked = {name: st.query_params.get_all(name) for name in st.query_params}
    st.session_state[_LED] = st.session_state[_HERE], asked
    go(DOCUMENT, id=document_id)


def led_to_document() -> tuple[str, Mapping[str, str | list[str]]]:
    """What to go back to: the results that the address knows, else the list it was opened from, as it was narrowed."""
    if text("q"):
        return SEARCH, search_asked()
    return st.session_state.get(_LED, (DOCUMENTS, {}))


def leave_document() -> NoReturn:
    """Back to what led to the document; does not return."""
    to, asked = led_to_document()
    go(to, **asked)
