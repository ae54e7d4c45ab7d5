"""What was found in a document, to be looked at and decided: fields first, then what is named on the page shown."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from html import escape

import streamlit as st

from frontend import address, wording
from frontend.api_client import ApiClient
from frontend.components import notices
from frontend.components.pictures import Outline
from frontend.shapes import Finding

#: Kinds of things share a colour: people, organisations, places, dates, amounts, ways to reach, numbers.
COLOURS = {
    "PERSON": "person", "ORG": "org", "LOCATION": "place", "DATE": "date", "MONEY": "money", "EMAIL": "contact",
    "PHONE": "contact", "URL": "contact", "IBAN": "number", "INVOICE_NUMBER": "number", "TAX_ID": "number",
}  # fmt: skip

DECIDED = {"accepted": "accepted", "corrected": "corrected", "added": "added by hand"}


def colour(finding: Finding) -> str:
    return "field" if finding.kind == "field" else COLOURS.get(finding.name, "number")


def outlines(findings: Sequence[Finding], page: int) -> list[Outline]:
    """Where the findings stand on the page; the one in focus, and what a person decided, stand out."""
    focus = st.session_state.get("focus")
    return [
        Outline(
            finding.boxes(page), f"{wording.title(finding.name)}: {finding.text}", colour(finding), finding.id == focus
        )
        for finding in sorted(findings, key=lambda finding: finding.kind)  # fields above entities
    ]


def finding_lists(api: ApiClient, document_id: str, findings: Sequence[Finding], page: int) -> None:
    """Fields of the whole document and the entities of this page, the doubtful first."""
    if any(finding.state in DECIDED for finding in findings) and st.button(
        "Undo my last decision", icon=":material/undo:", type="tertiary", key="undo"
    ):
        notices.attempt(lambda: api.undo(document_id))
        st.rerun()
    fields = [finding for finding in findings if finding.kind == "field"]
    entities = [finding for finding in findings if finding.kind == "entity"]
    here = [entity for entity in entities if entity.conflict or any(span.page == page for span in entity.spans)]
    _list(api, "Fields", fields, "No fields were found.")
    elsewhere = len(entities) - len(here)
    _list(api, "Named on this page", here, "Nothing was found on this page.")
    if elsewhere:
        st.html(f'<div class="sheaf-quiet">{wording.count(elsewhere, "more finding")} on other pages.</div>')


def _list(api: ApiClient, headline: str, findings: Sequence[Finding], nothing: str) -> None:
    doubtful = sum(map(_doubtful, findings))
    doubts = f' <span class="sheaf-doubt-text">{doubtful} doubtful</span>' if doubtful else ""
    st.html(f'<h3 class="sheaf-head">{headline} <small>{len(findings) or ""}</small>{doubts}</h3>')
    if not findings:
        st.html(f'<div class="sheaf-quiet">{nothing}</div>')
    with st.container(gap=None, key=f"list-{headline.split()[0].lower()}"):
        for finding in sorted(findings, key=lambda finding: not _doubtful(finding)):
            _finding(api, finding)


def _doubtful(finding: Finding) -> bool:
    return finding.conflict or (finding.state == "found" and finding.confidence < wording.DOUBT)


def _finding(api: ApiClient, finding: Finding) -> None:
    focused = "focus" if st.session_state.get("focus") == finding.id else "finding"
    with st.container(
        key=f"{focused}-{finding.id}", horizontal=True, vertical_alignment="center", wrap=False, gap="xxsmall"
    ):
        label = wording.title(finding.name)
        st.html(
            f'<div class="sheaf-label"><i class="sheaf-dot sheaf-{colour(finding)}"></i>{escape(label)}</div>',
            width=132,
        )
        with st.container(gap=None):
            text = finding.text if len(finding.text) <= 90 else f"{finding.text[:88]}…"
            if st.button(
                wording.plain(text), key=f"show-{finding.id}", type="tertiary",
                disabled=not finding.spans,
            ):  # fmt: skip
                st.session_state["focus"] = finding.id
                address.turn_to(finding.spans[0].page)
                st.rerun()
            if value := wording.value(finding):
                st.html(f'<div class="sheaf-value">{escape(value)}</div>')
        st.html(_sureness(finding), width=64)
        if finding.state in DECIDED:
            return
        for verb, icon, word in ((api.accept, "check", "Accept"), (api.reject, "close", "Reject")):
            if st.button(
                f"{word} {label}: {wording.plain(finding.text[:60])}", icon=f":material/{icon}:",
                key=f"icon-{word.lower()}-{finding.id}", type="tertiary",
            ):  # fmt: skip
                notices.attempt(partial(verb, finding))
                st.rerun()


def _sureness(finding: Finding) -> str:
    if finding.conflict:
        why = "Its place is gone since the page was read again"
        return f'<div class="sheaf-sure sheaf-doubt-text" title="{why}">no place</div>'
    if finding.state in DECIDED:
        return f'<div class="sheaf-sure sheaf-done-text">{DECIDED[finding.state]}</div>'
    tone = "sheaf-doubt-text" if _doubtful(finding) else "sheaf-quiet"
    sign = "▲ " if _doubtful(finding) else ""
    return f'<div class="sheaf-sure {tone}">{sign}{wording.percent(finding.confidence)}</div>'
