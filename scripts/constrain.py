"""Writes constraints.txt anew from what pip resolves for this project. Installing it is left to setup.sh.

`python scripts/constrain.py` keeps the versions that are there and adds or drops what pyproject.toml changed;
`--upgrade` takes the newest of everything. Other arguments go to pip. Nothing is installed.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"

#: Only some platforms take these, at versions that torch itself fixes.
PLATFORM_PREFIXES = ("cuda-", "nvidia-", "triton")


def resolve(pip_arguments: list[str]) -> dict[str, str]:
    """The name and version of every package a fresh environment would get."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        dry_run = ["install", "--quiet", "--dry-run", "--ignore-installed", "--report", str(report)]
        subprocess.run([sys.executable, "-m", "pip", *dry_run, *pip_arguments, "-e", ".[dev]"], cwd=ROOT, check=True)
        packages = [entry["metadata"] for entry in json.loads(report.read_text())["install"]]
    return {package["name"]: package["version"] for package in packages}


def constraints(packages: dict[str, str]) -> str:
    """One `name==version` a line; a build such as `+cpu` is the business of whoever installs."""
    lines = (
        f"{name}=={version.partition('+')[0]}\n"
        for name, version in sorted(packages.items(), key=lambda package: package[0].lower())
        if name != "sheaf" and not name.startswith(PLATFORM_PREFIXES)
    )
    return "".join(lines)


def main(arguments: list[str]) -> None:
    rest = [argument for argument in arguments if argument != "--upgrade"]
    keep = [] if "--upgrade" in arguments else ["-c", str(CONSTRAINTS)]
    CONSTRAINTS.write_text(constraints(resolve([*keep, *rest])))


if __name__ == "__main__":
    main(sys.argv[1:])
