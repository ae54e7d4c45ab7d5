"""What the browser's address says and how it changes. Showing what it asks for is left to app.py.

?q=…&document=…&page=…&status=…&name=…: any view can be reloaded and sent to a colleague.
"""

from __future__ import annotations

import streamlit as st

#: The widgets bound to the address by their keys: the search, and the list's filters.
SEARCH, STATUS, NAME = "q", "status", "name"


def document_id() -> str | None:
    return st.query_params.get("document")


def page_number() -> int:
    """The page asked for; 1 where the address says nothing sensible."""
    wanted = st.query_params.get("page", "1")
    return max(1, int(wanted)) if wanted.isdecimal() else 1


def bound(key: str) -> str:
    """What a widget bound to the address holds, also before it is drawn for the first time; "" for nothing."""
    return str(st.session_state.get(key, st.query_params.get(key)) or "").strip()


def open_document(document_id: str, page: int = 1) -> None:
    """Show a document; does not return."""
    st.query_params["document"] = document_id
    turn_to(page)
    st.session_state.pop("focus", None)
    st.rerun()


def turn_to(page: int) -> None:
    """Change the page in the address; what runs next shows it."""
    if page > 1:
        st.query_params["page"] = str(page)
    else:
        st.query_params.pop("page", None)


def close_document() -> None:
    """Back to the search, or to the documents; to be used as a callback."""
    for name in ("document", "page"):
        st.query_params.pop(name, None)
