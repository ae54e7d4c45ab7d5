"""A server that is away is no mistake of ours: whoever asks is told to try again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.main import create_app
from storage.database import Database
from storage.objects import open_objects
from storage.stores import Stores
from tests.papers import pdf
from workers.work import Work


def answers(work: Work, stores: Stores, *requests: tuple[str, str]) -> list[tuple[int, str]]:
    """Status and code of the answers to these requests, with these stores in the place of those that work."""
    app = create_app(replace(work, stores=stores))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        files = {"file": ("away.pdf", pdf(["There is nowhere to keep this."]))}
        found = [
            client.request(verb, f"/api/v1{path}", files=files if verb == "POST" else None) for verb, path in requests
        ]
        return [(answer.status_code, answer.json()["code"]) for answer in found]


def test_the_objects_are_away(work: Work, aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    stores = replace(work.stores, objects=open_objects("s3://bucket/prefix"))
    assert answers(work, stores, ("POST", "/documents")) == [(503, "not_ready")]


def test_the_database_is_away(work: Work) -> None:
    away = Database("postgresql+psycopg://sheaf@127.0.0.1:1/sheaf")
    stores = replace(work.stores, database=away)
    asked = answers(work, stores, ("POST", "/documents"), ("GET", "/documents"), ("GET", "/search?q=wing"))
    assert asked == [(503, "not_ready")] * 3
    away.close()
