"""Upload: drop files and watch them being read. Finding them again is left to documents.py."""

from __future__ import annotations

import streamlit as st

from frontend.api_client import ApiClient
from frontend.components import outbox

#: Seconds between two looks while something moves.
BUSY = 1.0


def upload_view(api: ApiClient) -> None:
    box = outbox.outbox(api)
    outbox.drop_area(box, wide=True)
    st.fragment(run_every=BUSY)(lambda: outbox.parcels(box))()
