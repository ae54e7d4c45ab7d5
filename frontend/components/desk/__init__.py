"""The desk as a Streamlit component: one page and its findings. What it is given is made by shown.py.

Streamlit takes one script, so the modules beside this file are joined to one; their own names stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
#: In the order of their imports.
MODULES = ("elements", "model", "page", "list", "text", "readings", "panels", "bar", "overlays", "cursor", "outbox")
MODULES += ("walk", "decide", "ask", "keys", "desk")
_IMPORT = re.compile(r"^import .*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)

KEY = "desk"


def script() -> str:
    """All modules as one: without their imports, and with one export, which is the last module's default."""
    sources = ((HERE / f"{name}.js").read_text(encoding="utf-8") for name in MODULES)
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", source)) for source in sources)


_component = st.components.v2.component(
    "sheaf.desk",
    html=(HERE / "desk.html").read_text(encoding="utf-8"),
    css=(HERE / "desk.css").read_text(encoding="utf-8"),
    js=script(),
)


def desk(data: dict[str, Any], take: Callable[[dict[str, Any]], None]) -> None:
    """Show the desk; `take` gets what its browser sends, before the data of the next run is made."""

    def sent() -> None:
        if message := st.session_state.get(KEY, {}).get("sent"):  # else it comes again
            take(message)

    _component(key=KEY, data=data, on_sent_change=sent)
