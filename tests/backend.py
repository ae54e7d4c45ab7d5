"""A real backend for tests: all stores, children and workers in a folder of its own, and a client at its door."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from starlette.testclient import TestClient

from api.main import create_app
from settings import Settings
from workers.host import hosted
from workers.work import Work

#: Seconds a small document may take from upload to ready on a busy machine, models being loaded included.
PATIENCE = 180.0


def settings_for(folder: Path, **changes: Any) -> Settings:
    return Settings(_env_file=None, sheaf_data=folder, sheaf_min_free_mb=0, sheaf_sweep_seconds=1.0, **changes)


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    with hosted(settings_for(tmp_path_factory.mktemp("sheaf"))) as work:
        yield work


@pytest.fixture(scope="session")
def client(work: Work) -> Iterator[httpx.Client]:
    with TestClient(create_app(work), base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield cast(httpx.Client, client)  # it speaks the same language, by a library of its own


def send(client: httpx.Client, content: bytes, name: str = "paper.pdf", **form: str) -> dict[str, Any]:
    """Upload; the answer must be a document."""
    answer = client.post("/api/v1/documents", files={"file": (name, content)}, data=form)
    assert answer.status_code in (200, 201), answer.text
    body: dict[str, Any] = answer.json()
    return body


def wait(client: httpx.Client, document_id: str, *states: str) -> dict[str, Any]:
    """The document once its status is one of `states` (default: it has ended)."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        document: dict[str, Any] = client.get(f"/api/v1/documents/{document_id}").json()
        if document["status"] in (states or ("ready", "failed", "cancelled")):
            return document
        time.sleep(0.05)
    raise AssertionError(f"still {document['status']} after {PATIENCE} s: {document}")


def sent_and_ready(client: httpx.Client, content: bytes, name: str = "paper.pdf", **form: str) -> dict[str, Any]:
    document = wait(client, send(client, content, name, **form)["id"])
    assert document["status"] == "ready", document
    return document
