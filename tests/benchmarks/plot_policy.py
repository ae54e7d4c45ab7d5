"""Draws word F1 against core-seconds for thresholds of the reading policy, on the tune parts: docs/images/policy.svg.

Run by `make policy`, ten minutes on two cores. Each page is read once by each engine and once more for each `SURE`;
what a threshold would have chosen is then looked up. The policy itself is `nlp.reading.routing`.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot
from PIL import Image

from evaluation.ocr import warm
from nlp.reading import ocr, routing
from nlp.reading.ink import doubt
from nlp.reading.layout import Token, tokens_of
from tests.benchmarks.scans import Tally, clean_scans, labelled

TARGET = Path(__file__).parents[2] / "docs/images/policy.svg"
SETS = {"receipts": 40, "forms": 40, "pages": None}
#: Clean scans that the benches of reading do not use.
CLEAN, USED = 40, 100
SURE = (0.85, 0.92, 0.95)
DOUBTFUL = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 0.7, 1.0)
UNCOVERED = (0.02, 0.05, 0.1, 1.0)
NO_OPINION = 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What was right, and the core-seconds it took."""

    tally: Tally
    seconds: float


@dataclass(frozen=True, slots=True)
class Tried:
    """A page as each way reads it: `opinions` by `SURE`, with what Tesseract took; `NO_OPINION` is Tesseract alone.

    `doubtful` is the share of words that stay so after the opinion.
    """

    kind: str
    dpi: int | None
    exact: Reading
    opinions: dict[float, Reading]
    doubtful: dict[float, float]
    uncovered: float

    def read(self, sure: float, most_doubtful: float, most_uncovered: float) -> Reading:
        if routing.looks_hard(self.dpi):
            return self.exact
        if self.uncovered > most_uncovered:
            return Reading(self.exact.tally, self.opinions[NO_OPINION].seconds + self.exact.seconds)
        opinion = self.opinions[sure]
        if self.doubtful[sure] > most_doubtful:
            return Reading(self.exact.tally, opinion.seconds + self.exact.seconds)
        return opinion


def tried(kind: str, row: dict[str, Any]) -> Tried:
    grey = Image.open(row["image"]).convert("L")
    dpi = ocr.page_dpi(grey.size)

    def reading(read: Callable[[], Sequence[Token]]) -> tuple[Reading, Sequence[Token]]:
        started = time.process_time()
        tokens = read()
        took = time.process_time() - started
        return Reading(Tally.of(row, " ".join(token.text for token in tokens)), took), tokens

    exact, _ = reading(lambda: tokens_of(ocr.engine(routing.EXACT).recognise(grey, ("eng",), dpi)))
    quick, words = reading(lambda: tokens_of(ocr.engine(routing.QUICK).recognise(grey, ("eng",), dpi)))
    opinions, doubtful = {NO_OPINION: quick}, {NO_OPINION: routing.share_of_doubtful(words)}
    for sure in SURE:
        second, left = reading(partial(opinion, grey, words, sure, dpi))
        opinions[sure] = Reading(second.tally, quick.seconds + second.seconds)
        doubtful[sure] = routing.share_of_doubtful(left)
    return Tried(kind, dpi, exact, opinions, doubtful, doubt(grey, words, routing.is_doubtful).uncovered)


def opinion(grey: Image.Image, words: Sequence[Token], sure: float, dpi: int | None) -> list[Token]:
    words = routing.bars_doubted(words)
    return routing.second_opinion(grey, words, doubt(grey, words, partial(routing.is_doubtful, sure=sure)), dpi)


def tune_pages(data: Path, scratch: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, most in SETS.items():
        yield from ((name, row) for row in labelled(data, name, "tune", most))
    yield from (("clean", row) for row in clean_scans(data, scratch, CLEAN, after=USED))


def outcome(pages: Sequence[Tried], choose: Callable[[Tried], Reading]) -> tuple[float, float]:
    """Core-seconds a page and word F1."""
    chosen = [choose(page) for page in pages]
    return fmean(each.seconds for each in chosen), sum((each.tally for each in chosen), Tally()).f1()


def draw(pages: Sequence[Tried], target: Path) -> None:
    mpl.rcParams["svg.hashsalt"] = "sheaf"  # the same figures make the same file
    figure, axes = pyplot.subplots(figsize=(9, 5.5), layout="constrained")
    for uncovered in UNCOVERED:
        for sure, style in zip((NO_OPINION, *SURE), (":", "--", "-", "-."), strict=True):
            if sure in SURE and sure != routing.SURE and uncovered != routing.MUCH_UNCOVERED:
                continue
            points = [outcome(pages, lambda page, d=d: page.read(sure, d, uncovered)) for d in DOUBTFUL]  # type: ignore[misc]  # noqa: B023
            opinion = f"second opinion under {sure}" if sure else "no second opinion"
            axes.plot(*zip(*points, strict=True), style, marker=".", label=f"{opinion}, uncovered ≤ {uncovered:.0%}")
    exact = outcome(pages, lambda page: page.exact)
    chosen = outcome(pages, lambda page: page.read(routing.SURE, routing.MANY_DOUBTFUL, routing.MUCH_UNCOVERED))
    for name, point in (("PP-OCR alone", exact), ("the policy", chosen)):
        axes.annotate(name, point, xytext=(0, 10), textcoords="offset points", ha="center")
        axes.plot(*point, "ko")
    axes.set_ylim(chosen[1] - 0.012, chosen[1] + 0.003)  # where it is decided; Tesseract alone is far below
    seconds, f1 = outcome(pages, lambda page: page.opinions[NO_OPINION])
    title = (
        f"{len(pages)} pages of the tune parts (not shown: Tesseract alone, {seconds:.2f} core-seconds, F1 {f1:.3f})"
    )
    axes.set(xlabel="core-seconds a page", ylabel="word F1", title=title)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.savefig(target, metadata={"Date": None})


def table(pages: Sequence[Tried]) -> Iterator[str]:
    """Each set by each way, then every combination of thresholds, cheapest first."""
    ways: dict[str, Callable[[Tried], Reading]] = {
        "quick": lambda page: page.opinions[NO_OPINION],
        "exact": lambda page: page.exact,
        "policy": lambda page: page.read(routing.SURE, routing.MANY_DOUBTFUL, routing.MUCH_UNCOVERED),
    }
    for kind in dict.fromkeys(page.kind for page in pages):
        of_kind = [page for page in pages if page.kind == kind]
        for name, way in ways.items():
            yield "{} ({}) {}: {:.3f} core-s, F1 {:.4f}".format(kind, len(of_kind), name, *outcome(of_kind, way))
    grid = product((NO_OPINION, *SURE), DOUBTFUL, UNCOVERED)
    found = [(outcome(pages, lambda page, each=each: page.read(*each)), each) for each in grid]  # type: ignore[misc]
    for (seconds, f1), (sure, doubtful, uncovered) in sorted(found):
        yield f"{seconds:.3f} core-s, F1 {f1:.4f}: sure {sure}, doubtful {doubtful}, uncovered {uncovered}"


def main(data: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(os.cpu_count(), initializer=warm) as children:
        kinds, rows = zip(*tune_pages(data, Path(scratch)), strict=True)
        pages = list(children.map(tried, kinds, rows))
    draw(pages, TARGET)
    sys.stdout.writelines(line + "\n" for line in table(pages))


if __name__ == "__main__":
    main(Path(os.environ["SHEAF_EVAL_DATA"]))
