"""What a person sees in each state of the page, over the real API."""

from __future__ import annotations

import time

import httpx
import pytest
from streamlit.testing.v1 import AppTest

from frontend.views import documents
from tests.backend import send, sent_and_ready, wait
from tests.frontend.conftest import OpenPage, said
from tests.papers import INVOICE, invoice, pdf
from tests.servers import free_port

V1 = "/api/v1"

# The page sets deadlines, which mean nothing to a client without a network.
pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


def test_an_empty_desk_says_what_to_do_first(emptied: httpx.Client, open_page: OpenPage) -> None:
    page = open_page(emptied)
    assert "No documents yet." in said(page)
    assert [uploader.label for uploader in page.file_uploader] == ["Drop PDFs, scans or photos here"]


def test_the_trash_can_be_reached_from_an_empty_desk(emptied: httpx.Client, open_page: OpenPage) -> None:
    document = sent_and_ready(emptied, invoice("thrown away"), "thrown-away.pdf")
    emptied.delete(f"{V1}/documents/{document['id']}")
    page = open_page(emptied)
    page = page.button(key="to-trash").click().run()
    assert "thrown-away.pdf" in names(page)
    assert "thrown-away.pdf" in names(open_page(emptied, status="Trash")), "the trash has an address"
    page = page.button(key=f"restore-{document['id']}").click().run()
    assert emptied.get(f"{V1}/documents/{document['id']}").json()["deleted_at"] is None


def test_a_document_shows_how_far_it_is_and_then_what_was_found(client: httpx.Client, open_page: OpenPage) -> None:
    document = send(client, pdf(*([f"Page {number}", *INVOICE] for number in range(60))), "many-pages.pdf")
    page = open_page(client, name="many-pages")
    assert 'role="progressbar"' in said(page)
    assert ", 1 being read" in said(page)
    wait(client, document["id"])
    page = page.run()
    assert 'role="progressbar"' not in said(page)
    assert "60 pages" in said(page)
    assert "Invoice" in said(page)


def test_the_list_is_turned_page_by_page(
    client: httpx.Client, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        sent_and_ready(client, pdf([f"Leaf {number}"]), f"leaf-{number}.pdf")
    monkeypatch.setattr(documents, "AT_ONCE", 2)
    page = open_page(client, name="leaf-")
    assert names(page) == ["leaf-2.pdf", "leaf-1.pdf"]
    assert page.button(key="newer").disabled
    page = page.button(key="older").click().run()
    assert names(page) == ["leaf-0.pdf"]
    assert page.button(key="older").disabled
    [leaf] = client.get(f"{V1}/documents", params={"name": "leaf-0"}).json()["items"]
    client.delete(f"{V1}/documents/{leaf['id']}")
    assert names(page.run()) == ["leaf-2.pdf", "leaf-1.pdf"], "an emptied page gives way to the one before"
    client.post(f"{V1}/documents/{leaf['id']}/restore")
    page = page.run().button(key="older").click().run()
    page = page.button(key="newer").click().run()
    page = page.text_input(key="name").input("leaf-0").run()
    assert names(page) == ["leaf-0.pdf"]


def test_cancel_retry_delete_and_undo(client: httpx.Client, open_page: OpenPage) -> None:
    document = send(client, pdf(*([f"Sheet {number}"] for number in range(60))), "stopped.pdf")
    page = open_page(client, name="stopped")
    page = page.menu_button(key=f"icon-menu-{document['id']}").click("Cancel").run()
    assert client.get(f"{V1}/documents/{document['id']}").json()["status"] == "cancelled"
    assert "Cancelled" in said(page)
    page = page.menu_button(key=f"icon-menu-{document['id']}").click("Delete").run()
    assert "stopped.pdf is in the trash." in said(page)
    assert client.get(f"{V1}/documents/{document['id']}").json()["deleted_at"]
    page = page.button(key="undelete").click().run()
    assert client.get(f"{V1}/documents/{document['id']}").json()["deleted_at"] is None
    assert f"open-{document['id']}" in {button.key for button in page.button}


def test_refused_files_come_first_with_what_to_do(client: httpx.Client, open_page: OpenPage) -> None:
    page = drop(open_page(client), ("notes.txt", b"only words", "text/plain"), ("empty.pdf", b"", "application/pdf"))
    page = settled(page)
    assert "notes.txt" in said(page)
    assert "convert other formats to PDF first" in said(page)
    assert "The file is empty." in said(page)


def test_a_dropped_file_arrives_in_a_batch_and_a_second_one_is_a_duplicate(
    client: httpx.Client, open_page: OpenPage
) -> None:
    paper = ("dropped-once.pdf", invoice("dropped once"), "application/pdf")
    page = settled(drop(open_page(client, name="dropped-once"), paper))
    [document] = client.get(f"{V1}/documents", params={"name": "dropped-once"}).json()["items"]
    assert client.get(f"{V1}/batches/{document['batch_id']}").json()["source"] == "page"
    wait(client, document["id"])
    page = settled(drop(page, paper))
    assert "is here already" in said(page)
    [twin] = [button for button in page.button if (button.key or "").startswith("open-twin-")]
    page = twin.click().run()
    assert page.query_params["document"] == document["id"]


def test_a_failed_document_says_why_and_can_be_tried_again(
    client: httpx.Client, open_page: OpenPage, failed: str
) -> None:
    page = open_page(client, name="unlucky")
    assert "Failed" in said(page)
    assert "None of the pages could be read." in said(page)
    page.button(key=f"retry-{failed}").click().run()
    assert wait(client, failed)["status"] == "ready"


def test_search_shows_the_words_and_opens_the_page(client: httpx.Client, open_page: OpenPage) -> None:
    document = sent_and_ready(
        client, pdf(["Front page."], ["The marmalade shipment left Seville on Tuesday."]), "fruit.pdf"
    )
    page = open_page(client)
    page = page.text_input(key="q").input("marmalade shipment").run()
    assert "<mark>marmalade</mark> <mark>shipment</mark>" in said(page)
    assert "fruit.pdf" in said(page).replace("\\", "")
    page = page.button(key="open-hit-0").click().run()
    assert page.query_params["document"] == document["id"]
    assert page.query_params["page"] == "2"
    assert "Page 2 of 2" in said(page)
    page = page.button(key="back").click().run()
    assert "<mark>marmalade</mark>" in said(page), "back leads to the results"


def test_search_without_hits_says_so(emptied: httpx.Client, open_page: OpenPage) -> None:
    assert "Nothing found for “zebra”." in said(open_page(emptied, q="zebra"))


def test_a_document_has_an_address_and_takes_decisions(client: httpx.Client, open_page: OpenPage) -> None:
    document = sent_and_ready(client, invoice("to be decided"), "decided.pdf")
    page = open_page(client, document=document["id"])
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


def test_an_address_that_leads_nowhere_is_explained(client: httpx.Client, open_page: OpenPage) -> None:
    page = open_page(client, document="0" * 32)
    assert "There is no document" in said(page)
    page = page.button(key="back-home").click().run()
    assert "document" not in page.query_params


@pytest.mark.parametrize("address", [{}, {"q": "rent"}, {"document": "abc"}])
def test_a_backend_that_is_away_is_said_and_nothing_typed_is_lost(open_page: OpenPage, address: dict[str, str]) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{free_port()}") as nobody:
        page = open_page(nobody, **address)
    assert "Sheaf does not answer just now." in said(page)
    assert page.text_input(key="q").value == address.get("q", "")


def test_a_name_longer_than_can_be_looked_for_is_explained(client: httpx.Client, open_page: OpenPage) -> None:
    page = open_page(client, name="x" * 201)
    assert 'role="alert"' in said(page)
    assert page.text_input(key="name").max_chars == 200
    assert 'role="alert"' not in said(page.text_input(key="name").input("leaf").run())


def test_trouble_after_the_reading_is_told_apart(client: httpx.Client, open_page: OpenPage, work: object) -> None:
    from storage.tables import Page
    from workers.work import Work

    assert isinstance(work, Work)
    document = sent_and_ready(client, pdf(["One sheet"], ["Another sheet"]), "troubled.pdf")
    with work.stores.database.write() as session:
        row = session.query(Page).filter_by(document_id=document["id"], number=2).one()
        row.error = {"code": "page_timeout", "message": "It took too long.", "advice": "Try again."}
    assert "1 page with trouble after the reading." in said(open_page(client, name="troubled"))
    page = open_page(client, document=document["id"])
    assert [expander.label for expander in page.expander] == ["1 page with trouble after the reading"]
    page = page.button(key="bad-2").click().run()
    assert "It took too long." in said(page)
    assert "Read from the text in the file" in said(page)


@pytest.fixture
def failed(client: httpx.Client, work: object) -> str:
    """A readable document whose reading is on record as failed."""
    from storage.tables import Document
    from workers.work import Work

    assert isinstance(work, Work)
    document = sent_and_ready(client, invoice("bad luck"), "unlucky.pdf")
    with work.stores.database.write() as session:
        row = session.get_one(Document, document["id"])
        row.status = "failed"
        row.error = {
            "code": "nothing_readable",
            "message": "None of the pages could be read.",
            "advice": "See the problem of each page.",
        }
    return str(document["id"])


def drop(page: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    return page.file_uploader[0].set_value(list(files)).run()


def settled(page: AppTest) -> AppTest:
    """The page once nothing is being sent any more."""
    deadline = time.monotonic() + 60
    while page.session_state["outbox"].busy and time.monotonic() < deadline:
        time.sleep(0.05)
    return page.run()


def names(page: AppTest) -> list[str]:
    opening = [button for button in page.button if (button.key or "").startswith("open-")]
    return [button.label.replace("\\", "") for button in opening]


def state_of(client: httpx.Client, document_id: str, finding_id: str) -> str:
    fields = client.get(f"{V1}/documents/{document_id}/fields").json()["items"]
    return next(str(field["state"]) for field in fields if field["id"] == finding_id)
