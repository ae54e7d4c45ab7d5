"""The contract of the database: migrations lead to the tables, a transaction happens whole or not at all, and no
reader waits for a writer. What only SQLite promises is marked so."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from errors import SheafError
from storage.database import Database
from storage.migrate import config, newest, upgrade, version
from storage.tables import Base, Batch
from tests.databases import only_postgres, only_sqlite
from tests.postgres import Postgres


def batch(name: str) -> Batch:
    return Batch(name=name, collection="c", source="s", uploader="u")


def ours(thing: Any, name: str | None, kind: str, *_: Any) -> bool:
    return not (kind == "table" and (name or "").startswith("passage_words"))  # those of fulltext.py


def test_an_error_tells_a_log_nothing_of_what_was_written(database: Database) -> None:
    with pytest.raises(DBAPIError) as caught, database.engine.begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:it)"), {"it": "Card 4111 1111 1111 1111"})
    assert "4111" not in str(caught.value)


def test_migrations_lead_to_the_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert version(database) == newest()


def test_migrations_go_back(database: Database) -> None:
    settings = config()
    with database.engine.execution_options(sheaf_writes=True).begin() as connection:
        settings.attributes["connection"] = connection
        downgrade(settings, "base")
    assert inspect(database.engine).get_table_names() == ["alembic_version"]


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    with database.write() as session:
        session.add(batch("kept"))
    upgrade(database)
    with database.read() as session:
        assert session.scalars(select(Batch.name)).all() == ["kept"]


def test_tables_of_a_newer_sheaf_are_left_alone(database: Database) -> None:
    with database.engine.execution_options(sheaf_writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for look in (upgrade, version):
        with pytest.raises(SheafError, match="newer Sheaf"):
            look(database)


def test_a_reader_sees_what_was_before_and_does_not_wait(database: Database) -> None:
    inside, seen = threading.Event(), threading.Event()

    def write() -> None:
        with database.write() as session:
            session.add(batch("new"))
            session.flush()
            inside.set()
            assert seen.wait(5)

    writer = threading.Thread(target=write)
    writer.start()
    assert inside.wait(5)
    with database.read() as session:
        assert session.scalars(select(Batch)).all() == []
    seen.set()
    writer.join()
    with database.read() as session:
        assert session.scalars(select(Batch.name)).all() == ["new"]


def test_a_broken_transaction_leaves_nothing(database: Database) -> None:
    def break_off() -> None:
        with database.write() as session:
            session.add(batch("lost"))
            session.flush()
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        break_off()
    with database.read() as session:
        assert session.scalars(select(Batch)).all() == []


@only_sqlite
def test_what_a_writer_reads_stays_true_until_it_commits(database: Database) -> None:
    def write(number: int) -> None:
        with database.write() as session:
            names = len(session.scalars(select(Batch)).all())
            session.add(batch(f"{names}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert sorted(int(name) for name in session.scalars(select(Batch.name))) == list(range(16))


def test_the_folder_of_the_file_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'deep' / 'down' / 'test.db'}")
    upgrade(database)
    database.close()
    assert (tmp_path / "deep" / "down" / "test.db").is_file()


def test_moments_keep_their_zone(database: Database) -> None:
    moment = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    with database.write() as session:
        made = batch("b")
        made.created_at = moment
        session.add(made)
    with database.read() as session:
        assert session.scalars(select(Batch.created_at)).one() == moment


def test_text_may_hold_anything_and_keeps_its_length(database: Database) -> None:
    odd = "a\x00b \U0001f4a9 e\u0301"
    with database.write() as session:
        session.add(Batch(name=odd, collection="c", source="s", uploader="u"))
    with database.read() as session:
        (kept,) = session.scalars(select(Batch.name).where(func.lower(Batch.name) == odd.lower()))
    assert len(kept) == len(odd)
    assert kept.replace("\ufffd", "\x00") == odd


def test_one_look_is_consistent(database: Database) -> None:
    with database.read() as session:
        before = session.scalars(select(Batch)).all()
        with database.write() as other:
            other.add(batch("later"))
        assert session.scalars(select(Batch)).all() == before


@only_postgres
def test_a_connection_that_was_cut_is_replaced(database: Database, postgres_server: Postgres) -> None:
    with database.read() as session:
        session.execute(select(Batch))
    postgres_server.kill()
    postgres_server.start()
    with database.read() as session:
        assert session.scalars(select(Batch)).all() == []


def test_a_server_that_falls_silent_counts_as_away(silent_port: int) -> None:
    database = Database(f"postgresql+psycopg://sheaf@127.0.0.1:{silent_port}/sheaf")
    started = time.monotonic()
    with pytest.raises(OperationalError), database.read() as session:
        session.execute(select(1))
    assert time.monotonic() - started < 15
    database.close()
