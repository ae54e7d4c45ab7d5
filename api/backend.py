"""A process that answers over HTTP, beside whatever work it does. The work is left to workers.host, routes to main."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import uvicorn

from api.guard import LOOPBACK, origin_of
from api.main import create_app
from errors import SheafError
from settings import Settings
from workers import tasks
from workers.host import hosted

#: Seconds for which an idle connection is kept: longer than those who ask keep theirs (httpx 5, a load balancer 60), so
#: that none of them asks on one that is being closed.
KEEP_ALIVE = 75


@contextmanager
def serving(settings: Settings, queues: Collection[str] = tuple(tasks.QUEUES)) -> Iterator[str]:
    """A running backend that answers HTTP and does the steps of `queues`; yields its address. Port 0 takes a free one.

    Raises what `hosted` raises, and bad_settings for an address where strangers may be.
    """
    refuse_exposed(settings)
    with hosted(settings, queues) as work:
        config = uvicorn.Config(
            create_app(work),
            host=settings.sheaf_host,
            port=settings.sheaf_port,
            log_level="warning",
            access_log=False,
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        socket = config.bind_socket()
        address = origin_of(settings.sheaf_host, socket.getsockname()[1])
        thread = threading.Thread(target=server.run, args=([socket],), name="http", daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        announcement = settings.sheaf_data / "backend.json"
        announcement.parent.mkdir(parents=True, exist_ok=True)
        announcement.write_text(json.dumps({"address": address}), encoding="utf-8")
        try:
            yield address
        finally:
            announcement.unlink(missing_ok=True)
            server.should_exit = True
            thread.join(timeout=5)


def refuse_exposed(settings: Settings) -> None:
    """Raise bad_settings for an address that others can reach, unless somebody says under which names they may."""
    if settings.sheaf_host not in LOOPBACK and not settings.sheaf_trusted_hosts:
        raise SheafError(
            "bad_settings",
            detail=f"SHEAF_HOST is {settings.sheaf_host}, which others can reach, and there is no authentication yet",
            advice="Set SHEAF_HOST to 127.0.0.1; or, in a network that lets in no strangers, say in SHEAF_TRUSTED_HOSTS"
            " by which names Sheaf may be addressed.",
        )
