"""The samples: their truth is in the files, they can be made again, and they are understood as they should be."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from stdnum import iban

from nlp.facts import Page
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.reading.sniffing import sniff
from nlp.understanding.fields import find_fields
from nlp.understanding.types import find_type
from samples.make import SAMPLES, Sample
from tests.conftest import absent

FOLDER = Path(__file__).resolve().parent.parent / "samples"
BORN_DIGITAL = [sample for sample in SAMPLES if sample.aged is None]
AGED = [sample for sample in SAMPLES if sample.aged is not None]
#: Share of words that OCR must find in an aged sample: enough to know that the text is there.
LEAST_RECALL = 0.7
LEAST_FIELDS = 0.9


def by_file(samples: list[Sample]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sample", samples, ids=lambda sample: sample.file)


def truth_of(sample: Sample) -> dict[str, Any]:
    path = FOLDER / sample.file
    truth: dict[str, Any] = json.loads(path.with_suffix(".truth.json").read_text("utf-8"))
    return truth


@lru_cache
def pages_of(file: str) -> list[Page]:
    path = FOLDER / file
    numbers = range(1, len(json.loads(path.with_suffix(".truth.json").read_text("utf-8"))["pages"]) + 1)
    return [read_page(path, sniff(path), number, ReadingOptions()).page for number in numbers]


def words(texts: list[str]) -> Counter[str]:
    return Counter(word for text in texts for word in text.split())


@by_file(BORN_DIGITAL)
def test_the_text_layer_holds_exactly_the_true_words(sample: Sample) -> None:
    for page, true in zip(pages_of(sample.file), truth_of(sample)["pages"], strict=True):
        assert page.source == "text_layer"
        assert words([page.text]) == words([true["text"]])


@by_file(AGED)
def test_most_true_words_can_be_read_in_an_aged_sample(sample: Sample) -> None:
    if shutil.which("tesseract") is None:
        absent("Tesseract")
    read = words([page.text for page in pages_of(sample.file)])
    true = words([page["text"] for page in truth_of(sample)["pages"]])
    assert (read & true).total() >= LEAST_RECALL * true.total()


@by_file(SAMPLES)
def test_what_the_truth_names_stands_on_the_page_it_names(sample: Sample) -> None:
    truth = truth_of(sample)
    texts = {page["number"]: " ".join(page["text"].split()) for page in truth["pages"]}

    assert truth["file"] == sample.file
    for entity in truth["entities"]:
        assert entity["text"] in texts[entity["page"]]
    for field in truth["fields"]:
        assert all(any(line in text for text in texts.values()) for line in field["text"].split("\n"))


@by_file(SAMPLES)
def test_bank_accounts_and_hosts_are_examples(sample: Sample) -> None:
    named = {(entity["label"], entity["text"]) for entity in truth_of(sample)["entities"]}

    assert all(iban.is_valid(text) for label, text in named if label == "IBAN")
    assert all(text.endswith(".example") for label, text in named if label in ("EMAIL", "URL"))


@by_file(SAMPLES)
def test_a_sample_can_be_made_again(sample: Sample) -> None:
    try:
        content, truth = sample.make()
    except FileNotFoundError as error:
        absent(str(error))

    assert sample.make() == (content, truth)
    assert truth == truth_of(sample)


def test_the_samples_are_small_and_complete() -> None:
    files = [FOLDER / sample.file for sample in SAMPLES]

    assert sum(file.stat().st_size for file in files) <= 3_000_000
    wanted = {"invoice", "receipt", "contract", "letter", "report", "form"}
    assert {truth_of(sample)["type"] for sample in SAMPLES} >= wanted


@by_file(BORN_DIGITAL)
def test_the_type_of_a_born_digital_sample_is_found(sample: Sample) -> None:
    found = find_type(pages_of(sample.file), ())

    assert found.label == truth_of(sample)["type"]


def test_nearly_all_fields_of_born_digital_samples_are_found() -> None:
    right = wanted = 0
    for sample in BORN_DIGITAL:
        pages, truth = pages_of(sample.file), truth_of(sample)
        said = {field.name: field.text for field in find_fields(find_type(pages, ()), pages, ())}
        wanted += len(truth["fields"])
        right += sum(said.get(field["name"]) == field["text"] for field in truth["fields"])
    assert right >= LEAST_FIELDS * wanted
