"""The newcomer's first minutes: finding a Python, installing tools where allowed, and what constraints.txt holds."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts.constrain import constraints

ROOT = Path(__file__).resolve().parent.parent.parent


def command(folder: Path, name: str, script: str) -> None:
    """Puts a program of our own on a PATH."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A PATH that holds nothing but what a test puts there, and a shell."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "cat", "chmod", "cksum", "dirname", "grep"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


@pytest.fixture
def apt(bin_folder: Path) -> Path:
    """A package manager that notes what it is asked, and brings a Tesseract."""
    log = bin_folder / "apt.log"
    brings = f"printf '#!/bin/sh\\n' >{bin_folder}/tesseract; chmod +x {bin_folder}/tesseract"
    command(bin_folder, "apt-get", f'echo "$@" >>{log}; case $1 in install) {brings};; esac')
    command(bin_folder, "sudo", 'exec "$@"')
    return log


def tools(bin_folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "tools.py"), "tesseract"],
        env={"PATH": str(bin_folder), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_tool_that_is_there_costs_nothing(bin_folder: Path, apt: Path) -> None:
    command(bin_folder, "tesseract", "exit 0")
    run = tools(bin_folder, CI="true")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert not apt.exists()


def test_ci_installs_what_is_missing(bin_folder: Path, apt: Path) -> None:
    assert tools(bin_folder, CI="true").returncode == 0
    assert apt.read_text().splitlines() == ["update -qq", "install -y -qq tesseract-ocr"]


def test_where_nothing_can_install_the_line_is_printed(bin_folder: Path) -> None:
    run = tools(bin_folder)
    assert run.returncode == 0
    assert "install tesseract-ocr" in run.stderr


def test_where_everything_is_required_a_missing_tool_fails(bin_folder: Path) -> None:
    command(bin_folder, "apt-get", "exit 1")
    command(bin_folder, "sudo", "exit 1")
    assert tools(bin_folder, REQUIRE_SERVERS="1").returncode == 1


def test_a_terminal_is_asked_once(bin_folder: Path, apt: Path, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    script = (
        "import pathlib, sys; from scripts import tools;"
        f"tools.ASKED = pathlib.Path({str(asked)!r}); sys.exit(tools.main(['tesseract']))"
    )
    answers = []
    for _ in range(2):
        ours, theirs = pty.openpty()
        try:
            os.write(ours, b"n\n")
            subprocess.run(
                [sys.executable, "-c", script],
                cwd=ROOT,
                env={"PATH": str(bin_folder)},
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                timeout=30,
                check=True,
            )
            answers.append(os.read(ours, 10_000).decode())
        finally:
            os.close(ours)
            os.close(theirs)
    assert "Install it now?" in answers[0]
    assert "Install it now?" not in answers[1]
    assert asked.read_text() == "tesseract"
    assert not apt.exists()


def setup(folder: Path, bin_folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup.sh", folder / "scripts")
    for name in ("constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return subprocess.run(
        [str(folder / "scripts" / "setup.sh")],
        env={"PATH": str(bin_folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_a_suitable_python_setup_says_what_to_install(tmp_path: Path, bin_folder: Path) -> None:
    command(bin_folder, "python3.13", "echo command not found >&2; exit 127")  # as version managers leave behind
    command(bin_folder, "python3", "exit 1")  # any other version fails the check
    run = setup(tmp_path, bin_folder)
    assert run.returncode == 1
    assert "Python 3.11, 3.12 or 3.13" in run.stderr
    assert "apt-get install python3 python3-venv" in run.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_venv_is_told_apart(tmp_path: Path, bin_folder: Path) -> None:
    real = f'exec {sys.executable} "$@"'
    command(bin_folder, "python3.11", f'case "$2" in *ensurepip*) exit 1;; esac; {real}')
    run = setup(tmp_path, bin_folder)
    assert run.returncode == 1
    assert f"python3.{sys.version_info.minor}-venv" in run.stderr


def test_constraints_hold_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []


def test_every_dependency_has_its_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    pinned = {plain(line.partition("==")[0]) for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()}
    assert {plain(re.split(r"[\[<>=~!; ]", name)[0]) for name in wanted} - pinned == set()


def plain(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_constraints_leave_builds_and_platforms_open() -> None:
    resolved = {"torch": "2.13.0+cpu", "sheaf": "0.1.0", "nvidia-nvtx": "13.0", "Mako": "1.4", "alembic": "1.20"}
    assert constraints(resolved) == "alembic==1.20\nMako==1.4\ntorch==2.13.0\n"
