"""Guarded children: everything that parses, renders, recognises or holds a model runs in one of them.

Here they are started, timed, stopped and replaced; what a child does to itself is left to `nlp.child`, what is run to
the caller.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import pickle
import shutil
import signal
import tempfile
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import resource_tracker
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self, TypeVar

import psutil
from pebble import ProcessExpired, ProcessFuture, ProcessPool

from errors import SheafError
from nlp.child import Limits, Outcome, begin, die_with_parent, perform

__all__ = ["ChildLost", "Limits", "Sandbox", "SandboxClosed", "die_with_parent"]

FOLDER = "sheaf-child-"  # its temporary files: this, the keeper's process number, and some letters
START_SECONDS = 120.0  # to start a child and warm it; only a child that hangs there takes so long

T = TypeVar("T")
_NOTHING = pickle.dumps((abs, (0,), {}))


class SandboxClosed(RuntimeError):
    """The sandbox was closed before the call was done; no fault of the document."""


class ChildLost(RuntimeError):
    """The child died or hung before it took the job, and so did a second one; no fault of the document."""


class Sandbox:
    """`workers` children under `limits` that serve calls in the order they come.

    `warm`, a function importable by name, runs in each child at its start (to load a model); with it the children
    start at once, without it on the first calls. No deadline counts the start. Children are spawned and import the
    main module again: a script that uses a sandbox needs `if __name__ == "__main__":`, functions a module of their own.
    """

    def __init__(self, workers: int, limits: Limits, warm: Callable[[], None] | None = None) -> None:
        remove_left_folders()
        pickle.dumps(warm)  # a function that cannot travel is refused here, where its author sees it
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = Lock()
        self._closed = False
        self._keepers = [_Keeper(self._jobs, limits, warm) for _ in range(workers)]
        for keeper in self._keepers:
            keeper.start()
        atexit.register(self.close)

    def call(self, function: Callable[..., T], *args: Any, deadline: float, **kwargs: Any) -> T:
        """The result of `function(*args, **kwargs)` in a child; blocks, and may be called from any thread.

        `deadline` is in seconds, from the moment a child takes the job. Raises what the function raised (other errors
        than SheafError with the child's traceback as a note), SheafError `page_timeout`, `page_crashed`, `page_memory`,
        SandboxClosed, or ChildLost if children do not even start.
        """
        job = _Job(pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL), deadline, Future())
        with self._lock:
            if self._closed:
                raise SandboxClosed("The sandbox is closed.")
            self._jobs.put(job)
        try:
            outcome = job.future.result()
        except CancelledError:
            raise SandboxClosed("The sandbox was closed during the call.") from None
        except BaseException:  # Ctrl-C: nobody waits for it any more
            job.future.cancel()
            raise
        if not outcome.failed:
            result: T = pickle.loads(outcome.payload)
            return result
        error, trace = pickle.loads(outcome.payload)
        if not isinstance(error, SheafError):
            error.add_note(f"In the child:\n{trace}")
        raise error

    def close(self) -> None:
        """Stop all children, busy or not; calls under way raise SandboxClosed."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        atexit.unregister(self.close)
        while (job := _next(self._jobs)) is not None:
            job.future.cancel()
        for keeper in self._keepers:
            self._jobs.put(None)
            keeper.stop()
        for keeper in self._keepers:
            keeper.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Job:
    payload: bytes
    deadline: float
    future: Future[Outcome]


class _Keeper(Thread):
    """Keeps one child in a pebble pool of its own and hands it one job at a time.

    One pool for all children would share a pipe and its lock: a child that dies holding them would stop its siblings,
    one that dies idle would break the pool under them, and waiting jobs would sit in the pipe. The thread matters too:
    `die_with_parent` means the thread that started the child, and this one lives as long as the pool.
    """

    def __init__(self, jobs: SimpleQueue[_Job | None], limits: Limits, warm: Callable[[], None] | None) -> None:
        super().__init__(name="sandbox-keeper", daemon=True)
        self._jobs = jobs
        self._folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}{os.getpid()}-"))
        self._start_values = (limits, warm, os.getpid(), str(self._folder))
        self._warm = warm
        self._lock = Lock()
        self._stopping = False
        self._pool: ProcessPool | None = None
        self._under_way: ProcessFuture[Outcome] | None = None

    def run(self) -> None:
        # The child inherits the mask: Ctrl-C must not reach it even before Python in it can ignore it. The resource
        # tracker, started first, would be started under way and unblock the signal again.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        if self._warm is not None:
            with suppress(Exception):  # what prevents the start will meet the first call too
                self._hand_over(_NOTHING, START_SECONDS)
        while (job := self._jobs.get()) is not None:
            if job.future.set_running_or_notify_cancel():
                try:
                    job.future.set_result(self._perform(job))
                except BaseException as error:
                    job.future.set_exception(error)
            del job  # or the last result would be kept until the next one
        self._discard()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """From another thread: end the job under way and take no other."""
        with self._lock:
            self._stopping = True
            if self._under_way is not None:
                self._under_way.cancel()  # type: ignore[no-untyped-call]
            if self._pool is not None:
                self._pool.stop()  # type: ignore[no-untyped-call]

    def _perform(self, job: _Job) -> Outcome:
        try:
            outcome = self._attempt(job)
        except ChildLost:  # it died between two jobs, which is not the fault of this one
            outcome = self._attempt(job)
        if outcome.spent:
            self._discard()
        return outcome

    def _attempt(self, job: _Job) -> Outcome:
        try:
            future = self._hand_over(job.payload, job.deadline)
            return future.result(START_SECONDS + job.deadline)
        except ProcessExpired:
            self._discard()
            raise SheafError("page_crashed") from None
        except TimeoutError:
            if not future.done():  # pebble did not get to kill it
                self._discard()
                if not future.running():
                    raise ChildLost(f"No child was ready after {START_SECONDS:g} seconds.") from None
            self._empty_folder()
            raise SheafError("page_timeout", seconds=job.deadline) from None
        except CancelledError:
            raise
        except RuntimeError as error:
            self._discard()
            raise ChildLost("A guarded child did not start; its own words are on standard error.") from error

    def _hand_over(self, payload: bytes, deadline: float) -> ProcessFuture[Outcome]:
        with self._lock:
            if self._stopping:
                raise CancelledError
            if self._pool is None:
                spawn = multiprocessing.get_context("spawn")
                self._pool = ProcessPool(1, initializer=begin, initargs=self._start_values, context=spawn)
            # pebble counts its timeout from the moment the child, started and warm, takes the job.
            self._under_way = self._pool.schedule(perform, args=(payload,), timeout=deadline)
            return self._under_way

    def _discard(self) -> None:
        """End the child and its pool; the next job gets new ones."""
        with self._lock:
            pool, self._pool, self._under_way = self._pool, None, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()
        self._empty_folder()

    def _empty_folder(self) -> None:
        """What a killed child could not tidy up itself may hold somebody's page."""
        for left in self._folder.glob("*"):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def remove_left_folders() -> None:
    """Remove the temporary folders of children whose keeper was killed before it could do so."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        keeper = folder.name.removeprefix(FOLDER).partition("-")[0]
        if keeper.isdigit() and not psutil.pid_exists(int(keeper)):
            shutil.rmtree(folder, ignore_errors=True)


def _next(jobs: SimpleQueue[_Job | None]) -> _Job | None:
    try:
        return jobs.get_nowait()
    except Empty:
        return None
