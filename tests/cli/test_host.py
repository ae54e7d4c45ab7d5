"""`sheaf up`: says when it is ready, names who is in its way, feeds the samples once, and leaves no process behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

from cli.host import name_taken_port
from errors import SheafError
from tests.backend import settings_for
from tests.cli.commands import SHEAF, sheaf
from tests.conftest import ROOT
from tests.journeys.process import Backend
from tests.servers import free_port

SAMPLES = list((ROOT / "samples").glob("*.truth.json"))  # one beside every sample


@dataclass
class WithPage(Backend):
    """A backend with its web page, which needs a port too."""

    page_port: int = field(default_factory=free_port)

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "SHEAF_PAGE_PORT": str(self.page_port)}

    def page_answers(self) -> bool:
        try:
            return httpx.get(f"http://localhost:{self.page_port}/_stcore/health", timeout=5).is_success
        except httpx.TransportError:
            return False


@pytest.mark.parametrize("setting", ["SHEAF_PORT", "SHEAF_PAGE_PORT"])
def test_a_taken_port_is_named_with_its_holder(tmp_path: Path, setting: str) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = str(holder.getsockname()[1])
        ports = {"SHEAF_PORT": str(free_port()), "SHEAF_PAGE_PORT": str(free_port()), setting: port}
        answer = sheaf(tmp_path / "data", "up", "--no-browser", **ports)
    assert (answer.code, answer.error) == (2, "bad_settings")
    told = answer.lines[0]["error"]
    assert port in told["message"]
    assert f"process {os.getpid()}" in told["message"]
    assert setting in told["advice"]


def test_a_port_of_the_other_loopback_is_looked_at_too(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET6) as holder:
        try:
            holder.bind(("::1", 0))
        except OSError:
            pytest.skip("this machine has no IPv6")
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(SheafError, match=f"port {port} is taken"):
            name_taken_port(settings_for(tmp_path, sheaf_host="::1"), "SHEAF_PORT", port)
    name_taken_port(settings_for(tmp_path, sheaf_host="::1"), "SHEAF_PORT", port)


def test_programs_are_told_in_a_line_where_it_is(tmp_path: Path) -> None:
    port = free_port()
    settings = {"SHEAF_DATA": str(tmp_path / "data"), "SHEAF_PORT": str(port), "SHEAF_MIN_FREE_MB": "0"}
    with subprocess.Popen(
        [SHEAF, "up", "--no-page", "--no-samples", "--json"], env={**os.environ, **settings}, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        said = json.loads(process.stdout.readline())
        assert said == {"schema": 1, "address": f"http://127.0.0.1:{port}", "page": None}
        assert httpx.get(f"{said['address']}/api/v1/health").is_success
        second = sheaf(tmp_path / "data", "up", "--no-page", SHEAF_PORT=str(free_port()))
        assert (second.code, second.error) == (2, "already_running")
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == b""
    assert process.returncode == 0


def test_samples_are_fed_once_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    running = WithPage(tmp_path / "data")
    try:
        for _ in range(2):
            running.start("--page", "--samples", "--no-browser")
            wait_until(running.page_answers)
            wait_until((running.folder / "samples-sent").exists)
            with running.client() as client:
                counts = client.get("/api/v1/documents", params={"limit": 1}).json()["counts"]
                batches = client.get("/api/v1/batches").json()["items"]
            assert sum(counts.values()) == len(SAMPLES) > 5
            assert [batch["name"] for batch in batches] == ["Samples"]
            assert running.process
            family = psutil.Process(running.process.pid).children(recursive=True)
            assert [child for child in family if "streamlit" in " ".join(child.cmdline())]
            running.end(signal.SIGINT)
            assert not running.page_answers()
    finally:
        if running.process:
            running.end()


def wait_until(true: Callable[[], bool], patience: float = 60.0) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def test_a_signal_that_reaches_another_thread_stops_it_too() -> None:
    """As it may: the system picks the thread, and only the main one does what Python was told to do about it."""
    script = """
import signal, threading, time
from cli.host import stopped_by_signal, wait_until

def later():
    time.sleep(0.5)  # until the main thread waits
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

stop = stopped_by_signal()
threading.Thread(target=later, daemon=True).start()
wait_until(stop)
"""
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60, check=False).returncode == 0
