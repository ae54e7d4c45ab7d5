"""Measures the entities that are found on labelled sets (token TAB BIO2 tag): strict span and label, micro average."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from errors import SheafError
from nlp.training.conll import read_documents
from nlp.training.scoring import Found, Score, found_on_pages, score
from nlp.understanding.entities import find_entities, load


def evaluate(path: Path, part: str = "score", model: Path | None = None) -> dict[str, Any]:
    """F1, precision, recall, calibration_error, reliability, by_label and words_per_second of a *.conll or
    *.conll.gz, or of all of them in a folder.

    The sets have no parts, so `part` is accepted for the sake of the other tasks and changes nothing. Of a folder,
    counts are summed and `by_set` gives the figures of each file by its path below. Raises SheafError not_found when
    there is none.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.conll*"))
    if not files:
        raise SheafError("not_found", thing="labelled set (*.conll, *.conll.gz) in", id=path.name)
    load(model)
    started = time.perf_counter()
    scores = {file.relative_to(path).as_posix(): score(list(read_documents(file)), _finder(model)) for file in files}
    seconds = time.perf_counter() - started
    whole = sum(scores.values(), Score())
    answer = {**whole.as_json(), "words": whole.words, "words_per_second": round(whole.words / seconds)}
    return answer if len(files) == 1 else {**answer, "by_set": {name: one.as_json() for name, one in scores.items()}}


def _finder(model: Path | None) -> Callable[[Sequence[str]], Iterator[Iterable[Found]]]:
    return lambda texts: found_on_pages(texts, lambda page: find_entities(page, model))
