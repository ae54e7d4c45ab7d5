"""Ranked search for words in PostgreSQL: BM25 in SQL over a table of which word stands how often in which passage.

Its numbers are those of SQLite's FTS5, so that both databases rank alike. Who may ask is left to fulltext.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

from nlp.searching.search import stems

#: Passages whose words go into one statement.
AT_ONCE = 200

#: How soon more of the same word stops counting, and how much long passages are held against it; as FTS5 has them.
K1, B = 1.2, 0.75

_CREATE = (
    # The length stands beside each word too, lest every search has to look it up for each passage. What is vacuumed is
    # answered from the index alone, several times faster, so that is done early.
    """CREATE TABLE IF NOT EXISTS passage_words (
        word text COLLATE "C" NOT NULL, passage bigint NOT NULL, times integer NOT NULL, length integer NOT NULL,
        PRIMARY KEY (word, passage) INCLUDE (times, length))
        WITH (autovacuum_vacuum_insert_scale_factor = 0.05)""",
    "CREATE INDEX IF NOT EXISTS passage_words_passage ON passage_words (passage)",
    "CREATE TABLE IF NOT EXISTS passage_words_lengths (passage bigint PRIMARY KEY, length integer NOT NULL)",
    """CREATE TABLE IF NOT EXISTS passage_words_totals (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, passages bigint NOT NULL, length bigint NOT NULL)""",
)

_ADD_LENGTHS = """
    INSERT INTO passage_words_lengths
    SELECT * FROM unnest(CAST(:passages AS bigint[]), CAST(:lengths AS integer[]))
    ON CONFLICT DO NOTHING RETURNING length"""

_ADD_WORDS = """
    INSERT INTO passage_words (word, passage, times, length)
    SELECT * FROM unnest(
        CAST(:words AS text[]), CAST(:passages AS bigint[]), CAST(:times AS integer[]), CAST(:lengths AS integer[]))
    ON CONFLICT DO NOTHING"""

_REMOVE_LENGTHS = "DELETE FROM passage_words_lengths WHERE passage = ANY(:passages) RETURNING length"

_REMOVE_WORDS = "DELETE FROM passage_words WHERE passage = ANY(:passages)"

# The totals are the sum of the rows. Whoever changes them adds a row, and puts those that nobody else holds together
# into it: so nobody waits for anybody, and there are about as many rows as writers.
_COUNT = """
    WITH gathered AS (
        DELETE FROM passage_words_totals
        WHERE id IN (SELECT id FROM passage_words_totals FOR UPDATE SKIP LOCKED)
        RETURNING passages, length)
    INSERT INTO passage_words_totals (passages, length)
    SELECT coalesce(sum(passages), 0) + :passages, coalesce(sum(length), 0) + :length FROM gathered"""

# A word in most passages weighs next to nothing, but never less, as in FTS5.
_SEARCH = """
    WITH asked AS (
        SELECT * FROM unnest(CAST(:words AS text[]), CAST(:weights AS integer[])) AS asked (word, weight)),
    totals AS (SELECT sum(passages)::float8 AS passages, sum(length)::float8 AS length FROM passage_words_totals),
    known AS MATERIALIZED (
        SELECT word, weight, (SELECT count(*) FROM passage_words AS held WHERE held.word = asked.word) AS passages
        FROM asked),
    weighed AS MATERIALIZED (
        SELECT word, totals.length / totals.passages AS mean,
            weight * greatest(ln((totals.passages - known.passages + 0.5) / (known.passages + 0.5)), 1e-6) AS weight
        FROM known, totals WHERE known.passages > 0)
    SELECT passage, sum(weight * times * (:k1 + 1) / (times + :k1 * (1 - :b + :b * length / mean))) AS score
    FROM weighed JOIN passage_words USING (word)
    GROUP BY passage ORDER BY score DESC, passage LIMIT :top"""


class Postings:
    """The words of passages by their stems, how long each passage is, and how many and how long they all are."""

    def create(self, connection: Connection) -> None:
        for statement in _CREATE:
            connection.execute(text(statement))

    def drop(self, connection: Connection) -> None:
        connection.execute(text("DROP TABLE passage_words, passage_words_lengths, passage_words_totals"))

    def add(self, connection: Connection, passages: Iterable[tuple[int, str]]) -> None:
        rows = [(rowid, stems(words)) for rowid, words in dict(passages).items()]
        for first in range(0, len(rows), AT_ONCE):
            some = dict(rows[first : first + AT_ONCE])
            self.remove(connection, some)
            lengths = {"passages": list(some), "lengths": [len(words) for words in some.values()]}
            added = connection.execute(text(_ADD_LENGTHS), lengths).scalars().all()
            held = [
                (word, rowid, times, len(words))
                for rowid, words in some.items()
                for word, times in Counter(words).items()
            ]
            columns = zip(("words", "passages", "times", "lengths"), zip(*held, strict=True), strict=False)
            if held:
                connection.execute(text(_ADD_WORDS), {name: list(values) for name, values in columns})
            _count(connection, len(added), sum(added))

    def remove(self, connection: Connection, rowids: Iterable[int]) -> None:
        passages = {"passages": list(rowids)}
        removed = connection.execute(text(_REMOVE_LENGTHS), passages).scalars().all()
        if removed:
            connection.execute(text(_REMOVE_WORDS), passages)
            _count(connection, -len(removed), -sum(removed))

    def search(self, connection: Connection, words: Sequence[str], top: int) -> list[tuple[int, float]]:
        asked = Counter(stems(" ".join(words)))
        values = {"words": list(asked), "weights": list(asked.values()), "top": top, "k1": K1, "b": B}
        return [(passage, score) for passage, score in connection.execute(text(_SEARCH), values)]

    def rowids(self, connection: Connection) -> list[int]:
        query = text("SELECT passage FROM passage_words_lengths ORDER BY passage")
        return list(connection.execute(query).scalars())


def _count(connection: Connection, passages: int, length: int) -> None:
    connection.execute(text(_COUNT), {"passages": passages, "length": length})
