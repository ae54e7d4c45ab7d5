"""Which stores and queues fit together, who else may use them, and whether they answer: looked at before work begins.

Opening the stores is left to storage.stores, running the work to host.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from errors import SheafError
from nlp.understanding import document_types
from settings import Settings, without_password
from storage.database import Database
from storage.objects import open_objects
from storage.passage_index import open_index
from storage.stores import in_short
from workers.broker import is_shared, reach

#: Seconds to wait for a lock: commands hold a folder's for an instant, to see whether a backend does, and PostgreSQL
#: takes a moment to notice that somebody has gone.
LOCK_SECONDS = 1.0

#: Kinds of stores by their settings; "" is a folder.
KINDS = {
    "DATABASE_URL": ("sqlite", "postgresql+psycopg"),
    "OBJECTS_URL": ("", "file", "s3"),
    "INDEX_URL": ("", "file", "http", "https"),
}


def refuse_impossible(settings: Settings) -> None:
    """Raise bad_settings, with what to change, where the four URLs cannot work, alone or together, or where the
    installation's own types of documents have a mistake."""
    try:
        document_types.load(settings.document_types())
    except ValueError as error:
        raise SheafError(
            "bad_settings", detail=str(error), advice="Mend the file that SHEAF_DOCUMENT_TYPES names, then start again."
        ) from error
    shared = is_shared(settings.queue_url)
    for name, url in _urls(settings).items():
        if urlsplit(url).scheme not in KINDS[name]:
            known = ", ".join(f"{kind}://" if kind else "a folder" for kind in KINDS[name])
            raise SheafError("bad_settings", detail=f"{name} is {without_password(url)}", advice=f"Use {known}.")
    for name, embedded, server in (
        ("DATABASE_URL", _is_sqlite(settings), "postgresql+psycopg://…"),
        ("INDEX_URL", _is_folder(settings.index()), "the http:// address of a Chroma server"),
    ):
        if shared and embedded:
            raise SheafError(
                "bad_settings",
                detail=f"QUEUE_URL is for several processes, and {name} is a file that one process may open",
                advice=f"Set {name} to {server}, or QUEUE_URL to memory://.",
            )


def folders_of(settings: Settings) -> set[Path]:
    """The folders that no two processes may share: the data of an embedded world, its database and its index."""
    folders = set() if is_shared(settings.queue_url) else {settings.sheaf_data.absolute()}
    if _is_sqlite(settings) and (database := make_url(settings.database()).database):
        folders.add(Path(database).absolute().parent)
    if _is_folder(settings.index()):
        folders.add(Path(settings.index()).absolute())
    return folders


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold the folder for this process alone; the lock goes with the process, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock", timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise SheafError("already_running", where=str(folder.absolute())) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def presence(database: Database, sole: bool) -> Iterator[None]:
    """Be known to others who use the same server: alone on it, or one of many. Raises already_running.

    The memory queue has its place in one process, which takes every other for dead: it must have no company. A
    restart of the database forgets who is there. Embedded databases are held by their folder (`sole_use`).
    """
    if database.engine.dialect.name != "postgresql":
        yield
        return
    take = func.pg_try_advisory_lock if sole else func.pg_try_advisory_lock_shared
    with database.engine.connect() as pooled:
        connection = pooled.execution_options(isolation_level="AUTOCOMMIT")
        connection.detach()  # closing it then ends the lock, however the block ends
        deadline = time.monotonic() + LOCK_SECONDS
        while not connection.scalar(select(take(func.hashtext("sheaf presence")))):
            if time.monotonic() > deadline:
                raise SheafError("already_running", where=without_password(database.url.render_as_string()))
            time.sleep(0.05)
        yield


def wait_for_servers(settings: Settings) -> None:
    """Return when every server of the settings answers; raises server_away for the first that does not in time."""
    deadline = time.monotonic() + settings.sheaf_start_seconds
    probes: dict[str, Callable[[], object]] = {
        "DATABASE_URL": lambda: _reach_database(settings.database()),
        "OBJECTS_URL": lambda: next(iter(open_objects(settings.objects()).list("ready/")), None),
        "INDEX_URL": lambda: open_index(settings.index()).close(),
    }
    urls = _urls(settings)
    probes = {
        name: probe for name, probe in probes.items() if urlsplit(urls[name]).scheme not in ("", "file", "sqlite")
    }
    if is_shared(settings.queue_url):
        urls["QUEUE_URL"] = settings.queue_url
        probes["QUEUE_URL"] = lambda: reach(settings.queue_url)
    for name, probe in probes.items():
        _wait_for(name, urls[name], probe, deadline)


def _wait_for(name: str, url: str, probe: Callable[[], object], deadline: float) -> None:
    while True:
        try:
            probe()
        except Exception as error:  # each engine has errors of its own for "not there yet"
            if time.monotonic() > deadline:
                raise SheafError(
                    "server_away", setting=name, url=without_password(url), detail=in_short(error)
                ) from error
            time.sleep(0.5)
        else:
            return


def _reach_database(url: str) -> None:
    with closing(Database(url)) as database:
        database.ping()


def _urls(settings: Settings) -> dict[str, str]:
    return {"DATABASE_URL": settings.database(), "OBJECTS_URL": settings.objects(), "INDEX_URL": settings.index()}


def _is_sqlite(settings: Settings) -> bool:
    return urlsplit(settings.database()).scheme == "sqlite"


def _is_folder(url: str) -> bool:
    return urlsplit(url).scheme in ("", "file")
