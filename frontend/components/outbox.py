"""The drop area and the files on their way, problems first with what helps. Sending is left to sending.py."""

from __future__ import annotations

from html import escape

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient
from frontend.sending import Outbox, Outboxes, Parcel

#: Said again in styles/frame.css, where Streamlit has words of its own.
DROP_HERE = "Drop papers here: PDFs, scans, photos, office files, mails, or archives of them"

#: Refused files and duplicates shown one by one, those dismissed one by one, and characters of a name of an upload.
AT_ONCE, FEW, LONGEST_NAME = 10, 3, 200


def outbox(batch_id: str) -> Outbox:
    """The files on their way into a batch, from whichever window; without one, those that this session drops next."""
    if batch_id:
        return _outboxes().of(batch_id)
    box: Outbox = st.session_state.setdefault("outbox", Outbox())
    return box


@st.cache_resource(show_spinner=False)
def _outboxes() -> Outboxes:
    return Outboxes()


def drop_area(api: ApiClient, box: Outbox) -> None:
    """Takes files: into the batch of the outbox, or into a new one that may be named."""
    turn = st.session_state.setdefault("drops", 0)

    def take(key: str) -> None:
        name, languages = st.session_state.get("batch-name", "").strip(), st.session_state.get("batch-languages", ())
        box.add(api, st.session_state[key], name, languages)
        if box.batch_id:
            _outboxes().keep(box)
        st.session_state["drops"] = turn + 1  # a fresh area, so that Streamlit lets its copies go

    with st.container(key="drop-slim" if box.batch_id or box.busy else "drop-wide"):
        st.file_uploader(
            DROP_HERE, accept_multiple_files=True, key=f"drop-{turn}", on_change=take,
            args=(f"drop-{turn}",), label_visibility="collapsed",
        )  # fmt: skip
    if box.batch_id or box.busy:
        return
    st.html(f'<div class="sheaf-quiet">{escape(_accepted(api))}</div>')
    with st.container(horizontal=True, vertical_alignment="center", key="drop-more"):
        st.text_input(
            "Name of this upload", key="batch-name", max_chars=LONGEST_NAME, width=340, label_visibility="collapsed",
            placeholder="Name of this upload, if it should have one", live=True,
        )  # fmt: skip
        with st.popover("A whole folder", icon=":material/drive_folder_upload:", type="tertiary"):
            st.file_uploader(
                "Folder to upload", accept_multiple_files="directory", key=f"folder-{turn}", on_change=take,
                args=(f"folder-{turn}",), label_visibility="collapsed",
            )  # fmt: skip
        with st.popover("Languages", icon=":material/translate:", type="tertiary"):
            _languages(api)


def _languages(api: ApiClient) -> None:
    """In which languages scans and photos of this upload are to be read."""
    engines = api.engines()
    names = {language.code: f"{language.name} ({language.code})" for language in engines.languages}
    st.multiselect(
        "Languages of the scans and photos", list(names), format_func=names.__getitem__, key="batch-languages",
        default=[code for code in engines.default_languages if code in names], width=420,
        help="Of texts that come with their letters, as in most PDFs, the language does not matter.",
    )  # fmt: skip


def _accepted(api: ApiClient) -> str:
    """What may be sent, and what could be if something were installed."""

    def named(ready: bool) -> str:
        return ", ".join(known.suffixes[0].removeprefix(".").upper() for known in formats if known.ready == ready)

    formats = api.formats()
    said = f"{named(True)}; what a file is decides its content, not its name."
    return said + (f" With LibreOffice installed also {named(False)}." if named(False) else "")


def opened_batch() -> str | None:
    """The batch of what this session dropped last, once, as soon as it is open."""
    box: Outbox | None = st.session_state.get("outbox")
    if box is None or box.batch_id is None:
        return None
    _outboxes().keep(box)
    del st.session_state["outbox"]
    return box.batch_id


def parcels(box: Outbox) -> None:
    """Refused files, then what is being sent, then duplicates; what arrived is in the list of documents."""
    everything = box.parcels()
    for parcel in everything:
        if parcel.received and not parcel.received.duplicate:
            box.forget(parcel)
    refused = [parcel for parcel in everything if parcel.problem]
    waiting = [parcel for parcel in everything if parcel.waiting]
    twins = [parcel for parcel in everything if parcel.received and parcel.received.duplicate]
    for parcel in refused[:AT_ONCE]:
        _refused(box, parcel)
    _the_rest(box, refused, "refused")
    if waiting:
        _under_way(waiting)
    for parcel in twins[:AT_ONCE]:
        _duplicate(box, parcel)
    _the_rest(box, twins, "already here")


def _the_rest(box: Outbox, told: list[Parcel], what: str) -> None:
    if len(told) <= FEW:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(told) > AT_ONCE:
            st.html(f'<span class="sheaf-quiet">{len(told) - AT_ONCE:,} more {what}.</span>', width="content")
        if st.button(f"Dismiss all {len(told):,} {what}", key=f"dismiss-{what.split()[0]}", type="tertiary"):
            for parcel in told:
                box.forget(parcel)
            st.rerun()


def _refused(box: Outbox, parcel: Parcel) -> None:
    assert parcel.problem is not None
    with st.container(key=f"refused-{parcel.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", wrap=False):
            what, advice = parcel.problem.message, parcel.problem.advice
            if parcel.needs_password and parcel.attempt > 1:
                what, advice = "This password does not open it.", "Ask whoever sent the file, and try again."
            st.html(
                f'<div role="alert"><b class="sheaf-name">{escape(parcel.name)}</b><br>'
                f'<span class="sheaf-failed-text">{escape(what)}</span> {escape(advice)}</div>'
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
