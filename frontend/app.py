"""The frame of the page: places, search, what is being read, who I am, and what is said when something breaks.

What a place shows is left to views.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page

from frontend import address, session
from frontend.api_client import ApiClient
from frontend.components import bar, notices
from frontend.views import document, documents, search, upload

HERE = Path(__file__).parent

View = Callable[[ApiClient], None]


def main() -> None:
    st.set_page_config(page_title="Sheaf", page_icon=str(HERE / "icon.svg"), layout="wide")
    st.logo(HERE / "logo.svg", size="large")
    for sheet in sorted((HERE / "styles").glob("*.css")):
        st.html(sheet)
    places = {
        address.UPLOAD: _place(upload.upload_view, "Upload", "upload", address.UPLOAD, default=True),
        address.DOCUMENTS: _place(documents.documents_view, "Documents", "description", address.DOCUMENTS),
        address.SEARCH: _place(search.search_view, "Search", "search", address.SEARCH),
        address.DOCUMENT: _place(document.document_view, "Document", "article", address.DOCUMENT, visibility="hidden"),
    }
    shown = st.navigation(list(places.values()))
    here = next(name for name, place in places.items() if place is shown)
    address.know(places, here)
    bar.bar(session.api(), here)
    with notices.told(session.api()):
        shown.run()


def _place(view: View, title: str, icon: str, path: str, **options: bool | str) -> Page:
    return st.Page(lambda: view(session.api()), title=title, icon=f":material/{icon}:", url_path=path, **options)


if __name__ == "__main__":
    main()
