"""`sheaf backup` and `sheaf restore` of the embedded stores: one tar of database and objects.

Vectors are left out and made anew.

On PostgreSQL and S3 the engines' own tools do this; see docs/data.md.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

from sqlalchemy import delete, func, select

from errors import SheafError
from settings import Settings, load
from storage.database import Database
from storage.migrate import upgrade
from storage.objects import FolderObjects, open_objects
from storage.tables import Document, IndexGeneration
from workers.world import sole_use

MANIFEST = "manifest.json"
DATABASE = "sheaf.db"


def write_backup(target: Path) -> int:
    """Write the backup; returns how many objects are in it.

    The database goes first, so that every object it names still comes along.
    Raises bad_request when the target exists, bad_settings when the stores are not the embedded ones.
    """
    settings = load()
    source, objects = embedded(settings)
    if target.exists():
        raise SheafError("bad_request", detail=f"{target} exists and is not overwritten")
    if not source.exists():
        raise SheafError("not_found", thing="database", id=source)
    sums: dict[str, str] = {}
    partial = target.with_name(target.name + ".partial")
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder, tarfile.open(partial, "w") as tar:
        copy = Path(folder) / DATABASE
        with sqlite3.connect(source) as live:
            live.execute("VACUUM INTO ?", (str(copy),))
        live.close()
        sums[DATABASE] = _sum(copy)
        tar.add(copy, DATABASE)
        for key in [listed.key for listed in objects.list()]:
            try:
                with objects.local(key) as path:
                    sums[f"objects/{key}"] = _sum(path)
                    tar.add(path, f"objects/{key}")
            except FileNotFoundError:
                continue  # purged a moment ago
        manifest = json.dumps({"schema": 1, "sha256": sums}).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(manifest)
        tar.addfile(entry, io.BytesIO(manifest))
    partial.rename(target)
    return len(sums) - 1


def read_backup(source: Path) -> tuple[int, int]:
    """Put a backup into an empty data folder; returns how many objects and readable documents are back.

    Every file is compared with its checksum before anything is put in place. Raises bad_request when the folder is not
    empty or the backup is damaged, already_running when a backend uses the folder.
    """
    settings = load()
    database, objects = embedded(settings)
    with sole_use(settings.sheaf_data):
        if database.exists() or any(True for _ in objects.list()):
            raise SheafError("bad_request", detail=f"{settings.sheaf_data} is not empty; move it away first")
        with tempfile.TemporaryDirectory(dir=settings.sheaf_data.absolute()) as folder:
            unpacked = Path(folder)
            sums = _unpack(source, unpacked)
            for name in sums.keys() - {DATABASE}:
                objects.put(str(PurePosixPath(name).relative_to("objects")), unpacked / name, consume=True)
            (unpacked / DATABASE).rename(database)
        ready = _forget_vectors(settings)
    return len(sums) - 1, ready


def embedded(settings: Settings) -> tuple[Path, FolderObjects]:
    """The SQLite file and the folder of objects; raises bad_settings for other engines."""
    url, objects = settings.database(), open_objects(settings.objects())
    if not url.startswith("sqlite:///"):
        raise SheafError(
            "bad_settings",
            detail="backup and restore know SQLite files, and DATABASE_URL names a server",
            advice="Use pg_dump and pg_restore, and copy the objects too; see docs/data.md.",
        )
    if not isinstance(objects, FolderObjects):
        raise SheafError(
            "bad_settings",
            detail="backup and restore know folders of objects, and OBJECTS_URL names a bucket",
            advice="Use the bucket's versioning and replication, and copy the database too; see docs/data.md.",
        )
    return Path(url.removeprefix("sqlite:///")), objects


def _unpack(source: Path, target: Path) -> dict[str, str]:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(target, filter="data")
        sums: dict[str, str] = json.loads((target / MANIFEST).read_bytes())["sha256"]
        damaged = [name for name, digest in sums.items() if _sum(target / name) != digest]
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        raise SheafError("bad_request", detail=f"{source} is no backup of ours ({error})") from None
    if damaged or DATABASE not in sums:
        raise SheafError("bad_request", detail=f"{source} is damaged: {', '.join(damaged[:3]) or DATABASE}")
    return sums


def _forget_vectors(settings: Settings) -> int:
    """The backup has no vectors: let the next start make them, for every document that was ready."""
    opened = Database(settings.database())
    try:
        upgrade(opened)
        with opened.write() as session:
            session.execute(delete(IndexGeneration))
            ready = select(func.count()).select_from(Document).where(Document.status == "ready")
            return session.scalar(ready) or 0
    finally:
        opened.close()


def _sum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
