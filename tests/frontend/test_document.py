"""The view of one document in each of its states, over the real API. The desk is tested in test_desk.py."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from errors import SheafError
from frontend.components import desk
from storage.tables import Document, Page
from tests.backend import send, sent_and_ready, wait
from tests.frontend.conftest import OpenPage, said
from tests.papers import invoice, pdf, picture
from workers.work import Work

V1 = "/api/v1"

# The page sets deadlines, which mean nothing to a client without a network.
pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


class Desk:
    """Stands in for the component, which needs a browser: keeps what it was given."""

    data: dict[str, Any] | None = None

    def __call__(self, key: str, data: dict[str, Any], on_sent_change: object) -> None:
        self.data = data


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Desk:
    stand_in = Desk()
    monkeypatch.setattr(desk, "_component", stand_in)
    return stand_in


def test_a_document_that_is_ready_is_given_to_the_desk(client: httpx.Client, open_page: OpenPage, given: Desk) -> None:
    document = sent_and_ready(client, invoice("given to the desk"), "given.pdf")
    assert "given.pdf" in said(open_page(client, "document", id=document["id"]))
    assert given.data
    assert given.data["document"]["type"] == "invoice"
    assert given.data["page"]["how"] == "Text layer."
    assert httpx.URL(given.data["page"]["image"]).path.startswith(f"{V1}/pictures/")
    assert "total" in {one["name"] for one in given.data["findings"]}
    text, (start, end, *box) = given.data["page"]["text"], given.data["page"]["words"][0]
    assert text[start:end] == "Northwind"
    assert len(box) == 4


@pytest.mark.parametrize(("status", "busy"), [(None, False), (503, False), (503, True)])
def test_the_desk_stays_while_nobody_answers(
    client: httpx.Client, open_page: OpenPage, given: Desk, monkeypatch: pytest.MonkeyPatch, work: Work,
    status: int | None, busy: bool,
) -> None:  # fmt: skip
    id = sent_and_ready(client, invoice(f"stays {status} {busy}"), "stays.pdf")["id"]
    if busy:
        with work.stores.database.write() as session:
            session.get_one(Document, id).status = "reading"
    page = open_page(client, "document", id=id)

    def nobody(*_: object, **__: object) -> httpx.Response:
        if status is None:
            raise httpx.ConnectError("nobody there")
        return httpx.Response(status, json=SheafError("not_ready", detail="its database is away").as_json())

    with monkeypatch.context() as away:
        away.setattr(client, "request", nobody)
        given.data = None
        assert "stays.pdf" in said(page.run())
        assert given.data
        assert given.data["away"]
    page.run()
    assert not given.data["away"]


@pytest.mark.usefixtures("tesseract")
def test_a_scan_can_be_had_as_a_searchable_pdf(client: httpx.Client, open_page: OpenPage, given: Desk) -> None:
    scan = sent_and_ready(client, picture("To be found by others"), "scan.png")
    assert "searchable" in {button.key for button in open_page(client, "document", id=scan["id"]).download_button}
    own = sent_and_ready(client, invoice("text of its own"), "own.pdf")
    assert "searchable" not in {button.key for button in open_page(client, "document", id=own["id"]).download_button}


def test_its_address_leads_to_a_page_and_to_words_on_it(client: httpx.Client, open_page: OpenPage, given: Desk) -> None:
    document = sent_and_ready(client, pdf(["First sheet"], ["Second sheet"], ["Third"]), "places.pdf")
    open_page(client, "document", id=document["id"], page="2", mark="0-6,7-12")
    assert given.data
    assert (given.data["page"]["number"], given.data["marks"]) == (2, [(0, 6), (7, 12)])
    assert set(given.data["images"]) == {"1", "3"}
    open_page(client, "document", id=document["id"], page="99")
    assert given.data["page"]["number"] == 3


def test_one_that_is_being_read_says_how_far_it_is(client: httpx.Client, open_page: OpenPage, given: Desk) -> None:
    document = send(client, pdf(*([f"Page {number}"] for number in range(60))), "many-pages.pdf")
    page = open_page(client, "document", id=document["id"])
    assert "Cancel" in page.menu_button(key="icon-menu").options
    assert given.data is None or not given.data["document"]["editable"]
    wait(client, document["id"])
    page.run()
    assert given.data
    assert given.data["document"]["editable"]


def test_one_that_failed_says_why_and_can_be_tried_again(
    client: httpx.Client, open_page: OpenPage, given: Desk, work: Work
) -> None:
    document = sent_and_ready(client, invoice("bad luck at the desk"), "unlucky-desk.pdf")
    with work.stores.database.write() as session:
        row = session.get_one(Document, document["id"])
        row.status = "failed"
        row.error = {"code": "nothing_readable", "message": "None of it could be read.", "advice": "See its pages."}
    page = open_page(client, "document", id=document["id"])
    assert "None of it could be read." in said(page)
    page.button(key="retry").click().run()
    assert wait(client, document["id"])["status"] == "ready"


def test_the_trash_is_a_place_to_come_back_from(client: httpx.Client, open_page: OpenPage, given: Desk) -> None:
    document = sent_and_ready(client, invoice("to the trash"), "trash.pdf")
    page = open_page(client, "document", id=document["id"])
    page = page.menu_button(key="icon-menu").click("Delete").run()
    assert "This document is in the trash." in said(page)
    assert given.data
    assert not given.data["document"]["editable"]
    page = page.button(key="restore").click().run()
    assert "This document is in the trash." not in said(page)
    assert client.get(f"{V1}/documents/{document['id']}").json()["deleted_at"] is None


def test_an_address_that_leads_nowhere_is_explained(client: httpx.Client, open_page: OpenPage, given: Desk) -> None:
    assert "The address names no document." in said(open_page(client, "document"))
    page = open_page(client, "document", id="0" * 32)
    assert "There is no document" in said(page)
    assert given.data is None
    page = page.button(key="to-documents").click().run()
    assert ">Documents</h1>" in said(page)


def test_trouble_after_the_reading_is_told_apart(
    client: httpx.Client, open_page: OpenPage, given: Desk, work: Work
) -> None:
    document = sent_and_ready(client, pdf(["One sheet"], ["Another sheet"]), "troubled.pdf")
    with work.stores.database.write() as session:
        row = session.query(Page).filter_by(document_id=document["id"], number=2).one()
        row.error = {"code": "page_timeout", "message": "It took too long.", "advice": "Try again."}
    page = open_page(client, "document", id=document["id"])
    assert [expander.label for expander in page.expander] == ["1 page with trouble after the reading"]
    assert "It took too long" in said(page).replace("\\", "")
    page.button(key="bad-2").click().run()
    assert given.data
    assert given.data["page"]["number"] == 2
    assert given.data["page"]["how"] == "Text layer."
