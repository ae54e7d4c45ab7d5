"""`sheaf up`: the backend and the web page on one machine, started and stopped together.

What they do is left to api and frontend, each as a process of its own to roles.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx
import psutil

from api.backend import refuse_exposed, serving
from api.guard import LOOPBACK, origin_of
from cli import output
from cli.online import open_batch, send_files
from errors import SheafError
from nlp.reading.media_types import MEDIA_TYPES, Way
from nlp.sandbox import die_with_parent
from settings import Settings, load
from workers.world import refuse_impossible

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "frontend"
#: Seconds the web page may take to answer for the first time.
START_SECONDS = 60


def run_everything(page: bool, browser: bool, samples: bool, as_json: bool) -> None:
    """Run until Ctrl-C or SIGTERM. Raises SheafError when a port is taken or another Sheaf uses the data."""
    say = _silent if as_json else output.say
    settings = load()
    refuse_exposed(settings)
    refuse_impossible(settings)
    stop = stopped_by_signal()
    name_taken_port(settings, "SHEAF_PORT", settings.sheaf_port)
    if page:
        name_taken_port(settings, "SHEAF_PAGE_PORT", settings.sheaf_page_port)
    with ExitStack() as stack:
        shown = stack.enter_context(web_page(settings)) if page else None
        address = stack.enter_context(serving(settings))
        if shown:
            wait_for(f"{shown}/_stcore/health", stop)
        if as_json:
            output.line({"address": address, "page": shown})
        say(f"Sheaf is ready: {shown or address}   (API: {address}/docs; Ctrl-C stops it)")
        if shown and browser and has_display():
            webbrowser.open(shown)
        if samples and (sent := feed_samples(settings, address)):
            say(f"{sent} samples are being read.")
        wait_until(stop)
        say("Stopping; what is unfinished goes on at the next start.")


def stopped_by_signal() -> threading.Event:
    """Set by Ctrl-C and SIGTERM, which then end nothing by themselves."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def wait_until(stop: threading.Event) -> None:
    """Return when it is set. It looks again and again: a signal may reach another thread, and what Python does about it
    waits for the main one to wake."""
    while not stop.wait(1.0):
        pass


@contextmanager
def web_page(settings: Settings) -> Iterator[str]:
    """The Streamlit page as a child process that dies with us; yields its address before it answers."""
    command, environment = page_command(settings)
    child = subprocess.Popen(
        command,
        env=environment,
        cwd=PAGE,
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
        preexec_fn=partial(die_with_parent, os.getpid()),
        start_new_session=True,  # Ctrl-C reaches us alone; we stop the page
    )
    try:
        yield origin_of(page_name(settings), settings.sheaf_page_port)
    finally:
        child.terminate()
        with suppress(subprocess.TimeoutExpired):
            child.wait(timeout=3)
        child.kill()
        child.wait()


def page_command(settings: Settings, api_url: str | None = None) -> tuple[list[str], dict[str, str]]:
    """The command of the page's process, and its environment; `api_url`: where it finds the API, if not here."""
    options: list[tuple[str, object]] = [
        ("server.address", settings.sheaf_host),
        ("server.port", settings.sheaf_page_port),
        ("server.headless", "true"),
        ("server.fileWatcherType", "none"),
        ("server.maxUploadSize", settings.sheaf_max_file_mb),
        ("browser.gatherUsageStats", "false"),
        ("browser.serverAddress", page_name(settings)),
        *(("server.allowedHosts", name) for name in (*LOOPBACK, *settings.trusted_hosts())),
    ]
    command = [sys.executable, "-m", "streamlit", "run", str(PAGE / "app.py")]
    command += [f"--{name}={value}" for name, value in options]
    return command, {**os.environ, "SHEAF_API_URL": api_url or origin_of(settings.sheaf_host, settings.sheaf_port)}


def page_name(settings: Settings) -> str:
    return "localhost" if settings.sheaf_host == "127.0.0.1" else settings.sheaf_host


def wait_for(address: str, stop: threading.Event) -> None:
    """Return when the address answers; raises not_ready when it does not in time."""
    deadline = time.monotonic() + START_SECONDS
    while not stop.wait(0.1):
        with suppress(httpx.HTTPError):
            if httpx.get(address, timeout=2).is_success:
                return
        if time.monotonic() > deadline:
            raise SheafError("not_ready", detail=f"{address} does not answer")


def name_taken_port(settings: Settings, setting: str, port: int) -> None:
    """Raise bad_settings, naming who holds the port, when it is taken."""
    with socket.socket(socket.AF_INET6 if ":" in settings.sheaf_host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.sheaf_host, port))
        except OSError:
            holder = port_holder(port)
            raise SheafError(
                "bad_settings",
                detail=f"port {port} is taken{f' by {holder}' if holder else ''}",
                advice=f"Stop that program, or choose another port with {setting}.",
            ) from None


def port_holder(port: int) -> str | None:
    """Name and number of the process that listens on the port, where the system tells."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
            if listens and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    return None


def _silent(text: str) -> None:
    """For programs, which asked for JSON and read nothing else."""


def has_display() -> bool:
    return sys.platform == "darwin" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def feed_samples(settings: Settings, address: str) -> int:
    """Send samples/ on the first run; the mark in the data folder says that it was done. Returns how many were sent."""
    mark = settings.sheaf_data / "samples-sent"
    if mark.exists():
        return 0
    readable = {suffix for known in MEDIA_TYPES.values() if known.way in SAMPLE_WAYS for suffix in known.suffixes}
    files = sorted(file for file in (ROOT / "samples").iterdir() if file.suffix in readable)
    with httpx.Client(base_url=address, timeout=60) as client:
        batch = open_batch(client, "Samples", "samples")
        answers = send_files(client, files, batch_id=batch, source="samples")
        sent = sum(1 for _, answer in answers if not answer["error"])
    mark.touch()
    return sent


#: What can be read where nothing but Sheaf is installed.
SAMPLE_WAYS = (Way.PDF, Way.PICTURE)
