"""A PostgreSQL of the tests' own, which can be stopped, killed and started again. Its fixture is in servers.py."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scripts.tools import FOLDERS
from tests.conftest import absent

PATIENCE = 60.0

#: Nothing has to outlive the machine, only the server: what a killed process wrote, the system still has.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "fsync": "off",
    "full_page_writes": "off",
    "log_min_messages": "warning",
}


class Postgres:
    """One server on one port, with its data in a folder that goes when it is closed."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="sheaf-postgres-"))
        self._data, self._log = self._folder / "data", self._folder / "server.log"
        self._log.touch()
        # PostgreSQL refuses to run as root.
        self._user = _ordinary_user() if os.geteuid() == 0 else None
        if self._user:
            for path in (self._folder, self._log):
                os.chown(path, self._user.pw_uid, self._user.pw_gid)
        self._run("initdb", "-U", "sheaf", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync").wait()
        self._server: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://sheaf@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Come up, on the same port as before; after a kill that takes until its last children have noticed."""
        deadline = time.monotonic() + PATIENCE
        options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
        while not self._answers():
            if self._server is None or self._server.poll() is not None:
                self._server = self._run("postgres", "-p", str(self.port), *options)
            if time.monotonic() > deadline:
                pytest.fail(f"postgres did not come up: {self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Go down in order; whoever is connected is cut off."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(PATIENCE)
            self._server = None

    def kill(self) -> None:
        """Go down as when the power is cut."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, which goes with the block."""
        name = f"test_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        yield self.url(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with psycopg.connect(self._address(), autocommit=True) as connection:
            connection.execute(statement)

    def _address(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=sheaf dbname=postgres connect_timeout=5"

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._address()).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        user = self._user
        command = [str(self._programs / program), "-D", str(self._data), *arguments]
        with self._log.open("ab") as output:
            return subprocess.Popen(
                command,
                cwd=self._folder,
                stdout=output,
                stderr=subprocess.STDOUT,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )


def _programs() -> Path:
    """The folder of initdb and postgres: Debian and Homebrew keep them out of the PATH."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    found_there = [file for folder in FOLDERS for file in sorted(folder.rglob("initdb"))]
    return found_there[-1].parent if found_there else absent("PostgreSQL")


def _ordinary_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")
