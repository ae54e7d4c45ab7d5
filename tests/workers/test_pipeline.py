"""The pipeline over real stores and children: what goes wrong costs what it must, and nobody waits for a bundle."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import httpx
import numpy as np
import psutil
import pytest
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select, update

from errors import SheafError
from storage.database import now
from storage.generations import current_generation
from storage.tables import Document, Finding, Model, Step
from tests.backend import send, sent_and_ready, wait
from tests.papers import invoice, pdf, picture
from workers.lifecycle import restore
from workers.order import follow
from workers.sweeper import sweep
from workers.tasks import DEATHS, perform
from workers.work import Work

V1 = "/api/v1"
#: Numbers in a vector of the packaged encoder.
MINILM = 384


def test_a_small_document_overtakes_a_bundle(client: httpx.Client) -> None:
    bundle = send(client, pdf(*[[f"page {number} of a bundle"] for number in range(120)]))
    small = sent_and_ready(client, invoice("small and quick"))
    assert client.get(f"{V1}/documents/{bundle['id']}").json()["status"] != "ready"
    whole = wait(client, bundle["id"])
    assert whole["status"] == "ready"
    assert whole["progress"] == {"pages": 120, "read": 120, "problems": 0, "warnings": 0}
    assert small["ready_at"] < whole["ready_at"]


def test_a_killed_reader_costs_the_page_and_not_the_document(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, pdf(*[[f"Page {number} of six."] for number in range(6)]))
    client.post(f"{V1}/documents/{document['id']}/read", json={"engine": "tesseract_command"})
    killed = False
    deadline = time.monotonic() + 60
    while not killed and time.monotonic() < deadline:
        for process in psutil.Process().children(recursive=True):
            reader = process.parent()
            if reader and process.name().startswith("tesseract"):
                reader.kill()  # in the middle of a page
                killed = True
                break
    assert killed
    done = wait(client, document["id"])
    assert done["status"] == "ready"
    listed = client.get(f"{V1}/documents/{document['id']}/pages").json()["items"]
    codes = [page["error"]["code"] for page in listed if page["error"]]
    assert codes == ["page_crashed"]
    assert done["progress"] == {"pages": 6, "read": 6, "problems": 0, "warnings": 1}
    assert all(page["status"] == "read" for page in listed)  # the earlier reading stays the current one


def test_a_document_of_blank_pages_is_ready_and_says_so(client: httpx.Client) -> None:
    document = sent_and_ready(client, pdf([], []))
    assert document["progress"] == {"pages": 2, "read": 2, "problems": 0, "warnings": 0}
    listed = client.get(f"{V1}/documents/{document['id']}/pages").json()["items"]
    assert [page["flags"] for page in listed] == [["blank"], ["blank"]]


def test_a_step_may_run_twice(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, pdf(["Twice is once."], ["And once is twice."]))
    url = f"{V1}/documents/{document['id']}"

    def facts() -> Any:
        with work.stores.database.read() as session:
            found = session.scalars(select(Finding.id).where(Finding.document_id == document["id"]))
            readings = [client.get(f"{url}/pages/{n}/readings").json()["items"] for n in (1, 2)]
            return sorted(found), [[reading["id"] for reading in page] for page in readings]

    before = facts()
    with work.stores.database.write() as session:
        steps = list(session.scalars(select(Step.id).where(Step.document_id == document["id"])))
        session.execute(update(Step).where(Step.id.in_(steps)).values(status="waiting", attempts=0))
    for step in steps:
        perform(work, step)
    assert wait(client, document["id"])["status"] == "ready"
    assert facts() == before
    assert client.post(f"{V1}/check").json()["findings"] == []


def test_what_the_queue_forgot_is_sent_again(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("forgotten by the queue"))
    with work.stores.database.write() as session:  # as if the message of its last step had been lost
        session.execute(update(Document).where(Document.id == document["id"]).values(status="indexing"))
        lost = update(Step).where(Step.document_id == document["id"], Step.stage == "index")
        session.execute(lost.values(status="waiting", sent_at=None))
    sweep(work)
    assert wait(client, document["id"], "ready")["status"] == "ready"


def test_a_step_whose_worker_dies_each_time_is_parked_and_can_be_retried(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("parked"))
    with work.stores.database.write() as session:
        session.execute(update(Document).where(Document.id == document["id"]).values(status="indexing"))
        poison = update(Step).where(Step.document_id == document["id"], Step.stage == "index")
        tried = work.settings.sheaf_attempts
        session.execute(poison.values(status="waiting", sent_at=None, attempts=DEATHS * tried, failures=tried))
    sweep(work)
    failed = wait(client, document["id"], "failed")
    assert failed["error"]["code"] == "parked"
    assert client.post(f"{V1}/documents/{document['id']}/retry").status_code == 202
    assert wait(client, document["id"])["status"] == "ready"
    with work.stores.database.read() as session:  # and with all its tries before it
        counted = select(Step.attempts, Step.failures).where(Step.document_id == document["id"], Step.stage == "index")
        assert session.execute(counted).one() == (1, 0)


def test_sending_a_failed_document_again_tries_it_again(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("failed before"))
    with work.stores.database.write() as session:
        failed = update(Document).where(Document.id == document["id"])
        session.execute(failed.values(status="failed", error={"code": "internal", "message": "m", "advice": "a"}))
    again = send(client, invoice("failed before"))
    assert (again["id"], again["duplicate"]) == (document["id"], True)
    assert wait(client, document["id"], "ready")["run"] == document["run"] + 1


def test_a_page_that_cannot_be_read_fails_the_document_with_its_reason(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, picture("will be gone"), "scan.png")
    key = f"documents/{document['id']}/original"
    work.stores.objects.put_bytes(key, picture("will be gone")[:900])
    with work.stores.database.write() as session:  # as if it had never been read
        session.execute(update(Document).where(Document.id == document["id"]).values(page_count=1))
    client.post(f"{V1}/documents/{document['id']}/read")
    (page,) = client.get(f"{V1}/documents/{document['id']}/pages").json()["items"]
    assert wait(client, document["id"])["status"] == "ready"  # the earlier reading is still there
    (page,) = client.get(f"{V1}/documents/{document['id']}/pages").json()["items"]
    assert page["error"]["code"] in ("page_damaged", "damaged_file")


@pytest.fixture
def half_hidden() -> bytes:
    """A page with one line in black and one in white: the text layer has both, the picture one."""
    import io

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True)
    canvas.setFont("Helvetica", 20)
    canvas.drawString(72, 700, "This line can be seen by everyone.")
    canvas.setFillGray(1)
    canvas.drawString(72, 300, "Invisible Industries")
    canvas.save()
    return out.getvalue()


def test_a_decision_whose_place_is_gone_is_a_conflict_and_not_lost(client: httpx.Client, half_hidden: bytes) -> None:
    document = sent_and_ready(client, half_hidden)
    url = f"{V1}/documents/{document['id']}"
    text = client.get(f"{url}/pages/1").json()["text"]
    start = text.index("Invisible")
    place = [{"page": 1, "start": start, "end": start + len("Invisible Industries")}]
    added = client.post(f"{url}/entities", json={"label": "ORG", "spans": place}).json()
    client.post(f"{url}/read", json={"engine": "tesseract"})
    wait(client, document["id"])
    (entity,) = (e for e in client.get(f"{url}/entities").json()["items"] if e["id"] == added["id"])
    assert entity["conflict"] is True
    assert entity["text"] == "Invisible Industries"
    client.post(f"{url}/read")  # by the text layer again: its place is back
    wait(client, document["id"])
    (entity,) = (e for e in client.get(f"{url}/entities").json()["items"] if e["id"] == added["id"])
    assert entity["conflict"] is False
    (span,) = entity["spans"]
    assert client.get(f"{url}/pages/1").json()["text"][span["start"] : span["end"]] == "Invisible Industries"


def test_batches_count_cancel_and_retry(client: httpx.Client, work: Work) -> None:
    batch = client.post(f"{V1}/batches", json={"name": "Monday"}).json()
    url = f"{V1}/batches/{batch['id']}"
    bundle = send(client, pdf(*[[f"batch page {number}"] for number in range(60)]), batch_id=batch["id"])
    assert sum(client.get(url).json()["counts"].values()) == 1
    cancelled = client.post(f"{url}/cancel").json()
    assert cancelled["counts"] == {"cancelled": 1}
    assert client.get(f"{V1}/documents/{bundle['id']}").json()["error"]["code"] == "cancelled"
    refused = client.post(
        f"{V1}/documents", files={"file": ("late.pdf", invoice("late"))}, data={"batch_id": batch["id"]}
    )
    assert refused.json()["code"] == "not_possible_now"
    with work.stores.database.write() as session:
        session.execute(update(Document).where(Document.id == bundle["id"]).values(status="failed", error=None))
    assert client.post(f"{url}/retry").status_code == 202
    assert wait(client, bundle["id"])["status"] == "ready"


def test_findings_know_the_model_that_found_them(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("on record"))
    with work.stores.database.read() as session:
        known = select(Model).join(Finding, Finding.model_id == Model.id).where(Finding.document_id == document["id"])
        models = {model.name: model for model in session.scalars(known)}
        readings = session.scalars(select(Finding.reading_id).where(Finding.document_id == document["id"]))
        assert None not in list(readings)
    trained = next(model for model in models.values() if model.data_hash)
    assert trained.scores


def test_reading_some_pages_again_forgets_none_of_the_others(client: httpx.Client) -> None:
    document = send(client, pdf(*[[f"page {number} of many"] for number in range(40)]))
    wait(client, document["id"], "reading")
    client.post(f"{V1}/documents/{document['id']}/read", json={"pages": [1], "engine": "tesseract"})
    done = wait(client, document["id"])
    assert (done["status"], done["progress"]["read"]) == ("ready", 40)
    readings = client.get(f"{V1}/documents/{document['id']}/pages/1/readings").json()["items"]
    assert readings[0]["engine"] == "tesseract"


def test_cancelling_early_and_going_on_reads_everything(client: httpx.Client) -> None:
    document = send(client, pdf(*[[f"page {number} soon cancelled"] for number in range(30)]))
    client.post(f"{V1}/documents/{document['id']}/cancel")
    client.post(f"{V1}/documents/{document['id']}/read", json={"pages": [2]})
    done = wait(client, document["id"])
    assert (done["status"], done["progress"]["read"]) == ("ready", 30)
    assert client.post(f"{V1}/check").json()["findings"] == []


def test_a_step_put_off_is_not_sent_before_its_time(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("put off"))
    with work.stores.database.write() as session:
        row = session.get_one(Document, document["id"])
        later = update(Step).where(Step.document_id == row.id, Step.stage == "index")
        session.execute(later.values(status="waiting", sent_at=None, not_before=now() + timedelta(seconds=2)))
        assert follow(session, row) == []
    assert wait(client, document["id"], "ready")["status"] == "ready"  # the sweeper sent it when it was due


def test_a_purge_that_was_killed_is_finished_by_the_sweeper(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("half purged"))
    with work.stores.database.write() as session:  # as if the process had died after the first transaction
        row = session.get_one(Document, document["id"])
        row.deleted_at, row.status, row.identity = now(), "purging", None
        with pytest.raises(SheafError, match="was deleted"):
            restore(session, row)
    sweep(work)
    assert client.get(f"{V1}/documents/{document['id']}").json()["code"] == "not_found"
    assert not list(work.stores.objects.list(f"documents/{document['id']}/"))
    assert client.post(f"{V1}/check").json()["findings"] == []


def test_purging_while_it_is_read_leaves_nothing(client: httpx.Client, work: Work) -> None:
    document = send(client, pdf(*[[f"page {number} purged early"] for number in range(30)]))
    wait(client, document["id"], "reading")
    client.delete(f"{V1}/documents/{document['id']}")
    assert client.post(f"{V1}/documents/{document['id']}/purge").status_code == 204
    time.sleep(1.0)  # pages that were being read end now
    assert not list(work.stores.objects.list(f"documents/{document['id']}/"))


def test_vectors_of_a_run_that_was_overtaken_go_when_the_next_one_ends(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("read twice at once"))
    with work.stores.database.read() as session:
        collection = work.stores.index.collection(current_generation(session).collection)
    there = collection.keys_of(document["id"])
    stray = np.ones((1, MINILM), dtype=np.float32)
    collection.upsert(["overtaken.0.9"], stray, [{"document_id": document["id"]}])
    client.post(f"{V1}/documents/{document['id']}/read")
    wait(client, document["id"])
    until = time.monotonic() + 30
    while "overtaken.0.9" in (after := collection.keys_of(document["id"])) and time.monotonic() < until:
        time.sleep(0.1)  # it is ready a moment before that
    assert "overtaken.0.9" not in after
    assert len(after) == len(there)
