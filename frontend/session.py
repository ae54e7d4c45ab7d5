"""Who sits at this browser, and the API as they reach it: their client, and addresses for their browser."""

from __future__ import annotations

from urllib.parse import unquote

import streamlit as st

from frontend import api_client
from frontend.api_client import ApiClient

#: The cookie that remembers a name; written by components/keyboard, read here with the next connection.
COOKIE = "sheaf_actor"

#: What the API takes for a name, in bytes.
LONGEST_NAME = 80


def api() -> ApiClient:
    """The API, asked in the name of the person at this browser."""
    return _connected().known_as(who())


def who() -> str:
    """The name that a person gave at this browser; "" until they do."""
    if COOKIE not in st.session_state:
        call_me(unquote(st.context.cookies.get(COOKIE, "")))
    return str(st.session_state[COOKIE])


def call_me(name: str) -> None:
    st.session_state[COOKIE] = " ".join(name.split()).encode()[:LONGEST_NAME].decode(errors="ignore")


def picture(path: str | None) -> str | None:
    """Where the browser finds a signed picture of the API."""
    return path and _connected().public(st.context.url) + path


@st.cache_resource(show_spinner=False)
def _connected() -> ApiClient:
    return api_client.connect()
