"""Documents as rows: what is said of each, and the button that helps. Drawing is left to rows, doing to actions."""

from __future__ import annotations

import streamlit as st

from frontend import address, session, wording
from frontend.api_client import ApiClient, ApiError, Away
from frontend.components.rows import Act, Bar, Cell, Row
from frontend.shapes import Document


def row(api: ApiClient, document: Document, *cells: Cell) -> Row:
    return Row(
        id=document.id,
        name=document.filename,
        href=address.href(address.DOCUMENT, id=document.id),
        cells=cells,
        notes=_notes(api, document),
        bar=_bar(document),
        picture=session.picture(document.thumbnail_url),
        picture_name=f"{document.id} {document.run}",
        act=_act(document),
    )


def state(document: Document) -> Cell:
    said = wording.state(document).capitalize()
    if document.status == "failed":
        return Cell(said, "failed")
    if document.active:
        return Cell(said, "active")
    return Cell(said, "done" if document.review_state == "reviewed" else "quiet")


def doubts(document: Document) -> Cell:
    """How many findings want a person's look."""
    return Cell(f"{document.doubtful:,} doubtful", "doubt") if document.doubtful else Cell("")


def rank(document: Document) -> tuple[int, float]:
    """Problems first, then what is being read, then what waits, then what is there; the first come first."""
    if document.status in ("failed", "cancelled"):
        place = 0
    elif document.active:
        place = 2 if document.status == "queued" else 1
    else:
        place = 3 if document.progress.problems else 4
    return place, document.created_at.timestamp()


def _act(document: Document) -> Act | None:
    if document.deleted_at:
        return Act("restore", "Restore")
    if document.status in ("failed", "cancelled"):
        return Act("retry", "Try again") if document.status == "failed" else Act("read", "Read again")
    if document.active:
        return Act("cancel", "Cancel")
    if document.progress.problems:
        return Act("open", "See why")
    return Act("open", "Review") if document.doubtful and document.review_state != "reviewed" else None


def _bar(document: Document) -> Bar | None:
    progress = document.progress
    if not document.active or not progress.pages or document.status == "queued":
        return None
    reading = 1 if document.status == "reading" else 0
    return Bar(progress.pages, progress.read, progress.problems, reading)


def _notes(api: ApiClient, document: Document) -> list[Cell]:
    if document.status == "failed" and document.error:
        return [Cell(f"{document.error.message} {document.error.advice}", "failed")]
    notes = []
    if document.progress.problems and not document.active:
        notes.append(Cell(_problem_pages(api, document), "doubt"))
    if document.progress.warnings:
        notes.append(Cell(f"{wording.count(document.progress.warnings, 'page')} {wording.LATER}.", "doubt"))
    return notes


def _problem_pages(api: ApiClient, document: Document) -> str:
    """Which pages could not be read, and why the first of them."""
    try:
        bad = _bad_pages(api, document.id, document.version)
    except (ApiError, Away):
        bad = []
    count = wording.count(document.progress.problems, "page")
    if not bad:
        return f"{count} could not be read."
    number, reason = bad[0]
    more = f" {len(bad) - 1} more." if len(bad) > 1 else ""
    return f"{count} could not be read. Page {number}: {reason}{more}"


@st.cache_data(max_entries=500, ttl=300, show_spinner=False)
def _bad_pages(_api: ApiClient, document_id: str, version: int) -> list[tuple[int, str]]:
    return [
        (page.number, page.error.message) for page in _api.pages(document_id) if page.error and page.status == "problem"
    ]
