"""Both kinds of database rank words alike, so that nobody finds less after moving from one to the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from evaluation.search import evaluate
from storage import fulltext
from storage.database import Database
from storage.migrate import upgrade

TEXTS = [
    "Invoices are paid within thirty days; an invoice that is not paid is an overdue invoice.",
    "The café in Zürich paid possibly twice, which is as possible as it is unlikely.",
    "Is this his or us? As is: it is theirs.",
    "Technological analogies: technology, biology, psychology.",
    "Payment terms, payment methods and the payments themselves.",
    "A long passage about wings, spans, slipstreams, boundary layers and the stability of the flow past a flat plate"
    " which is heated, cooled, or kept as it is while the wing moves through the air at supersonic speed.",
    "",
    "…",
    "x_y-z 3.5 2026-03-01 4711/12 No. 17b",
]
QUERIES = [
    "invoice", "paid invoices", "overdue payment terms", "cafe zurich", "possible technology", "is as us",
    "wing wing slipstream", "2026 4711", "stability of supersonic flow past a plate", "analogy biological", "x_y 17b",
]  # fmt: skip


@pytest.fixture
def both(sqlite_url: str, postgres_url: str) -> Iterator[list[Connection]]:
    databases = [Database(sqlite_url), Database(postgres_url)]
    for database in databases:
        upgrade(database)
    connections = [database.engine.connect() for database in databases]
    yield connections
    for connection, database in zip(connections, databases, strict=True):
        connection.close()
        database.close()


def fill(connections: Iterable[Connection], texts: list[str]) -> None:
    for connection in connections:
        fulltext.add(connection, enumerate(texts, 1))


@pytest.mark.parametrize("query", QUERIES)
def test_scores_are_the_same(both: list[Connection], query: str) -> None:
    fill(both, TEXTS)
    sqlite, postgres = (fulltext.search(connection, query, 10) for connection in both)
    assert sqlite
    assert dict(postgres) == pytest.approx(dict(sqlite), rel=1e-6)


def test_scores_are_the_same_on_real_texts(both: list[Connection], eval_data: Path) -> None:
    folder = eval_data / "search" / "cranfield"
    texts = [json.loads(line)["text"] for line in (folder / "corpus.jsonl").read_text("utf-8").splitlines()[:200]]
    queries = [json.loads(line)["text"] for line in (folder / "queries.jsonl").read_text("utf-8").splitlines()[:40]]
    fill(both, texts)
    for query in queries:
        sqlite, postgres = (dict(fulltext.search(connection, query, 1000)) for connection in both)
        assert len(sqlite.keys() & postgres.keys()) > 0.98 * len(sqlite.keys() | postgres.keys())
        same = sum(postgres.get(rowid) == pytest.approx(score, rel=1e-3) for rowid, score in sqlite.items())
        assert same > 0.95 * len(sqlite), query


def test_words_on_cranfield_are_found_as_well(eval_data: Path, postgres_url: str) -> None:
    figures = evaluate(eval_data / "search" / "cranfield", mode="words", database=postgres_url)
    assert figures["ndcg_at_10"] == pytest.approx(0.402, abs=0.01)  # what FTS5 has; measured .402
