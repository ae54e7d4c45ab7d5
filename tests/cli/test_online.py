"""Commands that talk to the backend: every file gets its line, every answer its exit code, no stranger is asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from filelock import FileLock

from cli import online
from tests.backend import settings_for
from tests.journeys.process import Backend, backend, sheaf
from tests.papers import invoice, pdf


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    with backend(tmp_path_factory.mktemp("online") / "data") as running:
        yield running


def lines(running: Backend, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in sheaf(running, *arguments, "--json", input_ok=[code]).splitlines()]


def test_every_file_has_its_line_under_its_own_name(running: Backend, tmp_path: Path) -> None:
    folder = tmp_path / "post"
    (folder / "sub").mkdir(parents=True)
    for name in ("one.pdf", "twin.pdf", "sub/one.pdf"):
        (folder / name).write_bytes(invoice("twins"))
    (folder / "other.pdf").write_bytes(pdf(["A letter about turnips."]))
    (folder / "empty.pdf").touch()
    answers = lines(running, "ingest", str(folder), str(tmp_path / "missing.pdf"), "--wait", code=2)
    by_file = {str(Path(answer["file"]).relative_to(tmp_path)): answer for answer in answers}
    assert len(answers) == len(by_file) == 6
    assert all(answer["filename"] == Path(file).name for file, answer in by_file.items())
    twins = [by_file[f"post/{name}"] for name in ("one.pdf", "twin.pdf", "sub/one.pdf")]
    assert len({twin["id"] for twin in twins}) == 1
    assert [twin.get("duplicate", False) for twin in twins] == [False, True, True]
    assert [(twin["status"], twin["pages"], twin["error"]) for twin in twins] == [("ready", 1, None)] * 3
    assert by_file["post/other.pdf"]["status"] == "ready"
    assert by_file["post/empty.pdf"]["error"]["code"] == "empty_file"
    assert by_file["missing.pdf"]["error"]["code"] == "bad_request"

    shutil.copy(folder / "other.pdf", folder / "again.pdf")
    (again,) = lines(running, "ingest", str(folder / "again.pdf"))
    assert (again["filename"], again["duplicate"], again["status"]) == ("again.pdf", True, "ready")

    (found,) = lines(running, "search", "turnips", "--top", "1")
    assert found["hits"][0]["document_id"] == again["id"]
    assert [hit["filename"] for hit in found["hits"]] == ["other.pdf"]


def test_waiting_asks_for_the_batch_and_not_for_each_document() -> None:
    asked: list[str] = []
    rounds = iter([["a", "b", "c"], ["b"], []])

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path.endswith("/documents"):
            assert request.url.params["batch_id"] == "batch"
            return httpx.Response(200, json={"items": [{"id": id} for id in next(rounds)], "next_cursor": None})
        return httpx.Response(200, json={"id": request.url.path[-1], "status": "ready"})

    with httpx.Client(transport=httpx.MockTransport(answer), base_url="http://sheaf") as client:
        ended = [document_id for document_id, _ in online._ended(client, "batch", "abc")]
    assert ended == ["a", "c", "b"]
    assert len(asked) == 3 + 3


def test_only_the_backend_of_this_folder_is_asked(
    running: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def address(folder: Path) -> str | None:
        monkeypatch.setattr(online, "load", lambda: settings_for(folder))
        return online.running_address()

    assert address(running.folder) == f"http://127.0.0.1:{running.port}"
    assert address(tmp_path / "nowhere") is None
    assert not (tmp_path / "nowhere").exists()
    # what a killed backend leaves behind, while the backend of another installation answers at its old address
    shutil.copy(running.folder / "backend.json", tmp_path)
    (tmp_path / "lock").touch()
    assert address(tmp_path) is None
    with FileLock(tmp_path / "lock"):
        assert address(tmp_path) == f"http://127.0.0.1:{running.port}"


def test_check_says_by_its_exit_code_whether_all_agree(running: Backend, tmp_path: Path) -> None:
    (tmp_path / "checked.pdf").write_bytes(pdf(["To be checked."]))
    (sent,) = lines(running, "ingest", str(tmp_path / "checked.pdf"), "--wait")
    (clean,) = lines(running, "check")
    assert (clean["clean"], clean["findings"]) == (True, [])
    (running.folder / "objects" / "documents" / sent["id"] / "original").unlink()
    (broken,) = lines(running, "check", code=2)
    assert [(found["kind"], sent["id"] in found["id"]) for found in broken["findings"]] == [("object_missing", True)]
