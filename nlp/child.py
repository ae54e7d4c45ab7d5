"""What happens inside a guarded child: it limits itself, warms up, and does one job at a time.

Starting, timing and replacing children is left to `nlp.sandbox`. Imported by every child before anything heavy, so
it stays light.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import connection, parent_process
from typing import Any

from errors import SheafError

ONE_THREAD = {
    # Parallelism is by children; a library that adds its own threads makes a small machine several times slower.
    "OMP_THREAD_LIMIT": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
STARVED = ("bad_alloc", "allocate memory", "out of memory")  # how C libraries word a failed allocation
PR_SET_PDEATHSIG = 1

_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may take: `memory_mb` of private memory, and its `nice` level (19: only what others leave)."""

    memory_mb: int
    nice: int = 19


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended. `payload` is the pickled result or, if `failed`, the pickled error and its traceback.

    `spent` says that this child must not be given another job.
    """

    payload: bytes
    failed: bool = False
    spent: bool = False


_limits: Limits
_cold: Outcome | None = None  # why the warm-up failed; told to each job, since a child cannot speak before its first


def begin(limits: Limits, warm: Callable[[], None] | None, parent: int, folder: str) -> None:
    """Make this process a guarded child of the process `parent`; then run `warm`.

    `folder` is for temporary files of the child and the programs it starts; who keeps the child empties it.
    """
    global _limits, _cold
    _limits = limits
    if not die_with_parent(parent):
        threading.Thread(target=_outlive_nobody, daemon=True).start()
    # A Python handler never runs while C code is busy; the default action stops the child there and then.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.update(ONE_THREAD, TMPDIR=folder)
    tempfile.tempdir = folder
    os.setpriority(os.PRIO_PROCESS, 0, max(limits.nice, os.getpriority(os.PRIO_PROCESS, 0)))
    # RLIMIT_DATA counts the private writable memory, all that a hungry page can fill. RLIMIT_AS also counts mapped
    # libraries, weights and stacks never touched: spaCy and torch have 1,160 MB of it where they use 450.
    _limit(resource.RLIMIT_DATA, limits.memory_mb * 2**20)
    _limit(resource.RLIMIT_CORE, 0)  # a core dump would leave somebody's document on the disk
    os.dup2(2, 1)  # standard output belongs to the command line's JSON
    subprocess.Popen = _BoundPopen  # type: ignore[misc]
    if warm is not None:
        try:
            warm()
        except BaseException as error:
            _cold = _failure(error, spent=True)


def perform(job: bytes) -> Outcome:
    """Run the pickled `(function, args, kwargs)`. Never raises; a failed allocation becomes `page_memory`."""
    if _cold is not None:
        return _cold
    try:
        function, args, kwargs = pickle.loads(job)
        return Outcome(pickle.dumps(function(*args, **kwargs), pickle.HIGHEST_PROTOCOL))
    except BaseException as error:
        if _starved(error):  # its heap is torn and its caches half filled: the next page gets a fresh child
            return _failure(SheafError("page_memory", limit_mb=_limits.memory_mb), spent=True)
        return _failure(error)


def die_with_parent(parent: int) -> bool:
    """Have the kernel kill this process when the thread that started it ends; False where there is no such service.

    For processes started by hand: `Popen(…, preexec_fn=partial(die_with_parent, os.getpid()))`.
    """
    if _prctl is None:
        return False
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the call above, so nobody would tell us
        os.kill(os.getpid(), signal.SIGKILL)
    return True


class _BoundPopen(subprocess.Popen[Any]):
    """Binds every program that a child starts to the child's life, whichever library starts it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options["preexec_fn"] = options.get("preexec_fn") or partial(die_with_parent, os.getpid())
        super().__init__(*args, **options)


def _outlive_nobody() -> None:
    """Where there is no prctl (macOS): wait for the parent's end, as far as C code lets this thread run."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGKILL)


def _limit(which: int, wanted: int) -> None:
    _, hard = resource.getrlimit(which)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses some of them
        resource.setrlimit(which, (most, most))


def _starved(error: BaseException | None) -> bool:
    """Whether a failed allocation is anywhere in the chain: readers wrap what they catch."""
    while error is not None:
        if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
            return True
        if any(words in str(error).lower() for words in STARVED):
            return True
        error = error.__cause__ or error.__context__
    return False


def _failure(error: BaseException, spent: bool = False) -> Outcome:
    trace = "".join(traceback.format_exception(error))
    try:
        payload = pickle.dumps((error, trace))
        pickle.loads(payload)  # many exceptions can be written and not read again
    except Exception:
        payload = b""
    if not payload or not isinstance(error, Exception):  # SystemExit is the child's wish, not the caller's
        payload = pickle.dumps((RuntimeError(f"{type(error).__qualname__}: {error}"), trace))
    return Outcome(payload, failed=True, spent=spent)
