"""Home: drop files, watch them being read, find one by name or state. One document is left to document.py."""

from __future__ import annotations

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient, ApiError, Away
from frontend.components import notices
from frontend.components.document_row import document_row
from frontend.shapes import ACTIVE, DocumentList

#: Seconds between two looks: while something moves, and while nothing does (others may send files, too).
BUSY, IDLE = 1.0, 15.0

#: Rows a page of the list has.
AT_ONCE = 20

#: Characters of a name that the API looks for.
LONGEST_NAME = 200

#: What one can ask for, as it is said on the page and in the address.
STATES = {"Being read": ACTIVE, "Ready": ("ready",), "Failed": ("failed", "cancelled")}
TRASH = "Trash"

#: The widgets bound to the address by their keys.
STATUS, NAME = "status", "name"


def documents_view(api: ApiClient) -> None:
    def live() -> None:
        try:
            shown = _fetch(api)
        except Away:
            notices.away(api)
        except ApiError as error:
            notices.problem(error.problem)
            _filters("Documents")  # they may be what was refused
        else:
            if not shown.items and st.session_state["cursors"]:  # what stood here is gone, what came before is not
                st.session_state["cursors"].pop()
                st.rerun()
            _live(api, shown)

    st.fragment(run_every=BUSY if st.session_state.get("moving", True) else IDLE)(live)()


def _fetch(api: ApiClient) -> DocumentList:
    state = address.text(STATUS)
    cursors = st.session_state.setdefault("cursors", [])
    return api.documents(
        status=STATES.get(state, ()),
        name=address.text(NAME),
        deleted=state == TRASH,
        cursor=cursors[-1] if cursors else None,
        limit=AT_ONCE,
    )


def _live(api: ApiClient, shown: DocumentList) -> None:
    filtered = bool(address.text(STATUS) or address.text(NAME))
    _deleted_notice(api)
    if shown.counts or filtered:
        _filters(_counted(shown.counts))
    if not shown.items:
        if filtered:
            notices.empty("Nothing fits.", "Change the name or the state above.")
        else:
            notices.empty(
                "No documents yet.",
                "Drop invoices, receipts, letters or contracts above: each is read page by page, "
                "and what it says becomes searchable.",
            )
            with st.container(horizontal_alignment="center"):
                st.button("Look in the trash", key="to-trash", type="tertiary", on_click=_to_trash)
    with st.container(gap=None, key="documents"):
        for document in shown.items:
            document_row(api, document)
    _turning(shown)
    moving = any(shown.counts.get(status) for status in ACTIVE)
    any_documents = bool(shown.counts) or filtered
    changed = (moving, any_documents) != (
        st.session_state.get("moving", True),
        st.session_state.get("any_documents", False),
    )
    st.session_state["moving"], st.session_state["any_documents"] = moving, any_documents
    if changed:
        st.rerun()  # the pace of looking and the drop area belong to the whole page


def _to_trash() -> None:
    st.session_state[STATUS] = TRASH
    _from_the_start()


def _from_the_start() -> None:
    st.session_state["cursors"] = []


def _filters(headline: str) -> None:
    """The headline, which is HTML, and what narrows the list."""
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        st.html(f'<h2 class="sheaf-head">{headline}</h2>', width="content")
        st.pills(
            "State", [*STATES, TRASH], key=STATUS, on_change=_from_the_start,
            label_visibility="collapsed", bind="query-params",
        )  # fmt: skip
        st.text_input(
            "Filter by name", type="search", placeholder="Filter by name", key=NAME, on_change=_from_the_start,
            label_visibility="collapsed", width=220, live=True, bind="query-params", max_chars=LONGEST_NAME,
        )  # fmt: skip


def _counted(counts: dict[str, int]) -> str:
    """ "14 documents, 1 being read, 2 failed" as HTML; that the rest is ready goes without saying."""
    total = wording.count(sum(counts.values()), "document")
    if address.text(STATUS) == TRASH:
        return f"{total} in the trash"
    numbers = {state: sum(counts.get(status, 0) for status in STATES[state]) for state in ("Being read", "Failed")}
    apart = "".join(f", {number:,} {state.lower()}" for state, number in numbers.items() if number)
    return f"{total}<small>{apart}</small>"


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
