"""Backup and restore keep what was there, and refuse what would lose something."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from filelock import FileLock

from tests.cli.commands import sheaf

OBJECT = "objects/documents/0a/original"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a database and one object."""
    folder = tmp_path_factory.mktemp("backup") / "data"
    (made,) = sheaf(folder, "migrate").lines
    assert made["before"] is None
    (again,) = sheaf(folder, "migrate").lines
    assert again["before"] == again["version"] == made["version"]
    (folder / OBJECT).parent.mkdir(parents=True)
    (folder / OBJECT).write_bytes(b"to the byte")
    return folder


@pytest.fixture(scope="module")
def archive(data: Path) -> Path:
    target = data.parent / "backup.tar"
    written = sheaf(data, "backup", str(target))
    assert written.code == 0
    assert written.lines == [{"schema": 1, "file": str(target), "objects": 1}]
    return target


def test_what_was_backed_up_comes_back(archive: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    restored = sheaf(elsewhere, "restore", str(archive))
    assert (restored.code, restored.stderr) == (0, "")
    assert restored.lines == [{"schema": 1, "file": str(archive), "objects": 1, "documents": 0}]
    assert (elsewhere / OBJECT).read_bytes() == b"to the byte"
    refused = sheaf(elsewhere, "restore", str(archive))
    assert (refused.code, refused.error) == (2, "bad_request")
    assert "not empty" in refused.lines[0]["error"]["message"]


def test_a_damaged_backup_puts_nothing_in_place(archive: Path, tmp_path: Path) -> None:
    elsewhere, damaged = tmp_path / "elsewhere", tmp_path / "damaged.tar"
    damaged.write_bytes(archive.read_bytes().replace(b"to the byte", b"to the bite"))
    assert damaged.read_bytes() != archive.read_bytes()
    refused = sheaf(elsewhere, "restore", str(damaged))
    assert (refused.code, refused.error) == (2, "bad_request")
    assert OBJECT in refused.lines[0]["error"]["message"]
    assert not [path for path in elsewhere.rglob("*") if path.is_file() and path.name != "lock"]


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as tar:
        tar.addfile(tarfile.TarInfo("hello"), io.BytesIO())
    for source in (other, tmp_path / "nothing.tar"):
        refused = sheaf(tmp_path / "elsewhere", "restore", str(source))
        assert (refused.code, refused.error) == (2, "bad_request")


def test_a_folder_in_use_is_left_alone(archive: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with FileLock(elsewhere / "lock"):
        refused = sheaf(elsewhere, "restore", str(archive))
    assert (refused.code, refused.error) == (2, "already_running")


def test_a_backup_goes_where_it_can(data: Path, archive: Path, tmp_path: Path) -> None:
    nowhere = sheaf(data, "backup", str(tmp_path / "no-such-folder" / "backup.tar"))
    assert (nowhere.code, nowhere.error) == (2, "bad_request")
    assert "no-such-folder" in nowhere.lines[0]["error"]["message"]
    assert "Traceback" not in nowhere.stderr
    over = sheaf(data, "backup", str(archive))
    assert (over.code, over.error) == (2, "bad_request")


@pytest.mark.parametrize(
    ("elsewhere", "tool"),
    [
        ({"DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/sheaf"}, "pg_dump"),
        ({"OBJECTS_URL": "s3://bucket", "AWS_DEFAULT_REGION": "eu-central-1"}, "versioning"),
    ],
)
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_servers_keep_is_left_to_their_tools(
    data: Path, tmp_path: Path, command: str, elsewhere: dict[str, str], tool: str
) -> None:
    refused = sheaf(data, command, str(tmp_path / "backup.tar"), **elsewhere)
    assert (refused.code, refused.error) == (2, "bad_settings")
    assert tool in refused.lines[0]["error"]["advice"]
