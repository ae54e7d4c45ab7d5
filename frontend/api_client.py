"""The API as Python: one method a route, answers as shapes. How it is reached is left to connection.py."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, BinaryIO

import httpx
from pydantic import TypeAdapter

from frontend.connection import ApiError, Away, Connection
from frontend.shapes import (
    Batch,
    Changes,
    Document,
    DocumentList,
    Engines,
    Finding,
    Format,
    Page,
    PageSummary,
    Reading,
    Received,
    Review,
    SearchResult,
    Table,
    Vocabulary,
)

__all__ = ["ApiClient", "ApiError", "Away", "connect"]

#: Seconds: the first search waits for the embedding model; an upload for the look into the file.
SEARCH_PATIENCE, SEND_PATIENCE = 60.0, 300.0

_FINDINGS = {"field": "fields", "entity": "entities"}


class ApiClient(Connection):
    """Every method raises ApiError for a refusal and Away when nobody answers."""

    def alive(self) -> bool:
        try:
            self.json("GET", "/health")
        except (Away, ApiError):
            return False
        return True

    # Documents

    def documents(self, limit: int = 50, cursor: str | None = None, **filters: Any) -> DocumentList:
        """The newest first; filters are called as the API calls them, and empty ones do not count."""
        asked = {name: value for name, value in {"cursor": cursor, **filters}.items() if value}
        return DocumentList.model_validate(self.json("GET", "/documents", params={"limit": limit, **asked}))

    def document(self, document_id: str) -> Document:
        return Document.model_validate(self.json("GET", f"/documents/{document_id}"))

    def send(self, filename: str, file: BinaryIO, batch_id: str | None = None, password: str | None = None) -> Received:
        """Send one file, read in pieces from its start."""
        form = {"source": "page", "batch_id": batch_id, "password": password}
        answer = self.json(
            "POST",
            "/documents",
            files={"file": (filename, file, "application/octet-stream")},
            data={name: value for name, value in form.items() if value},
            timeout=SEND_PATIENCE,
        )
        return Received.model_validate(answer)

    def retry(self, document_id: str) -> Document:
        return self._change(document_id, "retry")

    def cancel(self, document_id: str) -> Document:
        return self._change(document_id, "cancel")

    def restore(self, document_id: str) -> Document:
        return self._change(document_id, "restore")

    def read_again(
        self, document_id: str, pages: Sequence[int] = (), engine: str | None = None, languages: Sequence[str] = ()
    ) -> Document:
        """Read it by the engine, or by what suits each page; in the languages, or in its own."""
        wanted = {"pages": list(pages), "engine": engine, "languages": list(languages)}
        return self._change(document_id, "read", json=wanted)

    def delete(self, document_id: str) -> Document:
        return Document.model_validate(self.json("DELETE", f"/documents/{document_id}"))

    def original(self, document_id: str) -> bytes:
        return self.request("GET", f"/documents/{document_id}/original", timeout=SEND_PATIENCE).content

    def searchable(self, document_id: str) -> bytes:
        """A PDF of the document with the words that were read as invisible text."""
        return self.request("GET", f"/documents/{document_id}/searchable.pdf", timeout=SEND_PATIENCE).content

    def export(self, document_id: str, form: str) -> bytes:
        """Everything found in the document as "json" or "csv"."""
        return self.request("GET", f"/documents/{document_id}/export", params={"format": form}).content

    # Batches

    def open_batch(self, name: str, languages: Sequence[str] = ()) -> Batch:
        """Its documents are read in the languages, or in those of the installation."""
        batch = {"name": name, "source": "page", "languages": list(languages)}
        return Batch.model_validate(self.json("POST", "/batches", json=batch))

    def batches(self, limit: int = 10) -> list[Batch]:
        items = self.json("GET", "/batches", params={"limit": limit})["items"]
        return TypeAdapter(list[Batch]).validate_python(items)

    def batch(self, batch_id: str) -> Batch:
        return Batch.model_validate(self.json("GET", f"/batches/{batch_id}"))

    def retry_batch(self, batch_id: str) -> Batch:
        return Batch.model_validate(self.json("POST", f"/batches/{batch_id}/retry"))

    def cancel_batch(self, batch_id: str) -> Batch:
        return Batch.model_validate(self.json("POST", f"/batches/{batch_id}/cancel"))

    # Pages

    def pages(self, document_id: str) -> list[PageSummary]:
        items = self.json("GET", f"/documents/{document_id}/pages")["items"]
        return TypeAdapter(list[PageSummary]).validate_python(items)

    def page(self, document_id: str, number: int) -> Page:
        return Page.model_validate(self.json("GET", f"/documents/{document_id}/pages/{number}"))

    def readings(self, document_id: str, number: int) -> list[Reading]:
        items = self.json("GET", f"/documents/{document_id}/pages/{number}/readings")["items"]
        return TypeAdapter(list[Reading]).validate_python(items)

    def changes(self, document_id: str, number: int, reading_id: str, since: str) -> Changes:
        """What a reading of a page says otherwise than another."""
        place = f"/documents/{document_id}/pages/{number}/readings/{reading_id}/changes"
        return Changes.model_validate(self.json("GET", place, params={"since": since}))

    def take_reading(self, document_id: str, number: int, reading_id: str) -> Document:
        return self._change(document_id, f"pages/{number}/readings/{reading_id}/take")

    def tables(self, document_id: str, page: int) -> list[Table]:
        items = self.json("GET", f"/documents/{document_id}/tables", params={"page": page})["items"]
        return TypeAdapter(list[Table]).validate_python(items)

    # Findings

    def findings(self, document_id: str) -> list[Finding]:
        """Fields, then entities, each in reading order; without the rejected ones."""
        found = [
            _finding(kind, item)
            for kind, noun in _FINDINGS.items()
            for item in self.json("GET", f"/documents/{document_id}/{noun}")["items"]
        ]
        return [finding for finding in found if finding.state != "rejected"]

    def accept(self, finding: Finding) -> None:
        self._decide(finding, "accept")

    def reject(self, finding: Finding) -> None:
        self._decide(finding, "reject")

    def correct(self, finding: Finding, **different: Any) -> None:
        """Say what is different: `label` of an entity, `text`, `value`, `spans`."""
        self._decide(finding, "correct", json=different)

    def add(self, document_id: str, kind: str, **finding: Any) -> Finding:
        """Add what was missed: an "entity" (label, spans) or a "field" (name, spans or text)."""
        return _finding(kind, self.json("POST", f"/documents/{document_id}/{_FINDINGS[kind]}", json=finding))

    def set_type(self, document: Document, label: str) -> Document:
        return self._settle("PUT", document, "type", json={"label": label})

    def mark_reviewed(self, document: Document) -> Document:
        return self._settle("PUT", document, "reviewed")

    def reopen_review(self, document: Document) -> Document:
        return self._settle("DELETE", document, "reviewed")

    def undo(self, document_id: str) -> None:
        """Take back the last decision of this actor on the document."""
        self.json("POST", f"/documents/{document_id}/undo")

    def reviews(self, document_id: str) -> list[Review]:
        """Who decided what, the newest first."""
        items = self.json("GET", f"/documents/{document_id}/reviews")["items"]
        return TypeAdapter(list[Review]).validate_python(items)

    def newest_review(self) -> int:
        """The number of the newest decision anywhere; as long as it stays, nobody has decided anything."""
        items = self.json("GET", "/reviews", params={"limit": 1})["items"]
        return int(items[0]["id"]) if items else 0

    # Search

    def search(self, query: str, top: int = 10, **filters: Any) -> SearchResult:
        """Filters are called as the API calls them, and empty ones do not count."""
        asked = {name: value for name, value in filters.items() if value}
        answer = self.json("GET", "/search", params={"q": query, "top": top, **asked}, timeout=SEARCH_PATIENCE)
        return SearchResult.model_validate(answer)

    def formats(self) -> list[Format]:
        return TypeAdapter(list[Format]).validate_python(self.json("GET", "/formats")["items"])

    def engines(self) -> Engines:
        return Engines.model_validate(self.json("GET", "/engines"))

    def vocabulary(self) -> Vocabulary:
        return Vocabulary.model_validate(self.json("GET", "/vocabulary"))

    def value_of(self, document_id: str, text: str, **name: str) -> dict[str, Any] | None:
        """What a text would be worth in this document under a `label` or as a `field`; nothing is kept."""
        asked = {"document_id": document_id, "text": text, **name}
        value: dict[str, Any] | None = self.json("GET", "/values", params=asked)["value"]
        return value

    def _change(self, document_id: str, verb: str, **request: Any) -> Document:
        return Document.model_validate(self.json("POST", f"/documents/{document_id}/{verb}", **request))

    def _decide(self, finding: Finding, verb: str, **request: Any) -> None:
        match = _match(finding.version)
        self.request("POST", f"/{_FINDINGS[finding.kind]}/{finding.id}/{verb}", headers=match, **request)

    def _settle(self, method: str, document: Document, what: str, **request: Any) -> Document:
        match = _match(document.version)
        return Document.model_validate(self.json(method, f"/documents/{document.id}/{what}", headers=match, **request))


def _match(version: int) -> dict[str, str | bytes]:
    return {"If-Match": f'"{version}"'}


def _finding(kind: str, item: dict[str, Any]) -> Finding:
    return Finding.model_validate({"kind": kind, "name": item.get("name") or item.get("label"), **item})


def connect() -> ApiClient:
    """The client for the API of SHEAF_API_URL; nothing else of the front end reads the environment.

    SHEAF_API_PUBLIC_URL is where browsers find the API; empty where a proxy gives it the page's own origin.
    """
    address = os.environ.get("SHEAF_API_URL", "http://127.0.0.1:8000")
    http = httpx.Client(base_url=address, trust_env=False)
    return ApiClient(http, public_address=os.environ.get("SHEAF_API_PUBLIC_URL"))
