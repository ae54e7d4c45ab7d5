"""Sends files piece by piece, of the object store or not. Which, and who may have them, is left to the routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BufferedIOBase
from pathlib import Path

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
    return _streamed(stream, media_type, headers)


def only_once(path: Path, media_type: str, headers: Mapping[str, str]) -> StreamingResponse:
    """The file, which may be removed at once: it stays for as long as this answer is sent."""
    length = {"Content-Length": str(path.stat().st_size)}
    return _streamed(path.open("rb"), media_type, {**headers, **length})


def _streamed(stream: BufferedIOBase, media_type: str, headers: Mapping[str, str]) -> StreamingResponse:
    safe = {**headers, "X-Content-Type-Options": "nosniff"}  # it came from outside: only what we say it is
    return StreamingResponse(_pieces(stream), media_type=media_type, headers=safe)


def _pieces(stream: BufferedIOBase) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(PIECE):
            yield piece
