"""Upload: drop files, watch them being read, mend what went wrong. Finding them later is left to documents.py."""

from __future__ import annotations

import time
from html import escape

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient
from frontend.components import actions, document_rows, notices, outbox
from frontend.components.rows import Cell, Row, rows
from frontend.pace import Pace
from frontend.sending import Outbox
from frontend.shapes import ACTIVE, Batch, Document, DocumentList

#: Seconds between two looks while something moves; a batch at rest is looked at rarely, in case somebody adds to it.
BUSY, IDLE = 1.5, 20.0

#: Documents looked at, the rest are in Documents; and rows shown at once.
MOST, AT_ONCE = 200, 50

RECENT = 12


def upload_view(api: ApiClient) -> None:
    batch_id = address.text("batch")
    batch = api.batch(batch_id) if batch_id else None
    _headline(batch)
    box = outbox.outbox(batch_id)
    if not (batch and batch.cancelled_at):
        outbox.drop_area(api, box)

    def live() -> None:
        if opened := outbox.opened_batch():
            address.put("batch", opened)
            st.rerun()
        with notices.told(api):
            box = outbox.outbox(batch_id)
            outbox.parcels(box)
            moving = (_batch(api, batch_id, box) if batch_id else _recent(api)) or box.busy
            if moving != st.session_state.get("moving"):
                st.session_state["moving"] = moving
                st.rerun()  # the pace of looking and the drop area belong to the whole view

    st.fragment(run_every=BUSY if st.session_state.setdefault("moving", box.busy) else IDLE)(live)()


def _headline(batch: Batch | None) -> None:
    if batch is None:
        st.html('<h1 class="sheaf-title">Upload</h1>')
        return
    hint = "Send the address of this page to whoever should see it."
    if batch.cancelled_at:
        hint = "The rest of it was cancelled; what was read stays, and more goes into another upload."
    by = wording.who(batch.uploader, nobody="")
    with st.container(horizontal=True, vertical_alignment="center", key="batch-head"):
        st.html(
            f'<h1 class="sheaf-title">{escape(batch.name)}</h1><div class="sheaf-quiet">Uploaded '
            f"{escape(f'by {by}, ' if by else '')}{escape(wording.ago(batch.created_at))}. "
            f"{escape(hint)}</div>"
        )
        if st.button("All uploads", icon=":material/arrow_back:", type="tertiary", key="all-uploads"):
            address.go(address.UPLOAD)


# A batch


def _batch(api: ApiClient, batch_id: str, box: Outbox) -> bool:
    """The documents of the batch, problems first; True while some are not read."""
    with st.spinner("Looking for its documents…"):
        found = api.documents(limit=MOST, batch_id=batch_id)
    documents = _with_failed(api, batch_id, found)
    moving = any(found.counts.get(status) for status in ACTIVE)
    actions.done_notice(api)
    _counts(api, batch_id, box, found.counts, documents)
    if not documents:
        if not box.busy:
            notices.empty("Nothing here yet.", "What is dropped above is read page by page, and shows up here at once.")
        return moving
    pace: Pace = st.session_state.setdefault(f"pace-{batch_id}", Pace())
    pace.see(documents, time.monotonic())
    left = pace.left(documents)
    shown = sorted(documents, key=document_rows.rank)[:AT_ONCE]
    asked = rows(
        "batch-rows",
        [
            document_rows.row(
                api, document, document_rows.state(document), _result(document, left), document_rows.doubts(document)
            )
            for document in shown
        ],
        label="Documents of this upload",
    )
    if sum(found.counts.values()) > len(shown):
        st.page_link(
            address.place(address.DOCUMENTS), label=f"All {sum(found.counts.values()):,} documents of it",
            icon=":material/description:", query_params={"batch": batch_id},
        )  # fmt: skip
    actions.take(api, asked, {document.id: document.filename for document in shown})
    return moving


def _with_failed(api: ApiClient, batch_id: str, found: DocumentList) -> list[Document]:
    """What was found, and the failed documents where there are too many of all to have them among it."""
    known = {document.id: document for document in found.items}
    failed = [document for document in found.items if document.status == "failed"]
    if found.next_cursor and len(failed) < found.counts.get("failed", 0):
        more = api.documents(limit=AT_ONCE, batch_id=batch_id, status=["failed"]).items
        known |= {document.id: document for document in more}
    return list(known.values())


def _counts(api: ApiClient, batch_id: str, box: Outbox, counts: dict[str, int], documents: list[Document]) -> None:
    """How many there are in which state, how many pages are read, and what can be done for all."""
    total, failed, ready = sum(counts.values()), counts.get("failed", 0), counts.get("ready", 0)
    active = sum(counts.get(status, 0) for status in ACTIVE)
    if not total:
        return
    parts = [f'<span class="sheaf-failed-text">{failed:,} failed</span>'] if failed else []
    parts += [f'<span class="sheaf-active-text">{active:,} being read</span>'] if active else []
    parts += [f"{cancelled:,} cancelled"] if (cancelled := counts.get("cancelled")) else []
    parts += [f"{ready:,} ready" if ready < total else "all ready"] if ready else []
    with st.container(horizontal=True, vertical_alignment="center", key="batch-counts"):
        st.html(f'<h2 class="sheaf-head">{wording.count(total, "document")} <small>{" · ".join(parts)}</small></h2>')
        if failed and st.button("Try all failed again", key="retry-batch", icon=":material/refresh:"):
            notices.attempt(lambda: api.retry_batch(batch_id))
            st.rerun()
        if active and st.button("Cancel the rest", key="cancel-batch", icon=":material/close:", type="tertiary"):
            if notices.attempt(lambda: api.cancel_batch(batch_id)):
                box.cancel()
            st.rerun()
    if active:
        _pages_read(documents)


def _pages_read(documents: list[Document]) -> None:
    pages = sum(document.progress.pages or 1 for document in documents)
    read = sum(document.progress.read for document in documents)
    problems = sum(document.progress.problems for document in documents)
    st.html(
        f'<div class="sheaf-bar" role="progressbar" aria-label="Pages read" aria-valuemin="0" aria-valuemax="{pages}" '
        f'aria-valuenow="{read + problems}"><i class="sheaf-read" style="width:{read / pages:.1%}"></i>'
        f'<i class="sheaf-problem" style="width:{problems / pages:.1%}"></i></div>'
    )


def _result(document: Document, left: dict[str, float]) -> Cell:
    """What came out of it, or how long that will take."""
    if document.active:
        seconds = left.get(document.id)
        return Cell(wording.left(seconds) if seconds is not None else "", "quiet")
    kind = [wording.title(document.type.label)] if document.type else []
    found = [wording.count(document.findings, "finding")] if document.status == "ready" else []
    return Cell(", ".join([*kind, *found]))


# No batch


def _recent(api: ApiClient) -> bool:
    """The latest batches, to be opened again; True while one of them is being read."""
    with st.spinner("Looking for uploads…"):
        batches = api.batches(RECENT)
    if not batches:
        notices.empty(
            "No documents yet.",
            "Drop invoices, receipts, letters or contracts above: each is read page by page, "
            "and what it says becomes searchable.",
        )
        return False
    st.html('<h2 class="sheaf-head">Recent uploads</h2>')
    with st.container(key="recent"):
        asked = rows("recent-rows", [_row(batch) for batch in batches], label="Recent uploads")
    if asked:
        address.put("batch", asked.ids[0])
        st.rerun()
    return any(batch.counts.get(status) for batch in batches for status in ACTIVE)


def _row(batch: Batch) -> Row:
    counts, total = batch.counts, sum(batch.counts.values())
    active, failed = sum(counts.get(status, 0) for status in ACTIVE), counts.get("failed", 0)
    if failed:
        state = Cell(f"{failed:,} failed", "failed")
    elif active:
        state = Cell(f"{active:,} being read", "active")
    else:
        state = Cell("Cancelled" if batch.cancelled_at else "All read" if total else "Nothing arrived", "quiet")
    when = ", ".join(filter(None, (wording.ago(batch.created_at), wording.who(batch.uploader, nobody=""))))
    cells = (Cell(wording.count(total, "document"), "quiet"), state, Cell(when, "quiet"))
    return Row(batch.id, batch.name, address.href(address.UPLOAD, batch=batch.id), cells)
