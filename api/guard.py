"""Keeps other web pages out: who may be addressed (Host), from where (Origin), and how an address is written.

Who the caller is, is left to auth.py.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from api.signing import ROOT as PICTURES
from errors import SheafError

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Guard:
    """ASGI middleware. A page of another site or port cannot post here, nor can a name that was bent to this address.

    A request may come from no page at all, from a page at the address that it asks, or from one of the `origins`
    ("http://host:port"). Behind a proxy `scheme` is the browser's, where uvicorn trusts the proxy to say it. Signed
    pictures may be shown by any site: whoever shows them has the address, and cannot read what it shows.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], origins: Collection[str] = ()) -> None:
        self._app = app
        self._hosts = set(hosts)
        self._origins = set(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._allowed(scope):
            await self._app(scope, receive, send)
            return
        error = SheafError("foreign_origin")
        body = json.dumps({"schema": 1, "status": 403, "title": error.message, **error.as_json()}).encode()
        headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _allowed(self, scope: Scope) -> bool:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if _hostname(f"//{host}") not in self._hosts:
            return False
        picture = scope["method"] == "GET" and scope["path"].startswith(PICTURES)
        if headers.get(b"sec-fetch-site") == b"cross-site" and not picture:
            return False
        origin = headers.get(b"origin")
        return origin is None or origin.decode("latin-1") in {f"{scope['scheme']}://{host}", *self._origins}


def origin_of(host: str, port: int) -> str:
    """The address of a host and port as browsers write it: the default port left out, IPv6 in brackets."""
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"http://{name}" if port == 80 else f"http://{name}:{port}"


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
