"""Files on their way to the API: in order, in one batch a drop, kept while nobody answers, passwords forgotten."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import httpx
import pikepdf
import pytest

from frontend import sending
from frontend.api_client import ApiClient, Away
from frontend.sending import Outbox, Outboxes, Parcel
from tests.papers import invoice

pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")


class File(io.BytesIO):
    """A dropped file, as Streamlit hands it over."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name, self.size = name, len(content)


def settled(outbox: Outbox) -> list[Parcel]:
    deadline = time.monotonic() + 60
    while outbox.busy:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return outbox.parcels()


def test_a_drop_is_one_batch_and_its_files_are_let_go(client: httpx.Client) -> None:
    outbox = Outbox()
    outbox.add(ApiClient(client), [File(f"drop-{number}.pdf", invoice(f"drop {number}")) for number in range(3)])
    parcels = settled(outbox)
    documents = [client.get(f"/api/v1/documents/{parcel.received.id}").json() for parcel in parcels if parcel.received]
    assert [document["filename"] for document in documents] == ["drop-0.pdf", "drop-1.pdf", "drop-2.pdf"]
    assert len({document["batch_id"] for document in documents}) == 1
    assert [(parcel.sent, parcel.file) for parcel in parcels] == [(parcel.size, None) for parcel in parcels]


def test_a_password_is_asked_for_used_once_and_forgotten(client: httpx.Client) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(invoice("behind a lock"))) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="owner", user="open sesame"))
    outbox = Outbox()
    outbox.add(ApiClient(client), [File("locked.pdf", locked.getvalue())])
    [parcel] = settled(outbox)
    assert parcel.needs_password
    outbox.send_again(parcel, "wrong")
    assert settled(outbox)[0].needs_password
    outbox.send_again(parcel, "open sesame")
    [parcel] = settled(outbox)
    assert parcel.received is not None
    assert (parcel.password, parcel.file) == (None, None)


def test_files_wait_while_nobody_answers(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "RETRY_SECONDS", 0.05)
    api = ApiClient(client)
    away = True

    def unless_away(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            if away:
                raise Away
            return method(*args)

        return call

    monkeypatch.setattr(api, "open_batch", unless_away(api.open_batch))
    outbox = Outbox()
    outbox.add(api, [File("patient.pdf", invoice("patience"))])
    while not outbox.parcels()[0].away:
        time.sleep(0.01)
    away = False
    [parcel] = settled(outbox)
    assert parcel.received is not None
    assert not parcel.away


def test_a_file_is_sent_in_the_name_that_was_given_when_it_was_dropped(client: httpx.Client) -> None:
    outbox = Outbox()
    for name in ("Ana", "Ben"):
        outbox.add(ApiClient(client).known_as(name), [File(f"of-{name}.pdf", invoice(f"dropped by {name}"))])
    received = [parcel.received for parcel in settled(outbox)]
    assert [one and one.uploader for one in received] == ["Ana", "Ben"]


def test_outboxes_are_found_again_while_they_have_something_to_tell(client: httpx.Client) -> None:
    boxes, api = Outboxes(most=2), ApiClient(client)
    refused = []
    for number in range(3):
        box = Outbox()
        box.add(api, [File(f"note-{number}.txt", b"only words")])
        settled(box)
        boxes.keep(box)
        refused.append(box)
    known = [boxes.of(str(box.batch_id)) for box in refused]
    assert known[0] is not refused[0], "the oldest of too many"
    assert known[1:] == refused[1:]
    refused[1].forget(refused[1].parcels()[0])
    boxes.keep(refused[2])
    assert boxes.of(str(refused[1].batch_id)) is not refused[1], "nothing left to tell"


def test_what_is_given_up_is_not_sent(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox, api = Outbox(), ApiClient(client)
    send = api.send

    def send_and_give_up(*args: Any) -> Any:
        outbox.cancel()
        return send(*args)

    monkeypatch.setattr(api, "send", send_and_give_up)
    outbox.add(api, [File(f"given-up-{number}.pdf", invoice(f"given up {number}")) for number in range(3)])
    assert settled(outbox) == []
    while not (found := client.get("/api/v1/documents", params={"name": "given-up"}).json()["items"]):
        time.sleep(0.02)
    assert [one["filename"] for one in found] == ["given-up-0.pdf"], "only what was on its way already"
