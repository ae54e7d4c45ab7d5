"""Scans whose text is known, read by Tesseract: what the table of misreadings is counted on.

Run as `python -m nlp.training.known_scans CORPUS OUTPUT`; see project.yml. They are the shared receipts of the tune
part, and pages of the corpus set in type and worn (typeset). Counting is left to misreadings, reading to nlp.reading.
"""

from __future__ import annotations

import io
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from statistics import fmean
from typing import Annotated

import typer
from PIL import Image
from rapidfuzz.distance import Levenshtein
from rich.progress import track

from nlp.reading.layout import Token
from nlp.reading.ocr import page_dpi
from nlp.reading.tesseract import Tesseract
from nlp.training import typeset
from nlp.training.corpus import LEARNT, Corpus, data_folder
from nlp.training.misreadings import count

#: A line that is less like its text than this is another line.
ALIKE = 0.5
#: Pages set in type, beside as many receipts.
PAGES = 60


def receipts(folder: Path, most: int | None = None) -> Iterator[list[tuple[str, str]]]:
    """The lines of the labelled receipts of the tune part, and what was read in their places."""
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    for row in [row for row in rows if row["image"] and row["part"] == "tune"][:most]:
        with Image.open(folder / row["image"]) as image:
            tokens = _tokens(image)
        pairs = [(line["text"], _within(tokens, line["poly"])) for line in row["lines"]]
        yield [pair for pair in pairs if Levenshtein.normalized_similarity(*pair) > ALIKE]


def typeset_pages(corpus: Corpus, count: int, seed: int) -> Iterator[list[tuple[str, str]]]:
    """Pages of documents that are trained on, and what was read of them."""
    dice = random.Random(seed)
    papers = [paper for part in corpus.train for paper in typeset.papers(part.documents, LEARNT)]
    for paper in dice.sample(papers, min(count, len(papers))):
        scan = io.BytesIO()
        typeset.save(typeset.scanned(paper, dice), scan, dice)
        with Image.open(scan) as image:
            tokens = _tokens(image)
        yield [(paper.text.replace("\n\n", "\n"), "\n".join(_rows(tokens)))]


def _tokens(image: Image.Image) -> list[list[Token]]:
    grey = image.convert("L")
    dpi = round(image.info["dpi"][0]) if "dpi" in image.info else page_dpi(grey.size)
    return [line for block in Tesseract().recognise(grey, ["eng"], dpi) for line in block]


def _rows(lines: Sequence[Sequence[Token]]) -> Iterator[str]:
    return (" ".join(token.text for token in line) for line in lines)


def _within(lines: Sequence[Sequence[Token]], polygon: Sequence[float]) -> str:
    """What was read inside a polygon of eight numbers, from left to right."""
    xs, ys = polygon[0::2], polygon[1::2]
    inside = [
        token
        for token in (token for line in lines for token in line)
        if min(xs) <= (token.left + token.right) / 2 <= max(xs) and min(ys) <= token.middle <= max(ys)
    ]
    return " ".join(token.text for token in sorted(inside, key=lambda token: token.left))


def main(
    corpus: Path,
    output: Path,
    seed: int = 7,
    pages: Annotated[int, typer.Option(help="Pages set in type; as many receipts are read at most")] = PAGES,
) -> None:
    """Read scans of known text, and write OUTPUT."""
    shared = data_folder().parent / "receipts"
    known = chain(typeset_pages(Corpus.read(corpus), pages, seed), receipts(shared, pages) if shared.is_dir() else ())
    found = count(track(known, total=2 * pages, description="Reading"))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1) + "\n", "utf-8")
    sys.stdout.write(f"{len(found.rates)} pages, {100 * fmean(found.rates):.2f} % of their letters misread\n")


if __name__ == "__main__":
    typer.run(main)
