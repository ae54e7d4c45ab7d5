"""Sends dropped files to the API, one at a time, in a thread of its own. Showing that is left to components/outbox.py.

A thread, because a script run of the page ends with the next click, and files must arrive all the same.
"""

from __future__ import annotations

import io
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, Protocol

from frontend.api_client import ApiClient, ApiError, Away
from frontend.shapes import Problem, Received

#: Seconds between two tries while the API is away.
RETRY_SECONDS = 2.0


class NamedFile(Protocol):
    """What Streamlit's uploader hands over."""

    name: str
    size: int

    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...


@dataclass
class Parcel:
    """One file on its way. `file` is let go as soon as it cannot be needed again."""

    name: str
    size: int
    file: NamedFile | None = field(repr=False)
    drop: Drop = field(repr=False)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    sent: int = 0
    attempt: int = 0
    away: bool = False
    received: Received | None = None
    problem: Problem | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def waiting(self) -> bool:
        return self.received is None and self.problem is None

    @property
    def needs_password(self) -> bool:
        return self.problem is not None and self.problem.code == "password_required"


@dataclass
class Drop:
    """Files dropped together; they become one batch, opened when the first of them is sent."""

    name: str
    batch_id: str | None = None


class Outbox:
    """The files of one browser session. Thread-safe."""

    def __init__(self, api: ApiClient) -> None:
        self._api = api
        self._parcels: list[Parcel] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, files: Sequence[NamedFile], name: str = "", batch_id: str | None = None) -> Drop:
        """Take files to be sent, as a batch of that name or into one that is there; returns at once."""
        count = "1 file" if len(files) == 1 else f"{len(files)} files"
        drop = Drop(name or f"{count}, {datetime.now().astimezone():%d %b %Y %H:%M}", batch_id)
        with self._lock:
            self._parcels += [Parcel(file.name, file.size, file, drop) for file in files]
        self._start()
        return drop

    def send_again(self, parcel: Parcel, password: str | None = None) -> None:
        """Try a refused file once more. The password is used for this try and then forgotten."""
        parcel.password, parcel.problem, parcel.sent = password, None, 0
        self._start()

    def forget(self, parcel: Parcel) -> None:
        with self._lock:
            self._parcels = [other for other in self._parcels if other is not parcel]

    def parcels(self) -> list[Parcel]:
        with self._lock:
            return list(self._parcels)

    @property
    def busy(self) -> bool:
        return any(parcel.waiting for parcel in self.parcels())

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while (parcel := self._next()) is not None:
            try:
                self._send(parcel)
            except Away:
                parcel.away = True
                time.sleep(RETRY_SECONDS)
            except ApiError as error:
                self._settle(parcel, problem=error.problem)
            except Exception as error:  # the page would otherwise show "sending" for ever
                self._settle(parcel, problem=_unexpected(error))

    def _next(self) -> Parcel | None:
        with self._lock:
            waiting = next((parcel for parcel in self._parcels if parcel.waiting), None)
            if waiting is None:
                self._thread = None
            return waiting

    def _send(self, parcel: Parcel) -> None:
        if parcel.drop.batch_id is None:
            parcel.drop.batch_id = self._api.open_batch(parcel.drop.name).id
        assert parcel.file is not None
        body = _Counted(parcel)
        received = self._api.send(parcel.name, body, parcel.drop.batch_id, parcel.password)  # type: ignore[arg-type]
        self._settle(parcel, received=received)

    def _settle(self, parcel: Parcel, received: Received | None = None, problem: Problem | None = None) -> None:
        parcel.away, parcel.password = False, None
        parcel.attempt += 1
        parcel.received, parcel.problem = received, problem
        if not parcel.needs_password:
            parcel.file = None


class _Counted:
    """A file that notes on its parcel how far it was read."""

    def __init__(self, parcel: Parcel) -> None:
        self._parcel = parcel
        self._file: BinaryIO = parcel.file  # type: ignore[assignment]

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._parcel.sent = self._file.tell()
        return piece

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _unexpected(error: Exception) -> Problem:
    return Problem(
        code="not_sent",
        message=f"The file could not be sent ({type(error).__name__}).",
        advice="Drop it again; if that does not help, send it with `sheaf ingest`.",
    )
