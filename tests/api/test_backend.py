"""The API's own process, as those who ask it over a network meet it."""

from __future__ import annotations

import http.client
import time
from pathlib import Path

import httpx

from tests.journeys.process import backend


def test_a_connection_lives_longer_than_those_who_ask_keep_it(tmp_path: Path) -> None:
    """Else one of them asks on it just when it is closed, and hears nothing."""
    theirs = httpx.Limits().keepalive_expiry
    assert theirs
    with backend(tmp_path) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.connect()
        line = connection.sock
        for pause in (theirs + 1, 0):
            connection.request("GET", "/api/v1/health")
            assert connection.getresponse().read()
            time.sleep(pause)
        assert connection.sock is line, "the same line, not a new one"
        connection.close()
