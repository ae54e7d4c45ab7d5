"""Where files are kept: originals, page images, exports. What is kept under which key is left to the callers.

One port, `Objects`, over a folder or an S3 bucket (s3.py). A key is a relative path of safe letters; what is stored
under it is there whole or not at all.
"""

from __future__ import annotations

import errno
import io
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from errors import SheafError

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.=-]*(/[A-Za-z0-9_][A-Za-z0-9_.=-]*)*")
#: Longest key: S3 takes 1,024 bytes with the prefix.
_LONGEST_KEY = 768
#: Seconds after which an unfinished file is taken for one of a dead process.
_ABANDONED = 24 * 3600.0


class ObjectsAway(Exception):
    """The server of the objects does not answer, or says that it cannot now."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list says of an object: its bytes, and when it was written."""

    key: str
    size: int
    modified: datetime


class Objects(Protocol):
    """A store of bytes by key. All of it may be called from many threads.

    A key is one or more segments of ASCII letters, digits and `_.=-` joined by "/", none beginning with a dot; a
    prefix is a key followed by "/". Both raise ValueError when they are not. Reading what is not there raises
    FileNotFoundError; writing without room raises storage_full; a server that is away, ObjectsAway.
    """

    def put(self, key: str, path: Path, consume: bool = False) -> None:
        """Store the file at `path`, replacing what was there; `consume` lets the store take the file away."""

    def put_bytes(self, key: str, data: bytes) -> None:
        """Store the bytes, replacing what was there."""

    def open(self, key: str) -> io.BufferedIOBase:
        """A stream of the bytes, for the caller to close."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """A local file with the bytes, to be read only and only inside the `with`."""

    def exists(self, key: str) -> bool:
        """Whether there is something under the key."""

    def delete(self, key: str) -> None:
        """Remove what is under the key; nothing happens if there is nothing."""

    def delete_prefix(self, prefix: str) -> None:
        """Remove everything whose key begins with the prefix."""

    def list(self, prefix: str = "") -> Iterator[Listed]:
        """Everything whose key begins with the prefix, in the order of the keys."""

    def free_bytes(self) -> int | None:
        """Room left; None where there is no telling."""


def open_objects(url: str, scratch: Path | None = None) -> Objects:
    """The store behind a folder's path or s3://bucket/prefix. Credentials and endpoint are boto3's own settings.

    What is fetched from a server goes into the folder `scratch`, by default the system's; a killed process leaves it.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3":
        from storage.s3 import S3Objects  # boto3, which a laptop does without

        return S3Objects(parts.netloc, parts.path.strip("/"), scratch)
    return FolderObjects(Path(parts.path if parts.scheme == "file" else url))


class FolderObjects:
    """A file a key. Files are written beside, synced and renamed, so a crash leaves the old one or the new one."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        self._unfinished = self._root / ".unfinished"  # no key begins with a dot
        self._unfinished.mkdir(parents=True, exist_ok=True)
        for file in self._unfinished.iterdir():
            if file.stat().st_mtime < time.time() - _ABANDONED:
                file.unlink(missing_ok=True)

    def put(self, key: str, path: Path, consume: bool = False) -> None:
        target = self._path(key)
        with self._writing(target) as unfinished:
            if consume and _moved(path, unfinished):
                return
            with path.open("rb") as source, unfinished.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
        if consume:
            path.unlink(missing_ok=True)

    def put_bytes(self, key: str, data: bytes) -> None:
        with self._writing(self._path(key)) as unfinished:
            unfinished.write_bytes(data)

    def open(self, key: str) -> io.BufferedIOBase:
        return self._path(key).open("rb")

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        if not path.is_file():
            raise FileNotFoundError(key)
        yield path

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def delete_prefix(self, prefix: str) -> None:
        shutil.rmtree(self._root / checked_prefix(prefix), ignore_errors=True)

    def list(self, prefix: str = "") -> Iterator[Listed]:
        folder = self._root / (checked_prefix(prefix) if prefix else "")
        keys = (path.relative_to(self._root).as_posix() for path in folder.rglob("*") if path.is_file())
        for key in sorted(key for key in keys if not key.startswith(".")):
            try:
                found = (self._root / key).stat()
            except FileNotFoundError:  # deleted while we listed
                continue
            yield Listed(key, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def free_bytes(self) -> int | None:
        return shutil.disk_usage(self._root).free

    def _path(self, key: str) -> Path:
        return self._root / checked(key)

    @contextmanager
    def _writing(self, target: Path) -> Iterator[Path]:
        handle, name = tempfile.mkstemp(dir=self._unfinished)
        os.close(handle)
        unfinished = Path(name)
        try:
            yield unfinished
            with unfinished.open("rb+") as written:
                os.fsync(written.fileno())
            new = [folder for folder in (target.parent, *target.parent.parents) if not folder.exists()]
            target.parent.mkdir(parents=True, exist_ok=True)
            unfinished.replace(target)
            for folder in (target.parent, *(folder.parent for folder in new)):
                _sync_folder(folder)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise SheafError("storage_full") from error
            raise
        finally:
            unfinished.unlink(missing_ok=True)


def checked(key: str) -> str:
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    return key


def checked_prefix(prefix: str) -> str:
    if not prefix.endswith("/"):
        raise ValueError(f"a prefix ends in '/': {prefix!r}")
    return checked(prefix[:-1]) + "/"


def _moved(path: Path, target: Path) -> bool:
    """Whether the file could be moved, which it cannot from another file system."""
    try:
        path.replace(target)
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
        raise
    return True


def _sync_folder(folder: Path) -> None:
    """Make a rename last through a power cut, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
