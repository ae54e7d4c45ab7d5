"""The bar above every view: search, what is being read, who I am, and the keys. The views below are left to app.py."""

from __future__ import annotations

import streamlit as st

from frontend import address, session, wording
from frontend.api_client import ApiClient, ApiError, Away
from frontend.components import keyboard
from frontend.shapes import ACTIVE, DocumentList
from frontend.views import KEYS

#: Seconds between two looks at what is being read.
LOOK = 2.0

#: The search field, wherever it is.
FIELD = "search-field"


def bar(api: ApiClient, here: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", wrap=False, key="bar"):
        _search()
        st.fragment(run_every=LOOK)(lambda: _being_read(api))()
        _who()
        if st.button("Keys", icon=":material/keyboard:", type="tertiary", key="icon-keys"):
            _keys(here)
    if keyboard.keyboard(session.COOKIE, session.who()):
        _keys(here)


def _search() -> None:
    """One field for all places; it shows what the address asks for."""
    asked = address.text("q")
    if st.session_state.get("searched") != asked:
        st.session_state["searched"] = st.session_state[FIELD] = asked
    with st.form("search", border=False), st.container(horizontal=True, wrap=False, gap=None):
        query = st.text_input(
            "Search all documents", placeholder="Search all documents by words or by meaning", key=FIELD,
            label_visibility="collapsed",
        )  # fmt: skip
        sent = st.form_submit_button("Search", icon=":material/search:", key="icon-search", type="tertiary")
    if sent and query.strip():
        address.go(address.SEARCH, q=query.strip())


def _being_read(api: ApiClient) -> None:
    """A thin line over all work that is open, from the most there was since nothing was open."""
    try:
        open_now = api.documents(status=ACTIVE, limit=200)
    except (Away, ApiError):
        return  # the view says so
    share, left = progress(open_now, st.session_state.setdefault("reading", {"most": 0}))
    if not left:
        st.html('<div class="sheaf-working"></div>')
        return
    st.html(
        f'<div class="sheaf-working" role="status">Reading {wording.count(left, "document")}'
        f'<div class="sheaf-bar" role="progressbar" aria-label="All work" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{100 * share:.0f}"><i class="sheaf-read" style="width:{share:.1%}"></i></div></div>'
    )


def progress(found: DocumentList, memory: dict[str, int]) -> tuple[float, int]:
    """How much of the work is done, and how many documents are open. `memory` holds the most that were."""
    left = sum(found.counts.get(status, 0) for status in ACTIVE)
    memory["most"] = max(memory["most"], left) if left else 0
    if not left:
        return 1.0, 0
    begun = sum((item.progress.read + item.progress.problems) / (item.progress.pages or 1) for item in found.items)
    return min(1.0, (memory["most"] - left + begun) / memory["most"]), left


def _who() -> None:
    name = session.who()
    with st.popover(wording.plain(name) if name else "Who are you?", icon=":material/person:", type="tertiary"):
        st.text_input(
            "Your name", value=name, max_chars=session.LONGEST_NAME, key="my-name", autocomplete="name",
            help="Stands beside what you decide, and is kept at this browser.",
            on_change=lambda: session.call_me(st.session_state["my-name"]),
        )  # fmt: skip


@st.dialog("Keys")
def _keys(here: str) -> None:
    for headline, keys in (("Everywhere", keyboard.KEYS), ("Here", KEYS.get(here, ()))):
        if keys:
            listed = "".join(f"<dt><kbd>{key}</kbd></dt><dd>{what}</dd>" for key, what in keys)
            st.html(f'<h3 class="sheaf-head">{headline}</h3><dl class="sheaf-keys">{listed}</dl>')
