"""Damaged files that intake once neither took nor refused (`make fuzz` keeps them), and a few made for the occasion."""

from __future__ import annotations

import os
import random
from contextlib import suppress
from pathlib import Path

import pytest

from errors import SheafError
from nlp.reading.media_types import MEDIA_TYPES
from nlp.sandbox import Limits, Sandbox
from scripts import fuzz

FAILED_ONCE = sorted(fuzz.FAILURES.iterdir())


@pytest.mark.parametrize("path", FAILED_ONCE, ids=lambda path: path.name)
def test_what_failed_once_is_taken_or_refused(path: Path) -> None:
    with suppress(SheafError):
        assert fuzz.look_into(path) in MEDIA_TYPES


def test_a_run_takes_or_refuses_everything(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert fuzz.run(seed=random.randrange(1000), count=40) == 0
    assert capfd.readouterr().out.splitlines()[-1].startswith("40 files with seed ")


def test_what_is_neither_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(1, Limits(memory_mb=1500)) as sandbox:
        monkeypatch.setattr(fuzz, "look_into", _breaks)
        assert fuzz.outcome_of(sandbox, b"any") == ("failed", "ZeroDivisionError: division by zero")
        monkeypatch.setattr(fuzz, "look_into", _dies)
        assert fuzz.outcome_of(sandbox, b"any") == ("failed", "page_crashed")


def test_the_same_seed_makes_the_same_files() -> None:
    assert list(fuzz.mutants(7, 5)) == list(fuzz.mutants(7, 5))
    assert list(fuzz.mutants(7, 5)) != list(fuzz.mutants(8, 5))


def _breaks(path: Path) -> str:
    return str(1 / 0)


def _dies(path: Path) -> str:
    os.abort()
