"""How commands speak: JSON lines or words on stdout, progress on a terminal, exit codes. What they say is left to them.

Exit codes: 0 all went well, 1 it was our fault, 2 some input failed or the command line was wrong.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from errors import SheafError

OUR_FAULT = 1
INPUT_FAILED = 2

#: Codes that the API answers with 5xx, and that on the command line are for the caller to mend.
_CALLERS = ("storage_full", "bad_settings")

words = Console(stderr=True, highlight=False, soft_wrap=True)


def line(answer: dict[str, Any]) -> None:
    """One JSON object on a line of its own."""
    sys.stdout.write(json.dumps({"schema": 1, **answer}, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A line for people, on stdout."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(error: SheafError, as_json: bool, **about: Any) -> int:
    """Show an error: among the answers when they are JSON, else in words beside them.

    Returns the exit code it means.
    """
    if as_json:
        line({**{name: value for name, value in about.items() if value is not None}, "error": error.as_json()})
    else:
        name = ", page ".join(str(part) for part in about.values() if part is not None)
        words.print(f"{name}: {error}" if name else str(error), style="red", markup=False)
    return OUR_FAULT if error.kind.status >= 500 and error.code not in _CALLERS else INPUT_FAILED


@contextmanager
def bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar; yields a function that advances it."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=words, transient=True, disable=not words.is_terminal) as shown:
        task = shown.add_task(what, total=total)
        yield lambda number: shown.advance(task, number)


def table(rows: Iterable[Sequence[Any]]) -> None:
    """Rows for people, columns aligned."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
