"""One document: the page as it looks, how it was read, its text, what was found. The list is left to documents.py."""

from __future__ import annotations

from functools import partial
from html import escape

import streamlit as st

from frontend import address, marking, wording
from frontend.api_client import ApiClient, ApiError, Away
from frontend.components import document_row, notices
from frontend.components.findings import finding_lists, outlines
from frontend.components.pictures import page_picture
from frontend.shapes import Document, Finding, Page

BUSY = 1.0


def document_view(api: ApiClient) -> None:
    document = api.document(address.document_id())
    _head(api, document)
    if document.active:
        _progress(api, document)
    if document.status == "failed" and document.error:
        notices.problem(document.error)
    if not document.progress.pages:
        return
    if document.progress.problems or document.progress.warnings:
        _problem_pages(api, document)
    number = min(address.page_number(), document.progress.pages)
    page = api.page(document.id, number)
    findings = api.findings(document.id)
    left, right = st.columns([11, 10], gap="medium")
    with left:
        _page(api, document, page, findings)
    with right, st.container(key="facts"):
        found, text, reading = st.tabs(["Found", "Text", "How it was read"])
        with found:
            finding_lists(api, document.id, findings, number)
        with text:
            _text(page, findings)
        with reading:
            _readings(api, document, number)


def _head(api: ApiClient, document: Document) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        query = address.text("q")
        if st.button("Results" if query else "Documents", icon=":material/arrow_back:", type="tertiary", key="back"):
            address.leave_document()
        with st.container(gap=None, key="head-name"):
            st.html(f'<h1 class="sheaf-title">{escape(document.filename)}</h1>')
            known = (wording.state(document).capitalize(), wording.facts(document), wording.size(document.size))
            st.html(f'<div class="sheaf-quiet">{escape(" · ".join(part for part in known if part))}</div>')
        _downloads(api, document)
        document_row.actions(api, document)


def _downloads(api: ApiClient, document: Document) -> None:
    stem = document.filename.rpartition(".")[0] or document.filename
    with st.popover("Download", icon=":material/download:", type="tertiary"):
        # Fetched when asked for, not with the page.
        st.download_button(
            "Original", partial(api.original, document.id), document.filename, document.media_type, on_click="ignore",
            key="original", type="tertiary",
        )  # fmt: skip
        for form, kind in (("json", "application/json"), ("csv", "text/csv")):
            st.download_button(
                f"Everything found, {form.upper()}", partial(api.export, document.id, form), f"{stem}.{form}",
                kind, on_click="ignore", key=f"export-{form}", type="tertiary",
            )  # fmt: skip


def _progress(api: ApiClient, document: Document) -> None:
    """Refreshes itself while the document is being read, and the whole view when a page or the end is reached."""

    def live() -> None:
        try:
            now = api.document(document.id)
        except (Away, ApiError):
            st.rerun()  # the frame knows what to say
        if (now.status, now.progress) != (document.status, document.progress):
            st.rerun()
        st.html(document_row.progress_bar(now))

    st.fragment(run_every=BUSY)(live)()


def _problem_pages(api: ApiClient, document: Document) -> None:
    """Every page that could not be read, or had trouble later, with its reason; a click turns to it."""
    pages = api.pages(document.id)
    for status, what in (("problem", "could not be read"), ("read", wording.LATER)):
        bad = [(page.number, page.error.message) for page in pages if page.error and page.status == status]
        if not bad:
            continue
        with st.expander(f"{wording.count(len(bad), 'page')} {what}", icon=":material/warning:"):
            for number, reason in bad:
                if st.button(f"Page {number}: {wording.plain(reason)}", key=f"bad-{number}", type="tertiary"):
                    address.turn_to(number)
                    st.rerun()


def _page(api: ApiClient, document: Document, page: Page, findings: list[Finding]) -> None:
    pages = document.progress.pages or 1
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", key="turn"):
            _turn("Previous page", "chevron_left", page.number - 1, page.number > 1)
            st.html(f"<span>Page {page.number} of {pages}</span>", width="content")
            _turn("Next page", "chevron_right", page.number + 1, page.number < pages)
    if page.error:
        notices.problem(page.error)
    page_picture(api, document.id, page.number, document.run, outlines(findings, page.number))
    if page.status != "problem":
        st.html(f'<div class="sheaf-quiet">{escape(wording.how_read(page))}</div>')


def _turn(label: str, icon: str, number: int, possible: bool) -> None:
    shortcut = "Left" if icon.endswith("left") else "Right"
    if st.button(
        label, icon=f":material/{icon}:", key=f"icon-{icon}", type="tertiary", disabled=not possible, shortcut=shortcut
    ):
        address.turn_to(number)
        st.session_state.pop("focus", None)
        st.rerun()


def _text(page: Page, findings: list[Finding]) -> None:
    if not page.text:
        st.html('<div class="sheaf-quiet">There is no text on this page.</div>')
        return
    places = [(span.start, span.end) for finding in findings for span in finding.spans if span.page == page.number]
    st.html(f'<pre class="sheaf-text">{marking.marked_text(page.text, 0, places)}</pre>')


def _readings(api: ApiClient, document: Document, number: int) -> None:
    for reading in api.readings(document.id, number):
        source = wording.SOURCES.get(reading.engine, reading.engine)
        st.html(
            f'<div class="sheaf-reading"><b>Page {number}, read from {escape(source)}</b>'
            f"{'' if reading.current else ' (an earlier reading)'}<br>{escape(reading.reason)}<br>"
            f'<span class="sheaf-quiet">{escape(reading.engine_version)} · {wording.percent(reading.confidence)} '
            f"sure of the letters · {reading.seconds:.1f} s · {escape(wording.ago(reading.created_at))}</span></div>"
        )
    if not document.active and st.button("Read this page again", icon=":material/refresh:", key="read-page"):
        notices.attempt(lambda: api.read_again(document.id, [number]))
        st.rerun()
