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
    """One file on its way, in the name of who dropped it. `file` is let go as soon as it cannot be needed again."""

    name: str
    size: int
    file: NamedFile | None = field(repr=False)
    api: ApiClient = field(repr=False)
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


class Outbox:
    """Files on their way into one batch, which is opened when the first of them is sent. Thread-safe."""

    def __init__(self, batch_id: str | None = None) -> None:
        self.batch_id = batch_id
        self._name, self._languages = "", tuple[str, ...]()
        self._parcels: list[Parcel] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, api: ApiClient, files: Sequence[NamedFile], name: str = "", languages: Sequence[str] = ()) -> None:
        """Take files to be sent; returns at once. Name and languages are those of the batch if none is open yet."""
        count = "1 file" if len(files) == 1 else f"{len(files)} files"
        with self._lock:
            self._name = self._name or name or f"{count}, {datetime.now().astimezone():%d %b %Y %H:%M}"
            self._languages = self._languages or tuple(languages)
            self._parcels += [Parcel(file.name, file.size, file, api) for file in files]
        self._start()

    def send_again(self, parcel: Parcel, password: str | None = None) -> None:
        """Try a refused file once more. The password is used for this try and then forgotten."""
        parcel.password, parcel.problem, parcel.sent = password, None, 0
        self._start()

    def cancel(self) -> None:
        """Give up what is not sent yet; what is just being sent is refused or arrives, and is told no more."""
        with self._lock:
            self._parcels = [parcel for parcel in self._parcels if not parcel.waiting]

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
        if self.batch_id is None:
            self.batch_id = parcel.api.open_batch(self._name, self._languages).id
        assert parcel.file is not None
        body = _Counted(parcel)
        received = parcel.api.send(parcel.name, body, self.batch_id, parcel.password)  # type: ignore[arg-type]
        self._settle(parcel, received=received)

    def _settle(self, parcel: Parcel, received: Received | None = None, problem: Problem | None = None) -> None:
        parcel.away, parcel.password = False, None
        parcel.attempt += 1
        parcel.received, parcel.problem = received, problem
        if not parcel.needs_password:
            parcel.file = None


class Outboxes:
    """The outboxes of the latest batches by batch, so that a reload finds what is being sent and what was refused."""

    def __init__(self, most: int = 100) -> None:
        self._most = most
        self._boxes: dict[str, Outbox] = {}
        self._lock = threading.Lock()

    def of(self, batch_id: str) -> Outbox:
        """What goes into that batch; for one into which nothing went lately, an empty outbox that is not kept."""
        with self._lock:
            return self._boxes.get(batch_id) or Outbox(batch_id)

    def keep(self, box: Outbox) -> None:
        """Keep an outbox whose batch is open; those with nothing to tell, and the oldest of too many, are let go."""
        assert box.batch_id is not None
        with self._lock:
            self._boxes[box.batch_id] = box
            told = {id: one for id, one in self._boxes.items() if one is box or one.parcels()}
            idle = [id for id, one in told.items() if one is not box and not one.busy]
            over = set(idle[: max(0, len(told) - self._most)])
            self._boxes = {id: one for id, one in told.items() if id not in over}


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
