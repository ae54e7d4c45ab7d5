"""The contract of the object store, over every implementation: add one by a fixture and its name in `objects`."""

from __future__ import annotations

import errno
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from errors import SheafError
from storage.objects import FolderObjects, Objects, ObjectsAway, open_objects


@pytest.fixture
def folder(tmp_path: Path) -> Objects:
    return open_objects(str(tmp_path / "objects"))


@pytest.fixture
def s3_url(aws: str) -> str:
    import boto3

    bucket = f"sheaf-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return f"s3://{bucket}/below/here"


@pytest.fixture
def s3(s3_url: str) -> Objects:
    return open_objects(s3_url)


@pytest.fixture(params=["folder", "s3"])
def objects(request: pytest.FixtureRequest) -> Objects:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def read(objects: Objects, key: str) -> bytes:
    with objects.open(key) as stream:
        return stream.read()


def sizes(objects: Objects, prefix: str = "") -> dict[str, int]:
    """Bytes by key, in the order of the list; each was written a moment ago."""
    listed = list(objects.list(prefix))
    assert all(abs((datetime.now(UTC) - one.modified).total_seconds()) < 120 for one in listed)
    return {one.key: one.size for one in listed}


def test_what_is_put_comes_back_and_replaces_what_was_there(objects: Objects, tmp_path: Path) -> None:
    file = tmp_path / "page.png"
    file.write_bytes(b"first")
    objects.put("documents/1/original", file)
    objects.put_bytes("documents/1/original", b"second")
    assert file.read_bytes() == b"first"
    assert read(objects, "documents/1/original") == b"second"
    assert objects.exists("documents/1/original")
    assert not objects.exists("documents/1")


def test_a_consumed_file_is_gone_and_stored(objects: Objects, tmp_path: Path) -> None:
    file = tmp_path / "upload"
    file.write_bytes(b"bytes")
    objects.put("a", file, consume=True)
    assert not file.exists()
    assert read(objects, "a") == b"bytes"


def test_a_large_file_survives_the_journey(objects: Objects, tmp_path: Path) -> None:
    file = tmp_path / "large"
    data = bytes(range(256)) * (20 << 12)  # 20 MiB: S3 takes it in parts
    file.write_bytes(data)
    objects.put("large", file)
    assert sizes(objects) == {"large": len(data)}
    with objects.local("large") as path:
        assert path.read_bytes() == data
    with objects.open("large") as stream:
        assert stream.read(3) == b"\x00\x01\x02"
        assert sum(len(chunk) for chunk in iter(lambda: stream.read(1 << 20), b"")) == len(data) - 3


def test_an_empty_object_is_an_object(objects: Objects) -> None:
    objects.put_bytes("empty", b"")
    assert read(objects, "empty") == b""
    assert sizes(objects) == {"empty": 0}


def test_what_is_not_there_is_said_so(objects: Objects) -> None:
    with pytest.raises(FileNotFoundError):
        objects.open("nothing")
    with pytest.raises(FileNotFoundError), objects.local("nothing"):
        pass
    objects.delete("nothing")
    objects.delete_prefix("nothing/")
    assert list(objects.list("nothing/")) == []


def test_deleting_takes_this_and_nothing_else(objects: Objects) -> None:
    for key in ("documents/1/a", "documents/1/pages/1", "documents/12/a", "documents/2/a"):
        objects.put_bytes(key, b"x")
    objects.delete_prefix("documents/1/")
    objects.delete("documents/2/a")
    assert list(sizes(objects)) == ["documents/12/a"]


def test_a_list_goes_by_prefix_in_order_and_through_many(objects: Objects) -> None:
    keys = [f"many/{number:04}" for number in range(1100)]  # more than one answer of S3 holds
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: objects.put_bytes(key, b"12"), keys))
    objects.put_bytes("manya", b"")
    assert sizes(objects, "many/") == dict.fromkeys(keys, 2)
    objects.delete_prefix("many/")
    assert list(sizes(objects)) == ["manya"]


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "../up", "a/../../b", "a//b", ".hidden", "a/.b", "a\\b", "a\n", "ü", "a/"]
)
def test_a_key_cannot_lead_astray(objects: Objects, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        objects.put_bytes(key, b"")
    with pytest.raises(ValueError, match="not a key"):
        objects.open(key)
    with pytest.raises(ValueError, match="not a key"):
        objects.delete(key)


@pytest.mark.parametrize("prefix", ["", "documents", "../", "/"])
def test_only_a_whole_folder_is_deleted(objects: Objects, prefix: str) -> None:
    with pytest.raises(ValueError, match=r"not a key|prefix"):
        objects.delete_prefix(prefix)


def test_many_writers_of_one_key_leave_one_whole_object(objects: Objects) -> None:
    values = [bytes([number]) * 50_000 for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda value: objects.put_bytes("same/key", value), values))
    assert read(objects, "same/key") in values
    assert len(list(objects.list())) == 1


def test_a_folder_knows_its_room_and_a_bucket_does_not(folder: Objects, s3: Objects) -> None:
    assert (folder.free_bytes() or 0) > 0
    assert s3.free_bytes() is None


def test_a_full_disk_is_reported_and_leaves_what_was_there(
    folder: FolderObjects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.put_bytes("kept", b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SheafError) as raised:
        folder.put_bytes("kept", b"new")
    assert raised.value.code == "storage_full"
    assert read(folder, "kept") == b"old"
    assert list((tmp_path / "objects" / ".unfinished").iterdir()) == []


def test_what_a_dead_process_left_unfinished_is_neither_listed_nor_kept(tmp_path: Path) -> None:
    import os

    root = tmp_path / "objects"
    open_objects(str(root))
    (root / ".unfinished" / "old").write_bytes(b"half")
    os.utime(root / ".unfinished" / "old", (0, 0))
    (root / ".unfinished" / "young").write_bytes(b"half")
    assert list(open_objects(str(root)).list()) == []
    assert [file.name for file in (root / ".unfinished").iterdir()] == ["young"]


@contextmanager
def s3_that_says(status: int, code: str) -> Iterator[str]:
    """The address of a server that gives S3's answer for a failure to whatever it is asked."""

    class Answer(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = f"<Error><Code>{code}</Code><Message>said by the test</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def all_questions(objects: Objects, folder: Path) -> list[Callable[[], object]]:
    """Each thing one may ask of a store."""
    file = folder / "file"
    file.write_bytes(b"bytes")

    def local() -> None:
        with objects.local("a"):
            pass

    return [
        partial(objects.put, "a", file),
        partial(objects.put_bytes, "a", b""),
        partial(objects.open, "a"),
        local,
        partial(objects.exists, "a"),
        partial(objects.delete, "a"),
        partial(objects.delete_prefix, "a/"),
        lambda: list(objects.list()),
    ]


def failure_of(question: Callable[[], object]) -> type[BaseException] | None:
    try:
        question()
    except Exception as error:
        return type(error)
    return None


@pytest.mark.parametrize(("status", "code"), [(503, "SlowDown"), (0, "")])
def test_a_server_that_is_away_is_said_to_be_so_whatever_is_asked(
    aws: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int, code: str
) -> None:
    with s3_that_says(status, code) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address if status else "http://127.0.0.1:1")
        questions = all_questions(open_objects("s3://bucket/prefix"), tmp_path)
        with ThreadPoolExecutor(len(questions)) as pool:
            assert list(pool.map(failure_of, questions)) == [ObjectsAway] * len(questions)


def test_a_server_that_refuses_is_not_away(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with s3_that_says(403, "AccessDenied") as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        with pytest.raises(ClientError, match="AccessDenied"):
            open_objects("s3://bucket").put_bytes("a", b"")


def test_what_is_fetched_lies_where_it_is_tidied_up(s3_url: str, tmp_path: Path) -> None:
    objects = open_objects(s3_url, scratch=tmp_path)
    objects.put_bytes("documents/a", b"bytes")
    with objects.local("documents/a") as path:
        assert tmp_path in path.parents
    assert list(tmp_path.iterdir()) == []
