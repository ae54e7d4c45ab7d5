"""Sends what the object store keeps, piece by piece. Which object, and who may have it, is left to the routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BufferedIOBase

from fastapi.responses import StreamingResponse

from errors import SheafError
from storage.objects import Objects

PIECE = 1 << 20


def stored(objects: Objects, key: str, media_type: str, headers: Mapping[str, str]) -> StreamingResponse:
    """The object under the key; raises not_found when it is gone: purged, or its page read again a moment ago."""
    try:
        stream = objects.open(key)
    except FileNotFoundError:
        raise SheafError("not_found", thing="file", id="there any more") from None
    safe = {**headers, "X-Content-Type-Options": "nosniff"}  # it came from outside: only what we say it is
    return StreamingResponse(_pieces(stream), media_type=media_type, headers=safe)


def _pieces(stream: BufferedIOBase) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(PIECE):
            yield piece
