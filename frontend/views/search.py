"""Search: what answers, narrowed by filters, each hit with its place on the page. Ranking is left to the API."""

from __future__ import annotations

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient
from frontend.components import notices, search_filters
from frontend.components.results import chosen, results

#: Hits at first, and at most; so many more each time that more are asked for.
TOP, MOST = 10, 100

EXAMPLES = ("payment terms", "total with VAT", "Who has to pay the rent, and when?")
RECENT = 5

#: A sign of life after a moment, after two seconds what is being waited for: the style sheet has the clock.
WAITING = """<div class="sheaf-waiting" role="status"><p>Searching by words and by meaning…</p>
<p>The first search after a start waits for the language model, some seconds.</p></div>"""


def search_view(api: ApiClient) -> None:
    asked = address.search_asked()
    if place := chosen():
        address.go(address.DOCUMENT, **place, **asked)
    query = address.text("q")
    if not query:
        _welcome()
        return
    filters = {name: asked.get(name) for name in search_filters.NAMES}
    top = min(MOST, max(TOP, address.number("top")))
    waiting = st.empty()
    waiting.html(WAITING)
    found = api.search(query, top, **filters)
    waiting.empty()
    search_filters.chips(found.facets)
    if "meaning" not in found.ways:
        notices.note("Found by words only.", "The language model does not answer just now; search again in a moment.")
    if not found.hits:
        _nothing(query, any(filters.values()))
        return
    _remember(query)
    more = len(found.hits) == top < MOST
    pages = wording.count(len(found.hits), "page")
    headline = f"The {pages} that answer best" if more else pages
    st.html(f'<h1 class="sheaf-head">{headline} <small>in {found.seconds:.2f} s, the best first</small></h1>')
    results(found.hits, asked)
    if more:
        st.button(
            "Show more", icon=":material/expand_more:", key="more", on_click=address.put, args=("top", str(top + TOP))
        )


def _welcome() -> None:
    notices.empty(
        "Find the page that answers.",
        "Ask with words that stand there, or say what it is about. Each hit shows its place on the page.",
    )
    with st.container(key="asking", horizontal_alignment="center"):
        recent = st.session_state.get("recent", [])
        for headline, queries in (("Asked before", recent), ("For example", [] if recent else EXAMPLES)):
            if not queries:
                continue
            st.html(f'<div class="sheaf-quiet">{headline}</div>', width="content")
            for query in queries:
                label = wording.plain(query if len(query) <= 80 else f"{query[:78]}…")
                if st.button(label, icon=":material/search:", key=f"ask-{query}", type="tertiary"):
                    address.go(address.SEARCH, q=query)


def _nothing(query: str, filtered: bool) -> None:
    shown = query if len(query) <= 80 else f"{query[:78]}…"
    if not filtered:
        notices.empty(
            f"Nothing found for “{shown}”.", "Try fewer or other words. Documents still being read cannot be found yet."
        )
        return
    notices.empty(f"Nothing found for “{shown}” with these filters.", "Without them there may be more.")
    with st.container(horizontal_alignment="center", key="unfiltered"):
        st.button(
            "Search without filters", icon=":material/filter_alt_off:", key="unfilter", on_click=search_filters.clear
        )


def _remember(query: str) -> None:
    recent = [asked for asked in st.session_state.get("recent", []) if asked != query]
    st.session_state["recent"] = [query, *recent][:RECENT]
