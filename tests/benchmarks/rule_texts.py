"""Real texts in which rules are measured, from the shared data: receipts, forms, contracts, files, tweets, news."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evaluation.documents import page_from_lines, read_all
from nlp.reading.options import ReadingOptions
from nlp.training.conll import join, read_documents
from tests.benchmarks.contracts import TEXTS, contracts

#: Set, id within it, text.
Text = tuple[str, str, str]


def texts(folder: Path) -> Iterator[Text]:
    """Every text there is, always in the same order and the same to the letter, so that places in it can be kept."""
    for name in ("receipts", "forms", "pages"):
        for row in _rows((folder / name / "index.jsonl").read_text("utf-8")):
            yield name, row["id"], _page_text(row)
    for name in TEXTS:
        for row, text in contracts(folder, name):
            yield name, row["id"], text
    yield from _files(folder)
    for path in sorted((folder / "entities").rglob("*.conll*")):
        name = path.relative_to(folder / "entities").as_posix()
        sentences = (sentence for document in read_documents(path) for sentence in document)
        for number, sentence in enumerate(sentences, 1):
            yield "entities", f"{name}:{number}", join(sentence.words, natural=True).text


def _page_text(row: dict[str, Any]) -> str:
    if "image_size" not in row or not all(line.get("poly") or line.get("box") for line in row["lines"]):
        return "\n".join(line["text"] for line in row["lines"])
    return page_from_lines(row["lines"], row["image_size"]).text


def _files(folder: Path) -> Iterator[Text]:
    """The text layers of the PDF files, page by page: what OCR makes of them would not stay the same."""
    paths = [path for name in ("invoices", "filings", "packages") for path in sorted((folder / name).rglob("*.pdf"))]
    documents = read_all([(path, None) for path in paths], ReadingOptions(engine="text_layer"))
    for path, document in zip(paths, documents, strict=True):
        name, _, rest = path.relative_to(folder).as_posix().partition("/")
        for page in document.pages:
            yield name, f"{rest}:{page.number}", page.text


def _rows(content: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in content.split("\n") if line)
