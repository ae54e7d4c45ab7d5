"""Measures search on collections with judged queries, with the product's own passages, vectors, words and fusion.

A document is one page. As in the product each ranking is of passages, rankings are fused by rank, and a document
stands where its best passage stands. (Fusing rankings of documents instead gave the same nDCG@10 on Cranfield and
CISI, .448 and .451 against .446 and .452.)
"""

from __future__ import annotations

import csv
import json
import math
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from sqlalchemy import Connection, create_engine

from errors import SheafError
from nlp.facts import Page
from nlp.searching.embeddings import embed, model_id
from nlp.searching.passages import split
from nlp.searching.search import fuse
from storage import fulltext
from storage.passage_index import PassageCollection, collection_name, open_index

Mode = Literal["hybrid", "dense", "words"]
Judgements = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a mode finds: the documents of each judged query, the best first, and the seconds each took; how many
    passages there are and how many were embedded a second."""

    rankings: Mapping[str, Sequence[str]]
    times: Sequence[float]
    passages: int
    speed: Mapping[str, float]


#: Passages asked of each ranking, as many as the product asks.
DEPTH = 200
#: Passages embedded and stored at a time.
BATCH = 512


def evaluate(
    path: Path, part: str = "score", mode: Mode = "hybrid", model: Path | None = None, database: str | None = None
) -> dict[str, float | int]:
    """ndcg_at_10 (linear gain), recall_at_100, map (mean over judged queries), queries, p50_ms, p95_ms, documents and
    passages of a folder with corpus.jsonl, queries.jsonl and qrels.tsv; with vectors passages_per_second too.

    The collections have no parts, so `part` changes nothing. `database` is the URL of an empty database for the words;
    without one it is SQLite. Pairs of query and document in code_minus1_pairs.tsv are
    dropped. The times cover embedding the query, searching and fusing. Raises not_found and bad_request.
    """
    found, judged = rank(path, [mode], model, database)[mode], judgements(path)
    return {
        "ndcg_at_10": _mean(ndcg(found.rankings[query], grades, 10) for query, grades in judged.items()),
        "recall_at_100": _mean(recall(found.rankings[query], grades, 100) for query, grades in judged.items()),
        "map": _mean(average_precision(found.rankings[query], grades) for query, grades in judged.items()),
        "queries": len(judged),
        "p50_ms": round(float(np.percentile(found.times, 50)) * 1000, 1),
        "p95_ms": round(float(np.percentile(found.times, 95)) * 1000, 1),
        "documents": sum(1 for _ in _documents(path / "corpus.jsonl")),
        "passages": found.passages,
        **found.speed,
    }


def rank(
    path: Path, modes: Sequence[Mode], model: Path | None = None, database: str | None = None
) -> dict[Mode, Ranked]:
    """What each mode finds in a folder as `evaluate` takes it, indexed once. Raises not_found and bad_request."""
    for mode in modes:
        if mode not in get_args(Mode):
            raise SheafError("bad_request", detail=f"mode {mode!r} is none of {', '.join(get_args(Mode))}")
    if not (path / "corpus.jsonl").is_file():
        raise SheafError("not_found", thing="collection (corpus.jsonl) in", id=path)
    judged, dropped = judgements(path), _dropped(path)
    owners, texts = _passages(path, model)
    with tempfile.TemporaryDirectory(prefix="sheaf-") as folder:
        engine, index = create_engine(database or f"sqlite:///{folder}/words.db"), open_index(f"{folder}/index")
        try:
            with engine.connect() as connection:
                collection = index.collection(collection_name(model_id(model), 1))
                if set(modes) != {"dense"}:
                    fulltext.create(connection)
                    fulltext.add(connection, enumerate(texts))
                by_meaning = set(modes) != {"words"}
                speed = {"passages_per_second": _embed_all(collection, owners, texts, model)} if by_meaning else {}
                runs = {}
                for mode in modes:
                    ask = _searcher(connection, collection, mode, model)
                    ask("a first query, which loads what is loaded once")
                    runs[mode] = _run(path, judged, ask)
        finally:
            index.close()
            engine.dispose()
    return {
        mode: Ranked(
            {query: _owners(query, (owners[key] for key in keys), dropped) for query, keys in found.items()},
            times,
            len(owners),
            {} if mode == "words" else speed,
        )
        for mode, (found, times) in runs.items()
    }


def judgements(path: Path) -> Judgements:
    """The grades above zero by query and document, of the queries that have one."""
    judged: dict[str, dict[str, float]] = {}
    dropped = _dropped(path)
    for query, document, grade in _rows(path / "qrels.tsv"):
        if float(grade) > 0 and (query, document) not in dropped:
            judged.setdefault(query, {})[document] = float(grade)
    return judged


def ndcg(ranking: Sequence[str], grades: Mapping[str, float], depth: int) -> float:
    """Normalised discounted cumulative gain of the first `depth`; the gain is the grade itself."""

    def gain(found: Iterable[float]) -> float:
        return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(found, 1))

    ideal = sorted(grades.values(), reverse=True)[:depth]
    return gain(grades.get(document, 0.0) for document in ranking[:depth]) / gain(ideal)


def recall(ranking: Sequence[str], grades: Mapping[str, float], depth: int) -> float:
    """Share of the relevant documents among the first `depth`."""
    return len(grades.keys() & set(ranking[:depth])) / len(grades)


def average_precision(ranking: Sequence[str], grades: Mapping[str, float]) -> float:
    """Mean over the relevant documents of the precision where each is found, 0 where it is not."""
    ranks = [rank for rank, document in enumerate(ranking, 1) if document in grades]
    return sum(found / rank for found, rank in enumerate(ranks, 1)) / len(grades)


def _passages(path: Path, model: Path | None) -> tuple[list[str], list[str]]:
    """The document that owns each passage, and its text; the place in the lists is the passage's number."""
    owners, texts = [], []
    for row in _documents(path / "corpus.jsonl"):
        text = "\n\n".join(piece for piece in (row.get("title"), row["text"]) if piece)
        page = Page(1, 1.0, 1.0, text, (), "text_layer", "labelled set", 1.0)
        for passage in split(page, model):
            owners.append(str(row["id"]))
            texts.append(passage.text)
    return owners, texts


def _embed_all(collection: PassageCollection, owners: Sequence[str], texts: Sequence[str], model: Path | None) -> float:
    """Store the vectors of all passages; how many were embedded a second, without loading the model."""
    embed(["warm"], model)
    seconds = 0.0
    for first in range(0, len(texts), BATCH):
        numbers = range(first, min(first + BATCH, len(texts)))
        started = time.perf_counter()
        vectors = embed(texts[first : first + BATCH], model)
        seconds += time.perf_counter() - started
        collection.upsert([str(number) for number in numbers], vectors, [{"document_id": owners[n]} for n in numbers])
    return round(len(texts) / seconds, 1)


def _searcher(
    connection: Connection, collection: PassageCollection, mode: Mode, model: Path | None
) -> Callable[[str], list[int]]:
    def by_meaning(query: str) -> list[str]:
        return [key for key, _ in collection.query(embed([query], model)[0], DEPTH)]

    def by_words(query: str) -> list[str]:
        return [str(rowid) for rowid, _ in fulltext.search(connection, query, DEPTH)]

    rankers = {"hybrid": (by_meaning, by_words), "dense": (by_meaning,), "words": (by_words,)}[mode]
    return lambda query: [int(key) for key, _ in fuse([rank(query) for rank in rankers])]


def _run(path: Path, judged: Judgements, ask: Callable[[str], list[int]]) -> tuple[dict[str, list[int]], list[float]]:
    """The passages found for each judged query, and the seconds each took."""
    found, times = {}, []
    for row in _documents(path / "queries.jsonl"):
        if str(row["id"]) in judged:
            started = time.perf_counter()
            found[str(row["id"])] = ask(row["text"])
            times.append(time.perf_counter() - started)
    return found, times


def _owners(query: str, documents: Iterable[str], dropped: Collection[tuple[str, str]]) -> list[str]:
    """Each document once, where its best passage stands."""
    return [document for document in dict.fromkeys(documents) if (query, document) not in dropped]


def _dropped(path: Path) -> set[tuple[str, str]]:
    return {(query, document) for query, document, *_ in _rows(path / "code_minus1_pairs.tsv")}


def _documents(file: Path) -> Iterable[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _rows(file: Path) -> list[list[str]]:
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t"))[1:]


def _mean(values: Iterable[float]) -> float:
    return round(float(np.mean(list(values))), 4)
