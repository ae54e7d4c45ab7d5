"""One document: its name and what can be done with it, how far it is, and the desk where it is reviewed.

The desk itself is left to components/desk.
"""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from frontend import address, marking, session, wording
from frontend.api_client import ApiClient, ApiError, Away
from frontend.components import actions, notices
from frontend.components.desk import decisions, desk, seen
from frontend.components.desk.seen import Seen
from frontend.components.relatives import relatives
from frontend.components.rows import Asked
from frontend.shapes import Document, Problem

NO_DOCUMENT = Problem(
    code="not_found", message="The address names no document.", advice="Open one from the list of all documents."
)

#: What the way back is called.
BACK = {address.SEARCH: "Results", address.DOCUMENTS: "Documents", address.UPLOAD: "Upload"}

#: Seconds between two looks: at a document that is being read, and at what others do.
BUSY, LOOK = 1.0, 2.0


def document_view(api: ApiClient) -> None:
    if not address.document_id():
        raise ApiError(NO_DOCUMENT, 404)
    with st.spinner("Opening the document…"):
        document = _document(api, address.document_id())
    # So that the desk keeps its place, and with it its state, whatever comes above it or cannot be shown there.
    with st.container(key="about"), notices.told(api):
        actions.done_notice(api)
        _head(api, document)
        _about(api, document)
    if document.progress.read + document.progress.problems:
        st.fragment(run_every=LOOK)(partial(_desk, api, document))()
    elif document.active:
        notices.empty("Nothing to look at yet.", "Its first page appears here as soon as it is read.")


def _document(api: ApiClient, document_id: str) -> Document:
    """The document; while nobody answers the one that the desk saw last, so that it stays with what is done there."""
    try:
        return api.document(document_id)
    except Away:
        if state := _state(document_id):
            return state.ledger.document
        raise


def _about(api: ApiClient, document: Document) -> None:
    """Where it came from, and what is being done with it or is wrong."""
    relatives(document)
    if document.deleted_at:
        notices.note("This document is in the trash.", "Restore it to go on with it. It can be looked at meanwhile.")
    if document.active:
        _progress(api, document)
    if document.status == "failed" and document.error:
        notices.problem(document.error)
    if document.progress.problems or document.progress.warnings:
        _problem_pages(api, document)


def _head(api: ApiClient, document: Document) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        back = BACK[address.led_to_document()[0]]
        if st.button(back, icon=":material/arrow_back:", type="tertiary", key="back", shortcut="Escape"):
            address.leave_document()
        with st.container(gap=None, key="head-name"):
            st.html(f'<h1 class="sheaf-title">{escape(document.filename)}</h1>')
            size, noted = wording.size(document.size), wording.noted(document)
            known = (wording.state(document).capitalize(), wording.facts(document), size, noted)
            st.html(f'<div class="sheaf-quiet">{escape(" · ".join(part for part in known if part))}</div>')
        _downloads(api, document)
        _actions(api, document)


def _downloads(api: ApiClient, document: Document) -> None:
    stem = document.filename.rpartition(".")[0] or document.filename
    with st.popover("Download", icon=":material/download:", type="tertiary"):
        # Fetched when asked for, not with the page.
        st.download_button(
            "Original", partial(api.original, document.id), document.filename, document.media_type, on_click="ignore",
            key="original", type="tertiary",
        )  # fmt: skip
        if document.searchable:
            st.download_button(
                "Searchable PDF", partial(api.searchable, document.id), f"{stem}.searchable.pdf", "application/pdf",
                on_click="ignore", key="searchable", type="tertiary",
            )  # fmt: skip
        for form, kind in (("json", "application/json"), ("csv", "text/csv")):
            st.download_button(
                f"Everything found, {form.upper()}", partial(api.export, document.id, form), f"{stem}.{form}",
                kind, on_click="ignore", key=f"export-{form}", type="tertiary",
            )  # fmt: skip


def _actions(api: ApiClient, document: Document) -> None:
    """The one button that helps, and the rest in a menu."""
    act = partial(_act, api, document)
    if document.deleted_at:
        if st.button("Restore", key="restore", icon=":material/restore_from_trash:"):
            act("restore")
        return
    if document.status == "failed" and st.button("Try again", key="retry", icon=":material/refresh:"):
        act("retry")
    verbs = {"Cancel": "cancel"} if document.active else {"Read again": "read"}
    verbs["Delete"] = "delete"
    chosen = st.menu_button(
        f"More for {wording.plain(document.filename)}", list(verbs), key="icon-menu", icon=":material/more_horiz:",
        type="tertiary",
    )  # fmt: skip
    if chosen:
        act(verbs[chosen])


def _act(api: ApiClient, document: Document, verb: str) -> None:
    actions.take(api, Asked(verb, (document.id,)), {document.id: document.filename})


def _progress(api: ApiClient, document: Document) -> None:
    """Refreshes itself while the document is being read, and the whole view when a page or the end is reached."""

    def live() -> None:
        now = document
        try:
            now = api.document(document.id)
        except (Away, ApiError) as error:
            if isinstance(error, ApiError) or not _state(document.id):
                st.rerun()  # the frame knows what to say; that nobody answers the desk does
        if (now.status, now.progress) != (document.status, document.progress):
            st.rerun()
        progress = now.progress
        again = now.status in ("queued", "reading") and progress.read == progress.pages
        done = 0.0 if again else (progress.read + progress.problems) / (progress.pages or 1)
        st.progress(done, f"{wording.state(now).capitalize()}…")

    st.fragment(run_every=BUSY)(live)()


def _problem_pages(api: ApiClient, document: Document) -> None:
    """Every page that could not be read, or had trouble later, with its reason; a click turns to it."""
    pages = api.pages(document.id)
    for status, what in (("problem", "could not be read"), ("read", wording.LATER)):
        bad = [(page.number, page.error) for page in pages if page.error and page.status == status]
        if not bad:
            continue
        with st.expander(f"{wording.count(len(bad), 'page')} {what}", icon=":material/warning:"):
            for number, error in bad:
                said = f"Page {number}: {error.message} {error.advice}"
                if st.button(wording.plain(said), key=f"bad-{number}", type="tertiary"):
                    address.turn_to(number)
                    st.rerun()


def _desk(api: ApiClient, document: Document) -> None:
    """Looks for news, shows the desk, and goes where its browser asked to go."""
    me = session.who() or wording.UNNAMED
    number = min(address.page_number(), document.progress.pages or 1)
    with notices.told(api):
        state, away = _state(document.id), False
        if state is None:
            state = st.session_state["seen"] = seen.opened(api, document.id, number)
        else:
            try:
                seen.refresh(api, state, number, me)
                if state.ledger.leave:
                    _next(api, state)
            except Away:  # what is there stays, and what is decided is kept
                away = True
        marks = marking.ranges_in(address.text("mark"))
        desk(seen.data(state, session.picture, me, marks, away), partial(_take, api, document.id))
        now = state.ledger.document
        if not away and (now.status, now.deleted_at) != (document.status, document.deleted_at):
            st.rerun()  # after the desk is drawn: a run without it would take it from the page, and with it its state


def _take(api: ApiClient, document_id: str, sent: dict) -> None:
    if state := _state(document_id):
        decisions.take(api, state.ledger, sent)


def _state(document_id: str) -> Seen | None:
    """What this browser sees of the document, if it is the one it looked at last."""
    state: Seen | None = st.session_state.get("seen")
    return state if state and state.ledger.document.id == document_id else None


def _next(api: ApiClient, state: Seen) -> None:
    """On to the next document that nobody has reviewed: the one sent before this one, or else the newest."""
    state.ledger.leave = False
    here = state.ledger.document
    left = api.documents(limit=200, status=["ready"], review_state="unreviewed").items
    others = [one for one in left if one.id != here.id and one.progress.pages]  # an archive has none
    if not others:
        st.toast("Everything that is ready has been reviewed.", icon=":material/task_alt:")
        return
    older = (one for one in others if one.created_at <= here.created_at)
    address.put("id", next(older, others[0]).id)
    for name in ("page", "mark"):
        address.put(name, "")
    st.rerun()
