"""ZIP archives: are they sound and of sensible size, and what files are in them? Also those that are office files.

Nothing an archive says of itself is believed: no name is used as a path, no size as a promise.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errors import SheafError
from nlp.reading.members import Member, UnpackLimits, is_junk, leads_elsewhere, shown, take_out

_ENCRYPTED = 0x1
_UTF8 = 0x800
#: Parts of an office file; a presentation of 1,000 slides has about 10,000.
_MOST_PARTS = 50_000
#: The ways to say that a ZIP is damaged, or packed by a method that is not known.
_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError)


def inspect(path: Path, limits: UnpackLimits) -> None:
    """Raises SheafError damaged_file, empty_archive, too_many_members, unpacks_too_large or locked_file (every file in
    it is: where some are, the others are read)."""
    with _opened(path) as archive:
        files = _files(archive, limits)
    if not files:
        raise SheafError("empty_archive")
    if all(info.flag_bits & _ENCRYPTED for info in files):
        raise SheafError("locked_file")


def unpack(path: Path, folder: Path, limits: UnpackLimits) -> list[Member]:
    """Every file of the archive, taken out into the folder under a number; junk and folders are left out.

    What is wrong with one file is its own error. Raises what `inspect` raises of the whole.
    """
    with _opened(path) as archive:
        files = _files(archive, limits)
        return [_member(archive, info, folder / str(number), limits) for number, info in enumerate(files)]


def inspect_office(path: Path, max_unpacked_mb: int) -> tuple[str, ...]:
    """Flags of an office file: macros (which are not run).

    It is unpacked once, to nowhere, so that no lie about its size reaches a program that believes it. Raises
    SheafError damaged_file, unpacks_too_large or locked_file.
    """
    with _opened(path) as archive:
        infos = archive.infolist()
        _check_size(infos, max_unpacked_mb)
        if len(infos) > _MOST_PARTS:
            raise SheafError("damaged_file", detail=f"it has {len(infos)} parts")
        names = {info.filename for info in infos}
        if any(info.flag_bits & _ENCRYPTED for info in infos) or _is_locked_open_document(archive, names):
            raise SheafError("locked_file")
        if (bad := archive.testzip()) is not None:
            raise SheafError("damaged_file", detail=f"its part {shown(bad)} cannot be unpacked")
    has_macros = any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names)
    return ("macros",) if has_macros else ()


def _is_locked_open_document(archive: zipfile.ZipFile, names: set[str]) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in names and b"encryption-data" in archive.read(manifest)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _DAMAGE as error:
        raise SheafError("damaged_file", detail="the ZIP cannot be unpacked") from error


def _files(archive: zipfile.ZipFile, limits: UnpackLimits) -> list[zipfile.ZipInfo]:
    """The files somebody put in; raises SheafError where they are too many or too large."""
    files = [info for info in archive.infolist() if not info.is_dir() and not is_junk(info.filename)]
    if len(files) > limits.max_members:
        raise SheafError("too_many_members", members=len(files), limit=limits.max_members)
    _check_size(files, limits.max_unpacked_mb)
    return files


def _check_size(infos: list[zipfile.ZipInfo], limit_mb: int) -> None:
    # A declared size binds: `zipfile` gives out no more bytes than that of any file.
    megabytes = sum(info.file_size for info in infos) >> 20
    if megabytes > limit_mb:
        raise SheafError("unpacks_too_large", megabytes=megabytes, limit=limit_mb)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, limits: UnpackLimits) -> Member:
    name = _name(info)
    path = shown(name.replace("\\", "/"))
    if leads_elsewhere(name) or stat.S_ISLNK(info.external_attr >> 16):
        return Member(path, None, error=SheafError("unsafe_name", name=path))
    if info.flag_bits & _ENCRYPTED:
        return Member(path, None, error=SheafError("locked_file"))
    try:
        with archive.open(info) as source:
            return take_out(path, source, target, limits.max_file_mb)  # type: ignore[arg-type]
    except _DAMAGE:
        target.unlink(missing_ok=True)
        return Member(path, None, error=SheafError("damaged_file", detail="it cannot be unpacked"))


def _name(info: zipfile.ZipInfo) -> str:
    """Names without a mark are code page 437 by the standard, and UTF-8 from many programs."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
