"""Worlds: what cannot work is refused with what to change, what may have no company is alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from errors import SheafError
from settings import without_password
from storage.database import Database
from tests.backend import settings_for
from workers.world import folders_of, presence, refuse_impossible, wait_for_servers

SERVERS = {
    "database_url": "postgresql+psycopg://sheaf@127.0.0.1/sheaf",
    "queue_url": "redis://127.0.0.1:6379/0",
    "index_url": "http://127.0.0.1:8000",
}


@pytest.mark.parametrize(
    ("changes", "named", "advised"),
    [
        ({**SERVERS, "database_url": ""}, "DATABASE_URL", "postgresql+psycopg://"),
        ({**SERVERS, "database_url": "sqlite:////tmp/x.db"}, "DATABASE_URL", "memory://"),
        ({**SERVERS, "index_url": ""}, "INDEX_URL", "Chroma server"),
        ({**SERVERS, "queue_url": "sqs://sheaf", "index_url": "/tmp/index"}, "INDEX_URL", "Chroma server"),
        ({"queue_url": "amqp://guest:secret@127.0.0.1"}, "QUEUE_URL", "redis://"),
        ({"queue_url": ""}, "QUEUE_URL", "sqs://"),
        ({"database_url": "postgresql://127.0.0.1/sheaf"}, "DATABASE_URL", "postgresql+psycopg://"),
        ({"database_url": "mysql://root:secret@127.0.0.1/sheaf"}, "DATABASE_URL", "sqlite://"),
        ({"objects_url": "gs://bucket"}, "OBJECTS_URL", "s3://"),
        ({"index_url": "grpc://127.0.0.1"}, "INDEX_URL", "http://"),
        ({"sheaf_document_types": "/nowhere/types.yaml"}, "/nowhere/types.yaml", "SHEAF_DOCUMENT_TYPES"),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, changes: dict[str, Any], named: str, advised: str) -> None:
    with pytest.raises(SheafError) as refused:
        refuse_impossible(settings_for(tmp_path, **changes))
    assert refused.value.code == "bad_settings"
    assert named in refused.value.message
    assert advised in refused.value.advice
    assert "secret" not in refused.value.message


@pytest.mark.parametrize(
    "changes",
    [
        {},
        SERVERS,
        {**SERVERS, "queue_url": "sqs://sheaf", "objects_url": "s3://bucket/prefix"},
        {"database_url": SERVERS["database_url"]},
        {"objects_url": "s3://bucket"},
        {"index_url": SERVERS["index_url"]},
    ],
)
def test_what_can_work_is_not(tmp_path: Path, changes: dict[str, Any]) -> None:
    refuse_impossible(settings_for(tmp_path, **changes))


def test_only_what_is_embedded_is_locked(tmp_path: Path) -> None:
    assert folders_of(settings_for(tmp_path)) == {tmp_path, tmp_path / "index"}
    assert folders_of(settings_for(tmp_path, **SERVERS)) == set()
    elsewhere = settings_for(tmp_path, database_url=f"sqlite:///{tmp_path}/db/sheaf.db")
    assert folders_of(elsewhere) == {tmp_path, tmp_path / "db", tmp_path / "index"}


def test_a_memory_queue_has_no_company(postgres_url: str) -> None:
    database = Database(postgres_url)
    try:
        with presence(database, sole=False), presence(database, sole=False):
            with pytest.raises(SheafError) as refused, presence(database, sole=True):
                pass
            assert refused.value.code == "already_running"
        with presence(database, sole=True):
            for sole in (True, False):
                with pytest.raises(SheafError) as refused, presence(database, sole=sole):
                    pass
                assert refused.value.code == "already_running"
        with presence(database, sole=False):
            pass  # nobody is left behind
    finally:
        database.close()


def test_servers_that_answer_are_not_waited_for(
    tmp_path: Path, postgres_url: str, redis_server: str, chroma_server: str
) -> None:
    urls = {"database_url": postgres_url, "queue_url": f"{redis_server}/0", "index_url": chroma_server}
    wait_for_servers(settings_for(tmp_path, **urls, sheaf_start_seconds=0))


@pytest.mark.parametrize("name", ["queue_url", "index_url", "objects_url", "database_url"])
def test_the_server_that_is_away_is_named(
    tmp_path: Path, postgres_url: str, redis_server: str, chroma_server: str, aws: str, name: str
) -> None:
    urls = {"database_url": postgres_url, "queue_url": f"{redis_server}/0", "index_url": chroma_server}
    away = {
        "database_url": "postgresql+psycopg://sheaf:secret@127.0.0.1:1/sheaf",
        "queue_url": "redis://:secret@127.0.0.1:1/0",
        "index_url": "http://127.0.0.1:1",
        "objects_url": "s3://no-such-bucket/prefix",
    }
    with pytest.raises(SheafError) as refused:
        wait_for_servers(settings_for(tmp_path, **{**urls, name: away[name]}, sheaf_start_seconds=0))
    assert refused.value.code == "server_away"
    assert name.upper() in refused.value.advice
    assert "secret" not in refused.value.message


def test_passwords_are_not_shown() -> None:
    assert without_password("redis://:secret@host:6379/0") == "redis://host:6379/0"
    assert without_password("postgresql+psycopg://a:secret@host/sheaf") == "postgresql+psycopg://host/sheaf"
    assert without_password("postgresql+psycopg://a:se/c#r?e@t@host/sheaf") == "postgresql+psycopg://host/sheaf"
    assert without_password("postgresql+psycopg://host/sheaf?password=secret") == "postgresql+psycopg://host/sheaf"
    assert without_password("s3://bucket/prefix") == "s3://bucket/prefix"
    assert without_password("/data/index") == "/data/index"
