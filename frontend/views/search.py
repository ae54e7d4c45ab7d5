"""Search: what answers, as a reader wants it, with the place on the page. Ranking is left to the API."""

from __future__ import annotations

from html import escape

import streamlit as st

from frontend import address, marking, wording
from frontend.api_client import ApiClient
from frontend.components import notices, pictures
from frontend.shapes import Hit

TOP = 10


def search_view(api: ApiClient) -> None:
    query = address.text("q")
    if not query:
        notices.empty("Search", "Type above what you look for: words, or what it is about.")
        return
    with st.spinner("Searching by words and by meaning…"):
        found = api.search(query, TOP)
    if not found.hits:
        notices.empty(
            f"Nothing found for “{query}”.", "Try fewer or other words. Documents still being read cannot be found yet."
        )
        return
    pages = wording.count(len(found.hits), "page")
    st.html(f'<h2 class="sheaf-head">{pages} <small>in {found.seconds:.2f} s, the best first</small></h2>')
    with st.container(key="hits"):
        for number, hit in enumerate(found.hits):
            _hit(api, query, number, hit)


def _hit(api: ApiClient, query: str, number: int, hit: Hit) -> None:
    with st.container(key=f"hit-{number}"):
        left, right = st.columns([10, 11], gap="medium")
        with left:
            if picture := pictures.hit_crop(api, hit):
                st.image(picture, width="stretch", alt=f"The place on page {hit.page} of {hit.filename}")
        with right, st.container(gap="xxsmall"):
            if st.button(wording.plain(hit.filename), key=f"open-hit-{number}", type="tertiary"):
                address.open_document(hit.document_id, hit.page, query)
            st.html(_told(hit))


def _told(hit: Hit) -> str:
    marks = [(mark.start, mark.end) for mark in hit.marks]
    known = [wording.title(hit.type)] if hit.type else []
    known.append(f"page {hit.page}")
    why = " and ".join(wording.MATCHED.get(way, way) for way in hit.matched)
    return (
        f'<div class="sheaf-quiet">{escape(" · ".join(known))}</div>'
        f'<p class="sheaf-snippet">{marking.marked_text(hit.snippet, hit.start, marks)}</p>'
        f'<div class="sheaf-quiet"><small>Matched by {escape(why)}</small></div>'
    )
