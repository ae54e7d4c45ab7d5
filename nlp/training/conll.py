"""Reads labelled sets (token TAB BIO2 tag) and joins their words to text. What they are for is left to sources.yaml."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

LABELS = {
    "PERSON": "PER person Person politician researcher scientist writer musicalartist pers",
    "ORG": "ORG org Organisation corporation organisation politicalparty university band",
    "LOCATION": "LOC loc Location location geo country",
    "DATE": "Temporal tim time",
    "MONEY": "Money",
}
"""Our label for the labels of the sets; labels that are not named here are not counted, on either side."""

OURS = {theirs: ours for ours, names in LABELS.items() for theirs in names.split()}

_OPENING = frozenset("([{$£€#“‘")
_CLOSING = re.compile(r"[.,;:!?%)\]}”’]+|n't|'(s|m|d|re|ve|ll)|[-/]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """Words start..end of a sentence (end exclusive) and the set's own label for them."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Sentence:
    words: tuple[str, ...]
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Words joined to text: `places[i]` is the character range of word i."""

    text: str
    places: tuple[tuple[int, int], ...]


def read_documents(path: Path) -> Iterator[list[Sentence]]:
    """The documents of one *.conll or *.conll.gz, each a list of sentences. Blank tokens are left out."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        document: list[Sentence] = []
        rows: list[tuple[str, str]] = []
        for line in [*lines, ""]:
            if line.startswith("-DOCSTART-"):
                if document:
                    yield document
                document = []
            elif line.strip():
                word, _, tag = line.rstrip("\n").rpartition("\t")
                if word.strip():
                    rows.append((word.replace(" ", "_"), tag))
            elif rows:
                document.append(_sentence(rows))
                rows = []
        if document:
            yield document


def join(words: Sequence[str], natural: bool = False) -> Text:
    """The words joined by blanks or, if `natural`, as a person would print them ("(Bank)," and not "( Bank ) ,")."""
    text, places = "", []
    for index, word in enumerate(words):
        if index and not (natural and _joined(words[index - 1], word)):
            text += " "
        places.append((len(text), len(text) + len(word)))
        text += word
    return Text(text, tuple(places))


def _joined(left: str, right: str) -> bool:
    return bool(left in _OPENING or left in "-/" or _CLOSING.fullmatch(right))


def _sentence(rows: Sequence[tuple[str, str]]) -> Sentence:
    mentions: list[Mention] = []
    start, label = 0, ""
    for index, tag in enumerate([*(tag for _, tag in rows), "O"]):
        going_on = tag == f"I-{label}"
        if label and not going_on:
            mentions.append(Mention(start, index, label))
            label = ""
        if not label and tag != "O":
            start, label = index, tag[2:]
    return Sentence(tuple(word for word, _ in rows), tuple(mentions))
