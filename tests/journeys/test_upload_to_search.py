"""The whole house through its doors: upload, read, correct, undo, search, back up, restore."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.backend import sent_and_ready
from tests.journeys.process import Backend, backend, sheaf
from tests.papers import invoice, pdf

ANY = {"If-Match": "*"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with backend(tmp_path_factory.mktemp("journey") / "data") as running:
        yield running
        running.end(signal.SIGINT)


def lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_upload_read_correct_search(running: Backend) -> None:
    with running.client() as client:
        document = sent_and_ready(client, invoice("a journey"))
        url = f"/api/v1/documents/{document['id']}"
        assert document["type"]["label"] == "invoice"
        fields = {field["name"]: field for field in client.get(f"{url}/fields").json()["items"]}
        assert fields["total"]["value"]["amount"] == "1200.00"
        etag = {"If-Match": f'"{fields["vendor"]["version"]}"'}
        corrected = client.post(
            f"/api/v1/fields/{fields['vendor']['id']}/correct", headers=etag, json={"text": "NP Ltd"}
        )
        assert corrected.json()["state"] == "corrected"
        assert client.post(f"{url}/undo").status_code == 200
        hits = client.get("/api/v1/search", params={"q": "when must the paper be paid?"}).json()["hits"]
        assert hits[0]["document_id"] == document["id"]


def test_the_command_line_uses_the_running_backend(running: Backend, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(pdf(["The quarterly figures of the lighthouse are attached."]))
    bad.write_bytes(b"%PDF-1.7 and nothing more")
    answers = lines(sheaf(running, "ingest", str(tmp_path), "--wait", "--json", input_ok=[2]))
    by_name = {answer["filename"]: answer for answer in answers}
    assert by_name["bad.pdf"]["error"]["code"] == "damaged_file"
    assert by_name["good.pdf"]["status"] == "ready"
    assert by_name["good.pdf"]["pages"] == 1
    (found,) = lines(sheaf(running, "search", "lighthouse", "--top", "1", "--json"))
    assert found["hits"][0]["filename"] == "good.pdf"
    assert "lighthouse" in found["hits"][0]["snippet"]


def test_a_second_backend_is_refused(running: Backend) -> None:
    (refused,) = lines(sheaf(Backend(running.folder), "search", "x", "--json", input_ok=[0, 2]))
    assert "hits" in refused  # it found the running one
    second = Backend(running.folder)
    with pytest.raises(AssertionError, match="ended while it started"):
        second.start()


def test_backup_and_restore(running: Backend, tmp_path: Path) -> None:
    with running.client() as client:
        document = sent_and_ready(client, pdf(["The weather vane turns."]))
    archive = tmp_path / "backup.tar"
    sheaf(running, "backup", str(archive))
    elsewhere = Backend(tmp_path / "restored")
    sheaf(elsewhere, "restore", str(archive))
    assert sheaf(elsewhere, "restore", str(archive), input_ok=[2]) == ""  # not over what is there
    (found,) = lines(sheaf(elsewhere, "search", "weather vane", "--top", "1", "--json"))
    assert found["hits"][0]["document_id"] == document["id"]  # by words at once; its vectors are being made
    with backend(elsewhere.folder) as restored, restored.client() as client:
        page = client.get(f"/api/v1/documents/{document['id']}/pages/1").json()
        assert page["text"] == "The weather vane turns."
