"""Each part of Sheaf as a process of its own, for a queue that several share: API, worker, page, preparation.

All of it on one machine is left to host.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from api.backend import serving
from cli import output
from cli.host import PAGE, page_command, stopped_by_signal, wait_until
from errors import SheafError
from settings import Settings, load
from workers.broker import is_shared
from workers.host import hosted, prepare
from workers.tasks import QUEUES


def run_api(as_json: bool) -> None:
    """Answer over HTTP until Ctrl-C or SIGTERM; the steps are left to worker processes."""
    settings = _shared()
    stop = stopped_by_signal()
    with serving(settings, queues=()) as address:
        _started("The API answers", {"address": address}, as_json)
        wait_until(stop)


def run_worker(queues: Sequence[str], as_json: bool) -> None:
    """Do the steps of these queues, all if none is named, until Ctrl-C or SIGTERM."""
    if unknown := sorted(set(queues) - set(QUEUES)):
        raise SheafError("bad_request", detail=f"there is no queue {', '.join(unknown)}; there are {', '.join(QUEUES)}")
    settings = _shared()
    stop = stopped_by_signal()
    chosen = tuple(queues) or tuple(QUEUES)
    with hosted(settings, chosen, answers=False):
        _started("The worker works", {"queues": ", ".join(chosen)}, as_json)
        wait_until(stop)


def run_page() -> None:
    """Become the web page's process. It finds the API at SHEAF_API_URL, by default on this machine."""
    command, environment = page_command(load(), os.environ.get("SHEAF_API_URL"))
    os.chdir(PAGE)
    os.execve(command[0], command, environment)


def migrate(as_json: bool) -> None:
    """Prepare database and index for the processes that follow."""
    before, after = prepare(load())
    if as_json:
        output.line({"before": before, "version": after})
    else:
        output.say(f"The database is at {after} (before: {before or 'empty'}).")


def _shared() -> Settings:
    """The settings, if several processes can work by them; raises bad_settings."""
    settings = load()
    if not is_shared(settings.queue_url):
        raise SheafError(
            "bad_settings",
            detail=f"QUEUE_URL is {settings.queue_url}, a queue inside one process",
            advice="Run `sheaf up`, which works on its queue by itself; or set QUEUE_URL to redis://… or sqs://….",
        )
    return settings


def _started(what: str, told: dict[str, str], as_json: bool) -> None:
    if as_json:
        output.line(told)
    else:
        output.say(f"{what} ({', '.join(told.values())}); Ctrl-C stops it.")
