"""A backend as a process of its own, as a person starts it, so that tests can kill it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil

from tests.conftest import ROOT
from tests.servers import free_port

START_SECONDS = 120.0


@dataclass
class Backend:
    """`sheaf up` on a folder; started, stopped and killed as often as wanted."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "SHEAF_DATA": str(self.folder),
            "SHEAF_PORT": str(self.port),
            "SHEAF_MIN_FREE_MB": "0",
            "SHEAF_SWEEP_SECONDS": "1",
        }

    def start(self, *options: str) -> None:
        command = [str(Path(sys.executable).with_name("sheaf")), "up", "--no-page", "--no-samples", *options]
        self.process = subprocess.Popen(command, env=self.environment(), cwd=ROOT, start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        with self.client() as client:
            while time.monotonic() < deadline:
                assert self.process.poll() is None, "the backend ended while it started"
                try:
                    if client.get("/api/v1/ready").status_code == 200:
                        return
                except httpx.HTTPError:
                    time.sleep(0.1)
        raise AssertionError("the backend does not answer")

    def end(self, number: int = signal.SIGTERM) -> None:
        """Send the signal and see that nothing of the backend is left."""
        assert self.process is not None
        family = [self.process.pid, *(child.pid for child in psutil.Process(self.process.pid).children(recursive=True))]
        self.process.send_signal(number)
        self.process.wait(30)
        deadline = time.monotonic() + 10
        while (left := [pid for pid in family if alive(pid)]) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left, [psutil.Process(pid).cmdline() for pid in left]
        self.process = None


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def backend(folder: Path) -> Iterator[Backend]:
    """A started backend, killed in the end if it still runs."""
    started = Backend(folder)
    try:
        started.start()
        yield started
    finally:
        if started.process is not None:
            started.end()


def sheaf(of: Backend, *arguments: str, input_ok: Sequence[int] = (0,)) -> str:
    """What a command of the command line prints, run against this backend's data."""
    command = [str(Path(sys.executable).with_name("sheaf")), *arguments]
    done = subprocess.run(command, env=of.environment(), cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode in input_ok, (done.returncode, done.stdout[-2000:], done.stderr[-4000:])
    return done.stdout
