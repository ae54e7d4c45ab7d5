"""Installs the tools of the operating system that are missing, where it may. Python packages are left to setup.sh.

`python scripts/tools.py tesseract …`: what is there costs nothing. On a terminal it asks once per tool and remembers
the answer; without one it installs only as root, or in CI (CI=true or REQUIRE_SERVERS=1). Where it may not install, it
prints the line to run and goes on, for every tool is optional; with REQUIRE_SERVERS=1 it ends with status 1 instead.
"""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

#: Remembers the tools that were asked about; goes away with the virtual environment.
ASKED = Path(__file__).resolve().parent.parent / ".venv" / ".asked"

#: Where fonts lie, and programs that are in no PATH.
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/Library/Fonts"),
    Path.home() / "Library/Fonts",
    Path("/usr/lib/postgresql"),
    Path("/opt/homebrew/opt/postgresql@17"),
    Path("/usr/local/opt/postgresql@17"),
)

#: Seconds an unanswered question waits.
PATIENCE = 60


@dataclass(frozen=True)
class Tool:
    commands: tuple[str, ...]
    apt: str
    brew: str
    purpose: str
    #: Files by which it is known where it has no command in the PATH, below any of FOLDERS.
    files: tuple[str, ...] = ()


TOOLS = {
    "tesseract": Tool(
        ("tesseract",), "tesseract-ocr", "tesseract", "reads scans; files with a text layer work without it"
    ),
    "poppler": Tool(("pdftotext",), "poppler-utils", "poppler", "tests of searchable PDFs, as others see them"),
    "libreoffice": Tool(
        ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice"),
        "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
        "--cask libreoffice",
        "makes PDFs of office files, texts and mails; PDFs and pictures are read without it",
    ),
    "postgres": Tool(("initdb",), "postgresql", "postgresql@17", "the database for several processes", ("initdb",)),
    "redis": Tool(("redis-server",), "redis-server", "redis", "a queue for several processes"),
    "chromium": Tool(
        ("chromium", "chromium-browser", "google-chrome"), "chromium", "chromium", "tests of the web page"
    ),
    "fonts": Tool(
        (),
        "fonts-liberation fonts-dejavu-core",
        "font-liberation font-dejavu",
        "drawing the samples",
        ("LiberationSans-Regular.ttf", "DejaVuSansMono.ttf"),
    ),
}


def missing(tool: Tool) -> bool:
    there = [any(any(folder.rglob(file)) for folder in FOLDERS) for file in tool.files]
    return not (any(shutil.which(command) for command in tool.commands) or (there and all(there)))


def install_lines(tool: Tool) -> list[list[str]]:
    """The commands that install the tool here, none where no known package manager is."""
    if shutil.which("apt-get"):
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        return [[*sudo, "apt-get", "update", "-qq"], [*sudo, "apt-get", "install", "-y", "-qq", *tool.apt.split()]]
    if shutil.which("brew"):
        return [["brew", "install", *tool.brew.split()]]
    return []


def may_install_unasked() -> bool:
    if os.environ.get("REQUIRE_SERVERS") == "1" or os.environ.get("CI") == "true":
        return True
    return os.geteuid() == 0 and not sys.stdin.isatty()


def agrees(name: str, tool: Tool) -> bool:
    """Asks on a terminal, once for each tool; silence means no."""
    asked = ASKED.read_text().split() if ASKED.exists() else []
    if name in asked or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    print(f"{name} is missing ({tool.purpose}). Install it now? [Y/n] ", end="", flush=True)
    answered, _, _ = select.select([sys.stdin], [], [], PATIENCE)
    answer = sys.stdin.readline().strip().lower() if answered else "n"
    if not answered:
        print()
    if ASKED.parent.is_dir():
        ASKED.write_text(" ".join([*asked, name]))
    return answer in ("", "y", "yes")


def install(lines: list[list[str]]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return all(subprocess.run(line, env=environment, check=False).returncode == 0 for line in lines)
    except OSError:  # no sudo
        return False


def provide(name: str) -> bool:
    """Whether the tool is there in the end; says what to do when it is not."""
    tool = TOOLS[name]
    if not missing(tool):
        return True
    lines = install_lines(tool)
    if lines and (may_install_unasked() or agrees(name, tool)) and install(lines) and not missing(tool):
        return True
    how = " && ".join(" ".join(line) for line in lines) or f"install {tool.apt} with the package manager of this system"
    print(f"{name} is missing ({tool.purpose}). To install it: {how}", file=sys.stderr)
    return False


def main(names: list[str]) -> int:
    there = [provide(name) for name in names]
    return 1 if os.environ.get("REQUIRE_SERVERS") == "1" and not all(there) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
