"""What a search is narrowed to: chips with counts, and dates, all in the address. Searching is left to views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from frontend import address, wording

#: As the API and the address call them.
NAMES = ("type", "label", "since", "until")

#: Of each filter with chips: what the chips are, and the name of their counts.
CHIPS = {"type": ("Kind of document", "types"), "label": ("Named on the page", "labels")}
MOST_CHIPS = 8


def chips(facets: Mapping[str, Mapping[str, int]]) -> None:
    with st.container(key="filters", gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", key="filters-type"):
            _chips("type", facets)
            _dates()
            if any(address.search_asked().get(name) for name in NAMES):
                st.button("Clear", icon=":material/close:", key="clear-filters", type="tertiary", on_click=clear)
        _chips("label", facets)


def clear() -> None:
    for name in (*NAMES, "top"):
        address.put(name, "")


def shown_chips(counts: Mapping[str, int], selected: list[str]) -> list[str]:
    """The most frequent ones, one of a title, and always those that are selected, so that each can be taken back."""
    titled: dict[str, str] = {}
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        titled.setdefault(wording.title(name), name)
    frequent = list(titled.values())[:MOST_CHIPS]
    return frequent + [name for name in selected if name not in frequent]


def _chips(name: str, facets: Mapping[str, Mapping[str, int]]) -> None:
    """The address says what is selected, so that the browser's way back takes a choice back."""
    headline, kind = CHIPS[name]
    counts, selected = facets.get(kind, {}), address.several(name)
    options = shown_chips(counts, selected)
    if not options:
        return
    key = f"filter-{name}"
    st.session_state[key] = selected
    st.pills(
        headline, options, selection_mode="multi", format_func=lambda one: f"{wording.title(one)} {counts.get(one, 0)}",
        key=key, label_visibility="collapsed", on_change=_choose, args=(name,),
    )  # fmt: skip


def _choose(name: str) -> None:
    address.put(name, list(st.session_state[f"filter-{name}"]))


def _dates() -> None:
    since, until = _day("since"), _day("until")
    with st.popover(_said(since, until), icon=":material/calendar_today:", key="filter-dates"):
        st.html('<div class="sheaf-quiet">The date that the document itself carries.</div>')
        for name, label, chosen in (("since", "From", since), ("until", "To", until)):
            st.session_state[f"filter-{name}"] = chosen
            st.date_input(
                label, key=f"filter-{name}", on_change=_date, args=(name,), min_value=date(1900, 1, 1),
                max_value=date(2100, 12, 31), format="YYYY-MM-DD",
            )  # fmt: skip


def _said(since: date | None, until: date | None) -> str:
    if since and until:
        return f"{wording.day(since.isoformat())} to {wording.day(until.isoformat())}"
    if since or until:
        return f"Since {wording.day(since.isoformat())}" if since else f"Until {wording.day(str(until))}"
    return "Any date"


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(address.text(name))
    except ValueError:
        return None


def _date(name: str) -> None:
    chosen = st.session_state[f"filter-{name}"]
    address.put(name, chosen.isoformat() if chosen else "")
