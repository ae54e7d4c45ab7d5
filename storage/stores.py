"""Opens everything that keeps facts, by the URLs of the settings.

Starting and stopping is left to the backend's host.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import httpx
from botocore.exceptions import HTTPClientError
from sqlalchemy.exc import OperationalError

from settings import Settings
from storage.database import Database
from storage.objects import Objects, open_objects
from storage.passage_index import PassageIndex, open_index

#: What is raised while the server of a store is away: the database's, the objects', the vectors'.
AWAY: tuple[type[Exception], ...] = (OperationalError, HTTPClientError, httpx.TransportError)


@dataclass(frozen=True)
class Stores:
    """The database, the objects and the vectors of one installation.

    `incoming` is this process's folder for uploads while they arrive.
    """

    database: Database
    objects: Objects
    index: PassageIndex
    incoming: Path

    def close(self) -> None:
        self.database.close()
        self.index.close()


def open_stores(settings: Settings) -> Stores:
    """Open all stores as they are; tables are brought up to date by migrate."""
    incoming = settings.sheaf_data.absolute() / "incoming" / str(os.getpid())
    objects, index = open_objects(settings.objects()), open_index(settings.index())
    return Stores(Database(settings.database()), objects, index, incoming)
