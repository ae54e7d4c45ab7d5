"""The drop area and the files on their way, problems first with what helps. Sending is left to sending.py."""

from __future__ import annotations

from html import escape

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient
from frontend.sending import Outbox, Parcel


def outbox(api: ApiClient) -> Outbox:
    """The files that this browser session is sending."""
    if "outbox" not in st.session_state:
        st.session_state["outbox"] = Outbox(api)
    box: Outbox = st.session_state["outbox"]
    return box


def drop_area(box: Outbox, wide: bool) -> None:
    """Takes files; `wide` while there is nothing else to look at."""
    turn = st.session_state.setdefault("drops", 0)
    key = f"drop-{turn}"

    def take() -> None:
        box.add(st.session_state[key])
        st.session_state["drops"] = turn + 1  # a fresh area, so that Streamlit lets its copies go

    with st.container(key="drop-wide" if wide else "drop-slim"):
        st.file_uploader(
            "Drop PDFs, scans or photos here", accept_multiple_files=True, key=key, on_change=take,
            label_visibility="collapsed",
        )  # fmt: skip


def parcels(box: Outbox) -> None:
    """Refused files, then what is being sent, then duplicates; what arrived is in the list of documents."""
    everything = box.parcels()
    for parcel in everything:
        if parcel.received and not parcel.received.duplicate:
            box.forget(parcel)
    for parcel in everything:
        if parcel.problem:
            _refused(box, parcel)
    waiting = [parcel for parcel in everything if parcel.waiting]
    if waiting:
        _under_way(waiting)
    for parcel in everything:
        if parcel.received and parcel.received.duplicate:
            _duplicate(box, parcel)


def _refused(box: Outbox, parcel: Parcel) -> None:
    assert parcel.problem is not None
    with st.container(key=f"refused-{parcel.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            st.html(
                f'<div role="alert"><b class="sheaf-name">{escape(parcel.name)}</b><br>'
                f'<span class="sheaf-failed-text">{escape(parcel.problem.message)}</span> '
                f"{escape(parcel.problem.advice)}</div>"
            )
            _dismiss(box, parcel)
        if parcel.needs_password:
            _password(box, parcel)


def _dismiss(box: Outbox, parcel: Parcel) -> None:
    label = f"Dismiss {wording.plain(parcel.name)}"
    if st.button(label, key=f"icon-dismiss-{parcel.id}", icon=":material/close:", type="tertiary"):
        box.forget(parcel)
        st.rerun()


def _password(box: Outbox, parcel: Parcel) -> None:
    # Each try has a form of its own, so that a wrong password does not linger in the session.
    with (
        st.form(f"password-{parcel.id}-{parcel.attempt}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        # This label is only spoken, and as it is written: nothing in it is to be escaped.
        password = st.text_input(
            f"Password of {parcel.name}", type="password", key=f"secret-{parcel.id}-{parcel.attempt}",
            label_visibility="collapsed", placeholder="Password of this file", autocomplete="off", width=280,
        )  # fmt: skip
        if st.form_submit_button("Send again") and password:
            box.send_again(parcel, password)
            st.rerun()


def _under_way(waiting: list[Parcel]) -> None:
    now, left = waiting[0], len(waiting) - 1
    share = now.sent / now.size if now.size else 1.0
    what = "checking" if share >= 1 else f"sending, {wording.size(now.sent)} of {wording.size(now.size)}"
    what = "waiting for Sheaf to answer" if now.away else what
    more = f" · {wording.count(left, 'more file')} after it" if left else ""
    st.html(
        f'<div class="sheaf-sending" role="status"><b class="sheaf-name">{escape(now.name)}</b> '
        f'<span class="sheaf-quiet">{what}{more}</span>'
        f'<div class="sheaf-bar" role="progressbar" aria-label="Sent" aria-valuenow="{100 * share:.0f}">'
        f'<i class="sheaf-read" style="width:{share:.1%}"></i></div></div>'
    )


def _duplicate(box: Outbox, parcel: Parcel) -> None:
    assert parcel.received is not None
    with st.container(key=f"twin-{parcel.id}", horizontal=True, vertical_alignment="center", wrap=False):
        there = parcel.received.filename
        same = "under this name" if there == parcel.name else f"as {there}"
        st.html(
            f'<b class="sheaf-name">{escape(parcel.name)}</b> '
            f'<span class="sheaf-quiet">is here already, {escape(same)}</span>'
        )
        if st.button("Open", key=f"open-twin-{parcel.id}", type="tertiary", icon=":material/arrow_forward:"):
            box.forget(parcel)
            address.open_document(parcel.received.id)
        _dismiss(box, parcel)
