"""Upload in each of its states, over the real API: nothing yet, sending, refused, being read, failed, found again."""

from __future__ import annotations

import io
import time
from datetime import UTC, datetime, timedelta

import httpx
import pikepdf
import pytest
from streamlit.testing.v1 import AppTest

from frontend.pace import Pace
from frontend.shapes import Document, Progress
from tests.backend import wait
from tests.frontend.conftest import OpenPage, Rows, said
from tests.papers import INVOICE, invoice, pdf

V1 = "/api/v1"

# The page sets deadlines, which mean nothing to a client without a network.
pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


def test_dropped_files_become_a_batch_with_a_name_and_an_address(
    client: httpx.Client, open_page: OpenPage, drawn: Rows
) -> None:
    page = open_page(client)
    page = page.text_input(key="batch-name").input("Post of Monday").run()
    page = settled(drop(page, ("dropped.pdf", invoice("dropped"), "application/pdf")))
    batch_id = page.query_params["batch"]
    batch = client.get(f"{V1}/batches/{batch_id}").json()
    assert (batch["name"], batch["source"]) == ("Post of Monday", "page")
    assert drawn.names("batch-rows") == ["dropped.pdf"]
    [document] = client.get(f"{V1}/documents", params={"batch_id": batch_id}).json()["items"]
    wait(client, document["id"])

    page = open_page(client, batch=batch_id)  # as after a reload
    assert "Post of Monday" in said(page)
    assert "1 document" in said(page)
    assert "Invoice, " in drawn.told("batch-rows", "dropped.pdf")
    assert drawn.shown["batch-rows"][0]["picture"].startswith("http://")
    page = settled(drop(page, ("added.pdf", invoice("added"), "application/pdf")))
    assert sorted(drawn.names("batch-rows")) == ["added.pdf", "dropped.pdf"], "more goes into the batch that is shown"

    open_page(client)
    assert "Post of Monday" in drawn.names("recent-rows")


def test_an_upload_has_languages(client: httpx.Client, open_page: OpenPage, drawn: Rows) -> None:
    page = open_page(client)
    languages = page.multiselect(key="batch-languages")
    assert languages.value == ["eng"], "those of the installation"
    assert {"English (eng)", "German (deu)"} <= set(languages.options)
    page = languages.set_value(["deu", "eng"]).run()
    page = settled(drop(page, ("deutsch.pdf", invoice("auf Deutsch"), "application/pdf")))
    batch = client.get(f"{V1}/batches/{page.query_params['batch']}").json()
    assert batch["languages"] == ["deu", "eng"]
    [document] = client.get(f"{V1}/documents", params={"batch_id": batch["id"]}).json()["items"]
    assert document["languages"] == ["deu", "eng"]
    wait(client, document["id"])


def test_a_document_shows_its_pages_and_stages_while_it_is_read(
    client: httpx.Client, open_page: OpenPage, drawn: Rows
) -> None:
    paper = pdf(*([f"Page {number}", *INVOICE] for number in range(60)))
    page = settled(drop(open_page(client), ("many-pages.pdf", paper, "application/pdf")))
    [row] = drawn.shown["batch-rows"]
    assert row["act"] == {"verb": "cancel", "label": "Cancel"}
    assert "1 being read" in said(page)
    drawn.ask("cancel", row["id"])
    page = page.run()
    assert client.get(f"{V1}/documents/{row['id']}").json()["status"] == "cancelled"
    assert "many-pages.pdf is no longer being read." in said(page)
    page = page.button(key="undo-done").click().run()
    assert wait(client, row["id"])["status"] == "ready"
    page.run()
    assert "60" not in drawn.told("batch-rows", "many-pages.pdf"), "nothing is counted any more"
    assert drawn.shown["batch-rows"][0]["bar"] is None


def test_a_cancelled_upload_keeps_what_is_there_and_takes_no_more(
    client: httpx.Client, open_page: OpenPage, drawn: Rows
) -> None:
    paper = pdf(*([f"Sheet {number}", *INVOICE] for number in range(60)))
    page = settled(drop(open_page(client), ("given-up.pdf", paper, "application/pdf")))
    page = page.button(key="cancel-batch").click().run()
    assert client.get(f"{V1}/documents/{drawn.shown['batch-rows'][0]['id']}").json()["status"] == "cancelled"
    assert "1 cancelled" in said(page)
    assert "more goes into another upload" in said(page)
    assert not page.file_uploader


def test_refused_files_come_first_with_what_to_do(client: httpx.Client, open_page: OpenPage, drawn: Rows) -> None:
    page = drop(
        open_page(client), ("notes.txt", b"{\\rtf1 only words}", "text/plain"), ("empty.pdf", b"", "application/pdf")
    )
    page = settled(page)
    assert "notes.txt" in said(page)
    assert "convert other formats to PDF first" in said(page)
    assert "The file is empty." in said(page)
    reloaded = open_page(client, batch=page.query_params["batch"])
    assert "notes.txt" in said(reloaded)
    assert "notes.txt" not in said(open_page(client)), "what was refused is told where it was dropped"


def test_many_refused_files_are_summed_up_and_dismissed_at_once(
    client: httpx.Client, open_page: OpenPage, drawn: Rows
) -> None:
    page = settled(
        drop(open_page(client), *((f"note-{n:02}.txt", b"{\\rtf1 only words}", "text/plain") for n in range(14)))
    )
    assert "note-09.txt" in said(page)
    assert "note-10.txt" not in said(page)
    assert "4 more refused." in said(page)
    page = page.button(key="dismiss-refused").click().run()
    assert "note-00.txt" not in said(page)


def test_a_password_is_asked_for(client: httpx.Client, open_page: OpenPage, drawn: Rows) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(invoice("behind bars"))) as opened:
        opened.save(locked, encryption=pikepdf.Encryption(owner="owner", user="open sesame"))
    page = settled(drop(open_page(client), ("locked.pdf", locked.getvalue(), "application/pdf")))
    [field] = [field for field in page.text_input if (field.key or "").startswith("secret-")]
    field.input("wrong")
    [send] = [button for button in page.button if button.label == "Send again"]
    page = settled(send.click().run())
    assert "This password does not open it." in said(page)
    [field] = [field for field in page.text_input if (field.key or "").startswith("secret-")]
    field.input("open sesame")
    [send] = [button for button in page.button if button.label == "Send again"]
    page = settled(send.click().run())
    assert drawn.names("batch-rows") == ["locked.pdf"]
    assert not [field for field in page.text_input if (field.key or "").startswith("secret-")]


def test_a_file_that_is_here_already_is_linked(client: httpx.Client, open_page: OpenPage, drawn: Rows) -> None:
    paper = ("dropped-twice.pdf", invoice("dropped twice"), "application/pdf")
    settled(drop(open_page(client), paper))
    [there] = client.get(f"{V1}/documents", params={"name": "dropped-twice"}).json()["items"]
    page = settled(drop(open_page(client), paper))
    assert "is here already" in said(page)
    [twin] = [button for button in page.button if (button.key or "").startswith("open-twin-")]
    page = twin.click().run()
    assert page.query_params["id"] == there["id"]


def test_failed_documents_come_first_say_why_and_are_tried_again_together(
    client: httpx.Client, open_page: OpenPage, drawn: Rows, work: object
) -> None:
    from storage.tables import Document as Row
    from workers.work import Work

    assert isinstance(work, Work)
    papers = [(name, invoice(name), "application/pdf") for name in ("unlucky.pdf", "lucky.pdf")]
    page = settled(drop(open_page(client), *papers))
    batch_id = page.query_params["batch"]
    documents = client.get(f"{V1}/documents", params={"batch_id": batch_id}).json()["items"]
    for document in documents:
        wait(client, document["id"])
    [failed] = [document["id"] for document in documents if document["filename"] == "unlucky.pdf"]
    with work.stores.database.write() as session:
        row = session.get_one(Row, failed)
        row.status = "failed"
        row.error = {"code": "nothing_readable", "message": "No page could be read.", "advice": "See each page."}
    page = page.run()
    assert drawn.names("batch-rows") == ["unlucky.pdf", "lucky.pdf"]
    assert drawn.told("batch-rows", "unlucky.pdf").startswith("No page could be read. See each page. | Failed")
    assert drawn.told("batch-rows", "unlucky.pdf").endswith("Try again")
    assert "1 failed" in said(page)
    page.button(key="retry-batch").click().run()
    assert wait(client, failed)["status"] == "ready"


def test_what_is_left_is_told_from_the_pace_so_far() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def batch(*read: int) -> list[Document]:
        return [unread(place, start + timedelta(seconds=place), done) for place, done in enumerate(read)]

    pace = Pace()
    pace.see(batch(0, 0), now=100.0)
    assert pace.left(batch(0, 0)) == {}
    pace.see(batch(4, 1), now=110.0)
    assert pace.left(batch(4, 1)) == {"0": 12.0, "1": 30.0}, "half a page a second; the first come first"
    pace.see(batch(0, 0), now=120.0)
    assert pace.left(batch(0, 0)) == {}, "read from the start again: the old pace says nothing"


def drop(page: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    return page.file_uploader[0].set_value(list(files)).run()


def settled(page: AppTest) -> AppTest:
    """The page once nothing is being sent any more."""
    deadline = time.monotonic() + 60
    while "batch" not in page.query_params or "sheaf-sending" in said(page):
        assert time.monotonic() < deadline
        page.run()
    return page


def unread(place: int, sent: datetime, done: int) -> Document:
    """A document of ten pages, so many of them read."""
    return Document(
        id=str(place),
        filename=f"{place}.pdf",
        media_type="application/pdf",
        size=1,
        uploader="",
        status="reading",
        error=None,
        progress=Progress(pages=10, read=done, problems=0, warnings=0),
        type=None,
        review_state="open",
        findings=0,
        batch_id=None,
        run=1,
        version=1,
        created_at=sent,
        deleted_at=None,
    )
