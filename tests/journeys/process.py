"""Processes of Sheaf, started as a person starts them, so that tests can stop and kill them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.conftest import ROOT
from tests.servers import free_port

START_SECONDS = 120.0


@dataclass
class Process:
    """`sheaf COMMAND` on a folder; started, stopped and killed as often as wanted. `world`: where things live."""

    folder: Path
    command: Sequence[str]
    world: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SHEAF_DATA": str(self.folder),
            "SHEAF_MIN_FREE_MB": "0",
            "SHEAF_SWEEP_SECONDS": "1",
            **self.world,
        }

    def start(self, *options: str) -> None:
        """Start it, and return when it is ready."""
        command = [str(Path(sys.executable).with_name("sheaf")), *self.command, *options]
        self.process = subprocess.Popen(command, env=self.environment(), cwd=ROOT, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            assert self.process.poll() is None, f"{self.command[0]} ended while it started"
            assert time.monotonic() < deadline, f"{self.command[0]} is not ready"
            time.sleep(0.1)

    def is_ready(self) -> bool:
        return True

    def end(self, number: int = signal.SIGTERM) -> None:
        """Send the signal and see that nothing of it is left."""
        assert self.process is not None
        family = [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))]
        self.process.send_signal(number)
        code = self.process.wait(30)
        assert code == 0 or number == signal.SIGKILL, f"{self.command[0]} ended with {code}"
        deadline = time.monotonic() + 10
        while (left := [pid for pid in family if alive(pid)]) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left, [psutil.Process(pid).cmdline() for pid in left]
        self.process = None


@dataclass
class Backend(Process):
    """A process that answers over HTTP: `sheaf up` without its page, or `sheaf api`."""

    command: Sequence[str] = ("up", "--no-page", "--no-samples")
    port: int = field(default_factory=free_port)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "SHEAF_PORT": str(self.port)}

    def is_ready(self) -> bool:
        try:
            with self.client() as client:
                return client.get("/api/v1/ready").status_code == 200
        except httpx.HTTPError:
            return False


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def started(*processes: Process) -> Iterator[None]:
    """The processes started in this order; in the end those that still run are stopped."""
    try:
        for process in processes:
            process.start()
        yield
    finally:
        for process in processes:
            if process.process is not None and process.process.poll() is None:
                process.end()


@contextmanager
def backend(folder: Path) -> Iterator[Backend]:
    """A started backend, stopped in the end if it still runs."""
    running = Backend(folder)
    with started(running):
        yield running


def sheaf(of: Process, *arguments: str, input_ok: Sequence[int] = (0,)) -> str:
    """What a command of the command line prints, run in the same place."""
    command = [str(Path(sys.executable).with_name("sheaf")), *arguments]
    done = subprocess.run(command, env=of.environment(), cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode in input_ok, (done.returncode, done.stdout[-2000:], done.stderr[-4000:])
    return done.stdout
