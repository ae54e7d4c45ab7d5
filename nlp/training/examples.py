"""Turns labelled documents into what the tagger learns from: texts as on paper, noisy, as rows with their tags.

Every call gives other texts of the same documents: how many sentences stand together, how words are joined and what
noise there is are drawn anew. Reading the sets is left to conll, inventing paperwork to paperwork.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans
from torch import Tensor

from nlp.training.conll import OURS, Sentence, join
from nlp.understanding.crf import OUTSIDE, tags_of
from nlp.understanding.names import stretches_of
from nlp.understanding.tagger import Row

#: Sentences that stand together, each number as often: mostly few, for what is scored is sentences, but what is tagged
#: is pages. How often words are joined as they are printed and not one by one.
_TOGETHER, _NATURAL = (1, 1, 2, 3, 4, 9), 0.6


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its entities as (start, end, label), and places of which nobody knows whether they are one."""

    text: str
    entities: tuple[tuple[int, int, str], ...]
    unknown: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A row and, (words, tags), which tags may be right for each of its words."""

    row: Row
    allowed: Tensor


def texts_of(
    documents: Iterable[Sequence[Sentence]],
    labels: Collection[str],
    unknown: Collection[str],
    dice: random.Random,
) -> Iterator[Text]:
    """The documents in pieces of a few sentences that follow one another. Entities of ours are kept if they are among
    `labels`; what a set calls by one of the names in `unknown` may be one of ours or not."""
    for document in documents:
        at = 0
        while at < len(document):
            together = dice.choice(_TOGETHER)
            taken = document[at : at + together]
            yield _text(taken, labels, unknown, dice.random() < _NATURAL, dice.choice(" \n"))
            at += together


def examples_of(
    nlp: Language, texts: Iterable[Text], labels: Sequence[str], noise: Callable[[Text], Text] | None = None
) -> Iterator[Example]:
    for clean in texts:
        text = noise(clean) if noise else clean
        doc = nlp.make_doc(text.text)
        entities = filter_spans(_spans(doc, ((start, end, label) for start, end, label in text.entities)))
        unknown = _spans(doc, ((start, end, "") for start, end in text.unknown))
        for stretch in stretches_of(doc):
            yield Example(stretch.row, _allowed(stretch.tokens, entities, unknown, tags_of(labels)))


def _text(
    sentences: Sequence[Sentence], labels: Collection[str], unknown: Collection[str], natural: bool, glue: str
) -> Text:
    text, entities, open_ = "", [], []
    for sentence in sentences:
        joined = join(sentence.words, natural)
        text += glue if text else ""
        for mention in sentence.mentions:
            start = len(text) + joined.places[mention.start][0]
            end = len(text) + joined.places[mention.end - 1][1]
            label = OURS.get(mention.label)
            if label in labels:
                entities.append((start, end, str(label)))
            elif mention.label in unknown:
                open_.append((start, end))
        text += joined.text
    return Text(text, tuple(entities), tuple(open_))


def _spans(doc: Doc, places: Iterable[tuple[int, int, str]]) -> list[Span]:
    found = (doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in places)
    return [span for span in found if span is not None]


def _allowed(tokens: Sequence[int], entities: Iterable[Span], unknown: Iterable[Span], tags: Sequence[str]) -> Tensor:
    """Which tags may be right for each token of a row, (tokens, tags); an entity that a row cuts ends with it."""

    def words_of(span: Span) -> list[int]:
        return [word for word, token in enumerate(tokens) if span.start <= token < span.end]

    allowed = torch.zeros(len(tokens), len(tags), dtype=torch.bool)
    allowed[:, tags.index(OUTSIDE)] = True
    for span in unknown:
        allowed[words_of(span)] = True
    for span in entities:
        words = words_of(span)
        for word in words:
            part = "S" if len(words) == 1 else "B" if word == words[0] else "E" if word == words[-1] else "I"
            allowed[word] = False
            allowed[word, tags.index(f"{part}-{span.label_}")] = True
    return allowed
