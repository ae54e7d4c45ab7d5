"""What searching needs beside an index: query words, fused rankings, snippets. Finding passages is left to storage."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

#: Words of a query that are looked up: a pasted page must not become a thousand look-ups.
MOST_WORDS = 128

#: Letters of a word that are kept in an index: what is longer is no word, and databases limit their keys.
LONGEST_WORD = 100

# Letters and digits, as SQLite's unicode61 cuts them: everything else, "_" too, is a border.
_WORD = re.compile(r"[^\W_]+")

# Endings for which Porter changed his rules after he had published them, as possibly and analogy: SQLite knows that.
_CHANGED = re.compile(r"(.*[aeiouy][^aeiouy].*)(bli|logi)")

# The English stop words of Lucene and Elasticsearch: in nearly every passage, so they cost time and say nothing.
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and are as at be but by for if in into is it no not of on or such that the their then there these they"
        " this to was will with",
    )
)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a page's text around the words asked for: `text == page.text[start:end]`, `marks` are the words."""

    start: int
    end: int
    text: str
    marks: tuple[tuple[int, int], ...]


def match_query(text: str) -> tuple[str, ...]:
    """The words of a query in its order, at most MOST_WORDS; empty if there are none.

    Letters and digits only, so no operator of a query language survives. Repeated words stay, since they count in
    BM25. Stop words go, unless there is nothing else.
    """
    words = _WORD.findall(text)
    return tuple([word for word in words if word.lower() not in _STOP_WORDS] or words)[:MOST_WORDS]


def fuse(rankings: Sequence[Sequence[str]], k: int = 60) -> list[tuple[str, float]]:
    """Reciprocal rank fusion: (id, score) from the best down, score = sum of 1 / (k + rank), ranks from 1.

    `rankings` hold ids from the best down, each id once a ranking. Ties keep the order in which ids were first met.
    """
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, key in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + 1.0 / (k + rank)
    return sorted(scores.items(), key=lambda item: -item[1])


def snippet(text: str, start: int, end: int, query: str, width: int = 240) -> Snippet:
    """The stretch of `text[start:end]` of about `width` characters that holds most different words of the query.

    `text` is the page's, and so are the offsets that come back. Words match whatever their case, accents and English
    endings. Without a match, or for an empty query, it is the beginning of the range.
    """
    wanted = {stem(word) for word in match_query(text=query)}
    words = [(word.start(), word.end()) for word in _WORD.finditer(text, start, end)]
    marks = [(a, b, found) for a, b in words if (found := stem(text[a:b])) in wanted]
    first, last = _best_window(marks, width) if marks else (start, start)
    # What is left of the width goes to both sides, and no word of ordinary length is cut.
    spare = max(0, width - (last - first)) // 2
    left = max(start, min(first - spare, end - width))
    right = min(end, max(last + spare, left + width))
    inside = [(a, b) for a, b in words if left <= a and b <= right]
    if left > start:
        left = min([a for a, _ in inside] + [first])
    if right < end:
        whole = max([b for _, b in inside] + [last])
        # Scripts without blanks make one word of a sentence: such a word is cut, since nothing might be left.
        right = whole if right - whole <= width // 2 else right
    return Snippet(left, right, text[left:right], tuple((a, b) for a, b, _ in marks if left <= a and b <= right))


def stems(text: str) -> list[str]:
    """The words of a text in its order, each as `stem` has it: what an index without a tokenizer of its own keeps."""
    return [_stem(word[:LONGEST_WORD]) for word in _WORD.findall(_plain(text))]


def stem(word: str) -> str:
    """The word without case, accents and English endings, by Porter's rules as SQLite's porter tokenizer has them."""
    return _stem(_plain(word))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if len(word) < 3:
        return word
    found = str(_stemmer().stemWord(word))
    if changed := _CHANGED.fullmatch(found):
        return changed[1] + "log" if changed[2] == "logi" else str(_stemmer().stemWord(changed[1] + "ble"))
    return found


def _best_window(marks: list[tuple[int, int, str]], width: int) -> tuple[int, int]:
    """The range of at most `width` with most different words, then most words, then the first; one word at least."""

    def windows() -> Iterator[tuple[int, int, int, int]]:
        for number, (begin, _, _) in enumerate(marks):
            held = [mark for mark in marks[number:] if mark[1] - begin <= width] or [marks[number]]
            yield len({word for _, _, word in held}), len(held), -begin, held[-1][1]

    _, _, begin, end = max(windows())
    return -begin, end


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("porter")
