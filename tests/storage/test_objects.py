"""The contract of the object store, over every implementation: add one by a fixture and its name in `objects`."""

from __future__ import annotations

import errno
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from errors import SheafError
from storage.objects import FolderObjects, Objects, open_objects


@pytest.fixture
def folder(tmp_path: Path) -> Objects:
    return open_objects(str(tmp_path / "objects"))


@pytest.fixture
def s3(aws: str) -> Objects:
    import boto3

    bucket = f"sheaf-{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return open_objects(f"s3://{bucket}/below/here")


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
