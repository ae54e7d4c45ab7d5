"""What the second engine costs as we run it, against rapidocr with its defaults, on receipts that nothing was tuned on.

Run by `make bench`. Each way has a process of its own, one after the other; core-seconds are its user and system time.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from PIL import Image

from nlp.reading import ocr
from nlp.reading.layout import tokens_of
from nlp.reading.routing import EXACT
from tests.benchmarks.measure import say
from tests.benchmarks.scans import labelled, word_f1

RECEIPTS, REPEATS = 40, 3
#: Our core-seconds over those of the defaults, and what word F1 may differ by to count as the same.
MOST_COST, SAME = 0.45, 0.002
#: Texts, and the core-seconds they took together.
Read = tuple[list[str], float]


def test_the_second_engine_against_its_defaults(eval_data: Path) -> None:
    rows = labelled(eval_data, "receipts", "score", RECEIPTS)
    images = [str(row["image"]) for row in rows]
    rounds = [(alone(with_defaults, images), alone(as_tuned, images)) for _ in range(REPEATS)]
    cost = statistics.median(ours[1] / theirs[1] for theirs, ours in rounds)
    (theirs, slow), (ours, quick) = rounds[-1]
    say(
        f"{RECEIPTS} receipts: rapidocr's defaults {slow / RECEIPTS:.2f} core-s a page, F1 {word_f1(rows, theirs):.4f};"
    )
    say(f"as tuned {quick / RECEIPTS:.2f}, F1 {word_f1(rows, ours):.4f}: {cost:.2f} of the cost (goal {MOST_COST})")
    assert word_f1(rows, ours) >= word_f1(rows, theirs) - SAME
    assert cost <= MOST_COST


def alone(read: Callable[[Sequence[str]], Read], images: Sequence[str]) -> Read:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(read, images).result()


def with_defaults(images: Sequence[str]) -> Read:
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(params={"Global.log_level": "error"})

    def read(image: str) -> str:
        return " ".join(engine(image).txts or ())

    return clocked(read, images)


def as_tuned(images: Sequence[str]) -> Read:
    engine = ocr.engine(EXACT)

    def read(image: str) -> str:
        picture = Image.open(image).convert("L")
        return " ".join(
            token.text for token in tokens_of(engine.recognise(picture, ("eng",), ocr.page_dpi(picture.size)))
        )

    return clocked(read, images)


def clocked(read: Callable[[str], str], images: Sequence[str]) -> Read:
    read(images[0])  # loads the models
    started = time.process_time()
    return [read(image) for image in images], time.process_time() - started
