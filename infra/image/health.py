"""Whether the process of this container is well: asks its door. What runs here, the command of process 1 says.

A worker has no door: one that cannot work ends, and the engine starts it again.
"""

from __future__ import annotations

import os
import sys
import urllib.request
from pathlib import Path

DOORS = {"api": ("SHEAF_PORT", "8000", "/api/v1/ready"), "frontend": ("SHEAF_PAGE_PORT", "8501", "/_stcore/health")}


def door_of(command: list[str]) -> str | None:
    """The address to ask, None for a command that has none: ["tini", "--", "sheaf", "api"]."""
    role = next((word for word in command if word in DOORS), None)
    if role is None:
        return None
    setting, default, path = DOORS[role]
    return f"http://127.0.0.1:{os.environ.get(setting, default)}{path}"


if __name__ == "__main__":
    door = door_of(Path("/proc/1/cmdline").read_text().split("\0"))
    try:
        if door:
            urllib.request.urlopen(door, timeout=4).close()
    except OSError as error:
        sys.exit(f"{door}: {error}")
