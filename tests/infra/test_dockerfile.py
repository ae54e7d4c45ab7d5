"""The Dockerfile as it is written: what it takes in is there, what runs is unprivileged. No engine is needed here."""

from __future__ import annotations

import fnmatch
import io
import json
import re
import shlex

import pytest
from dockerfile_parse import DockerfileParser

from infra.image.health import door_of
from tests.conftest import ROOT

TEXT = (ROOT / "Dockerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, str]]:
    parser = DockerfileParser(fileobj=io.BytesIO(TEXT.encode()))
    return [(step["instruction"], step["value"]) for step in parser.structure if step["instruction"] != "COMMENT"]


def last_stage(steps: list[tuple[str, str]]) -> list[tuple[str, str]]:
    starts = [number for number, (instruction, _) in enumerate(steps) if instruction == "FROM"]
    assert len(starts) == 2
    return steps[starts[-1] :]


def test_the_base_is_pinned_and_shared(steps: list[tuple[str, str]]) -> None:
    (base,) = [value for instruction, value in steps if instruction == "ARG" and value.startswith("DEBIAN=")]
    assert re.search(r":\d+\.\d+", base)
    bases = [value.split()[0] for instruction, value in steps if instruction == "FROM"]
    assert set(bases) == {"${DEBIAN}"}


def test_what_runs_is_unprivileged_and_takes_signals(steps: list[tuple[str, str]]) -> None:
    final = last_stage(steps)
    users = [value for instruction, value in final if instruction == "USER"]
    assert users == ["sheaf"]
    order = [instruction for instruction, _ in final]
    assert "RUN" not in order[order.index("USER") :]
    entry, command = (json.loads(dict(final)[name]) for name in ("ENTRYPOINT", "CMD"))  # the exec form, or no JSON
    assert (entry, command) == (["tini", "--", "sheaf"], ["api"])


def test_all_that_is_copied_is_there_and_reaches_the_builder(steps: list[tuple[str, str]]) -> None:
    rules = [line.rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines()]
    assert rules[1] == "*"
    sent = [rule[1:] for rule in rules if rule.startswith("!")]
    assert [name for name in sent if not (ROOT / name).exists()] == []
    for instruction, value in steps:
        if instruction != "COPY" or value.startswith("--from="):
            continue
        *sources, _ = shlex.split(value)
        for source in sources:
            assert (ROOT / source).exists(), source
            assert source == "." or any(fnmatch.fnmatch(source, f"{name}*") for name in sent), source


def test_exact_versions_and_no_address(steps: list[tuple[str, str]]) -> None:
    assert "PIP_CONSTRAINT=/source/constraints.txt" in TEXT
    installs = [value for instruction, value in steps if instruction == "RUN" and "pip install" in value]
    assert len(installs) == 2
    assert all("${PIP_ARGS}" in value for value in installs)
    assert "://" not in TEXT
    named = [value for instruction, value in steps if instruction in ("ARG", "ENV")]
    assert [value for value in named if re.search(r"TOKEN|SECRET|PASSWORD|_KEY", value)] == []


@pytest.mark.parametrize(
    ("command", "door"),
    [
        ("tini -- sheaf api", "http://127.0.0.1:8000/api/v1/ready"),
        ("tini -- sheaf frontend", "http://127.0.0.1:8501/_stcore/health"),
        ("tini -- sheaf worker", None),
    ],
)
def test_each_role_is_asked_at_its_own_door(command: str, door: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHEAF_PORT", "SHEAF_PAGE_PORT"):
        monkeypatch.delenv(name, raising=False)
    assert door_of([*command.split(), ""]) == door
