"""Finds the short names that a document introduces ("Bank", of Silicon Valley Bank) everywhere on its pages.

A page is read by itself, so the entity model cannot know on page 7 what page 1 says of a name. Which words introduce
one is told by introductions, the names themselves are found by entities, and who is meant is left to mentions.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from nlp.facts import Entity, Page, Span
from nlp.understanding.introductions import AFTER, introduced_behind, parted
from nlp.understanding.same_names import cut_off, is_term
from nlp.understanding.values import text_value

MODEL = "short-names/1"
LABELS = ("PERSON", "ORG", "LOCATION")
#: The share of such finds that were right, counted on contracts: docs/figures.md.
CONFIDENCE = 0.95
_LEAST_LETTERS = 3
#: Another word with a capital makes a name of its own with it: Bank Card, Foundation Shares.
_GOES_ON = "[ ][A-Z][a-z]"


def with_short_names(pages: Sequence[Page], entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """The entities with the other places of short names, in the order of the text; none overlaps what was found."""
    labels = _introduced(pages, entities)
    if not labels:
        return tuple(entities)
    names = "|".join(map(_spelt, sorted(labels, key=len, reverse=True)))
    anywhere = re.compile(rf"(?<![\w-])(?:{names})(?![\w-]|{_GOES_ON})")
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for entity in entities:
        for span in entity.spans:
            taken[span.page].append((span.start, span.end))
    found = [entity for page in pages for entity in _on(page, anywhere, labels, sorted(taken[page.number]))]
    return tuple(sorted([*entities, *found], key=_place))


def _introduced(pages: Sequence[Page], entities: Sequence[Entity]) -> dict[str, str]:
    """The label of each short name, also in capitals; without those that stand for things of several labels."""
    texts = {page.number: page.text for page in pages}
    named = [entity for entity in entities if entity.label in LABELS and len(entity.spans) == 1]
    labels: dict[str, set[str]] = defaultdict(set)
    for entity, following in zip(named, [*named[1:], None], strict=False):  # of no names there is none to follow
        for term in _short_names(entity, following, texts):
            for spelt in (term, term.upper()):
                labels[spelt].add(entity.label)
    for entity in entities:
        if (text := _one_line(entity.text)) in labels:
            labels[text].add(entity.label)
    return {name: min(several) for name, several in labels.items() if len(several) == 1}


def _short_names(entity: Entity, following: Entity | None, texts: Mapping[int, str]) -> Iterator[str]:
    """What the text behind a name calls it besides: words of the name, or its first letters. Not "Lender" or
    "Company", which others bear in other documents, and in this one it is a part in a play."""
    span = entity.spans[0]
    after = texts.get(span.page, "")[span.end : span.end + AFTER]
    name, short = parted(entity.text)
    near = following and following.spans[0].page == span.page
    names_after = following.spans[0].start - span.end if following and near else AFTER
    for term in (short or "", *introduced_behind(name, entity.label, after, names_after, False)):
        enough = sum(map(str.isalpha, term)) >= _LEAST_LETTERS
        if enough and term[0].isupper() and not cut_off(term) and not is_term(term):
            yield _one_line(term)


def _on(
    page: Page, anywhere: re.Pattern[str], labels: Mapping[str, str], taken: Sequence[tuple[int, int]]
) -> Iterator[Entity]:
    for hit in anywhere.finditer(page.text):
        at = bisect_left(taken, hit.end(), key=lambda place: place[0])
        if "\n\n" in hit[0] or (at and taken[at - 1][1] > hit.start()):
            continue
        span = Span(page.number, hit.start(), hit.end())
        label = labels[_one_line(hit[0])]
        yield Entity(label, (span,), hit[0], text_value(hit[0]), CONFIDENCE, "rule", MODEL)


def _spelt(name: str) -> str:
    return r"\s+".join(map(re.escape, name.split()))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _place(entity: Entity) -> tuple[int, int]:
    return (entity.spans[0].page, entity.spans[0].start) if entity.spans else (0, 0)
