"""The documentation says what is there: settings, error codes, routes, commands, links and make targets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from errors import CATALOGUE
from scripts import tables
from settings import Settings

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "infra" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]

#: Variables that are read by tests, and by the web page, which is no part of the backend.
NOT_SETTINGS = {"SHEAF_API_URL", "SHEAF_API_PUBLIC_URL", "SHEAF_EVAL_DATA"}

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pytest.mark.parametrize(
    ("name", "page"),
    [("settings", "settings"), ("errors", "errors"), ("routes", "api"), ("commands", "cli"), ("formats", "files")],
)
def test_the_table_is_what_the_code_says(name: str, page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    written = re.search(rf"<!-- table: {name} -->\n(.*?)<!-- end -->", text, re.DOTALL)
    assert written, f"docs/{page}.md has no table of {name}"
    assert written[1] == tables.TABLES[name](), "run make fix"


def test_every_setting_and_code_explains_itself() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    assert [code for code, kind in CATALOGUE.items() if not (kind.message and kind.advice)] == []


def test_advice_names_only_settings_that_exist() -> None:
    known = {name.upper() for name in Settings.model_fields}
    named = {name for kind in CATALOGUE.values() for name in re.findall(r"\bSHEAF_[A-Z_]+", kind.message + kind.advice)}
    assert named - known == set()


@each_page
def test_a_page_names_only_settings_that_exist(page: Path) -> None:
    known = {name.upper() for name in Settings.model_fields} | NOT_SETTINGS
    assert set(re.findall(r"\bSHEAF_[A-Z_]+", page.read_text("utf-8"))) - known == set()


@each_page
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!\w+:|#)([^)#\s]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@each_page
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", page.read_text("utf-8")))
    assert named - targets == set()


def test_a_table_cell_cannot_break_its_row() -> None:
    assert tables.table(("a", "b"), [("x|y", "two\nlines")]).splitlines()[2] == r"| x\|y | two lines |"
