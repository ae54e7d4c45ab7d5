"""Writes the tables of docs/ from the code, so that neither drifts from the other. The prose is left to people.

A page holds a table between `<!-- table: NAME -->` and `<!-- end -->`. `python -m scripts.tables` rewrites all of
them; tests/test_docs.py compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import cli.app
from api.main import create_app
from errors import CATALOGUE
from nlp.reading.media_types import MEDIA_TYPES
from settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"
BLOCK = re.compile(r"(?<=<!-- table: )(\w+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; cells may hold pipes and line breaks."""
    head = list(header)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(
        "| " + " | ".join(re.sub(r"\s+", " ", cell).replace("|", r"\|") for cell in line) + " |\n" for line in lines
    )


def settings() -> str:
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory or field.default == "" else f"`{field.default}`"
        rows.append((f"`{name.upper()}`", default, field.description or ""))
    return table(("variable", "default", "meaning"), rows)


def errors() -> str:
    def filled(sentence: str) -> str:
        return re.sub(r"\{(\w+)[^}]*\}", r"*\1*", sentence)

    rows = (
        (f"`{code}`", str(kind.status), filled(kind.message), filled(kind.advice)) for code, kind in CATALOGUE.items()
    )
    return table(("code", "HTTP", "message", "advice"), rows)


def routes() -> str:
    rows = []
    for path, operations in create_app().openapi()["paths"].items():
        for method, operation in operations.items():
            said = operation.get("description", operation["summary"])
            rows.append((f"`{method.upper()} {path}`", first_sentence(said)))
    return table(("request", "what it does"), rows)


def commands() -> str:
    functions = [command.callback for command in cli.app.app.registered_commands if command.callback]
    rows = ((f"`sheaf {function.__name__}`", first_sentence(function.__doc__ or "")) for function in functions)
    return table(("command", "what it does"), rows)


def formats() -> str:
    rows = ((known.name, ", ".join(known.suffixes), known.way) for known in MEDIA_TYPES.values())
    return table(("file", "usual names", "what is done with it"), rows)


def first_sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s", text.strip(), maxsplit=1)[0]


TABLES: dict[str, Callable[[], str]] = {
    "settings": settings,
    "errors": errors,
    "routes": routes,
    "commands": commands,
    "formats": formats,
}


def with_tables(text: str) -> str:
    """The page with each of its tables as the code says today."""
    return BLOCK.sub(lambda match: match[1] + match[2] + TABLES[match[1]](), text)


if __name__ == "__main__":
    for page in sorted(DOCS.glob("*.md")):
        page.write_text(with_tables(page.read_text("utf-8")), "utf-8")
