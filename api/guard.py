"""Keeps other web pages out: who may be addressed (Host) and who may send (Origin).

Who the caller is, is left to auth.py.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from errors import SheafError

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


class Guard:
    """ASGI middleware. A page of another site cannot post here, nor can a name that was bent to this address."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = set(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._allowed(dict(scope["headers"])):
            await self._app(scope, receive, send)
            return
        error = SheafError("foreign_origin")
        body = json.dumps({"schema": 1, "status": 403, "title": error.message, **error.as_json()}).encode()
        headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _allowed(self, headers: dict[bytes, bytes]) -> bool:
        if _hostname("//" + headers.get(b"host", b"").decode("latin-1")) not in self._hosts:
            return False
        if headers.get(b"sec-fetch-site") == b"cross-site":
            return False
        origin = headers.get(b"origin")
        return origin is None or _hostname(origin.decode("latin-1")) in self._hosts


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
