"""compose.yaml: it follows the specification, names settings that exist, and opens doors to this machine alone."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import pytest
import yaml

import cli.app
from settings import Settings
from tests.conftest import ROOT

#: Read by the web page, which is no part of the backend.
PAGE_SETTINGS = {"SHEAF_API_URL", "SHEAF_API_PUBLIC_URL"}
OURS = ("api", "frontend", "migrate", "worker")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    return parsed


def test_it_follows_the_specification() -> None:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(ROOT / "compose.yaml")]
    checked = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_ports_are_open_to_this_machine_alone(compose: dict[str, Any]) -> None:
    ports = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert len(ports) == 2
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("name", OURS)
def test_our_processes_know_their_settings(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    known = {field.upper() for field in Settings.model_fields} | PAGE_SETTINGS
    assert set(service["environment"]) - known == set()
    assert service["image"] == f"sheaf:{version('sheaf')}"
    assert service["command"] == [name]
    assert name in {command.callback.__name__ for command in cli.app.app.registered_commands if command.callback}
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]


def test_images_are_pinned_and_chroma_is_ours(compose: dict[str, Any]) -> None:
    images = [service["image"] for service in compose["services"].values()]
    assert [image for image in images if not re.search(r":\d+\.\d+", image)] == []
    assert f"chromadb/chroma:{version('chromadb')}" in images


def test_who_waits_for_whom(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in OURS:
        for other, wanted in services[name]["depends_on"].items():
            if wanted["condition"] == "service_healthy" and other not in OURS:  # the image brings a check for ours
                assert "test" in services[other]["healthcheck"], other
    assert services["api"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert services["worker"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    needed = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text("utf-8")))
    example = dict(
        line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if not line.startswith("#")
    )
    assert needed == set(example)
    assert set(example.values()) == {""}
