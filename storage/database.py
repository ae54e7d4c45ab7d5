"""Opens the database and hands out transactions.

Which tables it holds is told in tables.py, how they came to be in migrations/.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.types import TypeDecorator

#: Seconds a transaction waits for another writer: of the SQLite file, or of the same rows.
BUSY_SECONDS = 30

#: Seconds after which PostgreSQL ends a transaction in which nothing happens: its machine may be gone, its locks stay.
IDLE_SECONDS = 120

#: How soon PostgreSQL counts as away when it, or the network, falls silent; the driver would wait for many minutes.
#: Seconds, but for the last. What the URL says goes before.
SILENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


def now() -> datetime:
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """Moments with their time zone, on databases that forget it too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """A database by its SQLAlchemy URL. Reading and writing are told apart so that readers never wait for writers.

    SQLite has one writer at a time. PostgreSQL has many, and what one has read another may change; so who writes first
    takes the document that it concerns (`documents.find`), or what else only one may change at a time (`alone`).
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = _engine(url)
        looking = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._reading = sessionmaker(self.engine.execution_options(**looking), expire_on_commit=False)
        self._writing = sessionmaker(
            self.engine.execution_options(sheaf_writes=True), expire_on_commit=False, info={"writes": True}
        )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent look at the database."""
        with self._reading() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: everything in the block happens, or nothing of it."""
        with self._writing.begin() as session:
            yield session

    def ping(self) -> None:
        """Ask it something; returns when it answers, raises what is in the way when it does not."""
        with self.read() as session:
            session.execute(select(1))

    def close(self) -> None:
        self.engine.dispose()


def writes(session: Session) -> bool:
    """Whether the session is one of `write`."""
    return bool(session.info.get("writes"))


def alone(connection: Connection, name: str) -> None:
    """Wait until no other transaction holds the name, and hold it until this one ends."""
    if connection.dialect.name == "postgresql":  # SQLite's writers are alone anyway
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def moment(session: Session) -> datetime:
    """What time it is for everybody who shares the database: its own, for the clocks of several machines differ."""
    if session.get_bind().dialect.name != "postgresql":
        return now()
    return session.execute(select(func.clock_timestamp(type_=UtcDateTime()))).scalar_one()


def _engine(url: str) -> Engine:
    return _sqlite(url) if make_url(url).get_backend_name() == "sqlite" else _postgresql(url)


def _postgresql(url: str) -> Engine:
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        """PostgreSQL refuses NUL in text: U+FFFD is as long, so all offsets stay."""

        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\x00", "\ufffd"))

    # What is written into the database is nobody's business in a log, where an error would quote it: hide_parameters.
    # A connection may be cut while it waits in the pool, by a restart or by what lies between: it is tried first.
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        connect_args={name: value for name, value in SILENCE.items() if name not in make_url(url).query},
        pool_size=5,
        max_overflow=15,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.adapters.register_dumper(str, WithoutNul)
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
        connection.autocommit = False

    return engine


def _sqlite(url: str) -> Engine:
    if path := make_url(url).database:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, pool_size=20, max_overflow=20, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        # FULL: what was answered "kept" survives a power cut.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: a reader turned writer could only fail when another was faster.
        writes = connection.get_execution_options().get("sheaf_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
