"""Documents that came in others: links between them, and what may be sent."""

from __future__ import annotations

import httpx
import pytest

from nlp.reading import office
from tests.archives import packed
from tests.backend import sent_and_ready, wait
from tests.frontend.conftest import OpenPage, said
from tests.papers import pdf

pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


def test_an_archive_lists_what_came_in_it_and_a_member_names_its_archive(
    client: httpx.Client, open_page: OpenPage
) -> None:
    content = packed(
        {"post/first.pdf": pdf(["The first of two."]), "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)}
    )
    archive = sent_and_ready(client, content, "two papers.zip")
    first, old = (wait(client, member["id"]) for member in archive["members"])
    page = open_page(client, "document", id=archive["id"])
    said(page)
    assert page.expander[0].label == "2 documents came in it"
    assert [link.proto.label for link in page.get("page_link")][-2:] == [r"post\/first\.pdf", r"old\.doc · failed"]
    assert [link.proto.query_string for link in page.get("page_link")][-2:] == [f"id={first['id']}", f"id={old['id']}"]
    page = open_page(client, "document", id=first["id"])
    said(page)
    assert [link.proto.label for link in page.get("page_link")][-1] == r"Came in two papers\.zip"


def test_what_was_kept_out_of_a_file_is_said(client: httpx.Client, open_page: OpenPage) -> None:
    document = sent_and_ready(client, pdf(["A paper that is no picture."]), "paper.png")
    assert document["flags"] == ["misnamed"]
    assert "its name means another kind of file" in said(open_page(client, "document", id=document["id"]))


def test_the_drop_area_says_what_may_be_sent(
    client: httpx.Client, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    formats = client.get("/api/v1/formats").json()["items"]
    assert {known["suffixes"][0] for known in formats} >= {".pdf", ".heic", ".docx", ".eml", ".zip"}
    monkeypatch.setattr(office, "program", lambda: None)
    (caption,) = [shown.value for shown in open_page(client).html if "PDF, " in str(shown.value)]
    assert "PDF, PNG, JPG, TIF, WEBP, HEIC, ZIP; " in caption
    assert "With LibreOffice installed also DOCX, " in caption
