"""The whole house through its doors: upload, read, correct, undo, search, back up, restore."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.backend import sent_and_ready
from tests.journeys.process import Backend, backend, sheaf
from tests.journeys.worlds import running_world, server_urls
from tests.papers import heavy, invoice, pdf

ANY = {"If-Match": "*"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with backend(tmp_path_factory.mktemp("journey") / "data") as running:
        yield running
        running.end(signal.SIGINT)


@pytest.fixture(scope="module", params=["embedded", "redis", "sqs"])
def doors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Backend]]:
    """The ways into each world: its backends, of which servers may have several."""
    if request.param == "embedded":
        running = request.getfixturevalue("running")
        yield running, running
        return
    folder = tmp_path_factory.mktemp(request.param)
    with server_urls(request, request.param) as urls, running_world(folder, urls) as world:
        yield world.apis
        for process in (*world.workers, *world.apis):
            process.end()


def lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def test_upload_read_correct_search(doors: Sequence[Backend]) -> None:
    with doors[0].client() as client, doors[1].client() as other:
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
        again = other.post("/api/v1/documents", files={"file": ("again.pdf", invoice("a journey"))}).json()
        assert (again["id"], again["duplicate"]) == (document["id"], True)
        hits = other.get("/api/v1/search", params={"q": "when must the paper be paid?"}).json()["hits"]
        assert hits[0]["document_id"] == document["id"]
        assert set(hits[0]["matched"]) == {"words", "meaning"}
        picture = other.get(hits[0]["image_url"])
        assert picture.headers["content-type"].startswith("image/")


def test_a_large_file_arrives_whole(doors: Sequence[Backend]) -> None:
    """Large enough for S3 to take it in parts."""
    content = heavy("A paper with a heavy stamp.")
    with doors[0].client() as client, doors[1].client() as other:
        document = sent_and_ready(client, content, "heavy.pdf")
        assert document["size"] > 9_000_000
        assert other.get(f"/api/v1/documents/{document['id']}/original").content == content


def test_the_stores_agree(doors: Sequence[Backend]) -> None:
    assert json.loads(sheaf(doors[0], "check", "--json"))["findings"] == []


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
