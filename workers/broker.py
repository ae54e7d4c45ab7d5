"""The queue, by its URL. What is sent over it is left to tasks.py; that nothing is lost, to the sweeper."""

from __future__ import annotations

from urllib.parse import urlsplit

import dramatiq
from dramatiq.brokers.stub import StubBroker

from errors import SheafError


def open_broker(url: str) -> dramatiq.Broker:
    """The broker of a QUEUE_URL, without middleware: retries, time limits and dead letters are ours on every broker."""
    scheme = urlsplit(url).scheme
    if scheme == "memory":
        return StubBroker(middleware=[])
    raise SheafError("bad_settings", detail=f"QUEUE_URL begins with {scheme}://", advice="Use memory:// for now.")
