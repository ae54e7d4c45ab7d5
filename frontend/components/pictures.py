"""Pictures of pages, fetched once and kept for a while; boxes drawn over them. Which page to show is left to views."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from frontend.api_client import ApiClient, ApiError, Away
from frontend.shapes import Box


@dataclass(frozen=True)
class Outline:
    """Boxes of one thing on the page. `kind` chooses the colour, `strong` fills them."""

    boxes: Sequence[Box]
    label: str
    kind: str
    strong: bool = False


def thumbnail(api: ApiClient, document_id: str, run: int) -> bytes | None:
    """The first page, small; None while there is no picture of it."""
    try:
        return _thumbnail(api, document_id, run)
    except (ApiError, Away):
        return None


def page_picture(api: ApiClient, document_id: str, page: int, run: int, outlines: Sequence[Outline]) -> None:
    """The page with outlines over it. Says so when there is no picture."""
    try:
        picture, media_type = _picture(api, document_id, page, run)
    except ApiError:
        st.html('<div class="sheaf-paper sheaf-blank">No picture of this page.</div>')
        return
    source = f"data:{media_type};base64,{base64.b64encode(picture).decode()}"
    drawn = "".join(_drawn(outline, box) for outline in outlines for box in outline.boxes)
    st.html(f'<div class="sheaf-paper"><img src="{source}" alt="Page {page}">{drawn}</div>')


def _drawn(outline: Outline, box: Box) -> str:
    left, top, right, bottom = box
    place = f"left:{left:.3%};top:{top:.3%};width:{right - left:.3%};height:{bottom - top:.3%}"
    strong = " sheaf-strong" if outline.strong else ""
    name = escape(outline.label, quote=True)
    return f'<span class="sheaf-box sheaf-{outline.kind}{strong}" style="{place}" title="{name}"></span>'


# `run` is part of the keys: a page that is read again may be shown anew. Refusals are not kept.


@st.cache_data(max_entries=500, ttl=600, show_spinner=False)
def _thumbnail(_api: ApiClient, document_id: str, run: int) -> bytes:
    return _api.picture(document_id, 1, "thumbnail")[0]


@st.cache_data(max_entries=50, ttl=600, show_spinner=False)
def _picture(_api: ApiClient, document_id: str, page: int, run: int) -> tuple[bytes, str]:
    """The page and its media type; some hundred kilobytes each, so only a few are kept."""
    return _api.picture(document_id, page)
