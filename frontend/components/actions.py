"""What is done to documents from a list of them, and taken back again. Which of it is offered is left to views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient
from frontend.components import notices
from frontend.components.rows import Act, Asked


@dataclass(frozen=True)
class _Verb:
    do: Callable[[ApiClient, str], object]
    done: str
    back: str = ""


_VERBS = {
    "delete": _Verb(lambda api, id: api.delete(id), "in the trash", back="restore"),
    "restore": _Verb(lambda api, id: api.restore(id), "out of the trash", back="delete"),
    "review": _Verb(lambda api, id: api.mark_reviewed(api.document(id)), "marked as reviewed", back="reopen"),
    "reopen": _Verb(lambda api, id: api.reopen_review(api.document(id)), "to be reviewed again", back="review"),
    "read": _Verb(lambda api, id: api.read_again(id), "being read again", back="cancel"),
    "retry": _Verb(lambda api, id: api.retry(id), "being tried again", back="cancel"),
    "cancel": _Verb(lambda api, id: api.cancel(id), "no longer being read", back="read"),
}

BULK = (Act("review", "Mark reviewed"), Act("read", "Read again"), Act("delete", "Delete"))
BULK_IN_TRASH = (Act("restore", "Restore"),)


def take(api: ApiClient, asked: Asked | None, names: dict[str, str]) -> None:
    """Do what was asked of the documents, remember how to take it back, and draw anew; nothing for None."""
    if asked is None:
        return
    if asked.verb == "open":
        address.open_document(asked.ids[0])
    done = _done(api, asked.verb, asked.ids)
    if done:
        who = names.get(done[0], "It") if len(done) == 1 else wording.count(len(done), "document")
        said = f"{who} {'is' if len(done) == 1 else 'are'} {_VERBS[asked.verb].done}."
        st.session_state["done"] = (said, _VERBS[asked.verb].back, done)
    st.rerun()


def done_notice(api: ApiClient) -> None:
    """What was done last, until it is taken back or dismissed."""
    if "done" not in st.session_state:
        return
    said, back, ids = st.session_state["done"]
    with st.container(horizontal=True, vertical_alignment="center", key="done"):
        st.text(said, width="content")
        if st.button("Undo", key="undo-done", icon=":material/undo:", type="tertiary"):
            _done(api, back, ids)
            del st.session_state["done"]
            st.rerun()
        if st.button("Dismiss", key="icon-dismiss-done", icon=":material/close:", type="tertiary"):
            del st.session_state["done"]
            st.rerun()


def _done(api: ApiClient, verb: str, ids: Sequence[str]) -> list[str]:
    """Those of the documents to which it could be done."""
    return [id for id in ids if notices.attempt(lambda id=id: _VERBS[verb].do(api, id))]
