"""An empty database at the newest version, one of each kind: what every kind must do is tested over all of them.

A kind is a fixture `KIND_url` and its name in the list below.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.migrate import upgrade
from tests.postgres import Postgres

#: For tests of what only this kind promises.
only_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("database", ["postgres"], indirect=True)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    with postgres_server.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    opened = Database(request.getfixturevalue(f"{request.param}_url"))
    upgrade(opened)
    yield opened
    opened.close()
