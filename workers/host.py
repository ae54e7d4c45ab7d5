"""One process's share of the work: stores, children, worker threads and sweeper, started and stopped together.

Which worlds can work is left to world, answering over HTTP to api.backend.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import dramatiq
import psutil
from sqlalchemy import select

from errors import SheafError
from nlp.searching.embeddings import model_id
from nlp.understanding import entities
from settings import Settings
from storage import tables
from storage.database import Database
from storage.findings import register_model
from storage.generations import current_generation, ensure_generation, retired_collections
from storage.migrate import newest, upgrade, version
from storage.stores import Stores, open_stores
from workers import tasks
from workers.broker import is_shared, open_broker, open_worker
from workers.claims import Claims
from workers.order import open_index
from workers.sweeper import Sweeper, sweep
from workers.work import Work, open_children
from workers.world import folders_of, presence, refuse_impossible, sole_use, wait_for_servers

#: Queues with threads of their own: one a reading child, and some so that finishing goes on while all of them read.
READING, FINISHING = ("read", "bulk"), ("plan", "finish")
FINISHING_THREADS = 3

#: Milliseconds a stopping worker is waited for; what it holds is taken up again by another, or at the next start.
STOP_MS = 3000


@contextmanager
def hosted(settings: Settings, queues: Collection[str] = tuple(tasks.QUEUES), answers: bool = True) -> Iterator[Work]:
    """Open everything, do the steps of `queues` until the block ends, and leave nothing running.

    `answers`: people will search here, so the child for queries is made ready. A process with a memory queue is alone:
    it brings the tables up to date and takes up what is unfinished. Raises bad_settings for worlds that cannot work,
    already_running, server_away, new_tables, and old_tables where `sheaf migrate` has to run first.
    """
    refuse_impossible(settings)
    sole = not is_shared(settings.queue_url)
    with ExitStack() as stack:
        for folder in sorted(folders_of(settings)):
            stack.enter_context(sole_use(folder))
        wait_for_servers(settings)
        stores = open_stores(settings)
        stack.callback(stores.close)
        stack.enter_context(presence(stores.database, sole))
        stack.enter_context(incoming(stores.incoming))
        if sole:
            begin(stores, settings)
        else:
            refuse_unprepared(stores.database, settings)
        actors, workers = open_queues(stack, settings, queues, lambda step_id: tasks.perform(work, step_id))
        claims = Claims(stores.database, settings.sheaf_lease_seconds)
        stack.callback(claims.close)
        stack.callback(stop, workers)
        children = open_children(settings, works=bool(workers), answers=answers)
        stack.callback(children.close)  # before that: it ends the calls that workers wait for
        work = Work(settings, stores, children, claims, tasks.sender(stores.database, actors))
        if sole:
            claims.void()  # nobody else works here, so whoever held a step is gone
        if workers:
            register_entity_model(work)
        sweep(work, everything=sole)
        for worker in workers:
            worker.start()
        stack.callback(Sweeper(work).close)
        if settings.sheaf_inbox_queue and "plan" in queues:
            from workers.inbox import Inbox  # boto3, which a laptop does without

            stack.callback(Inbox(work, settings.sheaf_inbox_queue).close)
        yield work


def open_queues(
    stack: ExitStack, settings: Settings, queues: Collection[str], perform_step: Callable[[str], None]
) -> tuple[dict[str, tasks.StepActor], list[dramatiq.Worker]]:
    """The actors of all queues, to send by, and workers for those of `queues`, not yet started."""
    actors: dict[str, tasks.StepActor] = {}
    workers = []
    for group, threads in ((READING, settings.sheaf_readers), (FINISHING, FINISHING_THREADS)):
        broker = open_broker(settings.queue_url)
        stack.callback(broker.close)
        actors |= tasks.declare(broker, perform_step, group)
        if mine := set(group) & set(queues):
            workers.append(open_worker(settings.queue_url, broker, mine, threads))
    return actors, workers


def stop(workers: Sequence[dramatiq.Worker]) -> None:
    """Stop them all at once, for each waits until its questions to the queue are answered."""
    with ThreadPoolExecutor(max(len(workers), 1)) as threads:
        list(threads.map(lambda worker: worker.stop(timeout=STOP_MS), workers))


def prepare(settings: Settings) -> tuple[str | None, str | None]:
    """Bring a database to the newest tables, and the index to the embedding model, for the processes that follow.

    Returns the versions of the tables before (None: it was empty) and after.
    """
    refuse_impossible(settings)
    wait_for_servers(settings)
    if not is_shared(settings.queue_url):  # `sheaf up` does the rest by itself
        with closing(Database(settings.database())) as database:
            before = version(database)
            upgrade(database)
            return before, version(database)
    with closing(open_stores(settings)) as stores:
        before = version(stores.database)
        begin(stores, settings)
        return before, version(stores.database)


def begin(stores: Stores, settings: Settings) -> None:
    """The newest tables, and a collection for the embedding model; into a new one everything is indexed again.

    Opening it and the steps that fill it are one transaction; collections of other models go.
    """
    upgrade(stores.database)
    with stores.database.write() as session:
        _, empty = ensure_generation(session, model_id(settings.embedding_model()))
        if empty:
            open_index(session, list(session.scalars(select(tables.Passage.document_id).distinct())))
        retired = retired_collections(session)
    for name in retired:
        stores.index.drop(name)


def refuse_unprepared(database: Database, settings: Settings) -> None:
    """Raise old_tables, new_tables, or not_ready for an index of another model: what `sheaf migrate` prepares."""
    if (found := version(database)) != newest():
        raise SheafError("old_tables", found=found or "empty", wanted=newest())
    with database.read() as session:
        current_generation(session, model_id(settings.embedding_model()))


@contextmanager
def incoming(folder: Path) -> Iterator[None]:
    """The folder for uploads of this process, empty and there; those of processes that are gone go.

    Nobody was told that what lies in them was kept.
    """
    for left in folder.parent.iterdir() if folder.parent.is_dir() else ():
        if left == folder or not (left.name.isdecimal() and psutil.pid_exists(int(left.name))):
            shutil.rmtree(left, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)


def register_entity_model(work: Work) -> None:
    """Put the entity model on record; raises model_missing when there is none."""
    path = work.settings.entity_model()
    data_hash, scores = entities.model_record(path)
    with work.stores.database.write() as session:
        register_model(session, "entity", *entities.model_name(path), data_hash, scores)
