"""The vectors of passages in Chroma, a collection a generation. Which generation is current is left to generations.

The index knows ids and who owns them, no facts: the database is the truth, and vectors can be made anew from it.
Filters are left to the database too, because any filter makes a query of Chroma ten times slower: ask for more than
is needed and let the database choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

#: What is raised while the server of the vectors does not answer.
VectorsAway = httpx.TransportError

#: Ids fetched at a time when all are listed.
PAGE = 5000

#: Seconds until a Chroma server counts as away, for a connection and for an answer. Its client would wait for ever.
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 60.0


def open_index(url: str) -> PassageIndex:
    """The index in a folder, which one process may open, or behind http(s)://host:port. Nothing is reported home."""
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    parts = urlsplit(url)
    if parts.scheme in ("http", "https"):
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 8000)
        client: Any = chromadb.HttpClient(parts.hostname or "", port, ssl=secure, settings=settings)
        session: httpx.Client = client._server._session
        session.timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        session.event_hooks = {"response": [_refuse_gateway]}
        return PassageIndex(client)
    folder = Path(parts.path if parts.scheme == "file" else url)
    folder.mkdir(parents=True, exist_ok=True)
    return PassageIndex(chromadb.PersistentClient(folder, settings=settings))


def _refuse_gateway(response: httpx.Response) -> None:
    """What stands before a Chroma answers for it while it is away; its client would take that for Chroma's own word."""
    if response.status_code in (502, 503, 504):
        raise httpx.NetworkError(f"{response.url.host} answers {response.status_code}", request=response.request)


def collection_name(model_id: str, generation: int) -> str:
    """A name that Chroma takes for the vectors of a model.

    "all-minilm-l6-v2@0.1.0", 3 → "all-minilm-l6-v2-0.1.0-g3".
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", model_id).strip("._-")
    return f"{plain[:200] or 'model'}-g{generation}"


class PassageIndex:
    """The collections of one Chroma. May be used from many threads."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._batch = int(client.get_max_batch_size())
        self._open: dict[str, PassageCollection] = {}
        self._lock = Lock()

    def collection(self, name: str) -> PassageCollection:
        """The collection of that name, made if it is not there."""
        with self._lock:
            if name not in self._open:
                # No embedding function, or Chroma would fetch one: vectors are ours.
                made = self._client.get_or_create_collection(
                    name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                )
                self._open[name] = PassageCollection(made, self._batch)
            return self._open[name]

    def names(self) -> list[str]:
        """The names of all collections."""
        return sorted(found.name for found in self._client.list_collections())

    def drop(self, name: str) -> None:
        """Remove a collection; nothing happens if it is not there. Chroma does not give the room back to the disk."""
        with self._lock:
            self._open.pop(name, None)
            if name in self.names():
                self._client.delete_collection(name)

    def close(self) -> None:
        """Let go of the folder or the server, unless the same one is open elsewhere in this process."""
        servers = [self._client._server, self._client._admin_client._server]
        self._client.close()
        for server in servers:
            if not server._running and (session := getattr(server, "_session", None)):
                session.close()  # Chroma itself leaves its connections open


class PassageCollection:
    """The vectors of one generation: all of one model, of length 1, compared by cosine."""

    def __init__(self, collection: Any, batch: int) -> None:
        self._collection = collection
        self._batch = batch

    def upsert(self, ids: Sequence[str], vectors: Vectors, metadatas: Sequence[Mapping[str, str | int]]) -> None:
        """Store the vectors, shape (ids, dimensions), replacing those of the same id. Each has a `document_id`."""
        for first in range(0, len(ids), self._batch):
            part = slice(first, first + self._batch)
            self._collection.upsert(
                ids=list(ids[part]), embeddings=vectors[part], metadatas=[dict(item) for item in metadatas[part]]
            )

    def query(self, vector: Vectors, top: int) -> list[tuple[str, float]]:
        """(id, cosine) of the `top` nearest, best first; the search is approximate."""
        found = self._collection.query(
            query_embeddings=[np.asarray(vector, dtype=np.float32)], n_results=top, include=["distances"]
        )
        distances = found["distances"][0]
        return [(key, 1.0 - float(distance)) for key, distance in zip(found["ids"][0], distances, strict=True)]

    def delete(self, ids: Sequence[str]) -> None:
        """Remove these vectors; unknown ids are no error."""
        for first in range(0, len(ids), self._batch):
            self._collection.delete(ids=list(ids[first : first + self._batch]))

    def delete_document(self, document_id: str) -> None:
        """Remove all vectors of the document."""
        self.delete(self.keys_of(document_id))

    def keys_of(self, document_id: str) -> list[str]:
        """The ids of the document's vectors."""
        return list(self._collection.get(where={"document_id": document_id}, include=[])["ids"])

    def owners(self) -> Iterator[tuple[str, str]]:
        """(id, document_id) of every vector, for a check; those that come or go meanwhile may or may not be there."""
        offset = 0
        while (page := self._collection.get(limit=PAGE, offset=offset, include=["metadatas"]))["ids"]:
            yield from zip(page["ids"], (item["document_id"] for item in page["metadatas"]), strict=True)
            offset += len(page["ids"])

    def count(self) -> int:
        """How many vectors there are."""
        return int(self._collection.count())
