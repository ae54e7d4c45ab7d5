"""The Terraform code as it stands: formatted, valid, and nothing permitted wholesale."""

from __future__ import annotations

import re

from tests.infra.terraform import SOURCE, Terraform


def test_it_is_formatted_and_valid(terraform: Terraform) -> None:
    terraform.run("fmt", "-check", "-recursive", "-diff")
    terraform.run("validate", "-no-color")


def test_nothing_is_permitted_wholesale() -> None:
    """Statements that allow name their actions and their resources; only the one that denies speaks of everything."""
    for file in SOURCE.rglob("*.tf"):
        for statement in re.findall(r"  statement \{\n(.*?)\n  \}", file.read_text("utf-8"), re.DOTALL):
            if '"Deny"' not in statement:
                assert not re.search(r'"\*"|:\*"', statement), f"{file}: {statement}"


def test_every_variable_explains_itself() -> None:
    for file in SOURCE.rglob("variables.tf"):
        text = file.read_text("utf-8")
        assert text.count("variable ") == text.count("description = "), file
