"""The contract of ranked word search, over every database that has an engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from storage import fulltext
from storage.database import Database

PASSAGES = {
    1: "The invoice of the café in Zürich was paid.",
    2: "Payments are due within thirty days of the invoice date.",
    3: "A wing in a slipstream. The wing has a span.",
    4: "Nothing to see here but a wing.",
}


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.engine.execution_options(sheaf_writes=True).connect() as opened:
        fulltext.create(opened)  # a second time is no error
        fulltext.add(opened, PASSAGES.items())
        yield opened


def found(connection: Connection, query: str, top: int = 10) -> list[int]:
    return [rowid for rowid, _ in fulltext.search(connection, query, top)]


def test_the_best_comes_first_and_any_word_is_enough(connection: Connection) -> None:
    ranked = fulltext.search(connection, "wing slipstream unheard", 10)
    assert [rowid for rowid, _ in ranked] == [3, 4]
    assert ranked[0][1] > ranked[1][1] > 0
    assert found(connection, "wing slipstream", top=1) == [3]


@pytest.mark.parametrize("query", ["CAFE", "café", "cafe\u0301", "zurich", "invoicing", "Invoices café"])
def test_case_accents_and_endings_do_not_matter(connection: Connection, query: str) -> None:
    assert 1 in found(connection, query)


def test_a_repeated_word_counts_twice(connection: Connection) -> None:
    once, twice = (dict(fulltext.search(connection, query, 10))[3] for query in ("slipstream", "slipstream slipstream"))
    assert twice == pytest.approx(2 * once)


@pytest.mark.parametrize(
    "query",
    ['wing"', "wing AND nothing_here_is", "NOT wing", "wing*", "text:wing", "(wing", "^wing", "NEAR(wing)", "-wing"],
)
def test_nothing_in_a_query_is_an_operator(connection: Connection, query: str) -> None:
    assert {3, 4} <= set(found(connection, query))


@pytest.mark.parametrize("query", ["", " ", "…", '"', "\x00", "__", "🙂"])
def test_a_query_without_words_finds_nothing(connection: Connection, query: str) -> None:
    assert found(connection, query) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text(max_size=60))
def test_any_text_is_a_query(connection: Connection, query: str) -> None:
    assert set(found(connection, query)) <= set(PASSAGES)


def test_a_page_pasted_as_query_is_answered(connection: Connection) -> None:
    assert found(connection, "wing " * 20_000)[0] in (3, 4)


def test_removed_passages_are_not_found_and_others_are(connection: Connection) -> None:
    fulltext.remove(connection, [3, 99])
    fulltext.remove(connection, [])
    assert found(connection, "wing") == [4]
    assert fulltext.rowids(connection) == [1, 2, 4]


def test_adding_again_replaces(connection: Connection) -> None:
    fulltext.add(connection, [(4, "Only a propeller now.")])
    fulltext.add(connection, [])
    assert found(connection, "propeller") == [4]
    assert found(connection, "wing") == [3]
    assert fulltext.rowids(connection) == [1, 2, 3, 4]


def test_words_change_with_the_rows_around_them(connection: Connection) -> None:
    connection.commit()
    fulltext.remove(connection, list(PASSAGES))
    connection.rollback()
    assert found(connection, "slipstream") == [3]


def test_a_database_without_an_engine_is_named(monkeypatch: pytest.MonkeyPatch, connection: Connection) -> None:
    monkeypatch.setattr(connection.dialect, "name", "mysql")
    with pytest.raises(NotImplementedError, match="mysql"):
        fulltext.create(connection)
