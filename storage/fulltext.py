"""Ranked search for words inside the database, one engine a dialect. What words a query has is left to nlp.searching.

The functions take the caller's connection and neither commit nor roll back, so words and rows change together. A
database is added by an engine of its own in ENGINES; that of PostgreSQL is in postings.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Connection, bindparam, text

from nlp.searching.search import match_query
from storage.postings import Postings


class Engine(Protocol):
    """How one kind of database keeps and ranks words. A rowid is the passage's number in the database."""

    def create(self, connection: Connection) -> None: ...
    def drop(self, connection: Connection) -> None: ...
    def add(self, connection: Connection, passages: Iterable[tuple[int, str]]) -> None: ...
    def remove(self, connection: Connection, rowids: Iterable[int]) -> None: ...
    def search(self, connection: Connection, words: Sequence[str], top: int) -> list[tuple[int, float]]: ...
    def rowids(self, connection: Connection) -> list[int]: ...


def create(connection: Connection) -> None:
    """Make the tables if they are not there."""
    _engine(connection).create(connection)


def drop(connection: Connection) -> None:
    """Remove the tables with all that is in them."""
    _engine(connection).drop(connection)


def add(connection: Connection, passages: Iterable[tuple[int, str]]) -> None:
    """Take in (rowid, text); a rowid that is there already gets the new text."""
    _engine(connection).add(connection, passages)


def remove(connection: Connection, rowids: Iterable[int]) -> None:
    """Forget the rowids; unknown ones are no error."""
    _engine(connection).remove(connection, rowids)


def search(connection: Connection, query: str, top: int) -> list[tuple[int, float]]:
    """(rowid, score) of the passages with any word of the query, best BM25 score first; none for a query of no words.

    The query is plain text: nothing in it is an operator. Words match whatever their case, accents, English endings.
    """
    words = match_query(query)
    return _engine(connection).search(connection, words, top) if words else []


def rowids(connection: Connection) -> list[int]:
    """Every rowid that is there, ascending: what a check compares with the passages."""
    return _engine(connection).rowids(connection)


class Fts5:
    """SQLite's FTS5. It holds a second copy of the text, because only newer SQLites can delete from a table without."""

    def create(self, connection: Connection) -> None:
        connection.execute(
            text(
                "CREATE VIRTUAL TABLE IF NOT EXISTS passage_words USING fts5"
                "(text, tokenize = 'porter unicode61 remove_diacritics 2')"
            )
        )

    def drop(self, connection: Connection) -> None:
        connection.execute(text("DROP TABLE passage_words"))

    def add(self, connection: Connection, passages: Iterable[tuple[int, str]]) -> None:
        rows = [{"rowid": rowid, "text": words} for rowid, words in passages]
        if rows:
            connection.execute(text("INSERT OR REPLACE INTO passage_words(rowid, text) VALUES (:rowid, :text)"), rows)

    def remove(self, connection: Connection, rowids: Iterable[int]) -> None:
        rows = [{"rowid": rowid} for rowid in rowids]
        if rows:
            connection.execute(text("DELETE FROM passage_words WHERE rowid = :rowid"), rows)

    def search(self, connection: Connection, words: Sequence[str], top: int) -> list[tuple[int, float]]:
        found = connection.execute(
            text(
                # FTS5's bm25() is better the smaller; "rank" sorts inside FTS5, which spares a sorter.
                "SELECT rowid, -rank FROM passage_words WHERE passage_words MATCH :query ORDER BY rank LIMIT :top"
            ).bindparams(bindparam("query", " OR ".join(f'"{word}"' for word in words)), bindparam("top", top))
        )
        return [(rowid, score) for rowid, score in found]

    def rowids(self, connection: Connection) -> list[int]:
        return list(connection.execute(text("SELECT rowid FROM passage_words ORDER BY rowid")).scalars())


ENGINES: dict[str, Engine] = {"sqlite": Fts5(), "postgresql": Postings()}


def _engine(connection: Connection) -> Engine:
    name = connection.dialect.name
    if name not in ENGINES:
        raise NotImplementedError(f"no search for words on {name}; there is on {', '.join(ENGINES)}")
    return ENGINES[name]
