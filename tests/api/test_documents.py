"""Documents at the door: upload, duplicates, refusals, lists, trash, reading again."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast
from urllib.parse import unquote

import httpx
import pikepdf
import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from starlette.types import Message

from api.main import create_app
from api.routes.documents import disposition
from storage.database import Database
from storage.tables import Document
from tests.backend import send, sent_and_ready, wait
from tests.papers import invoice, pdf, picture
from workers.arrival import clean_name
from workers.work import Work

V1 = "/api/v1"


def test_an_upload_is_kept_to_the_byte_and_read(client: httpx.Client) -> None:
    content = invoice("kept to the byte")
    answer = client.post(f"{V1}/documents", files={"file": ("Märch invoice.pdf", content)})
    assert answer.status_code == 201
    assert answer.json()["sha256"] == hashlib.sha256(content).hexdigest()
    assert answer.json()["filename"] == "Märch invoice.pdf"
    document = wait(client, answer.json()["id"])
    assert document["status"] == "ready"
    assert document["schema"] == 1
    assert document["progress"] == {"pages": 1, "read": 1, "problems": 0, "warnings": 0}
    assert client.get(f"{V1}/documents/{document['id']}/original").content == content


def test_the_same_bytes_come_back_as_the_same_document(client: httpx.Client) -> None:
    first = sent_and_ready(client, invoice("the same bytes"))
    again = client.post(f"{V1}/documents", files={"file": ("other name.pdf", invoice("the same bytes"))})
    assert again.status_code == 200
    assert again.json()["duplicate"] is True
    assert again.json()["id"] == first["id"]
    elsewhere = send(client, invoice("the same bytes"), collection="another")
    assert elsewhere["duplicate"] is False
    version = send(client, invoice("the same bytes"), version_of=first["id"])
    assert version["duplicate"] is False
    assert version["version_of"] == first["id"]


def test_two_uploads_at_once_yield_one_document(client: httpx.Client) -> None:
    content = invoice("two at once")
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda number: send(client, content, f"{number}.pdf"), range(4)))
    assert len({answer["id"] for answer in answers}) == 1
    assert sorted(answer["duplicate"] for answer in answers) == [False, True, True, True]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "empty_file"),
        (b"{\\rtf1 just some words}", 415, "unsupported_type"),
        (b"PK\x03\x04" + bytes(60), 422, "damaged_file"),
        (invoice("cut short")[:300], 422, "damaged_file"),
        (picture("cut short")[:2000], 422, "damaged_file"),
    ],
)
def test_bad_files_are_refused_with_advice_and_not_kept(
    client: httpx.Client, work: Work, content: bytes, status: int, code: str
) -> None:
    answer = client.post(f"{V1}/documents", files={"file": ("bad.pdf", content)})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["advice"]
    owners = {listed.key.split("/")[1] for listed in work.stores.objects.list("")}
    with work.stores.database.read() as session:
        assert owners <= set(session.scalars(select(Document.id)))
    assert not list(work.stores.incoming.iterdir())


def test_a_password_opens_a_document_and_is_kept_nowhere(client: httpx.Client, work: Work, tmp_path: object) -> None:
    secret = "correct horse 7531"
    locked = _locked(invoice("behind a password"), secret)
    refused = client.post(f"{V1}/documents", files={"file": ("locked.pdf", locked)})
    assert refused.json()["code"] == "password_required"
    wrong = client.post(f"{V1}/documents", files={"file": ("locked.pdf", locked)}, data={"password": "wrong"})
    assert wrong.json()["code"] == "password_required"
    document = sent_and_ready(client, locked, password=secret)
    page = client.get(f"{V1}/documents/{document['id']}/pages/1").json()
    assert "behind a password" in page["text"]
    assert client.get(f"{V1}/documents/{document['id']}/original").content == locked
    kept = [file for file in work.settings.sheaf_data.rglob("*") if file.is_file()]
    assert kept
    assert not [file for file in kept if secret.encode() in file.read_bytes()]


def _locked(content: bytes, password: str) -> bytes:
    import io

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner=password, user=password))
    return out.getvalue()


def test_lists_go_page_by_page_without_gaps(client: httpx.Client) -> None:
    sent = [send(client, invoice(f"list {number}"), collection="listed")["id"] for number in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        params = {"collection": "listed", "limit": "2", **({"cursor": cursor} if cursor else {})}
        page = client.get(f"{V1}/documents", params=params).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sent[::-1]
    assert client.get(f"{V1}/documents", params={"cursor": "nonsense"}).json()["code"] == "bad_request"


def test_trash_restore_and_purge(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("zanzibar trash"))
    url = f"{V1}/documents/{document['id']}"

    def found() -> list[str]:
        hits = client.get(f"{V1}/search", params={"q": "zanzibar trash"}).json()["hits"]
        return [hit["document_id"] for hit in hits]

    assert document["id"] in found()
    assert client.post(f"{url}/purge").json()["code"] == "not_possible_now"
    assert client.delete(url).json()["deleted_at"]
    assert document["id"] not in found()
    assert client.post(f"{url}/read").json()["code"] == "gone"
    assert client.post(f"{url}/restore").json()["deleted_at"] is None
    assert document["id"] in found()
    client.delete(url)
    assert send(client, invoice("zanzibar trash"))["id"] == document["id"]  # sending it again restores it
    assert client.get(url).json()["deleted_at"] is None
    client.delete(url)
    assert client.post(f"{url}/purge").status_code == 204
    assert client.get(url).json()["code"] == "not_found"
    assert not list(work.stores.objects.list(f"documents/{document['id']}/"))
    assert client.post(f"{V1}/check").json()["findings"] == []


def test_reading_again_adds_a_reading(client: httpx.Client) -> None:
    document = sent_and_ready(client, pdf(["First page stays."], ["Second page is read again."]))
    url = f"{V1}/documents/{document['id']}"
    answer = client.post(f"{url}/read", json={"pages": [2], "engine": "tesseract"})
    assert answer.status_code == 202
    assert wait(client, document["id"])["status"] == "ready"
    readings = client.get(f"{url}/pages/2/readings").json()["items"]
    assert [reading["engine"] for reading in readings] == ["tesseract", "text_layer"]
    assert [reading["current"] for reading in readings] == [True, False]
    assert len(client.get(f"{url}/pages/1/readings").json()["items"]) == 1
    assert client.post(f"{url}/read", json={"pages": [3]}).json()["code"] == "bad_request"


def test_pictures_of_a_page(client: httpx.Client) -> None:
    document = sent_and_ready(client, picture("A picture of", "some words"), "scan.png")
    page = client.get(f"{V1}/documents/{document['id']}/pages/1").json()
    assert page["source"] == "rapidocr"
    assert "some words" in page["text"]
    assert (page["unit"], page["width"], page["height"]) == ("px", 1000, 600)
    for kind in ("image", "thumbnail"):
        answer = client.get(f"{V1}/documents/{document['id']}/pages/1/{kind}")
        assert answer.headers["content-type"].startswith("image/")
        assert len(answer.content) > 100


def test_cancelling_is_only_for_work_under_way(client: httpx.Client) -> None:
    document = sent_and_ready(client, invoice("too late to cancel"))
    answer = client.post(f"{V1}/documents/{document['id']}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_possible_now")


def test_batches_go_page_by_page_without_gaps(client: httpx.Client) -> None:
    opened = [client.post(f"{V1}/batches", json={"name": f"batch {number}"}).json()["id"] for number in range(5)]
    document = send(client, invoice("of a batch"), batch_id=opened[2])
    seen: list[dict[str, Any]] = []
    cursor = None
    while len(seen) < 5:
        params = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = client.get(f"{V1}/batches", params=params).json()
        seen += page["items"]
        cursor = page["next_cursor"]
    assert [batch["id"] for batch in seen[:5]] == opened[::-1]
    assert [sum(batch["counts"].values()) for batch in seen[:5]] == [0, 0, 1, 0, 0]
    wait(client, document["id"])


def test_what_is_out_of_date_cannot_be_removed_for_good(client: httpx.Client) -> None:
    document = sent_and_ready(client, invoice("removed by one, restored by another"))
    url = f"{V1}/documents/{document['id']}"
    seen = client.delete(url).headers["etag"]
    client.post(f"{url}/restore")
    client.delete(url)
    stale = client.post(f"{url}/purge", headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
    fresh = client.get(url).headers["etag"]
    assert client.post(f"{url}/purge", headers={"If-Match": fresh}).status_code == 204


def test_lists_leave_the_words_where_they_are(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("words stay where they are"))
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    event.listen(work.stores.database.engine, "before_cursor_execute", note)
    try:
        for address in ("pages", "pages/1/readings"):
            assert client.get(f"{V1}/documents/{document['id']}/{address}").json()["items"]
    finally:
        event.remove(work.stores.database.engine, "before_cursor_execute", note)
    of_readings = [statement for statement in asked if "readings.engine" in statement]
    assert len(of_readings) == 2
    assert not [statement for statement in of_readings if "readings.words" in statement or "readings.text" in statement]


class OpenSessions:
    """The database, counting how many reading sessions are open."""

    def __init__(self, database: Database) -> None:
        self._database, self.open = database, 0

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._database.read() as session:
            self.open += 1
            try:
                yield session
            finally:
                self.open -= 1


@pytest.mark.parametrize("address", ["original", "searchable.pdf", "export", "pages/1/image"])
def test_a_slow_download_does_not_hold_the_database(client: httpx.Client, work: Work, address: str) -> None:
    document = sent_and_ready(client, invoice("a slow download"))
    counted = OpenSessions(work.stores.database)
    app = create_app(replace(work, stores=replace(work.stores, database=cast(Database, counted))))
    sent: list[tuple[Message, int]] = []

    async def download() -> None:
        path = f"{V1}/documents/{document['id']}/{address}"
        scope: dict[str, Any] = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path}
        scope |= {"raw_path": path.encode(), "query_string": b"", "headers": [(b"host", b"127.0.0.1")]}

        async def receive() -> Message:
            await asyncio.sleep(60)
            return {"type": "http.disconnect"}

        async def send_slowly(message: Message) -> None:
            sent.append((message, counted.open))

        await app(scope, receive, send_slowly)

    asyncio.run(download())
    assert sent[0][0]["status"] == 200
    assert sum(len(message.get("body", b"")) for message, _ in sent) > 100
    assert {open for _, open in sent} == {0}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("счёт 7.pdf", "____ 7.pdf"),
        ('a"; filename=evil.exe; x="\r\nX: y.pdf', "a_; filename=evil.exe; x=___X: y.pdf"),
        ("100%25.pdf", "100_25.pdf"),
    ],
)
def test_a_download_keeps_its_name(name: str, plain: str) -> None:
    header = disposition(name)
    header.encode("latin-1")
    assert "\r" not in header
    assert "\n" not in header
    first, kept = header.rsplit("; filename*=UTF-8''", 1)
    assert unquote(kept) == name
    assert first == f'attachment; filename="{plain}"'


def test_a_name_in_any_script_comes_back(client: httpx.Client) -> None:
    document = sent_and_ready(client, invoice("in any script"), "請求書.pdf")
    header = client.get(f"{V1}/documents/{document['id']}/original").headers["content-disposition"]
    assert header.endswith("filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf")


def test_names_are_only_names() -> None:
    assert clean_name("../../etc/passwd") == "passwd"
    assert clean_name("C:\\Users\\x\\scan\x00.pdf") == "scan.pdf"
    assert clean_name("///") == "unnamed"


def test_a_nearly_full_disk_is_told_before_anything_is_kept(work: Work) -> None:
    """The installation wants more space left than any disk has."""
    full = replace(work, settings=work.settings.model_copy(update={"sheaf_min_free_mb": 10**9}))
    with TestClient(create_app(full), base_url="http://127.0.0.1") as client:
        answer = client.post(f"{V1}/documents", files={"file": ("late.pdf", invoice("no room"))})
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert not list(work.stores.incoming.iterdir())
