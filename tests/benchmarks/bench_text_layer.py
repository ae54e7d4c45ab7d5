"""How fast and how exact text layers are read: words with boxes, out of the child, against pdfplumber's words.

Run by `make bench`. One process at a time, both in the same round, each page of the shared PDFs that has a text layer.
"""

from __future__ import annotations

import statistics
from collections import Counter
from functools import partial
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium

from nlp.facts import Page
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.reading.pictures import pdf_page
from nlp.reading.text_layer import extract
from nlp.sandbox import Limits, Sandbox
from tests.benchmarks.measure import say, timed

PDF = "application/pdf"
FOLDERS = ("filings", "invoices", "packages")
MOST_PAGES, REPEATS, DEADLINE = 40, 3, 60.0
LEAST_RATIO, LEAST_SHARE = 10.0, 0.99
Pages = dict[Path, list[int]]


def test_text_layers_against_pdfplumber(eval_data: Path) -> None:
    pages = with_text(eval_data)
    count = sum(map(len, pages.values()))
    with Sandbox(1, Limits(memory_mb=2048, nice=0)) as sandbox:
        ours_read, theirs_read = ours(sandbox, pages), theirs(pages)  # also warms both up
        ratios = []
        for _ in range(REPEATS):
            ours_took, theirs_took = timed(partial(ours, sandbox, pages)), timed(partial(theirs, pages))
            ratios.append(theirs_took / ours_took)
            each = f"{1000 * ours_took / count:.1f} and {1000 * theirs_took / count:.1f} ms a page"
            say(f"{count} pages, text layer and pdfplumber: {each}, {ratios[-1]:.1f} times")
        whole = timed(partial(wholes, sandbox, pages))
    same = sum((letters(mine) & letters(other)).total() for mine, other in zip(ours_read, theirs_read, strict=True))
    here, there = (sum(letters(read).total() for read in side) for side in (ours_read, theirs_read))
    say(f"median {statistics.median(ratios):.1f} times (goal {LEAST_RATIO:g}); {same / there:.4f} of its characters")
    say(f"({same / here:.4f} of ours); with pictures of the page, {1000 * whole / count:.0f} ms a page")
    assert same / there >= LEAST_SHARE
    assert statistics.median(ratios) >= LEAST_RATIO


def with_text(folder: Path) -> Pages:
    found: Pages = {}
    for path in sorted(path for name in FOLDERS for path in (folder / name).rglob("*.pdf")):
        document = pdfium.PdfDocument(path)
        if len(document) <= MOST_PAGES:
            texts = [page.get_textpage().get_text_range() for page in document]
            found[path] = [number for number, text in enumerate(texts, 1) if text.strip()]
        document.close()
    return found


def layer(path: Path, number: int) -> Page:
    """Runs in the child."""
    with pdf_page(path, number) as page:
        return extract(page, number).page


def ours(sandbox: Sandbox, pages: Pages) -> list[str]:
    read = (sandbox.call(layer, path, n, deadline=DEADLINE) for path, numbers in pages.items() for n in numbers)
    return [" ".join(word.text for word in page.words) for page in read]


def theirs(pages: Pages) -> list[str]:
    texts = []
    for path, numbers in pages.items():
        with pdfplumber.open(path, pages=numbers) as document:
            for page in document.pages:
                texts.append(" ".join(word["text"] for word in page.extract_words()))
                page.close()
    return texts


def wholes(sandbox: Sandbox, pages: Pages) -> None:
    for path, numbers in pages.items():
        for number in numbers:
            sandbox.call(read_page, path, PDF, number, ReadingOptions(), deadline=DEADLINE)


def letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))
