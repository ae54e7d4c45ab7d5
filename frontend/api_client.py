"""Talks to the API: one method a route, answers as shapes, errors as exceptions. Showing them is left to views."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import httpx
from pydantic import TypeAdapter

from frontend.shapes import (
    Batch,
    Document,
    DocumentList,
    Finding,
    Page,
    PageSummary,
    Problem,
    Reading,
    Received,
    SearchResult,
)

#: Seconds for an ordinary answer. The first search waits for the embedding model; an upload for the look into the file.
PATIENCE, SEARCH_PATIENCE, SEND_PATIENCE = 10.0, 60.0, 300.0

_FINDINGS = {"field": "fields", "entity": "entities"}


class ApiError(Exception):
    """The API refused, and says why and what to do."""

    def __init__(self, problem: Problem, status: int) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.status = status


class Away(Exception):
    """The API does not answer at all; trying again later is right."""


class ApiClient:
    """The API as Python. `http` is an httpx.Client with a base address, or what behaves like one (a TestClient).

    Every method raises ApiError for a refusal and Away when nobody answers.
    """

    def __init__(self, http: httpx.Client, actor: str = "", public_address: str | None = None) -> None:
        self._http = http
        self._headers = {"X-Sheaf-Actor": actor.encode()} if actor else {}
        self._public_address = public_address
        self.address = str(http.base_url).rstrip("/")

    def known_as(self, actor: str) -> ApiClient:
        """The same API, asked in another name."""
        return ApiClient(self._http, actor, self._public_address)

    def public(self, page_address: str | None) -> str:
        """What a browser puts before the API's paths: as configured, else the API's port at the host it sees us at.

        To a browser localhost and 127.0.0.1 are two sites, so the name that the person used is kept.
        """
        if self._public_address is not None:
            return self._public_address.rstrip("/")
        api, page = urlsplit(self.address), urlsplit(page_address or self.address)
        host = f"[{page.hostname}]" if ":" in (page.hostname or "") else page.hostname
        return f"{api.scheme}://{host}" + (f":{api.port}" if api.port else "")

    def alive(self) -> bool:
        try:
            self._json("GET", "/health")
        except (Away, ApiError):
            return False
        return True

    # Documents

    def documents(
        self,
        status: Sequence[str] = (),
        name: str = "",
        deleted: bool = False,
        cursor: str | None = None,
        limit: int = 50,
    ) -> DocumentList:
        query: dict[str, Any] = {"limit": limit, "deleted": deleted, "status": list(status)}
        if name:
            query["name"] = name
        if cursor:
            query["cursor"] = cursor
        return DocumentList.model_validate(self._json("GET", "/documents", params=query))

    def document(self, document_id: str) -> Document:
        return Document.model_validate(self._json("GET", f"/documents/{document_id}"))

    def open_batch(self, name: str) -> Batch:
        return Batch.model_validate(self._json("POST", "/batches", json={"name": name, "source": "page"}))

    def send(self, filename: str, file: BinaryIO, batch_id: str | None = None, password: str | None = None) -> Received:
        """Send one file, read in pieces from its start."""
        form = {"source": "page", "batch_id": batch_id, "password": password}
        answer = self._json(
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

    def read_again(self, document_id: str, pages: Sequence[int] = ()) -> Document:
        return self._change(document_id, "read", json={"pages": list(pages)})

    def delete(self, document_id: str) -> Document:
        return Document.model_validate(self._json("DELETE", f"/documents/{document_id}"))

    def original(self, document_id: str) -> bytes:
        return self._request("GET", f"/documents/{document_id}/original", timeout=SEND_PATIENCE).content

    def export(self, document_id: str, form: str) -> bytes:
        """Everything found in the document as "json" or "csv"."""
        return self._request("GET", f"/documents/{document_id}/export", params={"format": form}).content

    # Pages

    def pages(self, document_id: str) -> list[PageSummary]:
        items = self._json("GET", f"/documents/{document_id}/pages")["items"]
        return TypeAdapter(list[PageSummary]).validate_python(items)

    def page(self, document_id: str, number: int) -> Page:
        return Page.model_validate(self._json("GET", f"/documents/{document_id}/pages/{number}"))

    def readings(self, document_id: str, number: int) -> list[Reading]:
        items = self._json("GET", f"/documents/{document_id}/pages/{number}/readings")["items"]
        return TypeAdapter(list[Reading]).validate_python(items)

    def picture(self, document_id: str, number: int, kind: str = "image") -> tuple[bytes, str]:
        """The page's "image" or "thumbnail" and its media type."""
        answer = self._request("GET", f"/documents/{document_id}/pages/{number}/{kind}")
        return answer.content, answer.headers.get("content-type", "image/webp")

    # Findings

    def findings(self, document_id: str) -> list[Finding]:
        """Fields, then entities, each in reading order; without the rejected ones."""
        found = []
        for kind, noun in _FINDINGS.items():
            for item in self._json("GET", f"/documents/{document_id}/{noun}")["items"]:
                shown = {"kind": kind, "name": item.get("name") or item.get("label"), **item}
                found.append(Finding.model_validate(shown))
        return [finding for finding in found if finding.state != "rejected"]

    def accept(self, finding: Finding) -> None:
        self._decide(finding, "accept")

    def reject(self, finding: Finding) -> None:
        self._decide(finding, "reject")

    def undo(self, document_id: str) -> None:
        """Take back the last decision of this actor on the document."""
        self._json("POST", f"/documents/{document_id}/undo")

    # Search

    def search(self, query: str, top: int = 10) -> SearchResult:
        answer = self._json("GET", "/search", params={"q": query, "top": top}, timeout=SEARCH_PATIENCE)
        return SearchResult.model_validate(answer)

    def _change(self, document_id: str, verb: str, **request: Any) -> Document:
        return Document.model_validate(self._json("POST", f"/documents/{document_id}/{verb}", **request))

    def _decide(self, finding: Finding, verb: str) -> None:
        match = {"If-Match": f'"{finding.version}"'}
        self._request("POST", f"/{_FINDINGS[finding.kind]}/{finding.id}/{verb}", headers=match)

    def _json(self, method: str, path: str, **request: Any) -> Any:
        return self._request(method, path, **request).json()

    def _request(
        self,
        method: str,
        path: str,
        headers: dict[str, str | bytes] | None = None,
        timeout: float = PATIENCE,
        **request: Any,
    ) -> httpx.Response:
        headers = {**self._headers, **(headers or {})}
        try:
            answer = self._http.request(method, f"/api/v1{path}", headers=headers, timeout=timeout, **request)
        except (httpx.TransportError, OSError) as error:
            raise Away(str(error)) from None
        if answer.is_success:
            return answer
        raise ApiError(_problem(answer), answer.status_code)


def connect() -> ApiClient:
    """The client for the API of SHEAF_API_URL; nothing else of the front end reads the environment.

    SHEAF_API_PUBLIC_URL is where browsers find the API; empty where a proxy gives it the page's own origin.
    """
    address = os.environ.get("SHEAF_API_URL", "http://127.0.0.1:8000")
    http = httpx.Client(base_url=address, trust_env=False)
    return ApiClient(http, public_address=os.environ.get("SHEAF_API_PUBLIC_URL"))


def _problem(answer: httpx.Response) -> Problem:
    try:
        return Problem.model_validate(answer.json())
    except ValueError:  # something between us and the API answered
        return Problem(
            code=f"http_{answer.status_code}",
            message="The answer was not understood.",
            advice="Check that SHEAF_API_URL is the address of Sheaf's API.",
        )
