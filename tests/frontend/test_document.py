"""What a person sees of one document, over the real API."""

from __future__ import annotations

import httpx
import pytest

from tests.backend import sent_and_ready
from tests.frontend.conftest import OpenPage, said
from tests.papers import invoice, pdf

V1 = "/api/v1"

# The page sets deadlines, which mean nothing to a client without a network.
pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


def test_a_document_has_an_address_and_takes_decisions(client: httpx.Client, open_page: OpenPage) -> None:
    document = sent_and_ready(client, invoice("to be decided"), "decided.pdf")
    page = open_page(client, "document", id=document["id"])
    assert "The page carries its own text" in said(page)
    total = next(
        field
        for field in client.get(f"{V1}/documents/{document['id']}/fields").json()["items"]
        if field["name"] == "total"
    )
    assert "1200.00 GBP" in said(page)
    page = page.button(key=f"icon-accept-{total['id']}").click().run()
    assert state_of(client, document["id"], total["id"]) == "accepted"
    page = page.button(key="undo").click().run()
    assert state_of(client, document["id"], total["id"]) == "found"
    page.button(key=f"icon-reject-{total['id']}").click().run()
    assert state_of(client, document["id"], total["id"]) == "rejected"


def test_trouble_after_the_reading_is_told_apart(client: httpx.Client, open_page: OpenPage, work: object) -> None:
    from storage.tables import Page
    from workers.work import Work

    assert isinstance(work, Work)
    document = sent_and_ready(client, pdf(["One sheet"], ["Another sheet"]), "troubled.pdf")
    with work.stores.database.write() as session:
        row = session.query(Page).filter_by(document_id=document["id"], number=2).one()
        row.error = {"code": "page_timeout", "message": "It took too long.", "advice": "Try again."}
    page = open_page(client, "document", id=document["id"])
    assert [expander.label for expander in page.expander] == ["1 page with trouble after the reading"]
    page = page.button(key="bad-2").click().run()
    assert "It took too long." in said(page)
    assert "Read from the text in the file" in said(page)


def state_of(client: httpx.Client, document_id: str, finding_id: str) -> str:
    fields = client.get(f"{V1}/documents/{document_id}/fields").json()["items"]
    return next(str(field["state"]) for field in fields if field["id"] == finding_id)
