"""Documents: all that were sent, narrowed by what is asked of them, and what can be done to several at once.

One document is left to document.py, sending to upload.py.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient
from frontend.components import actions, document_rows, notices
from frontend.components.rows import Cell, Row, rows
from frontend.shapes import ACTIVE, Document, DocumentList, Vocabulary

#: Seconds between two looks: while something moves, and while nothing does (others may send files, too).
BUSY, IDLE = 2.0, 20.0

#: Rows a page of the list has.
AT_ONCE = 50

#: Characters of a name that the API looks for.
LONGEST_NAME = 200

#: What one can ask for, as it is said here and in the address, and as the API calls it.
STATES: dict[str, dict[str, Any]] = {
    "To review": {"status": ["ready"], "review_state": "unreviewed"},
    "Doubtful": {"doubtful": True},
    "Reviewed": {"review_state": "reviewed"},
    "Being read": {"status": list(ACTIVE)},
    "Failed": {"status": ["failed", "cancelled"]},
    "Trash": {"deleted": True},
}

#: What is said when no document is in a state that alone was asked for.
NONE = {
    "To review": ("Nothing left to review.", "All that is ready has been reviewed."),
    "Doubtful": ("Nothing is doubtful.", "Every unsure finding has been decided."),
    "Reviewed": ("Nothing reviewed yet.", "Open a document, decide what is doubtful, and mark it as reviewed."),
    "Being read": ("Nothing is being read.", "All that was sent is ready or failed."),
    "Failed": ("Nothing failed.", "What cannot be read or is cancelled shows up here, with what to do."),
    "Trash": ("The trash is empty.", "What is deleted can be restored from here."),
}

#: The widgets bound to the address by their keys.
STATE, TYPE, LABEL, NAME = "state", "type", "label", "name"


def documents_view(api: ApiClient) -> None:
    st.html('<h1 class="sheaf-title">Documents</h1>')
    _filters(api.vocabulary())

    def live() -> None:
        with notices.told(api):
            _list(api)

    st.fragment(run_every=BUSY if st.session_state.get("documents-moving", True) else IDLE)(live)()


def _filters(vocabulary: Vocabulary) -> None:
    """One line that reads as a sentence: documents of a type, in a state, with something in them, of a name."""
    labels = [named.name for named in vocabulary.labels]
    fields = sorted({field.name for kind in vocabulary.types for field in kind.fields})
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        st.selectbox(
            "Type", [kind.name for kind in vocabulary.types], index=None, key=TYPE, placeholder="of any type",
            format_func=wording.title, on_change=_from_the_start, label_visibility="collapsed", width=150,
            bind="query-params",
        )  # fmt: skip
        st.selectbox(
            "With", [*labels, *fields], index=None, key=LABEL, placeholder="with anything in it",
            format_func=wording.title, on_change=_from_the_start, label_visibility="collapsed", width=180,
            bind="query-params",
        )  # fmt: skip
        st.text_input(
            "Filter by name", type="search", placeholder="of any name", key=NAME, on_change=_from_the_start,
            label_visibility="collapsed", width=170, live=True, bind="query-params", max_chars=LONGEST_NAME,
        )  # fmt: skip
        st.pills(
            "State", list(STATES), key=STATE, on_change=_from_the_start, label_visibility="collapsed",
            bind="query-params",
        )  # fmt: skip
    if address.text("batch") and st.button("of one upload", icon=":material/close:", key="any-batch"):
        address.put("batch", "")
        st.rerun()


def _asked() -> dict[str, Any]:
    """What the filters and the address ask for, as the API calls it."""
    state = st.session_state.get(STATE)
    return {
        **STATES.get(state or "", {}),
        "type": st.session_state.get(TYPE),
        "label": st.session_state.get(LABEL),
        "name": (st.session_state.get(NAME) or "").strip(),
        "batch_id": address.text("batch"),
    }


def _list(api: ApiClient) -> None:
    cursors: list[str] = st.session_state.setdefault("cursors", [])
    asked = _asked()
    with st.spinner("Looking for documents…"):
        found = api.documents(limit=AT_ONCE, cursor=cursors[-1] if cursors else None, **asked)
    if not found.items and cursors:  # what stood here is gone, what came before is not
        cursors.pop()
        st.rerun()
    actions.done_notice(api)
    if found.items:
        _rows(api, found, trash=bool(asked.get("deleted")))
    else:
        _empty(asked)
    _turning(found, cursors)
    moving = any(found.counts.get(status) for status in ACTIVE)
    if moving != st.session_state.get("documents-moving", True):
        st.session_state["documents-moving"] = moving
        st.rerun()  # the pace of looking belongs to the whole view


def _rows(api: ApiClient, found: DocumentList, trash: bool) -> None:
    documents = found.items
    bulk = actions.BULK_IN_TRASH if trash else actions.BULK
    asked = rows("documents", [_row(api, document) for document in documents], bulk)
    actions.take(api, asked, {document.id: document.filename for document in documents})


def _row(api: ApiClient, document: Document) -> Row:
    return document_rows.row(
        api,
        document,
        Cell(wording.title(document.type.label) if document.type else ""),
        document_rows.state(document),
        Cell(wording.count(document.progress.pages, "page") if document.progress.pages else "", "quiet"),
        Cell(wording.count(document.findings, "finding") if document.status == "ready" else "", "quiet"),
        document_rows.doubts(document),
        Cell(wording.ago(document.created_at), "quiet"),
    )


def _empty(asked: dict[str, Any]) -> None:
    state = st.session_state.get(STATE)
    if any(asked.values()):
        alone = state and not any(asked[name] for name in ("type", "label", "name", "batch_id"))
        notices.empty(*NONE[state] if alone else ("Nothing fits.", "Change what is asked for above."))
        with st.container(horizontal_alignment="center"):
            st.button("Show all documents", key="show-all", type="tertiary", on_click=_ask_for_all)
    else:
        notices.empty("No documents yet.", "Whatever is uploaded can be found, opened and reviewed here.")
        with st.container(horizontal_alignment="center"):
            if st.button("Upload documents", key="to-upload", icon=":material/upload:", type="primary"):
                address.go(address.UPLOAD)


def _ask_for_all() -> None:
    st.session_state[STATE] = st.session_state[TYPE] = st.session_state[LABEL] = None
    st.session_state[NAME] = ""
    st.query_params.pop("batch", None)
    _from_the_start()


def _from_the_start() -> None:
    st.session_state["cursors"] = []


def _turning(found: DocumentList, cursors: list[str]) -> None:
    """How many fit, and the way to the next of them."""
    total = wording.count(sum(found.counts.values()), "document")
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center", key="turning"):
        if not cursors and not found.next_cursor:
            if found.items:
                st.html(
                    f'<span class="sheaf-quiet">{wording.count(len(found.items), "document")}</span>', width="content"
                )
            return
        if st.button("Newer", key="newer", icon=":material/chevron_left:", disabled=not cursors):
            cursors.pop()
            st.rerun()
        st.html(f'<span class="sheaf-quiet">{total}</span>', width="content")
        if st.button(
            "Older", key="older", icon=":material/chevron_right:", icon_position="right", disabled=not found.next_cursor
        ):
            cursors.append(str(found.next_cursor))
            st.rerun()
