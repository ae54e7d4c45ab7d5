"""Pages cut into passages: exact offsets, whole sentences, nothing left out, nothing too long for the model."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.facts import Page, Passage
from nlp.searching.embeddings import tokenizer
from nlp.searching.passages import OVERLAP, TOKENS_AT_END, split

PROSE = " ".join(f"This is sentence number {n}, which says a little about wings and little else." for n in range(60))


def page(text: str, number: int = 1) -> Page:
    return Page(number, 595.0, 842.0, text, (), "text_layer", "a test", 1.0)


def tokens(text: str) -> int:
    return len(tokenizer(None).encode(text, add_special_tokens=False))


def check(text: str) -> tuple[Passage, ...]:
    """The passages, after looking that every promise holds that holds for any text."""
    found = split(page(text))
    covered = set[int]()
    for passage in found:
        assert passage.text == text[passage.start : passage.end] == passage.text.strip() != ""
        assert tokens(passage.text) <= TOKENS_AT_END
        covered.update(range(passage.start, passage.end))
    assert all(text[offset].isspace() for offset in set(range(len(text))) - covered)
    for one, next_one in pairwise(found):
        assert one.start < next_one.start
        assert one.end < next_one.end
        assert tokens(text[next_one.start : one.end]) <= OVERLAP
    return found


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n"])
def test_a_page_without_text_has_no_passages(text: str) -> None:
    assert split(page(text)) == ()


def test_a_short_page_is_one_passage_and_knows_its_page() -> None:
    assert split(page("Total 3.50", number=7)) == (Passage(7, 0, 10, "Total 3.50"),)


def test_prose_is_cut_between_sentences_and_neighbours_share_some() -> None:
    found = check(PROSE)
    assert len(found) > 4
    assert all(passage.text.startswith("This is") and passage.text.endswith("else.") for passage in found)
    assert all(next_one.start < one.end for one, next_one in pairwise(found))
    assert all(tokens(passage.text) >= 150 for passage in found)


def test_wrapped_prose_is_not_cut_at_its_lines() -> None:
    wrapped = "\n".join(PROSE[first : first + 60].strip() for first in range(0, len(PROSE), 60))
    wrapped = wrapped.replace("\nT", "\nt")  # only a line that goes on in lower case is told from a new one
    assert all(passage.text.endswith("else.") for passage in check(wrapped)[:-1])


def test_lines_without_full_stops_are_cut_at_lines() -> None:
    text = "\n".join(f"{n} Flour type {n} 1 kg EUR {n}.99" for n in range(80))
    found = check(text)
    lines = set(text.split("\n"))
    assert len(found) > 3
    assert all(line in lines for passage in found for line in passage.text.split("\n"))


def test_an_overlong_sentence_is_cut_between_words() -> None:
    found = check("wing " * 700)
    assert {word for passage in found for word in passage.text.split()} == {"wing"}


def test_an_overlong_word_is_cut_anyway() -> None:
    assert len(check("x." * 500)) == 5


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=400)
    | st.lists(
        st.sampled_from(["a", "Wing. ", "\n", "\n\n", "한국어", "é", "..", "x" * 150, " ", "\x85", "\u2028"]),
        max_size=600,
    ).map("".join)
)
def test_any_text_keeps_the_promises(text: str) -> None:
    check(text)


def test_real_text_keeps_the_promises(eval_data: Path) -> None:
    corpus = eval_data / "search" / "cisi" / "corpus.jsonl"
    with corpus.open(encoding="utf-8") as lines:
        for _, line in zip(range(100), lines, strict=False):
            document = json.loads(line)
            assert check(f"{document['title']}\n\n{document['text']}")
