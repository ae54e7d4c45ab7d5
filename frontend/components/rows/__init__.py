"""Documents as dense rows or as pictures, drawn by the browser: hundreds of them cost one element, and keys walk them.

What stands in a row, and what an action does, is left to the views.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import streamlit as st

Tone = Literal["", "quiet", "active", "doubt", "failed", "done"]

_component = st.components.v2.component(
    "sheaf.rows", js=(Path(__file__).parent / "rows.js").read_text(), isolate_styles=False
)


@dataclass(frozen=True)
class Cell:
    text: str
    tone: Tone = ""


@dataclass(frozen=True)
class Act:
    """Something that can be asked of rows; `verb` comes back, `label` is read."""

    verb: str
    label: str


@dataclass(frozen=True)
class Bar:
    """Pages of a document by what became of them; the rest is still to come."""

    pages: int
    read: int
    problems: int
    reading: int = 0


@dataclass(frozen=True)
class Row:
    id: str
    name: str
    href: str
    cells: Sequence[Cell]
    notes: Sequence[Cell] = ()
    bar: Bar | None = None
    picture: str | None = None
    #: The same picture has the same name, whatever its address: it is fetched once.
    picture_name: str = ""
    act: Act | None = None


@dataclass(frozen=True)
class Asked:
    """What a person asked of which documents; the verb "open" is asked of one."""

    verb: str
    ids: tuple[str, ...]


def rows(
    key: str,
    shown: Sequence[Row],
    bulk: Sequence[Act] = (),
    label: str = "Documents",
) -> Asked | None:
    """Draw rows; with `bulk` they can be selected. The answer is what was just asked for."""
    data = {
        "label": label,
        "bulk": [asdict(act) for act in bulk],
        "rows": [asdict(row) for row in shown],
    }
    asked = _component(key=key, data=data, on_asked_change=lambda: None).asked
    return Asked(str(asked["verb"]), tuple(map(str, asked["ids"]))) if asked else None
