"""The list of hits in the browser: crop of the page, words, facts; keys walk it. Which hits, is left to views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import streamlit as st

from frontend import address, marking, session, wording
from frontend.shapes import Hit

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "sheaf.results", css=(_HERE / "results.css").read_text(), js=(_HERE / "results.js").read_text()
)


def results(hits: Sequence[Hit], asked: Mapping[str, str | list[str]]) -> None:
    """Show the hits; each is a link to its place that remembers what was asked."""
    _component(
        key="results",
        data={"asked": address.href("", **asked), "hits": [_shown(hit, asked) for hit in hits]},
        on_open_change=_choose,
    )


def chosen() -> dict[str, str] | None:
    """The place that was chosen in the list shown last, once: what the address of its document asks for."""
    place: dict[str, str] | None = st.session_state.pop("chosen", None)
    return place


def _choose() -> None:
    st.session_state["chosen"] = st.session_state["results"]["open"]


def _shown(hit: Hit, asked: Mapping[str, str | list[str]]) -> dict[str, Any]:
    place = {"id": hit.document_id, "page": str(hit.page), "mark": marking.of_hit(hit)}
    return {
        "open": place,
        "link": address.href(address.DOCUMENT, **place, **asked),
        "name": hit.filename,
        "about": wording.about(hit),
        "snippet": marking.segments(hit.snippet, hit.start, [(mark.start, mark.end) for mark in hit.marks]),
        "why": wording.why(hit),
        "facts": [(wording.title(fact.name), wording.fact(fact)) for fact in hit.facts],
        "crop": _crop(hit),
    }


def _crop(hit: Hit) -> dict[str, Any] | None:
    picture = session.picture(hit.image_url)
    if picture is None or not hit.image_width or not hit.image_height:
        return None
    words = [box for mark in hit.marks for box in mark.boxes]
    window = marking.crop(hit.boxes, words, hit.image_width, hit.image_height)
    alt = f"The place on page {hit.page} of {hit.filename}"
    return {**asdict(window), "picture": picture, "alt": alt, "words": bool(words)}
