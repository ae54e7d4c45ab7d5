"""What a file that came in another one is, and how it is taken out of it: under limits, and under no name of its own.

Which files those are is left to `archives` and `mail`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from errors import SheafError

#: What systems and programs leave in archives, and nobody sent.
_JUNK_NAMES = {".ds_store", "thumbs.db", "desktop.ini"}
_JUNK_FOLDERS = {"__macosx", ".git", "$recycle.bin"}
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """How many files may come in one, how large each may be, and all of them together."""

    max_members: int = 1000
    max_file_mb: int = 200
    max_unpacked_mb: int = 2000


@dataclass(frozen=True, slots=True)
class Member:
    """A file that came in another one. `path` is its name there, to be shown and never to be opened.

    `file` is where it lies now, with its size in bytes and its SHA-256; where it could not be taken out there is the
    `error` instead.
    """

    path: str
    file: Path | None
    size: int = 0
    sha256: str = ""
    error: SheafError | None = None


def is_junk(name: str) -> bool:
    parts = [part.lower() for part in PurePosixPath(name.replace("\\", "/")).parts]
    return not parts or parts[-1] in _JUNK_NAMES or parts[-1].startswith("._") or bool(_JUNK_FOLDERS & set(parts))


def leads_elsewhere(name: str) -> bool:
    """Whether a program that believes the name would write outside the folder it unpacks into."""
    parts = name.replace("\\", "/").split("/")
    return parts[0] == "" or ".." in parts or ":" in parts[0] or "\0" in name


def shown(name: str) -> str:
    """The name as it may be shown and stored: one line of what can be printed."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)[:1000]


def take_out(path: str, source: BinaryIO, target: Path, max_file_mb: int) -> Member:
    """Copy what the source holds to the target. Raises what the source raises; too_many_bytes is the member's."""
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as file:
        for piece in _pieces(source):
            size += len(piece)
            if size > max_file_mb << 20:
                error = SheafError("too_many_bytes", limit_mb=max_file_mb)
                break
            digest.update(piece)
            file.write(piece)
        else:
            return Member(path, target, size, digest.hexdigest())
    target.unlink()
    return Member(path, None, error=error)


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece
