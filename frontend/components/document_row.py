"""One document in the list: thumbnail, name, how far it is, what was found, and what can be done with it."""

from __future__ import annotations

from html import escape

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient, ApiError, Away
from frontend.components import notices, pictures
from frontend.shapes import Document


def document_row(api: ApiClient, document: Document) -> None:
    with st.container(key=f"row-{document.id}", horizontal=True, vertical_alignment="center", wrap=False, gap="small"):
        _thumbnail(api, document)
        with st.container(gap=None, key=f"about-{document.id}"):
            if st.button(wording.plain(document.filename), key=f"open-{document.id}", type="tertiary"):
                address.open_document(document.id)
            st.html(described(api, document))
        actions(api, document, in_list=True)


def described(api: ApiClient, document: Document) -> str:
    """The lines under the name, as HTML."""
    failed = document.status == "failed"
    tone = "sheaf-failed-text" if failed else "sheaf-active" if document.active else "sheaf-plain"
    parts = [f'<span class="{tone}">{escape(wording.state(document).capitalize())}</span>']
    if facts := wording.facts(document):
        parts.append(escape(facts))
    if not document.active:
        parts.append(escape(wording.ago(document.created_at)))
    lines = [f'<div class="sheaf-quiet">{" · ".join(parts)}</div>']
    if document.active and document.status != "queued":
        lines.append(progress_bar(document))
    if failed and document.error:
        lines.append(f"<div>{escape(document.error.message)} {escape(document.error.advice)}</div>")
    elif document.progress.problems:
        lines.append(f'<div class="sheaf-doubt-text">{escape(problem_pages(api, document))}</div>')
    if document.progress.warnings:
        later = f"{wording.count(document.progress.warnings, 'page')} {wording.LATER}."
        lines.append(f'<div class="sheaf-doubt-text">{escape(later)}</div>')
    return "".join(lines)


def progress_bar(document: Document) -> str:
    """A bar made of pages: read, with a problem, still to come."""
    progress = document.progress
    pages = progress.pages or 1
    label = f"{progress.read + progress.problems} of {pages} pages read"
    return (
        f'<div class="sheaf-bar" role="progressbar" aria-label="{label}" aria-valuemin="0" aria-valuemax="{pages}" '
        f'aria-valuenow="{progress.read + progress.problems}">'
        f'<i class="sheaf-read" style="width:{progress.read / pages:.1%}"></i>'
        f'<i class="sheaf-problem" style="width:{progress.problems / pages:.1%}"></i></div>'
    )


def problem_pages(api: ApiClient, document: Document) -> str:
    """Which pages could not be read, and why the first of them."""
    try:
        bad = [page for page in _pages(api, document.id, document.version, document.progress.problems) if page[1]]
    except (ApiError, Away):
        bad = []
    count = wording.count(document.progress.problems, "page")
    if not bad:
        return f"{count} could not be read."
    number, reason = bad[0]
    more = f" {len(bad) - 1} more." if len(bad) > 1 else ""
    return f"{count} could not be read. Page {number}: {reason}{more}"


def actions(api: ApiClient, document: Document, in_list: bool = False) -> None:
    """The one button that helps, and the rest in a menu."""
    if document.deleted_at:
        if st.button("Restore", key=f"restore-{document.id}", icon=":material/restore_from_trash:"):
            if notices.attempt(lambda: api.restore(document.id)):
                st.session_state.pop("deleted", None)
            st.rerun()
        return
    if document.status == "failed" and st.button("Try again", key=f"retry-{document.id}", icon=":material/refresh:"):
        notices.attempt(lambda: api.retry(document.id))
        st.rerun()
    work = "Cancel" if document.active else "Read again"
    chosen = st.menu_button(
        f"More for {wording.plain(document.filename)}", [work, "Delete"], key=f"icon-menu-{document.id}",
        icon=":material/more_horiz:", type="tertiary",
    )  # fmt: skip
    if chosen == "Cancel":
        notices.attempt(lambda: api.cancel(document.id))
        st.rerun()
    if chosen == "Read again":
        notices.attempt(lambda: api.read_again(document.id))
        st.rerun()
    if chosen == "Delete" and notices.attempt(lambda: api.delete(document.id)):
        st.session_state["deleted"] = (document.id, document.filename)
        if not in_list:
            address.go(address.DOCUMENTS)
        st.rerun()


def _thumbnail(api: ApiClient, document: Document) -> None:
    picture = pictures.thumbnail(api, document.id, document.run) if document.progress.read else None
    with st.container(key=f"thumb-{document.id}", width=48):
        if picture:
            st.image(picture, width=44, alt=f"First page of {document.filename}")
        else:
            st.html('<div class="sheaf-no-thumb" aria-hidden="true"></div>')


@st.cache_data(max_entries=500, ttl=300, show_spinner=False)
def _pages(_api: ApiClient, document_id: str, version: int, problems: int) -> list[tuple[int, str]]:
    """Page numbers with the reason why they could not be read, empty if they could."""
    return [
        (page.number, page.error.message if page.error and page.status == "problem" else "")
        for page in _api.pages(document_id)
    ]
