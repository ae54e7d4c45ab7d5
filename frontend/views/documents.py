"""Home: drop files, watch them being read, find one by name or state. One document is left to document.py."""

from __future__ import annotations

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient, Away
from frontend.components import notices, outbox
from frontend.components.document_row import document_row
from frontend.sending import Outbox
from frontend.shapes import ACTIVE, DocumentList

#: Seconds between two looks: while something moves, and while nothing does (others may send files, too).
BUSY, IDLE = 1.0, 15.0

STATES = {"being read": ACTIVE, "ready": ("ready",), "failed": ("failed", "cancelled")}


def documents_view(api: ApiClient) -> None:
    box = outbox.outbox(api)
    slot = st.container()

    def live() -> None:
        try:
            shown = _fetch(api)
        except Away:
            st.session_state["moving"] = False
            notices.away(api)
            outbox.parcels(box)
            return
        _live(api, box, shown)

    with slot:
        outbox.drop_area(box, wide=not st.session_state.get("any_documents", False))
    st.fragment(run_every=BUSY if st.session_state.get("moving", True) else IDLE)(live)()


def _fetch(api: ApiClient) -> DocumentList:
    state = st.session_state.get(address.STATUS)
    cursors = st.session_state.setdefault("cursors", [])
    return api.documents(
        status=STATES.get(state, ()),
        name=(st.session_state.get(address.NAME) or "").strip(),
        deleted=state == "trash",
        cursor=cursors[-1] if cursors else None,
    )


def _live(api: ApiClient, box: Outbox, shown: DocumentList) -> None:
    outbox.parcels(box)
    filtered = bool(st.session_state.get(address.STATUS) or st.session_state.get(address.NAME))
    _deleted_notice(api)
    if shown.counts or filtered:
        _filters(shown.counts)
    if not shown.items:
        if filtered:
            notices.empty("Nothing fits.", "Change the name or the state above.")
        else:
            notices.empty(
                "No documents yet.",
                "Drop invoices, receipts, letters or contracts above: each is read page by page, "
                "and what it says becomes searchable.",
            )
    with st.container(gap=None, key="documents"):
        for document in shown.items:
            document_row(api, document)
    _turning(shown)
    moving = box.busy or any(shown.counts.get(status) for status in ACTIVE)
    any_documents = bool(shown.counts) or filtered
    changed = (moving, any_documents) != (
        st.session_state.get("moving", True),
        st.session_state.get("any_documents", False),
    )
    st.session_state["moving"], st.session_state["any_documents"] = moving, any_documents
    if changed:
        st.rerun()  # the pace of looking and the drop area belong to the whole page


def _filters(counts: dict[str, int]) -> None:
    def name_of(state: str) -> str:
        number = sum(counts.get(status, 0) for status in STATES.get(state, ()))
        return f"{state.capitalize()} {number:,}" if number else state.capitalize()

    def from_the_start() -> None:
        st.session_state["cursors"] = []

    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        in_trash = st.session_state.get(address.STATUS) == "trash"
        total = wording.count(sum(counts.values()), "document")
        st.html(f'<h2 class="sheaf-head">{total}{" in the trash" if in_trash else ""}</h2>', width="content")
        st.pills(
            "State", [*STATES, "trash"], format_func=name_of, key=address.STATUS, on_change=from_the_start,
            label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        st.text_input(
            "Filter by name", type="search", placeholder="Filter by name", key=address.NAME, on_change=from_the_start,
            label_visibility="collapsed", width=220, live=True, bind="query-params",
        )  # fmt: skip


def _deleted_notice(api: ApiClient) -> None:
    if "deleted" not in st.session_state:
        return
    document_id, filename = st.session_state["deleted"]
    with st.container(horizontal=True, vertical_alignment="center", key="deleted"):
        st.text(f"{filename} is in the trash.", width="content")
        if st.button("Undo", key="undelete", icon=":material/undo:", type="tertiary"):
            notices.attempt(lambda: api.restore(document_id))
            del st.session_state["deleted"]
            st.rerun()
        if st.button("Dismiss", key="icon-dismiss-deleted", icon=":material/close:", type="tertiary"):
            del st.session_state["deleted"]
            st.rerun()


def _turning(shown: DocumentList) -> None:
    cursors = st.session_state["cursors"]
    if not cursors and not shown.next_cursor:
        return
    with st.container(horizontal=True, horizontal_alignment="center"):
        if st.button("Newer", key="newer", icon=":material/chevron_left:", disabled=not cursors):
            cursors.pop()
            st.rerun()
        if st.button(
            "Older", key="older", icon=":material/chevron_right:", icon_position="right", disabled=not shown.next_cursor
        ):
            cursors.append(shown.next_cursor)
            st.rerun()
