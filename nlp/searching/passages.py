"""A page cut into passages to be searched. Vectors are left to embeddings, keeping and finding them to storage.

A passage is whole sentences of about 200 tokens of the embedding model; its neighbour repeats the last of them, so
that a thought across the border is found too. Lists, table rows and receipts have no full stops: there a line ends a
sentence as well, unless the next goes on in lower case: that is one sentence wrapped.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.facts import Page, Passage
from nlp.searching.embeddings import tokenizer

if TYPE_CHECKING:
    from spacy.language import Language

#: Tokens of one passage.
TOKENS = 200
#: Tokens a passage may have when that ends the page, which spares a passage of a few words; the model reads 256.
TOKENS_AT_END = 240
#: Tokens that a passage repeats of the one before, in whole sentences.
OVERLAP = 40

_WORD = re.compile(r"\S+")

Range = tuple[int, int]
Size = Callable[[int, int], int]
"""Tokens between two offsets."""


def split(page: Page, model: Path | None = None) -> tuple[Passage, ...]:
    """The passages of the page in reading order; none when it has no text. `model` as in embeddings.embed.

    Every passage is a stretch of the page: `passage.text == page.text[passage.start:passage.end]`.
    """
    tokens = [start for start, _ in tokenizer(model).encode(page.text, add_special_tokens=False).offsets]

    def size(start: int, end: int) -> int:
        return bisect_left(tokens, end) - bisect_left(tokens, start)

    pieces = [piece for sentence in _sentences(page.text) for piece in _pieces(page.text, sentence, tokens)]
    return tuple(Passage(page.number, start, end, page.text[start:end]) for start, end in _windows(pieces, size))


def _sentences(text: str) -> Iterator[Range]:
    borders = {0, len(text)} | {sentence.start_char for sentence in _sentencizer()(text).sents}
    for line_end in re.finditer(r"\n+", text):
        wrapped = len(line_end.group()) == 1 and text[line_end.end() : line_end.end() + 1].islower()
        if not wrapped:
            borders.add(line_end.end())
    for start, end in pairwise(sorted(borders)):
        if first := _WORD.search(text, start, end):
            yield first.start(), start + len(text[start:end].rstrip())


def _pieces(text: str, sentence: Range, tokens: list[int]) -> Iterator[Range]:
    """The sentence, cut between words where it is longer than a passage, and inside a word only if that alone is."""
    start, end = sentence
    while (over := bisect_left(tokens, start) + TOKENS) < bisect_left(tokens, end):
        words = [word.end() for word in _WORD.finditer(text, start, tokens[over] + 1) if word.end() <= tokens[over]]
        cut = words[-1] if words else tokens[over]
        yield start, cut
        rest = _WORD.search(text, cut, end)
        assert rest is not None  # tokens are left, so letters are
        start = rest.start()
    yield start, end


def _windows(sentences: list[Range], size: Size) -> Iterator[Range]:
    """Neighbouring sentences packed into passages."""
    first = 0
    while first < len(sentences):
        begin = sentences[first][0]
        last = len(sentences) - 1
        if size(begin, sentences[last][1]) > TOKENS_AT_END:
            last = first
            while size(begin, sentences[last + 1][1]) <= TOKENS:
                last += 1
        end = sentences[last][1]
        yield begin, end
        if last + 1 == len(sentences):
            return
        first = _next(sentences, first, last, size)


def _next(sentences: list[Range], first: int, last: int, size: Size) -> int:
    """Where the passage after [first, last] begins: at the sentences it repeats, if an unread one fits behind them."""
    end, unread = sentences[last][1], sentences[last + 1][1]
    begin = last + 1
    while begin - 1 > first:
        start = sentences[begin - 1][0]
        if size(start, end) > OVERLAP or size(start, unread) > TOKENS:
            break
        begin -= 1
    return begin


@lru_cache(maxsize=1)
def _sentencizer() -> Language:
    import spacy

    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    language.max_length = 2**31  # the limit guards parsers, which need memory; this one only looks for full stops
    return language
