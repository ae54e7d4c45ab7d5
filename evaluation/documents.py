"""Labelled documents as pages: built from labelled words, or read in the sandbox. Measuring is left to the tasks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from errors import SheafError
from nlp.facts import Box, Entity, Page, Word
from nlp.reading.intake import IntakeLimits, inspect
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.sandbox import Limits, Sandbox
from nlp.understanding.currencies import dollar_of
from nlp.understanding.entities import find_entities
from nlp.understanding.short_names import with_short_names
from nlp.understanding.values import day_first_of

INTAKE = IntakeLimits(max_pages=2000, max_megapixels=150)
_CHILD = Limits(memory_mb=3000, nice=5)
#: Seconds for one call: a slow machine shall not change a figure.
_PATIENCE = 300.0

Item = TypeVar("Item")
Answer = TypeVar("Answer")
#: Calls a function with arguments in a sandbox child: `Sandbox.call` with its deadline.
Ask = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Read:
    """A document as pages with its entities; both empty when it could not be read."""

    pages: tuple[Page, ...] = ()
    entities: tuple[Entity, ...] = ()


def rows_of(path: Path, part: str) -> list[dict[str, Any]]:
    """The rows of an index (a folder with index.jsonl, or the file) in a part; "all" gives every row."""
    index = path / "index.jsonl" if path.is_dir() else path
    rows: list[dict[str, Any]] = [json.loads(line) for line in index.read_text("utf-8").splitlines()]
    return [row for row in rows if part in (row["part"], "all")]


def in_children(
    work: Callable[[Ask, Item], Answer],
    items: Sequence[Item],
    *,
    workers: int | None = None,
    deadline: float = _PATIENCE,
    warm: Callable[[], None] | None = None,
) -> list[Answer]:
    """`work(ask, item)` for each item, in the order given, in `workers` threads with a child each (None: one a core).

    `deadline` is in seconds, for each thing asked of a child; `warm` runs first in every child.
    """
    workers = workers or os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as threads, Sandbox(workers, _CHILD, warm=warm) as sandbox:
        return list(threads.map(partial(work, partial(sandbox.call, deadline=deadline)), items))


def page_from_lines(lines: Sequence[Mapping[str, Any]], size: Sequence[float]) -> Page:
    """A page of labelled lines with `poly` or `box` in pixels; words share their line's box by their letters."""
    width, height = size
    words: list[Word] = []
    texts: list[str] = []
    start = 0
    for line in lines:
        sides = line.get("poly") or line["box"]
        xs, ys = sides[0::2], sides[1::2]
        left, right = min(xs) / width, max(xs) / width
        top, bottom = min(ys) / height, max(ys) / height
        text = " ".join(line["text"].split())
        at = 0
        for word in text.split():
            at = text.index(word, at)
            step = (right - left) / len(text)
            box = Box(left + at * step, top, left + (at + len(word)) * step, bottom)
            words.append(Word(word, start + at, start + at + len(word), box, 1.0))
            at += len(word)
        texts.append(text)
        start += len(text) + 1
    return Page(1, width, height, "\n".join(texts), tuple(words), "labels", "Labelled by hand.", 1.0, unit="px")


def read_all(
    files: Sequence[tuple[Path, int | None]], options: ReadingOptions, workers: int | None = None
) -> list[Read]:
    """Each file, whole or one page of it, read and searched for entities as the product does. In the order given."""

    def work(ask: Ask, file: tuple[Path, int | None]) -> Read:
        try:
            found: Read = ask(read, *file, options)
        except SheafError:
            return Read()
        return found

    return in_children(work, files, workers=workers)


def entities_of_all(pages: Sequence[Page], workers: int | None = None) -> list[tuple[Entity, ...]]:
    """The entities of each page, taken for a document, found in the sandbox."""
    return in_children(lambda ask, page: ask(_entities, (page,)), pages, workers=workers)


def read(path: Path, number: int | None, options: ReadingOptions) -> Read:
    """The document at `path`, or its page `number`. Runs in a child; raises SheafError as reading does."""
    seen = inspect(path, INTAKE)
    numbers = [number] if number else range(1, (seen.pages or 0) + 1)
    pages = tuple(read_page(path, seen.media_type, at, options).page for at in numbers)
    return Read(pages, _entities(pages))


def _entities(pages: Sequence[Page]) -> tuple[Entity, ...]:
    text = "\n".join(page.text for page in pages)
    day_first, dollar = day_first_of(text), dollar_of(text)
    return with_short_names(pages, [one for page in pages for one in find_entities(page, None, day_first, dollar)])
