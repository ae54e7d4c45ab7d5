"""Runs `sheaf` as programs do: with --json, on a data folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHEAF = str(Path(sys.executable).with_name("sheaf"))


@dataclass(frozen=True)
class Answer:
    """How a command ended: its exit code, the JSON lines on stdout, and stderr."""

    code: int
    lines: list[dict[str, Any]]
    stderr: str

    @property
    def error(self) -> str:
        """The code of the error that is the only line."""
        (line,) = self.lines
        assert line["schema"] == 1
        assert line["error"]["advice"]
        return str(line["error"]["code"])


def sheaf(data: Path, *arguments: str, **settings: str) -> Answer:
    environment = {**os.environ, "SHEAF_DATA": str(data), "SHEAF_MIN_FREE_MB": "0", **settings}
    command = [SHEAF, *arguments, "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    return Answer(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr)
