"""What is said when something is wrong, missing or done. What led there is left to the callers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from itertools import count

import streamlit as st

from frontend import address
from frontend.api_client import ApiClient, ApiError, Away
from frontend.shapes import Problem

#: Seconds between two looks whether the API is back.
LOOK_AGAIN = 2.0


def problem(problem: Problem) -> None:
    """What happened and what to do, with the code for support."""
    st.html(
        f'<div class="sheaf-notice sheaf-failure" role="alert"><b>{escape(problem.message)}</b> '
        f"{escape(problem.advice)} <small>{escape(problem.code)}</small></div>"
    )


def note(headline: str, advice: str) -> None:
    """Something went less well than it should, and the rest is shown all the same."""
    st.html(f'<div class="sheaf-notice sheaf-doubt" role="status"><b>{escape(headline)}</b> {escape(advice)}</div>')


def attempt(action: Callable[[], object]) -> bool:
    """Do something at the API and say in a toast why it was refused; True when it was done."""
    try:
        action()
    except ApiError as error:
        st.toast(f"{error.problem.message} {error.problem.advice}", icon=":material/error:")
        return False
    except Away:
        st.toast("Sheaf does not answer just now. Try again in a moment.", icon=":material/error:")
        return False
    return True


@contextmanager
def told(api: ApiClient) -> Iterator[None]:
    """Say what is wrong where something could not be shown, and what to do."""
    try:
        yield
    except Away:
        away(api)
    except ApiError as error:
        problem(error.problem)
        if error.problem.code == "not_found":  # trying again finds no more
            if st.button("All documents", icon=":material/description:", key="to-documents"):
                address.go(address.DOCUMENTS)
        elif st.button("Try again", icon=":material/refresh:", key="try-again"):
            st.rerun()


def away(api: ApiClient) -> None:
    """Say that nobody answers, and go on by itself as soon as somebody does."""
    looks = count()

    def look() -> None:
        if next(looks) and api.alive():  # not at once: it was just asked in vain, though it may be alive without stores
            st.rerun()
        st.html(
            '<div class="sheaf-notice sheaf-doubt" role="status"><b>Sheaf does not answer just now.</b> '
            f"It is looked for at {escape(api.address)} every {LOOK_AGAIN:.0f} seconds, "
            "and this page goes on by itself. Everything already sent is kept.</div>"
        )

    st.fragment(run_every=LOOK_AGAIN)(look)()


def empty(headline: str, advice: str) -> None:
    """Nothing here: what this place is for and the one thing to do first."""
    st.html(f'<div class="sheaf-empty"><b>{escape(headline)}</b><br>{escape(advice)}</div>')
