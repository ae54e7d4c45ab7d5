"""What the browser does for the frame: keys that hold in every view, a name kept at this browser, one step back.

What a key leads to is left to app.py; the keys of one view, to the view.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

KEYS = (("/", "search"), ("?", "these keys"), ("Tab", "next control"), ("Esc", "leave a field, close a window"))

_component = st.components.v2.component("sheaf.keyboard", js=(Path(__file__).parent / "keyboard.js").read_text())


def keyboard(cookie: str, name: str) -> bool:
    """Listen for keys and keep the name as a cookie; True when the keys are asked for."""
    with st.container(key="keyboard"):
        asked = _component(key="keys", data={"cookie": cookie, "name": name}, on_help_change=lambda: None)
    return bool(asked.help)
