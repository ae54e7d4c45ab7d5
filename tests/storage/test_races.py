"""Two at once: what SQLite prevents by letting one writer in at a time, PostgreSQL must be told to prevent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from storage import documents, fulltext
from storage.database import Database
from storage.findings import model_id
from storage.generations import ensure_generation
from storage.migrate import newest, upgrade, version
from storage.tables import Document, IndexGeneration, Model
from tests.at_once import AT_ONCE, all_at_once


def paper(**values: Any) -> Document:
    plain = {"filename": "f", "media_type": "m", "sha256": "0", "size": 1, "source": "t", "uploader": "t"}
    return Document(**{**plain, "original_key": "k", **values})


def test_who_finds_a_document_to_change_it_sees_every_change_before(database: Database) -> None:
    with database.write() as session:
        session.add(paper(id="d"))

    def change(_: int) -> None:
        with database.write() as session:
            document = documents.find(session, "d")
            assert document is not None
            document.version += 1

    all_at_once(change)
    with database.read() as session:
        assert session.get_one(Document, "d").version == 1 + AT_ONCE


def test_of_many_who_take_up_the_same_documents_each_is_taken_up_once(database: Database) -> None:
    with database.write() as session:
        session.add_all(paper(id=f"d{number}", status="failed") for number in range(20))

    def retry(_: int) -> int:
        with database.write() as session:
            failed = documents.find_all(session, Document.status == "failed")
            for document in failed:
                document.status = "queued"
            return len(failed)

    assert sum(all_at_once(retry)) == 20


def test_one_model_is_one_row(database: Database) -> None:
    def register(_: int) -> str:
        with database.write() as session:
            return model_id(session, "entity", "new", "1")

    assert len(set(all_at_once(register))) == 1
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Model)) == 1


@pytest.mark.parametrize("models", [("a@1",), ("a@1", "b@1")])
def test_one_generation_is_current(database: Database, models: tuple[str, ...]) -> None:
    def begin(number: int) -> bool:
        with database.write() as session:
            return ensure_generation(session, models[number % len(models)])[1]

    begun = sum(all_at_once(begin))
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(IndexGeneration)) == begun
        current = session.scalars(select(IndexGeneration).where(IndexGeneration.status == "current")).all()
    assert len(current) == 1
    assert begun == 1 or len(models) > 1


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest) -> Iterator[Database]:
    opened = Database(request.getfixturevalue(f"{request.param}_url"))
    yield opened
    opened.close()


def test_processes_that_start_together_make_the_tables_once(empty: Database) -> None:
    all_at_once(lambda _: upgrade(empty))
    assert version(empty) == newest()


def test_words_are_counted_right_whoever_adds_and_removes(database: Database) -> None:
    """Scores depend on how many passages there are and how long they are: what is left must rank as if it were new."""
    texts = {number: f"wing {'span ' * (number % 5)} passage{number}" for number in range(80)}

    def add_and_remove(number: int) -> None:
        mine = range(number * 10, number * 10 + 10)
        for rowid in mine:
            with database.write() as session:
                fulltext.add(session.connection(), [(rowid, texts[rowid])])
        with database.write() as session:
            fulltext.add(session.connection(), [(mine[0], "replaced by a wing")])
        with database.write() as session:
            fulltext.remove(session.connection(), mine[5:])

    all_at_once(add_and_remove)
    with database.write() as session:
        connection = session.connection()
        left = fulltext.rowids(connection)
        assert len(left) == 40
        ranked = fulltext.search(connection, "wing span", 100)
        fulltext.remove(connection, left)
        fulltext.add(connection, [(id, "replaced by a wing" if id % 10 == 0 else texts[id]) for id in left])
        anew = fulltext.search(connection, "wing span", 100)
    assert dict(anew) == pytest.approx(dict(ranked))
