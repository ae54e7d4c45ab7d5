"""Receives an upload as it streams in: to a local file, hashed and measured on the way.

What becomes of it is left to workers.arrival.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from errors import SheafError
from workers.arrival import clean_name

#: Bytes of a form field at most; none of ours is longer.
FIELD_BYTES = 4096
MEBIBYTE = 2**20
#: Bytes of everything around the file at most: boundaries, headers, fields, and what follows the last of them.
AROUND_BYTES = MEBIBYTE


@dataclass
class Upload:
    """One file and the form fields around it. The password among the fields is never logged."""

    path: Path
    filename: str = ""
    sha256: str = ""
    size: int = 0
    fields: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass
class _Sink:
    """Takes the parser's events: bytes of the part named "file" go to disk, others become fields."""

    target: BinaryIO
    limit: int
    reserve: int
    upload: Upload
    digest: Any = field(default_factory=hashlib.sha256)
    arrived: int = 0
    header_name: bytearray = field(default_factory=bytearray)
    header_value: bytearray = field(default_factory=bytearray)
    part: str = ""
    fields: dict[str, bytearray] = field(default_factory=dict, repr=False)
    seen_file: bool = False

    def take(self, parser: MultipartParser, chunk: bytes) -> None:
        """Parse one piece of the stream, which may be as long as it likes only inside the file."""
        self.arrived += len(chunk)
        parser.write(chunk)
        if self.arrived - self.upload.size > AROUND_BYTES:
            raise SheafError("bad_request", detail="what is sent around the file is longer than 1 MB")

    def finish(self) -> None:
        """Decode the fields, each as a whole: a letter may have come in two pieces."""
        try:
            self.upload.fields = {name: value.decode("utf-8") for name, value in self.fields.items()}
        except UnicodeDecodeError:
            raise SheafError("bad_request", detail="a form field is not UTF-8") from None
        self.upload.sha256 = self.digest.hexdigest()

    def on_part_begin(self) -> None:
        self.part = ""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self.header_name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self.header_value += data[start:end]

    def on_header_end(self) -> None:
        name, value = bytes(self.header_name), bytes(self.header_value)
        self.header_name.clear()
        self.header_value.clear()
        if name.lower() != b"content-disposition":
            return
        _, options = parse_options_header(value)
        self.part = options.get(b"name", b"").decode("utf-8", "replace")
        if self.part == "file":
            if self.seen_file:
                raise SheafError("bad_request", detail="send one file a request")
            self.seen_file = True
            self.upload.filename = clean_name(options.get(b"filename", b"").decode("utf-8", "replace"))

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self.part != "file":
            value = self.fields.setdefault(self.part, bytearray())
            value += data[start:end]
            if len(value) > FIELD_BYTES:
                raise SheafError("bad_request", detail=f"a form field is longer than {FIELD_BYTES} bytes")
            return
        self.upload.size += end - start
        if self.upload.size > self.limit:
            raise SheafError("too_many_bytes", limit_mb=self.limit // MEBIBYTE)
        self.digest.update(data[start:end])
        self.target.write(data[start:end])

    def callbacks(self) -> Any:
        names = ("on_part_begin", "on_header_field", "on_header_value", "on_header_end", "on_part_data")
        return {name: getattr(self, name) for name in names}


async def receive_form(request: Request, path: Path, limit_mb: int, reserve_mb: int) -> Upload:
    """Read a multipart form into `path`. Raises too_many_bytes as soon as that is clear, storage_full, bad_request."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise SheafError("bad_request", detail="send multipart/form-data with a part named file")
    upload = Upload(path)
    with path.open("wb") as target:
        sink = _Sink(target, limit_mb * MEBIBYTE, reserve_mb * MEBIBYTE, upload)
        announced = request.headers.get("content-length", "")
        await run_in_threadpool(_check_room, path.parent, int(announced) if announced.isdecimal() else 0, sink)
        try:
            parser = MultipartParser(boundary, sink.callbacks())
            async for chunk in request.stream():
                await run_in_threadpool(sink.take, parser, chunk)
            parser.finalize()
            sink.finish()
        except FormParserError as error:
            raise SheafError("bad_request", detail=f"the form is cut short or malformed ({error})") from None
        except OSError as error:
            if error.errno in (28, 122):  # no space, or over quota
                raise SheafError("storage_full") from None
            raise
        target.flush()
        await run_in_threadpool(os.fsync, target.fileno())
    if not sink.seen_file:
        raise SheafError("bad_request", detail="the form has no part named file")
    return upload


def _check_room(folder: Path, announced: int, sink: _Sink) -> None:
    if announced > sink.limit + AROUND_BYTES:
        raise SheafError("too_many_bytes", limit_mb=sink.limit // MEBIBYTE)
    if shutil.disk_usage(folder).free - announced < sink.reserve:
        raise SheafError("storage_full")
