"""Brings a database to the newest version of the tables. The steps themselves are left to migrations/versions."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from storage.database import Database, alone


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply what is missing; nothing happens when the database is up to date. Several processes may start at once."""
    settings = config()
    with database.engine.execution_options(sheaf_writes=True).begin() as connection:
        alone(connection, "migrations")
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)


def version(database: Database) -> str | None:
    """The revision the database is at; None for an empty one."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()
