"""Archives: each file in one is a document of its own, once, whatever happens meanwhile; and they go where it goes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select, update

from nlp.reading.media_types import DOCX
from nlp.sandbox import Limits, Sandbox
from storage.tables import Document, Step
from tests.archives import packed
from tests.backend import send, sent_and_ready, settings_for, wait
from tests.offices import docx
from tests.papers import invoice, pdf, picture
from workers.arrival import Arrival, receive
from workers.tasks import perform
from workers.work import Work

V1 = "/api/v1"
#: Nothing that anybody reads: it fails as soon as it is looked at.
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def members_of(client: httpx.Client, archive: dict[str, Any], *states: str) -> list[dict[str, Any]]:
    """The archive's members once each of them has ended."""
    listed = client.get(f"{V1}/documents/{archive['id']}").json()["members"]
    return [wait(client, member["id"], *states) for member in listed]


def test_each_file_is_a_document_of_the_batch(client: httpx.Client) -> None:
    batch = client.post(f"{V1}/batches", json={"name": "Post"}).json()
    content = packed({"post/invoice.pdf": invoice("in an archive"), "post/scan.png": picture("Scanned in an archive")})
    archive = sent_and_ready(client, content, "post.zip", batch_id=batch["id"], languages="eng")
    assert archive["media_type"] == "application/zip"
    assert archive["flags"] == ["container"]
    assert archive["progress"] == {"pages": 0, "read": 0, "problems": 0, "warnings": 0}
    paper, scan = members_of(client, archive)
    assert [(paper["filename"], paper["path_in_parent"]), scan["filename"]] == [
        ("invoice.pdf", "post/invoice.pdf"), "scan.png",
    ]  # fmt: skip
    assert {(one["status"], one["batch_id"], tuple(one["languages"]), one["source"]) for one in (paper, scan)} == {
        ("ready", batch["id"], ("eng",), archive["source"])
    }
    assert paper["type"]["label"] == "invoice"
    assert paper["parent"]["id"] == archive["id"]
    assert paper["parent"]["filename"] == "post.zip"
    assert client.get(f"{V1}/batches/{batch['id']}").json()["counts"] == {"ready": 3}
    assert client.get(f"{V1}/documents/{paper['id']}/original").content == invoice("in an archive")
    assert client.get(f"{V1}/documents/{archive['id']}/export").status_code == 200
    assert client.get(f"{V1}/documents/{archive['id']}/pages").json()["items"] == []
    assert client.get(f"{V1}/documents/{archive['id']}/searchable.pdf").status_code == 409
    hits = client.get(f"{V1}/search", params={"q": "Scanned in an archive"}).json()["hits"]
    assert scan["id"] in {hit["document_id"] for hit in hits}
    assert client.post(f"{V1}/check").json()["findings"] == []


def test_what_cannot_be_read_fails_alone(client: httpx.Client) -> None:
    bad = {"../up.pdf": pdf(["up"]), "old.doc": OLD_OFFICE, "empty.pdf": b""}
    content = packed({**bad, "good.pdf": pdf(["good"]), "wrong.png": pdf(["a PDF all the same"])})
    archive = sent_and_ready(client, content, "mixed.zip")
    up, old, empty, good, wrong = members_of(client, archive)
    assert [one["error"]["code"] for one in (up, old, empty)] == ["unsafe_name", "unsupported_type", "empty_file"]
    assert (good["status"], wrong["status"]) == ("ready", "ready")
    assert (wrong["media_type"], wrong["flags"]) == ("application/pdf", ["misnamed"])
    assert client.get(f"{V1}/documents/{up['id']}/original").status_code == 404
    again = client.post(f"{V1}/documents/{up['id']}/retry").json()
    assert (again["status"], again["error"]["code"]) == ("failed", "unsafe_name")
    assert client.post(f"{V1}/documents/{up['id']}/read").status_code == 409
    assert client.post(f"{V1}/check").json()["findings"] == []


def test_the_same_archive_is_there_already(client: httpx.Client) -> None:
    content = packed({"twice.pdf": pdf(["Sent twice in an archive."])})
    first = sent_and_ready(client, content, "one.zip")
    (member,) = members_of(client, first)
    again = send(client, content, "two.zip")
    assert (again["duplicate"], again["id"]) == (True, first["id"])
    assert [one["id"] for one in members_of(client, again)] == [member["id"]]
    alone = send(client, pdf(["Sent twice in an archive."]), "twice.pdf")
    assert not alone["duplicate"]  # it is nobody's member, and stays when the archive goes


def test_unpacking_twice_makes_nothing_twice(client: httpx.Client, work: Work) -> None:
    archive = sent_and_ready(client, packed({"a.pdf": pdf(["Once is enough, a."]), "b.pdf": pdf(["b"])}), "once.zip")
    before = members_of(client, archive)
    again(work, archive)
    assert members_of(client, wait(client, archive["id"])) == before


def test_a_crash_between_files_and_rows_is_made_good(client: httpx.Client, work: Work) -> None:
    archive = sent_and_ready(client, packed({"a.doc": OLD_OFFICE, "b.doc": OLD_OFFICE + b"b"}), "crash.zip")
    before = [one["id"] for one in members_of(client, archive)]
    with work.stores.database.write() as session:
        session.execute(delete(Document).where(Document.parent_id == archive["id"]))
    again(work, archive)
    assert [one["id"] for one in members_of(client, archive)] == before
    assert client.post(f"{V1}/check").json()["findings"] == []


def test_members_go_to_the_trash_and_come_back_with_their_archive(client: httpx.Client, work: Work) -> None:
    content = packed({"a.doc": OLD_OFFICE, "inner.zip": packed({"b.doc": OLD_OFFICE})})
    archive = sent_and_ready(client, content, "trash.zip")
    alone, inner = members_of(client, archive)
    (deep,) = members_of(client, inner)
    family = {archive["id"], inner["id"], deep["id"]}
    assert client.delete(f"{V1}/documents/{alone['id']}").status_code == 200
    assert client.delete(f"{V1}/documents/{archive['id']}").status_code == 200
    assert deleted(client, family | {alone["id"]}) == family | {alone["id"]}
    assert client.post(f"{V1}/documents/{archive['id']}/restore").status_code == 200
    assert deleted(client, family | {alone["id"]}) == {alone["id"]}  # it had gone before, by itself
    client.delete(f"{V1}/documents/{archive['id']}")
    client.post(f"{V1}/documents/{deep['id']}/restore")
    assert client.post(f"{V1}/documents/{archive['id']}/purge").status_code == 204
    answers = {id: client.get(f"{V1}/documents/{id}").status_code for id in family | {alone["id"]}}
    assert answers == {archive["id"]: 404, inner["id"]: 404, alone["id"]: 404, deep["id"]: 200}
    assert client.get(f"{V1}/documents/{deep['id']}").json()["parent"] is None
    assert client.post(f"{V1}/check").json()["findings"] == []


def test_sending_a_deleted_archive_again_brings_all_of_it_back(client: httpx.Client) -> None:
    content = packed({"a.pdf": pdf(["Deleted and sent again."])})
    archive = sent_and_ready(client, content, "back.zip")
    client.delete(f"{V1}/documents/{archive['id']}")
    assert send(client, content, "back.zip")["deleted_at"] is None
    (member,) = members_of(client, archive)
    assert member["deleted_at"] is None


def test_cancelling_an_archive_cancels_what_is_in_it(client: httpx.Client) -> None:
    pages = pdf(*[[f"page {number} of a cancelled bundle"] for number in range(60)])
    archive = sent_and_ready(client, packed({"long.pdf": pages, "bad.doc": OLD_OFFICE}), "cancel.zip")
    bundle, bad = (member["id"] for member in client.get(f"{V1}/documents/{archive['id']}").json()["members"])
    wait(client, bad)
    assert client.post(f"{V1}/documents/{archive['id']}/cancel").status_code == 200
    assert wait(client, bundle)["status"] == "cancelled"
    assert wait(client, bad)["status"] == "failed"
    assert client.post(f"{V1}/documents/{archive['id']}/cancel").status_code == 409
    assert send(client, packed({"long.pdf": pages, "bad.doc": OLD_OFFICE}), "cancel.zip")["duplicate"]
    assert wait(client, bundle)["status"] == "ready"


def test_a_cancelled_batch_takes_archives_and_members(client: httpx.Client) -> None:
    batch = client.post(f"{V1}/batches", json={"name": "Cancelled post"}).json()
    pages = pdf(*[[f"page {number} of another cancelled bundle"] for number in range(60)])
    archive = sent_and_ready(client, packed({"long.pdf": pages}), "cancel-batch.zip", batch_id=batch["id"])
    assert client.post(f"{V1}/batches/{batch['id']}/cancel").status_code == 200
    assert [one["status"] for one in members_of(client, archive)] == ["cancelled"]


@pytest.mark.parametrize(
    ("limits", "code"),
    [({"sheaf_max_nesting": 1}, "nested_too_deep"), ({"sheaf_max_members": 2}, "too_many_members"),
     ({"sheaf_max_unpacked_mb": 1}, "unpacks_too_large")],
)  # fmt: skip
def test_what_one_file_may_bring_is_counted_over_all_that_lie_in_it(
    client: httpx.Client, work: Work, tmp_path: Path, limits: dict[str, Any], code: str
) -> None:
    """One file by one an archive of archives keeps to every limit; together they do not."""
    inner = packed({"a.doc": OLD_OFFICE + bytes(1 << 20), "b.doc": OLD_OFFICE + bytes(1 << 20)})
    archive = sent_and_ready(client, packed({f"{code}.zip": inner}), f"{code}.outer.zip")
    (nested,) = members_of(client, archive)
    assert len(members_of(client, nested)) == 2
    tighter = replace(work, settings=settings_for(tmp_path, **limits))
    again(tighter, nested)
    assert wait(client, nested["id"])["error"]["code"] == code


def again(work: Work, document: dict[str, Any]) -> None:
    """Run the first step of a document once more."""
    with work.stores.database.write() as session:
        planned = (Step.document_id == document["id"]) & (Step.stage == "plan")
        (step,) = session.scalars(select(Step.id).where(planned))
        session.execute(update(Step).where(Step.id == step).values(status="waiting", attempts=0))
    perform(work, step)


def deleted(client: httpx.Client, ids: Iterable[str]) -> set[str]:
    return {id for id in ids if client.get(f"{V1}/documents/{id}").json()["deleted_at"]}


def test_a_mail_is_a_document_and_so_is_what_came_with_it(client: httpx.Client, libreoffice: None) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "Papers for March", "Jane Hartley <jane@example.com>"
    message.set_content("Dear Ms Hartley,\n\nPlease pay until 14 March 2025.\n\nYours sincerely,\nAnn")
    message.add_attachment(invoice("by mail"), maintype="application", subtype="pdf", filename="invoice.pdf")
    message.add_attachment(docx("The terms of delivery"), maintype="application", subtype="x", filename="terms.docx")
    mail = sent_and_ready(client, message.as_bytes(), "papers.eml")
    assert (mail["media_type"], mail["flags"]) == ("message/rfc822", ["container"])
    assert (mail["type"]["label"], mail["type"]["confidence"]) == ("email", 1)  # the file says so, not the letter in it
    assert mail["progress"] == {"pages": 1, "read": 1, "problems": 0, "warnings": 0}
    page = client.get(f"{V1}/documents/{mail['id']}/pages/1").json()
    assert "Papers for March" in page["text"]
    assert "Please pay until 14 March 2025." in page["text"]
    paper, terms = members_of(client, mail)
    assert (paper["filename"], paper["type"]["label"]) == ("invoice.pdf", "invoice")
    assert (terms["media_type"], terms["status"]) == (DOCX, "ready")
    assert client.get(f"{V1}/documents/{terms['id']}/pages/1").json()["text"] == "The terms of delivery"
    assert client.get(f"{V1}/documents/{terms['id']}/original").content == docx("The terms of delivery")
    assert client.post(f"{V1}/check").json()["findings"] == []


def test_without_libreoffice_a_mail_fails_and_its_attachments_do_not(
    client: httpx.Client, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = EmailMessage()
    message["Subject"] = "Nothing can print this"
    message.add_attachment(pdf(["attached all the same"]), maintype="application", subtype="pdf", filename="a.pdf")
    monkeypatch.setenv("PATH", str(tmp_path))  # for children that start from now on
    with Sandbox(1, Limits(memory_mb=2000)) as readers:
        bare = replace(work, children=replace(work.children, readers=readers))
        arrived = arrival_of(bare, message.as_bytes(), "bare.eml")
    mail = wait(client, arrived)
    assert (mail["status"], mail["error"]["code"]) == ("failed", "office_missing")
    assert "apt install libreoffice" in mail["error"]["advice"]
    assert [one["status"] for one in members_of(client, mail)] == ["ready"]


def arrival_of(work: Work, content: bytes, name: str) -> str:
    """A document whose first step is done here, by this work and no other."""
    path = work.stores.incoming / name
    path.write_bytes(content)
    sent: list[str] = []
    holding = replace(work, send=sent.extend)
    arrival = Arrival(path, hashlib.sha256(content).hexdigest(), len(content), name, "test", "test")
    received = receive(holding, arrival)
    (step,) = sent
    perform(work, step)
    return received.document_id


def test_what_takes_libreoffice_too_long_says_so(client: httpx.Client, work: Work, libreoffice: None) -> None:
    slow = replace(work, settings=work.settings.model_copy(update={"sheaf_office_seconds": 0.2}))
    text = wait(client, arrival_of(slow, b"A text that is converted too slowly.", "slow.txt"))
    assert (text["status"], text["error"]["code"]) == ("failed", "not_converted")
    assert "reading took longer than 0.2 seconds and was stopped." in text["error"]["message"]
    client.post(f"{V1}/documents/{text['id']}/retry")
    assert wait(client, text["id"])["status"] == "ready"
