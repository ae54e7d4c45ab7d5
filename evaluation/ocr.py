"""How many of the words on scanned pages are read, how sure the reader rightly is, and what a page costs.

Reads a folder with an `index.jsonl` of pages and their words; the format and the measures are in docs/evaluate.md.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any

from PIL import Image

from errors import SheafError
from evaluation.documents import Ask, in_children, rows_of
from nlp.facts import Box, Page
from nlp.reading import ocr
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.reading.routing import EXACT, QUICK
from nlp.reading.sniffing import sniff
from nlp.training.scoring import calibration_error

AS_SHIPPED = ReadingOptions()
#: A word read further from its line than this share of the page is another word that happens to be equal.
_NEAR = 0.02


@dataclass(frozen=True, slots=True)
class GoldWord:
    """A word in the form in which words are compared, and the box of its line, None where not known."""

    text: str
    line: Box | None


@dataclass(frozen=True, slots=True)
class _ReadPage:
    page: Page
    core_seconds: float


_UNREAD = _ReadPage(Page(1, 1, 1, "", (), "", "it could not be read", 0.0), 0.0)


def normalised(text: str) -> list[str]:
    """The words of a text as they are compared: upper case, runs of letters and digits."""
    return re.findall(r"[A-Z0-9]+", text.upper())


def evaluate(
    path: Path, part: str = "score", *, options: ReadingOptions = AS_SHIPPED, workers: int | None = None
) -> dict[str, Any]:
    """Word F1 (micro over the pages of `part`, "all": every page), calibration error, core-seconds a page.

    `path` is a folder with `index.jsonl`, or such a file. Rows without an image are skipped. A page that cannot be read
    counts as an empty one and in `unread`. Core-seconds are user and system time of the reading child and of the
    programs it started, its start not counted, a page that was read.
    """
    rows = [row for row in rows_of(path, part) if row["image"]]
    folder = path if path.is_dir() else path.parent

    def work(ask: Ask, row: dict[str, Any]) -> _ReadPage:
        try:
            result: _ReadPage = ask(_read, folder / row["image"], options)
        except SheafError:
            return _UNREAD
        return result

    pages = in_children(work, rows, workers=workers, warm=warm)
    matched = said = true = 0
    judged: list[tuple[float, bool]] = []
    for row, result in zip(rows, pages, strict=True):
        gold = gold_words(row["lines"], result.page.width, result.page.height)
        found = Counter(normalised(result.page.text))
        wanted = Counter(word.text for word in gold)
        matched += (found & wanted).total()
        said += found.total()
        true += wanted.total()
        judged += judge_words(result.page, gold)
    seconds = [page.core_seconds for page in pages if page is not _UNREAD]
    return {
        "word_f1": _ratio(2 * matched, said + true),
        "word_precision": _ratio(matched, said),
        "word_recall": _ratio(matched, true),
        "calibration_error": round(calibration_error(judged), 4),
        "pages": len(pages),
        "unread": len(pages) - len(seconds),
        "core_seconds_per_page": _ratio(sum(seconds), len(seconds)),
    }


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0


def warm() -> None:
    """Run in each child first, so that loading and asking what is installed count for no page."""
    blank = Image.new("L", (640, 480), "white")
    for name in (QUICK, EXACT):
        with suppress(SheafError):  # the policy does without an engine that is not installed
            ocr.engine(name).recognise(blank, AS_SHIPPED.languages, None)
            ocr.engine(name).version()


def _read(path: Path, options: ReadingOptions) -> _ReadPage:
    before = _core_seconds()
    page = read_page(path, sniff(path), 1, options).page
    return _ReadPage(page, _core_seconds() - before)


def _core_seconds() -> float:
    """User and system time of this process and of all processes it started and waited for."""
    usages = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def gold_words(lines: Sequence[dict[str, Any]], width: float, height: float) -> list[GoldWord]:
    """The words of the labelled lines of a page of `width` and `height` pixels."""
    return [GoldWord(text, _box(line, width, height)) for line in lines for text in normalised(line["text"])]


def _box(line: dict[str, Any], width: float, height: float) -> Box | None:
    sides = line.get("poly") or line.get("box")
    if not sides:
        return None
    xs, ys = sides[0::2], sides[1::2]
    return Box(min(xs) / width, min(ys) / height, max(xs) / width, max(ys) / height)


def judge_words(page: Page, gold: Sequence[GoldWord]) -> list[tuple[float, bool]]:
    """Confidence of each word read, and whether it is right: each of its parts has an equal gold word near it.

    A gold word vouches for one word only. Where places are not known, an equal word anywhere on the page counts.
    """
    free: dict[str, list[GoldWord]] = {}
    for word in gold:
        free.setdefault(word.text, []).append(word)
    judged: list[tuple[float, bool]] = []
    for read in page.words:
        parts = normalised(read.text)
        if not parts:
            continue
        middle = (read.box.left + read.box.right) / 2, (read.box.top + read.box.bottom) / 2
        right = True
        for part in parts:
            candidates = free.get(part, [])
            nearest = min(candidates, key=lambda word: _distance(word, middle), default=None)
            if nearest is None or _distance(nearest, middle) > _NEAR:
                right = False
            else:
                candidates.remove(nearest)
        judged.append((read.confidence, right))
    return judged


def _distance(word: GoldWord, middle: tuple[float, float]) -> float:
    """From a point to the line that the word stands in."""
    if word.line is None:
        return 0.0
    x, y = middle
    aside = max(word.line.left - x, 0.0, x - word.line.right)
    above = max(word.line.top - y, 0.0, y - word.line.bottom)
    return math.hypot(aside, above)
