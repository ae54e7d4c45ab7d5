"""Several threads that begin together, for tests of what may happen only once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 8

T = TypeVar("T")


def all_at_once(work: Callable[[int], T]) -> list[T]:
    """What `work` gives to each of AT_ONCE threads, by the thread's number."""
    barrier = threading.Barrier(AT_ONCE)

    def begin(number: int) -> T:
        barrier.wait(10)
        return work(number)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(begin, range(AT_ONCE)))
