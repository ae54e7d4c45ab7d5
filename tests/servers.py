"""Servers for tests, one fixture each: a free port, started, waited for, stopped. An absent program skips aloud."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
import redis

from tests.conftest import absent
from tests.postgres import Postgres

PATIENCE = 60.0


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server of its own."""
    with chroma(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@contextlib.contextmanager
def chroma(folder: Path) -> Iterator[str]:
    """The address of a Chroma server that is there until the block ends."""
    port = free_port()
    command = [_program("chroma"), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with running(command, folder, lambda: httpx.get(f"{url}/api/v2/heartbeat").is_success):
        yield url


@pytest.fixture(scope="session")
def aws_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a moto server, which answers as AWS does. Credentials: the fixture `aws` below."""
    folder, port = tmp_path_factory.mktemp("moto"), free_port()
    url = f"http://127.0.0.1:{port}"
    with running(
        [_program("moto_server"), "-H", "127.0.0.1", "-p", str(port)], folder, lambda: httpx.get(url).is_success
    ):
        yield url


@pytest.fixture
def aws(aws_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The moto server's address, with the environment that sends boto3 there."""
    for name, value in aws_environment(aws_server).items():
        monkeypatch.setenv(name, value)
    return aws_server


def aws_environment(address: str) -> dict[str, str]:
    """What sends boto3 to a moto server."""
    return {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL server; `database()` gives a database of it, `stop()` or `kill()` and `start()` a restart."""
    server = Postgres(free_port())
    try:
        server.start()
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server of its own, without a database's number: there are sixteen."""
    folder, port = tmp_path_factory.mktemp("redis"), free_port()
    command = [_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with redis.Redis(port=port) as client, running(command, folder, lambda: bool(client.ping())):
        yield f"redis://127.0.0.1:{port}"


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where every connection is taken and nothing is ever said."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


@contextlib.contextmanager
def running(command: Sequence[str], folder: Path, answers: Callable[[], bool]) -> Iterator[None]:
    """Run the command until the block ends; it begins once `answers` says so. Its output is in `folder`/server.log."""
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(answers):
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"{command[0]} did not come up: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except (httpx.TransportError, redis.ConnectionError):
        return False


def _program(name: str) -> str:
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if found is None:
        absent(name)
        raise AssertionError("absent() does not return")
    return found
