"""Documents in each of its states, over the real API: empty, narrowed, turned, selected, deleted, restored."""

from __future__ import annotations

import httpx
import pytest

from frontend.components import outbox
from frontend.views import documents
from tests.backend import sent_and_ready
from tests.frontend.conftest import OpenPage, Rows, said
from tests.papers import invoice, pdf

V1 = "/api/v1"

# The page sets deadlines, which mean nothing to a client without a network.
pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


def test_an_empty_desk_says_what_to_do_first(emptied: httpx.Client, open_page: OpenPage, drawn: Rows) -> None:
    page = open_page(emptied, "documents")
    assert "No documents yet." in said(page)
    page = page.button(key="to-upload").click().run()
    assert page.file_uploader[0].label == outbox.DROP_HERE


def test_a_row_says_what_it_is_and_leads_there(client: httpx.Client, open_page: OpenPage, drawn: Rows) -> None:
    document = sent_and_ready(client, invoice("a row"), "a-row.pdf")
    page = open_page(client, "documents", name="a-row")
    [row] = drawn.shown["documents"]
    assert drawn.told("documents", "a-row.pdf").startswith("Invoice | Ready | 1 page | ")
    assert row["href"] == f"document?id={document['id']}"
    picture = client.get("/" + row["picture"].split("/", 3)[3])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    drawn.ask("open", document["id"])
    assert page.run().query_params["id"] == document["id"]


def test_what_is_asked_for_stands_in_the_address(client: httpx.Client, open_page: OpenPage, drawn: Rows) -> None:
    sent_and_ready(client, invoice("narrowed"), "narrowed-invoice.pdf")
    sent_and_ready(client, pdf(["Dear neighbour,", "the fence is mended.", "Yours, Ann"]), "narrowed-letter.pdf")
    open_page(client, "documents", name="narrowed")
    assert sorted(drawn.names("documents")) == ["narrowed-invoice.pdf", "narrowed-letter.pdf"]
    page = open_page(client, "documents", name="narrowed", type="Invoice")
    assert drawn.names("documents") == ["narrowed-invoice.pdf"]
    page = page.selectbox(key="type").set_value(None).run()
    assert len(drawn.names("documents")) == 2
    page = page.selectbox(key="label").set_value("total").run()
    assert drawn.names("documents") == ["narrowed-invoice.pdf"]
    page = page.text_input(key="name").input("narrowed-letter").run()
    assert "Nothing fits." in said(page)
    page = page.button(key="show-all").click().run()
    assert len(drawn.names("documents")) >= 2


def test_a_state_that_nothing_is_in_is_called_by_its_name(
    emptied: httpx.Client, open_page: OpenPage, drawn: Rows
) -> None:
    for state, (headline, advice) in documents.NONE.items():
        if state != "Trash":
            page = open_page(emptied, "documents", state=state)
            assert f"<b>{headline}</b><br>{advice}" in said(page)
    page = open_page(emptied, "documents", state="Failed", name="some")
    assert "Nothing fits." in said(page)
    assert page.button(key="show-all").click().run().session_state["state"] is None


def test_the_list_is_turned_page_by_page(
    client: httpx.Client, open_page: OpenPage, drawn: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        sent_and_ready(client, pdf([f"Leaf {number}"]), f"leaf-{number}.pdf")
    monkeypatch.setattr(documents, "AT_ONCE", 2)
    page = open_page(client, "documents", name="leaf-")
    assert drawn.names("documents") == ["leaf-2.pdf", "leaf-1.pdf"]
    assert page.button(key="newer").disabled
    page = page.button(key="older").click().run()
    assert drawn.names("documents") == ["leaf-0.pdf"]
    assert page.button(key="older").disabled
    [leaf] = client.get(f"{V1}/documents", params={"name": "leaf-0"}).json()["items"]
    client.delete(f"{V1}/documents/{leaf['id']}")
    page = page.run()
    assert drawn.names("documents") == ["leaf-2.pdf", "leaf-1.pdf"], "an emptied page gives way to the one before"
    client.post(f"{V1}/documents/{leaf['id']}/restore")
    page = page.run().button(key="older").click().run()
    page = page.button(key="newer").click().run()
    page.text_input(key="name").input("leaf-0").run()
    assert drawn.names("documents") == ["leaf-0.pdf"]


def test_what_is_done_to_several_can_be_taken_back(client: httpx.Client, open_page: OpenPage, drawn: Rows) -> None:
    ids = [sent_and_ready(client, invoice(f"several {n}"), f"several-{n}.pdf")["id"] for n in range(2)]
    page = open_page(client, "documents", name="several-")
    assert drawn.bulk == ["review", "read", "delete"]
    drawn.ask("review", *ids)
    page = page.run()
    assert [state(client, id)["review_state"] for id in ids] == ["reviewed", "reviewed"]
    assert "2 documents are marked as reviewed." in said(page)
    page = page.button(key="undo-done").click().run()
    assert [state(client, id)["review_state"] for id in ids] == ["unreviewed", "unreviewed"]

    drawn.ask("delete", *ids)
    page = page.run()
    assert "2 documents are in the trash." in said(page)
    assert all(state(client, id)["deleted_at"] for id in ids)
    page = open_page(client, "documents", name="several-", state="Trash")
    assert sorted(drawn.names("documents")) == ["several-0.pdf", "several-1.pdf"], "the trash has an address"
    assert drawn.bulk == ["restore"]
    drawn.ask("restore", ids[0])
    page.run()
    assert state(client, ids[0])["deleted_at"] is None
    client.post(f"{V1}/documents/{ids[1]}/restore")


def test_what_cannot_be_done_is_said(client: httpx.Client, open_page: OpenPage, drawn: Rows) -> None:
    document = sent_and_ready(client, invoice("refused"), "refused.pdf")
    page = open_page(client, "documents", name="refused")
    drawn.ask("retry", document["id"])
    page = page.run()
    assert "not failed" in page.toast[0].value
    assert "undo-done" not in {button.key for button in page.button}


def test_trouble_after_the_reading_is_told(
    client: httpx.Client, open_page: OpenPage, drawn: Rows, work: object
) -> None:
    from storage.tables import Page
    from workers.work import Work

    assert isinstance(work, Work)
    document = sent_and_ready(client, pdf(["A worried sheet"], ["Another sheet"]), "worried.pdf")
    with work.stores.database.write() as session:
        row = session.query(Page).filter_by(document_id=document["id"], number=2).one()
        row.error = {"code": "page_timeout", "message": "It took too long.", "advice": "Try again."}
    open_page(client, "documents", name="worried")
    assert "1 page with trouble after the reading." in drawn.told("documents", "worried.pdf")


def state(client: httpx.Client, document_id: str) -> dict[str, str]:
    answer: dict[str, str] = client.get(f"{V1}/documents/{document_id}").json()
    return answer
