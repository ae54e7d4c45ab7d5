"""What every test may ask for: the labelled documents, and how an absent tool is treated."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from errors import SheafError
from nlp.reading import ocr, office

pytest_plugins = ["tests.backend", "tests.databases", "tests.infra.terraform", "tests.servers", "tests.browser"]

ROOT = Path(__file__).resolve().parent.parent


def absent(what: str) -> NoReturn:
    """Skip aloud at home; fail where everything is required (REQUIRE_SERVERS=1)."""
    if os.environ.get("REQUIRE_SERVERS") == "1":
        pytest.fail(f"{what} is required here and missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def tesseract() -> None:
    """Tesseract is installed and says so."""
    try:
        ocr.engine("tesseract").version()
    except SheafError:
        absent("Tesseract")


@pytest.fixture(scope="session")
def libreoffice() -> None:
    """LibreOffice is installed."""
    if office.program() is None:
        absent("LibreOffice")


@pytest.fixture(scope="session")
def eval_data() -> Path:
    """The labelled documents, from SHEAF_EVAL_DATA or ../shared/data. They are no part of the project."""
    folder = Path(os.environ.get("SHEAF_EVAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"labelled documents are not at {folder}; set SHEAF_EVAL_DATA")
    return folder
