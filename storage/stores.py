"""Opens everything that keeps facts, by the URLs of the settings.

Starting and stopping is left to the backend's host.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from settings import Settings
from storage.database import Database
from storage.objects import Objects, ObjectsAway, open_objects
from storage.passage_index import PassageIndex, VectorsAway, open_index

T = TypeVar("T")

log = logging.getLogger(__name__)

#: What is raised while the server of a store is away, or too busy: the database's, the objects', the vectors'.
AWAY: tuple[type[Exception], ...] = (OperationalError, NoConnectionFree, ObjectsAway, VectorsAway)

#: Seconds between two questions to a server that is away, once it has been for a while.
LONGEST_WAIT = 10


@dataclass(frozen=True)
class Stores:
    """The database, the objects and the vectors of one installation.

    `incoming` is this process's folder for files on their way: uploads, and what was fetched to be read.
    """

    database: Database
    objects: Objects
    index: PassageIndex
    incoming: Path

    def close(self) -> None:
        self.database.close()
        self.index.close()


def in_short(error: Exception) -> str:
    """What is wrong, in a line for people and logs: drivers say it in many."""
    said = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return said.splitlines()[0].rstrip(".")


def patiently(ask: Callable[[], T]) -> T:
    """What `ask` returns, asked again while a server is away: for what would be lost if it were let go."""
    seconds = 1
    while True:
        try:
            return ask()
        except AWAY as error:
            log.warning("waiting for a server that is away: %s", in_short(error))
            time.sleep(seconds)
            seconds = min(seconds + 1, LONGEST_WAIT)


def open_stores(settings: Settings) -> Stores:
    """Open all stores as they are; tables are brought up to date by migrate."""
    incoming = settings.sheaf_data.absolute() / "incoming" / str(os.getpid())
    objects, index = open_objects(settings.objects(), scratch=incoming), open_index(settings.index())
    return Stores(Database(settings.database()), objects, index, incoming)
