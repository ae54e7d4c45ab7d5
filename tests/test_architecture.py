"""The import rules that import-linter cannot see: single modules, and what is loaded when a backend starts."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"api", "cli", "errors", "evaluation", "frontend", "nlp", "settings", "storage", "workers"}

#: They take seconds and hundreds of megabytes to load; only guarded children and the page's own process may.
HEAVY = {"torch", "spacy", "sentence_transformers", "transformers", "streamlit"}


def imported(source: str) -> set[str]:
    """The top-level names of every module that a source file imports, at its top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def backend_modules() -> list[str]:
    """Every module of the rooms that run in the backend. Migrations are Alembic's to load."""
    files = [path for room in ("api", "cli", "storage", "workers") for path in sorted((ROOT / room).rglob("*.py"))]
    relative = [path.relative_to(ROOT).with_suffix("") for path in files if "migrations" not in path.parts]
    return ["settings", "errors", *(".".join(path.parts).removesuffix(".__init__") for path in relative)]


@pytest.mark.parametrize("module", ["settings", "errors"])
def test_a_ground_module_imports_nothing_of_ours(module: str) -> None:
    assert imported((ROOT / f"{module}.py").read_text("utf-8")) & ROOMS == set()


def test_only_settings_reads_the_environment() -> None:
    """Handing it on to a child, or setting it for a library, is not reading. Training is a program of its own."""
    files = [
        path for room in ("api", "evaluation", "nlp", "storage", "workers") for path in (ROOT / room).rglob("*.py")
    ]
    reading = re.compile(r"os\.getenv|os\.environ\.get|os\.environ\[[^\]]*\](?! =)")
    readers = [
        str(path.relative_to(ROOT))
        for path in files
        if "training" not in path.parts and reading.search(path.read_text("utf-8"))
    ]
    assert readers == []


def test_a_backend_loads_no_model_library() -> None:
    script = (
        "import importlib, json, sys\n"
        "for name in json.loads(sys.argv[1]): importlib.import_module(name)\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script, json.dumps(backend_modules())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    loaded = set(json.loads(run.stdout.splitlines()[-1]))
    assert "storage" in loaded  # the script did load the rooms
    assert loaded & HEAVY == set()
