"""Makes every sample and its truth: `python -m samples.make [folder]`. Layouts and ageing are left to others."""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from samples import contract, invoices, letters, papers, receipts, scan
from samples.scan import Rng
from samples.sheet import Sheet
from samples.truth import Truth

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Sample:
    """A file to make: its layout and, unless it stays born-digital, what a machine then makes of the drawn pages."""

    file: str
    layout: Callable[[], tuple[Sheet, Truth]]
    aged: Callable[[bytes, Rng], bytes] | None = None

    def make(self) -> tuple[bytes, dict[str, Any]]:
        """The bytes of the file and its truth, the same at every call."""
        sheet, truth = self.layout()
        drawn = sheet.save()
        rng = np.random.default_rng(zlib.crc32(self.file.encode()))
        return self.aged(drawn, rng) if self.aged else drawn, truth.as_json(self.file, sheet.lines)


def _phone_photo(pdf: bytes, rng: Rng) -> bytes:
    page = scan.fade(scan.paper(scan.render(pdf, 200)[0], rng, white=238, ink=52), rng, 0.25)
    return scan.as_jpeg(scan.soften(scan.photo(scan.skew(page, 1.1, 238), rng), 0.6), 200)


def _office_scan(pdf: bytes, rng: Rng) -> bytes:
    page = scan.speckle(scan.paper(scan.render(pdf, 170)[0], rng, white=252, ink=30, grain=2), rng)
    return scan.as_png(scan.skew(page, -1.4, 252), 170)


def _faded_scan(pdf: bytes, rng: Rng) -> bytes:
    page = scan.fade(scan.soften(scan.render(pdf, 200)[0], 0.7), rng, 0.6)
    return scan.as_jpeg(scan.skew(scan.paper(page, rng, grain=7), 0.8), 200)


def _flatbed_pdf(pdf: bytes, rng: Rng) -> bytes:
    pages = [scan.speckle(scan.paper(page, rng, white=250, grain=3), rng, 0.0001) for page in scan.render(pdf, 170)]
    return scan.as_pdf([scan.soften(scan.skew(page, rng.uniform(0.6, 1.3), 250), 0.5) for page in pages], 170)


def _old_form(pdf: bytes, rng: Rng) -> bytes:
    page = scan.speckle(
        scan.soften(scan.paper(scan.render(pdf, 150)[0], rng, white=250, ink=24, grain=2), 0.4), rng, 0.0002
    )
    return scan.as_png(scan.skew(page, 0.9, 249), 150, greys=8)


def _fax(pdf: bytes, rng: Rng) -> bytes:
    return scan.as_tiff([scan.fax(scan.skew(page, -0.5, 255), rng) for page in scan.render(pdf, 200)], 200)


SAMPLES = [
    Sample("invoice-british.pdf", invoices.british),
    Sample("invoice-german-two-pages.pdf", invoices.german),
    Sample("invoice-american-scan.pdf", invoices.american, _flatbed_pdf),
    Sample("receipt-cafe-photo.jpg", receipts.cafe, _phone_photo),
    Sample("receipt-hardware-skewed.png", receipts.hardware, _office_scan),
    Sample("receipt-pharmacy-faded.jpg", receipts.pharmacy, _faded_scan),
    Sample("contract-consultancy.pdf", contract.consultancy),
    Sample("letter-notice.pdf", letters.notice),
    Sample("letter-complaint-scan.pdf", letters.complaint, _flatbed_pdf),
    Sample("memo-fax.tiff", letters.fax, _fax),
    Sample("report-river-quality.pdf", papers.report),
    Sample("form-stall-permit-scan.png", papers.form, _old_form),
    Sample("statement-account.pdf", papers.statement),
]


def write_all(folder: Path) -> list[Path]:
    """Writes each sample and its NAME.truth.json into the folder; returns the samples' paths."""
    made = []
    for sample in SAMPLES:
        content, truth = sample.make()
        path = folder / sample.file
        path.write_bytes(content)
        path.with_suffix(".truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", "utf-8")
        made.append(path)
    return made


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for made in write_all(folder):
        sys.stdout.write(f"{made.name}\n")
