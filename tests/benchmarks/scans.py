"""Scans that the reading benches share: labelled scans, clean pages made from shared PDFs, and PDFs of scans."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import img2pdf
import numpy as np
import pypdfium2 as pdfium
from PIL import Image

from errors import SheafError
from evaluation.ocr import normalised
from nlp.reading import pictures, text_layer

FOLDERS = ("filings", "invoices", "packages", "robustness")
DPI, MEGAPIXELS = 300, 40.0
#: Of a clean scan: degrees of skew to either side, and the spread of its noise in steps of 255.
SKEW, NOISE = 0.7, 8.0
#: Pages of a PDF that may be taken, and how much text a page has at least to say anything.
FIRST_PAGES, LEAST_CHARACTERS = 20, 200
#: Share of a page that pictures may take: what is in them the text layer does not tell.
MOST_PICTURED = 0.1


def labelled(folder: Path, name: str, part: str, most: int | None = None) -> list[dict[str, Any]]:
    """Rows of a shared set whose picture is there, `image` as a path."""
    rows = map(json.loads, (folder / name / "index.jsonl").read_text("utf-8").splitlines())
    found = [row for row in rows if row["image"] and part in (row["part"], "all")]
    return [{**row, "image": str(folder / name / row["image"])} for row in found[:most]]


def clean_scans(folder: Path, into: Path, count: int, after: int = 0) -> list[dict[str, Any]]:
    """`count` pages of the shared born-digital PDFs as scans of 300 dpi, slightly crooked and noisy, seeded by their
    place; their text layer is the truth. Pages with much of pictures or hidden text are left out, and so are the first
    `after` of the others."""
    rows: list[dict[str, Any]] = []
    passed = 0
    for path, number in _shuffled_pages(folder):
        try:
            with pictures.pdf_page(path, number) as page:
                layer = text_layer.extract(page, number)
                drawn, _ = pictures.render(page, DPI, MEGAPIXELS)
        except (SheafError, pdfium.PdfiumError):
            continue
        pictured = sum(box.area() for box in layer.pictures)
        few = layer.evidence.characters < LEAST_CHARACTERS
        if not layer.judgement.trusted or few or layer.evidence.is_hidden or pictured > MOST_PICTURED:
            continue
        passed += 1
        if passed <= after:
            continue
        seed = int(hashlib.sha256(f"{path.name}:{number}".encode()).hexdigest()[:8], 16)
        target = into / f"{len(rows):03}.png"
        _scanned(drawn, np.random.default_rng(seed)).save(target, compress_level=1)
        rows.append({"id": f"{path.name}:{number}", "image": str(target), "lines": [{"text": layer.page.text}]})
        if len(rows) == count:
            return rows
    raise ValueError(f"the shared PDFs have only {len(rows)} such pages")


def _shuffled_pages(folder: Path) -> list[tuple[Path, int]]:
    files = sorted(path for name in FOLDERS for path in (folder / name).rglob("*.pdf"))
    pages = [(path, number) for path in files for number in range(1, min(FIRST_PAGES, _page_count(path)) + 1)]
    random.Random(4).shuffle(pages)
    return pages


def _page_count(path: Path) -> int:
    """0 for those that cannot be opened, which the set of bad files has."""
    try:
        with pdfium.PdfDocument(path) as document:
            return len(document)
    except pdfium.PdfiumError:
        return 0


def _scanned(drawn: Image.Image, chance: np.random.Generator) -> Image.Image:
    crooked = drawn.convert("L").rotate(chance.uniform(-SKEW, SKEW), Image.Resampling.BICUBIC, fillcolor=255)
    noisy = np.asarray(crooked, dtype=np.float32) + chance.normal(0, NOISE, (crooked.height, crooked.width))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def index(rows: Iterable[dict[str, Any]], into: Path) -> Path:
    """The rows as an index that `sheaf evaluate ocr` reads."""
    into.mkdir(parents=True, exist_ok=True)
    path = into / "index.jsonl"
    path.write_text("".join(json.dumps({**row, "part": "score"}) + "\n" for row in rows), "utf-8")
    return path


def bundled(images: Sequence[str], target: Path) -> Path:
    """The pictures as pages of a PDF of the size they were drawn from, their data untouched."""
    layout = img2pdf.get_fixed_dpi_layout_fun((DPI, DPI))
    target.write_bytes(img2pdf.convert(list(images), layout_fun=layout))
    return target


@dataclass(frozen=True, slots=True)
class Tally:
    """Words that were read rightly, that were read, and that are there."""

    right: int = 0
    read: int = 0
    there: int = 0

    @classmethod
    def of(cls, row: dict[str, Any], text: str) -> Tally:
        wanted = Counter(word for line in row["lines"] for word in normalised(line["text"]))
        found = Counter(normalised(text))
        return cls((wanted & found).total(), found.total(), wanted.total())

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.read + other.read, self.there + other.there)

    def f1(self) -> float:
        return 2 * self.right / max(1, self.read + self.there)


def word_f1(rows: Sequence[dict[str, Any]], texts: Sequence[str]) -> float:
    """Word F1 of what was read of the pictures, micro over them."""
    return sum((Tally.of(row, text) for row, text in zip(rows, texts, strict=True)), Tally()).f1()
