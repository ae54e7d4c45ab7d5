"""Forms as they stream in: only the file may be long, and what comes in pieces is put together before it is read."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.types import Message

from api.uploads import Upload, receive_form
from errors import SheafError

LIMIT_MB = 1
CHUNK = bytes(64 * 1024)
#: Chunks that make up the allowance around the file, and a few for what is in flight.
PATIENCE = 2**20 // len(CHUNK) + 3


def part(name: str, value: bytes = b"", filename: str = "") -> bytes:
    named = f'; filename="{filename}"' if filename else ""
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + value


FILE = part("file", b"the bytes", "paper.pdf")
END = b"\r\n--edge--\r\n"


class Sender:
    """Streams the pieces and counts how many were taken."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self.taken = 0

    async def __call__(self) -> Message:
        piece = next(self._pieces, None)
        self.taken += 1
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}


def receive(folder: Path, sender: Sender) -> Upload:
    headers = [(b"content-type", b"multipart/form-data; boundary=edge")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, sender)
    return asyncio.run(receive_form(request, folder / "incoming", LIMIT_MB, reserve_mb=0))


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(itertools.chain([part("password")], itertools.repeat(CHUNK)), id="field"),
        pytest.param(itertools.chain([FILE, END], itertools.repeat(CHUNK)), id="after the end"),
        pytest.param((part("x", b"y") + b"\r\n" for _ in itertools.count()), id="parts"),
        pytest.param((part(f"field-{n}", b"y") + b"\r\n" for n in itertools.count()), id="names"),
        pytest.param(itertools.chain([b"--edge\r\nContent-"], itertools.repeat(b"x" * 65536)), id="header"),
    ],
)
def test_what_is_around_the_file_cannot_go_on_forever(tmp_path: Path, pieces: Iterable[bytes]) -> None:
    sender = Sender(itertools.islice(pieces, 60_000))
    with pytest.raises(SheafError) as refused:
        receive(tmp_path, sender)
    assert refused.value.code == "bad_request"
    assert sender.taken < 30_000


def test_an_endless_file_is_refused_at_its_limit(tmp_path: Path) -> None:
    sender = Sender(itertools.chain([part("file", filename="a.pdf")], itertools.repeat(CHUNK)))
    with pytest.raises(SheafError) as refused:
        receive(tmp_path, sender)
    assert refused.value.code == "too_many_bytes"
    assert sender.taken <= PATIENCE


def test_letters_cut_in_two_are_put_together(tmp_path: Path) -> None:
    form = part("password", "pässwört €".encode()) + b"\r\n" + FILE + END
    upload = receive(tmp_path, Sender(form[n : n + 1] for n in range(len(form))))
    assert upload.fields == {"password": "pässwört €"}
    assert (upload.filename, upload.size) == ("paper.pdf", 9)
    assert upload.path.read_bytes() == b"the bytes"


@pytest.mark.parametrize("value", [b"\xff\xfe", b"x" * 5000], ids=["not UTF-8", "too long"])
def test_a_field_that_is_no_field_is_refused(tmp_path: Path, value: bytes) -> None:
    with pytest.raises(SheafError) as refused:
        receive(tmp_path, Sender([part("collection", value) + b"\r\n" + FILE + END]))
    assert refused.value.code == "bad_request"


def test_a_boundary_that_is_none_is_refused(tmp_path: Path) -> None:
    headers = [(b"content-type", b"multipart/form-data; boundary=" + b"x" * 500), (b"content-length", b"many")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, Sender([]))
    with pytest.raises(SheafError) as refused:
        asyncio.run(receive_form(request, tmp_path / "incoming", LIMIT_MB, reserve_mb=0))
    assert refused.value.code == "bad_request"
