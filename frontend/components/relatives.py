"""Links from a document to the file that it came in, and to the documents that came in it."""

from __future__ import annotations

import streamlit as st

from frontend import address, wording
from frontend.shapes import Document, Relative

#: Members shown as links; the others are among all documents.
AT_ONCE = 50


def relatives(document: Document) -> None:
    if document.parent:
        _link(document.parent, f"Came in {wording.plain(document.parent.filename)}", ":material/drive_folder_upload:")
    members = [member for member in document.members if member.deleted_at is None]
    if not members:
        return
    with st.expander(f"{wording.count(len(members), 'document')} came in it", expanded=not document.progress.pages):
        for member in members[:AT_ONCE]:
            name = wording.plain(member.path or member.filename)
            _link(member, name if member.status == "ready" else f"{name} · {member.status}", ":material/draft:")
        if len(members) > AT_ONCE:
            st.caption(f"{len(members) - AT_ONCE:,} more are among all documents.")


def _link(to: Relative, label: str, icon: str) -> None:
    st.page_link(address.place(address.DOCUMENT), label=label, icon=icon, query_params={"id": to.id})
