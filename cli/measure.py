"""`sheaf evaluate`: runs one task of evaluation/ and prints its figures.

What is measured is told in docs/evaluate.md.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from cli import output
from errors import SheafError

#: The tasks, and the options each one takes.
TASKS: dict[str, tuple[str, ...]] = {
    "ocr": ("part",),
    "fields": ("part", "from_words"),
    "entities": (),
    "search": ("mode",),
    "types": (),
    "robustness": ("report",),
}


def measure(task: str, path: Path, as_json: bool, **options: Any) -> int:
    """Run the task and print its figures; raises bad_request for an unknown task or a path that is not there."""
    if task not in TASKS:
        raise SheafError("bad_request", detail=f"there is no task {task}; there are {', '.join(TASKS)}")
    if not path.exists():
        raise SheafError("not_found", thing="folder", id=path)
    module = import_module(f"evaluation.{task}")
    figures: dict[str, Any] = module.evaluate(path, **{name: options[name] for name in TASKS[task]})
    if as_json:
        output.line({"task": task, "path": str(path), **figures})
    else:
        show(figures)
    return 0


def show(figures: dict[str, Any], indent: str = "") -> None:
    for name, figure in figures.items():
        if isinstance(figure, dict):
            output.say(f"{indent}{name}")
            show(figure, indent + "  ")
        else:
            output.say(f"{indent}{name}: {figure:.4g}" if isinstance(figure, float) else f"{indent}{name}: {figure}")
