"""The backend of one process.

Stores, children, worker threads, sweeper and the HTTP server, started and stopped together.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dramatiq
import uvicorn
from filelock import FileLock, Timeout
from sqlalchemy import select
from sqlalchemy.engine import make_url

from api.guard import LOOPBACK, origin_of
from api.main import create_app
from errors import SheafError
from nlp import entities
from nlp.embeddings import model_id
from settings import Settings
from storage import tables
from storage.findings import register_model
from storage.generations import ensure_generation
from storage.stores import open_stores
from workers import tasks
from workers.broker import open_broker
from workers.claims import Claims
from workers.order import open_index
from workers.sweeper import Sweeper, sweep
from workers.work import Work, open_children

#: Queues with threads of their own: one a reading child, and some so that finishing goes on while all of them read.
READING, FINISHING = ("read", "bulk"), ("plan", "finish")
FINISHING_THREADS = 3

#: Seconds to wait for the lock: commands hold it for an instant, to see whether a backend does.
LOCK_SECONDS = 1.0

#: Milliseconds a stopping worker is waited for; what it holds is taken up again at the next start.
STOP_MS = 3000


@contextmanager
def running_work(settings: Settings) -> Iterator[Work]:
    """Open everything, work on what is unfinished until the block ends, and leave nothing running.

    Raises already_running when another backend uses the same data folder, bad_settings for worlds that cannot work.
    """
    refuse_impossible(settings)
    with ExitStack() as stack:
        for folder in sorted(folders_of(settings)):
            stack.enter_context(sole_use(folder))
        stores = open_stores(settings)
        stack.callback(stores.close)
        clear(stores.incoming)
        actors: dict[str, tasks.StepActor] = {}
        workers: list[dramatiq.Worker] = []
        for queues, threads in ((READING, settings.sheaf_readers), (FINISHING, FINISHING_THREADS)):
            broker = open_broker(settings.queue_url)
            actors |= tasks.declare(broker, lambda step_id: tasks.perform(work, step_id), queues)
            workers.append(dramatiq.Worker(broker, worker_threads=threads, worker_timeout=200))
        children = open_children(settings)
        claims = Claims(stores.database, settings.sheaf_lease_seconds)
        stack.callback(claims.close)
        work = Work(settings, stores, children, claims, tasks.sender(stores.database, actors))
        claims.void()  # nobody else works here, so whoever held a step is gone
        register_entity_model(work)
        begin_generation(work)
        sweep(work, everything=True)
        for worker in workers:
            worker.start()
            stack.callback(worker.stop, timeout=STOP_MS)
        stack.callback(children.close)  # first of all: it ends the calls that workers wait for
        stack.callback(Sweeper(work).close)
        yield work


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """A running backend that answers HTTP; yields its address. Port 0 takes a free one."""
    with running_work(settings) as work:
        config = uvicorn.Config(
            create_app(work),
            host=settings.sheaf_host,
            port=settings.sheaf_port,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        socket = config.bind_socket()
        address = origin_of(settings.sheaf_host, socket.getsockname()[1])
        thread = threading.Thread(target=server.run, args=([socket],), name="http", daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        announcement = settings.sheaf_data / "backend.json"
        announcement.write_text(json.dumps({"address": address}), encoding="utf-8")
        try:
            yield address
        finally:
            announcement.unlink(missing_ok=True)
            server.should_exit = True
            thread.join(timeout=5)


def refuse_impossible(settings: Settings) -> None:
    """Say what to change where settings cannot work together."""
    if settings.sheaf_host not in LOOPBACK:
        raise SheafError(
            "bad_settings",
            detail=f"SHEAF_HOST is {settings.sheaf_host}, which others can reach, and there is no authentication yet",
            advice="Set SHEAF_HOST to 127.0.0.1.",
        )


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process alone; the lock goes with the process, however it ends."""
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


def clear(incoming: Path) -> None:
    """Uploads that a stopped backend never finished receiving; nobody was told they were kept."""
    for leftover in incoming.iterdir():
        leftover.unlink()


def register_entity_model(work: Work) -> None:
    """Put the entity model on record; raises model_missing when there is none."""
    path = work.settings.entity_model()
    data_hash, scores = entities.model_record(path)
    with work.stores.database.write() as session:
        register_model(session, "entity", *entities.model_name(path), data_hash, scores)


def begin_generation(work: Work) -> None:
    """Make sure there is a collection for the embedding model; into a new one everything is indexed again.

    Opening it and the steps that fill it are one transaction; collections of other models go.
    """
    with work.stores.database.write() as session:
        generation, empty = ensure_generation(session, model_id(work.settings.embedding_model()))
        if empty:
            open_index(session, list(session.scalars(select(tables.Passage.document_id).distinct())))
    for name in work.stores.index.names():
        if name != generation.collection:
            work.stores.index.drop(name)


def folders_of(settings: Settings) -> set[Path]:
    """The folders that no two backends may share: the data, and those of an embedded database and index."""
    folders = {settings.sheaf_data.absolute()}
    database = make_url(settings.database())
    if database.get_backend_name() == "sqlite" and database.database:
        folders.add(Path(database.database).absolute().parent)
    if not settings.index().startswith(("http://", "https://")):
        folders.add(Path(settings.index()).absolute())
    return folders
