"""The contract of the passage index, over a folder and a real Chroma server."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest

from storage.passage_index import PAGE, PassageCollection, PassageIndex, Vectors, collection_name, open_index
from storage.stores import AWAY


@pytest.fixture
def persistent(tmp_path: Path) -> Iterator[PassageIndex]:
    index = open_index(str(tmp_path / "index"))
    yield index
    index.close()


@pytest.fixture
def server(chroma_server: str) -> Iterator[PassageIndex]:
    index = open_index(chroma_server)
    yield index
    index.close()


@pytest.fixture(params=["persistent", "server"])
def index(request: pytest.FixtureRequest) -> PassageIndex:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


@pytest.fixture
def collection(index: PassageIndex) -> PassageCollection:
    return index.collection(collection_name(f"tests {uuid.uuid4()}", 1))


def directions(count: int, seed: int = 0) -> Vectors:
    found = np.random.default_rng(seed).normal(size=(count, 32)).astype(np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def owned(*documents: str) -> list[dict[str, str | int]]:
    return [{"document_id": document, "page": 1} for document in documents]


def ids(collection: PassageCollection) -> list[str]:
    return [key for key, _ in collection.owners()]


def test_the_nearest_come_first_with_their_cosine(collection: PassageCollection) -> None:
    vectors = directions(50)
    collection.upsert([f"p{n}" for n in range(50)], vectors, owned(*["d"] * 50))
    cosines = vectors @ vectors[7]
    found = collection.query(vectors[7], 10)
    assert [key for key, _ in found] == [f"p{n}" for n in np.argsort(-cosines)[:10]]
    assert [score for _, score in found] == pytest.approx(sorted(cosines, reverse=True)[:10], abs=1e-5)


def test_storing_twice_leaves_one_with_the_newer_vector(collection: PassageCollection) -> None:
    first, second = directions(2)
    for vector in (first, second):
        collection.upsert(["p"], vector[None], owned("d"))
    assert collection.count() == 1
    assert dict(collection.query(second, 1)) == pytest.approx({"p": 1.0}, abs=1e-5)


def test_an_empty_collection_answers_with_nothing(collection: PassageCollection) -> None:
    assert collection.query(directions(1)[0], 10) == []
    assert ids(collection) == []
    collection.delete(["unknown"])
    collection.delete([])
    collection.upsert([], np.zeros((0, 32), dtype=np.float32), [])
    collection.delete_document("unknown")


def test_a_document_knows_its_vectors_and_loses_them_together(collection: PassageCollection) -> None:
    collection.upsert(["a1", "a2", "a3", "b1"], directions(4), owned("a", "a", "a", "b"))
    assert sorted(collection.keys_of("a")) == ["a1", "a2", "a3"]
    collection.delete_document("a")
    assert ids(collection) == ["b1"]
    assert [key for key, _ in collection.query(directions(1)[0], 5)] == ["b1"]


def test_more_than_one_batch_and_one_page_of_ids(collection: PassageCollection) -> None:
    count = 2 * PAGE + 1000
    keys = [f"p{n}" for n in range(count)]
    collection.upsert(keys, directions(count), owned(*["d"] * count))
    assert collection.count() == count
    assert sorted(ids(collection)) == sorted(keys)
    collection.delete([key for key in collection.keys_of("d") if key != "p5"])
    assert ids(collection) == ["p5"]


def test_threads_write_and_ask_at_the_same_time(index: PassageIndex) -> None:
    name = collection_name(f"threads {uuid.uuid4()}", 1)

    def work(number: int) -> int:
        vectors = directions(20, seed=number)
        collection = index.collection(name)
        collection.upsert([f"{number}.{n}" for n in range(20)], vectors, owned(*[str(number)] * 20))
        return sum(collection.query(vector, 1)[0][0] == f"{number}.{n}" for n, vector in enumerate(vectors))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [20] * 8
    assert index.collection(name).count() == 160


def test_generations_live_beside_each_other_until_one_is_dropped(index: PassageIndex) -> None:
    model = f"some model@{uuid.uuid4()}"
    old, new = collection_name(model, 1), collection_name(model, 2)
    index.collection(old).upsert(["p"], directions(1), owned("d"))
    index.collection(new)
    assert {old, new} <= set(index.names())
    index.drop(old)
    index.drop(old)
    assert old not in index.names()
    assert index.collection(old).count() == 0  # begun anew, not remembered


def test_a_folder_remembers(tmp_path: Path) -> None:
    for _ in range(2):
        index = open_index(str(tmp_path / "index"))
        index.collection("kept").upsert(["p"], directions(1), owned("d"))
        index.close()
    index = open_index(str(tmp_path / "index"))
    assert ids(index.collection("kept")) == ["p"]
    index.close()


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("all-minilm-l6-v2@0.1.0", "all-minilm-l6-v2-0.1.0-g3"),
        ("ein Modell/für alles", "ein-Modell-f-r-alles-g3"),
        ("…", "model-g3"),
        ("x" * 1000, "x" * 200 + "-g3"),
    ],
)
def test_any_model_has_a_name_that_chroma_takes(persistent: PassageIndex, model: str, name: str) -> None:
    assert collection_name(model, 3) == name
    persistent.collection(name)
    assert persistent.names() == [name]


def test_a_gateway_before_a_chroma_that_is_away_does_not_speak_for_it(chroma_server: str) -> None:
    away = threading.Event()

    class Gateway(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            plain = {"Content-Type": self.headers.get("Content-Type", "application/json")}
            there = httpx.request(self.command, chroma_server + self.path, content=body, headers=plain)
            self.send_response(503 if away.is_set() else there.status_code)
            self.send_header("Content-Length", str(len(there.content)))
            self.end_headers()
            self.wfile.write(there.content)

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            pass

    gateway = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    with closing(open_index(f"http://127.0.0.1:{gateway.server_address[1]}")) as index:
        collection = index.collection(collection_name(f"tests {uuid.uuid4()}", 1))
        collection.upsert(["a"], directions(1), owned("d"))
        away.set()
        with pytest.raises(AWAY):
            collection.query(directions(1)[0], 1)
        away.clear()
        assert collection.count() == 1
    gateway.shutdown()
    gateway.server_close()
