"""Brings a database to the newest version of the tables. The steps themselves are left to migrations/versions."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from errors import SheafError
from storage.database import Database, alone


def config() -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return settings


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply what is missing; nothing happens when the database is up to date. Several processes may start at once.

    Raises new_tables, as `version` does.
    """
    settings = config()
    with database.engine.execution_options(sheaf_writes=True).begin() as connection:
        alone(connection, "migrations")
        _revision(connection)
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)


def version(database: Database) -> str | None:
    """The revision the database is at; None for an empty one. Raises new_tables for one that is not known here."""
    with database.engine.connect() as connection:
        return _revision(connection)


def newest() -> str | None:
    return ScriptDirectory.from_config(config()).get_current_head()


def _revision(connection: Connection) -> str | None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {step.revision for step in ScriptDirectory.from_config(config()).walk_revisions()}
    if found is not None and found not in known:
        raise SheafError("new_tables", found=found, wanted=newest())
    return found
