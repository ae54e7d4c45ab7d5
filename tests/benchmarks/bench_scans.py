"""How fast scans are read by the route of Tesseract alone, against Tesseract itself and what people use around it; and
what a bundle of 600 scans takes.

Run by `make bench`. All on all cores, the same 100 scans, medians of three.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pdf2image
import psutil
import pypdfium2 as pdfium
import pytesseract
import pytest

from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.reading.sniffing import sniff
from nlp.sandbox import Limits, Sandbox
from tests.benchmarks.measure import say, timed
from tests.benchmarks.scans import bundled, clean_scans, word_f1

SCANS, BUNDLE, REPEATS = 100, 600, 3
CORES = os.cpu_count() or 1
CHILD = Limits(memory_mb=3000, nice=0)
DEADLINE = 300.0
PDF = "application/pdf"
#: Goals: our pages a second over theirs.
BARE, OCRMYPDF, USUAL = 0.95, 1.7, 5.0
MOST_MEMORY, LEAST_BUSY = 1.5 * 2**30, 0.9
Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def rows(eval_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return clean_scans(eval_data, tmp_path_factory.mktemp("scans"), SCANS)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(CORES, CHILD) as made:
        yield made


def on_all_cores(work: Callable[[str], str], items: list[str]) -> list[str]:
    with ThreadPoolExecutor(CORES) as threads:
        return list(threads.map(work, items))


def test_against_bare_tesseract(rows: Rows, sandbox: Sandbox) -> None:
    """`tesseract_command` is the very Tesseract that is compared with; `tesseract` may be newer, inside the process."""
    images = [str(row["image"]) for row in rows]

    def ours(engine: str, image: str) -> str:
        path = Path(image)
        options = ReadingOptions(engine=engine)
        text: str = sandbox.call(read_page, path, sniff(path), 1, options, deadline=DEADLINE).page.text
        return text

    ways: dict[str, Callable[[str], str]] = {
        "tesseract_command": partial(ours, "tesseract_command"),
        "tesseract": partial(ours, "tesseract"),
        "bare": bare,
    }
    texts, took = compared(ways, images)
    ratios = {
        name: statistics.median(theirs / mine for theirs, mine in zip(took["bare"], took[name], strict=True))
        for name in ways
    }
    for name, ratio in ratios.items():
        rate = SCANS / statistics.median(took[name])
        say(f"{name}: {rate:.2f} pages/s, {ratio:.2f} of bare (goal {BARE}), word F1 {word_f1(rows, texts[name]):.4f}")
    assert min(ratios.values()) >= BARE


def bare(image: str) -> str:
    one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    run = subprocess.run(["tesseract", image, "-"], env=one_thread, capture_output=True, text=True, check=True)
    return run.stdout


def compared(
    ways: dict[str, Callable[[str], str]], images: list[str]
) -> tuple[dict[str, list[str]], dict[str, list[float]]]:
    """What each way read, and the seconds it took in each of the rounds, which take the ways in turn."""
    texts = {name: on_all_cores(way, images) for name, way in ways.items()}  # also warms up
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(REPEATS):
        for name, way in ways.items():
            took[name].append(timed(partial(on_all_cores, way, images)))
    return texts, took


def test_against_ocrmypdf_and_the_usual_loop(rows: Rows, sandbox: Sandbox, tmp_path: Path) -> None:
    source = bundled([str(row["image"]) for row in rows], tmp_path / "scans.pdf")

    def ours(number: str) -> str:
        options = ReadingOptions(engine="tesseract")
        return str(sandbox.call(read_page, source, PDF, int(number), options, deadline=DEADLINE).page.text)

    def ocrmypdf() -> None:
        arguments = ["--force-ocr", "--output-type", "pdf", "-O0", "-j", str(CORES), "--quiet"]
        target = tmp_path / "ocrmypdf.pdf"
        subprocess.run([sys.executable, "-m", "ocrmypdf", *arguments, str(source), str(target)], check=True)

    def usual() -> None:
        for image in pdf2image.convert_from_path(source, dpi=300, last_page=SCANS // 5):
            pytesseract.image_to_string(image)

    numbers = [str(number) for number in range(1, SCANS + 1)]
    mine = [timed(partial(on_all_cores, ours, numbers)) for _ in range(REPEATS)]
    theirs = [timed(ocrmypdf) for _ in range(REPEATS)]
    loop = 5 * timed(usual)  # a fifth of the pages: it would take the bench a quarter of an hour
    over_ocrmypdf = statistics.median(theirs) / statistics.median(mine)
    over_usual = loop / statistics.median(mine)
    say(f"{SCANS} scans in a PDF: ours {statistics.median(mine):.0f} s, OCRmyPDF {statistics.median(theirs):.0f} s:")
    say(f"{over_ocrmypdf:.2f} times (goal {OCRMYPDF}); the usual loop {loop:.0f} s: {over_usual:.1f} (goal {USUAL})")
    assert over_ocrmypdf >= OCRMYPDF
    assert over_usual >= USUAL


def test_a_bundle_of_600_pages(rows: Rows, tmp_path: Path) -> None:
    """By the policy as shipped; the memory is that of the largest process of a child's group, Tesseract included."""
    source = bundled([str(row["image"]) for row in rows] * (BUNDLE // SCANS), tmp_path / "bundle.pdf")
    document = pdfium.PdfDocument(source)
    assert len(document) == BUNDLE
    document.close()
    with Sandbox(CORES, CHILD) as sandbox, watched() as seen:
        work = partial(read_number, sandbox, source)
        took = timed(partial(on_all_cores, work, [str(number) for number in range(1, BUNDLE + 1)]))
    busy = statistics.mean(share >= 0.9 for share in seen.busy)
    say(f"{BUNDLE} scans in a PDF: {took:.0f} s, {BUNDLE / took:.2f} pages/s; peak {seen.peak / 2**20:.0f} MiB;")
    say(f"both cores busy {busy:.0%} of the time (goal {LEAST_BUSY:.0%}), {statistics.mean(seen.busy):.0%} on the mean")
    assert seen.peak <= MOST_MEMORY
    assert busy >= LEAST_BUSY


def read_number(sandbox: Sandbox, source: Path, number: str) -> str:
    return str(sandbox.call(read_page, source, PDF, int(number), ReadingOptions(), deadline=DEADLINE).page.text)


class Seen:
    """`peak`: the most memory that a child or a program of it ever had, in bytes; `busy`: share of all cores in use."""

    def __init__(self) -> None:
        self.peak, self.busy = 0, list[float]()


@contextmanager
def watched(every: float = 0.25) -> Iterator[Seen]:
    seen, over = Seen(), threading.Event()
    psutil.cpu_percent()

    def look() -> None:
        while not over.wait(every):
            seen.busy.append(psutil.cpu_percent() / 100)
            for child in psutil.Process().children(recursive=True):
                seen.peak = max(seen.peak, high_water(child.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        time.sleep(2 * every)  # children are there
        seen.busy.clear()
        yield seen
    finally:
        over.set()
        watcher.join()


def high_water(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:  # it has ended
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0
