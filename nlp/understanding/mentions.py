"""Puts the mentions of one real thing in a document together. Finding them is left to entities.

Precision goes before recall: a mention that may be of two things stays alone.

- Labels are never mixed: an order number that reads as an invoice number is another thing.
- What has a value is one thing where the value is one: the same day, amount and currency, e-mail address, number. An
  amount that names no currency has that of the document, if all others name one and the same. What can be read in two
  ways is only what else can.
- Names are compared without case, accents, points, line breaks and articles, and in spite of letters that OCR takes
  for each other (0 and O, rn and m) or blanks that it lost. In organisations and places, one letter of a long word may
  be wrong.
- A name that says less is that of the one that says more, if the document has only one such: Acme of Acme Ltd unless
  there is an Acme GmbH too, Hartley and J. Hartley of Jane Hartley unless there is a John Hartley too. So two people
  whose first names are known are never one. A bare Hartley is nobody's where a company or a place is called that.
- A short name that the text introduces in brackets (introductions.py) is the long one's, if it is introduced only
  once; so is an acronym of three letters or more that only one organisation's first letters make.
- Should all that still bring two together that contradict each other, each of their names stands for itself.

Nothing depends on the order in which the entities are given.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import combinations
from typing import TypeAlias

from nlp.facts import Entity, Span
from nlp.understanding.introductions import AFTER, introduced_behind, parted
from nlp.understanding.same_names import (
    Name,
    PersonName,
    cut_off,
    folded,
    form_after,
    initials,
    is_acronym,
    organisation,
    person,
    place,
)

#: So much text before a name is looked at for a title.
_BEFORE = 12
#: So many names may share a last name or be of one word: comparing more takes long, and they are hardly names.
_MOST_ALIKE = 200

AnyName: TypeAlias = "Name | PersonName"
Pair: TypeAlias = "tuple[AnyName, AnyName]"


@dataclass(frozen=True, slots=True)
class Thing:
    """One real thing: which of the entities are its mentions, in the order of the text, and which of them names it."""

    label: str
    named_by: int
    mentions: tuple[int, ...]


def things(entities: Sequence[Entity], texts: Mapping[int, str]) -> tuple[Thing, ...]:
    """What a document speaks of, in the order of its first mentions; each entity is a mention of exactly one thing.

    `texts` are those of the pages by their numbers; a page that is missing introduces nothing.
    """
    currency = _only_currency(entities)
    alike: dict[tuple[str, Hashable], list[int]] = defaultdict(list)
    short: set[int] = set()
    names = {at: _name(entity, texts) for at, entity in enumerate(entities) if entity.label in _NAMES}
    not_people = {name.words[0] for name in names.values() if isinstance(name, Name) and len(name.words) == 1}
    for label, members in _by_label(entities).items():
        if label in _NAMES:
            introductions = _introductions(members, names, entities, texts)
            same = _same_names({names[at] for at in members}, introductions, not_people)
            short |= {at for at in members if names[at] in introductions}
            for at in members:
                alone = label == "ORG" and cut_off(entities[at].text)
                alike[label, at if alone else same[names[at]]].append(at)
        else:
            for at in members:
                alike[label, _value_of(entities[at], currency)].append(at)
    found = []
    for (label, _), members in alike.items():
        ordered = tuple(sorted(members, key=lambda at: _place(entities[at])))
        found.append(Thing(label, _naming(ordered, entities, short), ordered))
    return tuple(sorted(found, key=lambda thing: (_place(entities[thing.mentions[0]]), thing.label)))


def _by_label(entities: Sequence[Entity]) -> dict[str, list[int]]:
    members: dict[str, list[int]] = defaultdict(list)
    for at in sorted(range(len(entities)), key=lambda at: _place(entities[at])):
        members[entities[at].label].append(at)
    return members


def _place(entity: Entity) -> tuple[int, int, int, str]:
    first = entity.spans[0] if entity.spans else Span(0, 0, 0)
    return first.page, first.start, first.end, entity.text


def _naming(mentions: Sequence[int], entities: Sequence[Entity], short: Collection[int]) -> int:
    """The mention that names the thing best: not `short` for another, of most words, by a person, in the words that
    come most often, not in capitals, surest."""
    words = {at: folded(entities[at].text) for at in mentions}
    often = Counter(words.values())

    def telling(at: int) -> tuple[bool, int, bool, int, bool, float]:
        entity = entities[at]
        by_person, capitals = entity.origin == "human", entity.text.isupper()
        return at not in short, len(words[at]), by_person, often[words[at]], not capitals, entity.confidence

    return max(mentions, key=telling)


# What has a value


def _value_of(entity: Entity, currency: str | None) -> Hashable:
    value = entity.value or {}
    kind = value.get("kind")
    said = value.get({"date": "iso", "money": "amount", "phone": "e164"}.get(str(kind), str(kind)))
    if kind == "card":  # the value has only its end
        return kind, "".join(sign for sign in entity.text if sign.isalnum())
    if not isinstance(said, str) or kind == "text":
        return "text", folded(entity.text) or entity.text
    unsure = bool(value.get("ambiguous"))
    if kind == "money":
        return kind, _number(said), value.get("currency") or currency, unsure
    if kind == "percent":
        return kind, _number(said)
    if kind == "url":
        return kind, said.partition("://")[2].removeprefix("www.").rstrip("/")
    return kind, said.casefold().replace(" ", "") if kind in ("email", "id", "iban") else said, unsure


def _number(said: str) -> Decimal | str:
    try:
        return Decimal(said).normalize()
    except InvalidOperation:  # what a person or a program sent
        return said


def _only_currency(entities: Iterable[Entity]) -> str | None:
    """The one currency that the document's amounts name; none where they name several."""
    named = {str(one.value["currency"]) for one in entities if one.value and one.value.get("currency")}
    return named.pop() if len(named) == 1 else None


# What has a name


def _person_named(entity: Entity, texts: Mapping[int, str]) -> PersonName:
    return person(entity.text, _word_before(entity, texts))


def _organisation_named(entity: Entity, texts: Mapping[int, str]) -> Name:
    name, short = parted(entity.text)
    return organisation(name if short else name + form_after(_after(entity, texts)))


def _after(entity: Entity, texts: Mapping[int, str]) -> str:
    last = entity.spans[-1] if entity.spans else Span(0, 0, 0)
    return texts.get(last.page, "")[last.end : last.end + AFTER]


def _word_before(entity: Entity, texts: Mapping[int, str]) -> str:
    if not entity.spans:
        return ""
    start = entity.spans[0].start
    words = texts.get(entity.spans[0].page, "")[max(0, start - _BEFORE) : start].split()
    return words[-1] if words else ""


_NAMES: dict[str, Callable[[Entity, Mapping[int, str]], AnyName]] = {
    "PERSON": _person_named,
    "ORG": _organisation_named,
    "LOCATION": lambda entity, texts: place(parted(entity.text)[0]),
}


def _name(entity: Entity, texts: Mapping[int, str]) -> AnyName:
    name = _NAMES[entity.label](entity, texts)
    return name if name.bucket else Name((entity.text,))  # nothing but signs


def _same_names(
    names: set[AnyName], introductions: Mapping[AnyName, set[AnyName]], not_people: Collection[str]
) -> dict[AnyName, AnyName]:
    """Each name with the one that stands for all that are the same; whatever order they come in."""
    buckets: dict[str, list[AnyName]] = defaultdict(list)
    for name in names:
        buckets[name.bucket].append(name)
    pairs = [
        pair for alike in buckets.values() if len(alike) <= _MOST_ALIKE for pair in _completions(alike, not_people)
    ]
    pairs += _misreadings(names)
    together = _joined(names, pairs)
    pairs += [
        (short, meant)
        for short, all_meant in introductions.items()
        if short in names and len({together[one] for one in all_meant}) == 1
        for meant in all_meant
    ]
    groups: dict[AnyName, list[AnyName]] = defaultdict(list)
    for name, first in _joined(names, pairs).items():
        groups[first].append(name)
    return {
        name: name if any(_contradict(a, b) for a, b in combinations(group, 2)) else first
        for first, group in groups.items()
        for name in group
    }


def _completions(alike: Sequence[AnyName], not_people: Collection[str]) -> Iterator[Pair]:
    """Names with those that say more of the same, where these do not contradict each other."""
    for name in alike:
        if isinstance(name, PersonName) and not name.given and not name.sex and name.last in not_people:
            continue
        fuller = [other for other in alike if other is not name and other.covers(name)]  # type: ignore[arg-type]
        if not any(_contradict(a, b) for a, b in combinations(fuller, 2)):
            yield from ((name, other) for other in fuller)


def _misreadings(names: Iterable[AnyName]) -> Iterator[Pair]:
    """Names that differ in one letter of one word: looked for among those that share all other words."""
    by_rest: dict[tuple[str, ...], list[Name]] = defaultdict(list)
    for name in names:
        if isinstance(name, Name):
            for at in range(len(name.words)):
                by_rest[*name.words[:at], "", *name.words[at + 1 :]].append(name)
    for alike in by_rest.values():
        if len(alike) <= _MOST_ALIKE:
            yield from ((a, b) for a, b in combinations(alike, 2) if not a.contradicts(b) and a.misread(b))


def _contradict(one: AnyName, other: AnyName) -> bool:
    return type(one) is type(other) and one.contradicts(other)  # type: ignore[arg-type]


def _joined(names: Iterable[AnyName], pairs: Iterable[Pair]) -> dict[AnyName, AnyName]:
    """Each name with the one that stands for all it is joined to."""
    first = {name: name for name in names}

    def root(name: AnyName) -> AnyName:
        while first[name] != name:
            first[name] = name = first[first[name]]
        return name

    for a, b in pairs:
        first[root(a)] = root(b)
    return {name: root(name) for name in first}


def _introductions(
    members: Sequence[int], names: Mapping[int, AnyName], entities: Sequence[Entity], texts: Mapping[int, str]
) -> dict[AnyName, set[AnyName]]:
    """The names that are introduced as short for others of the label, and what they are short for."""
    starts: dict[int, list[int]] = defaultdict(list)
    for at in members:
        for span in entities[at].spans[:1]:
            starts[span.page].append(span.start)
    meant: dict[AnyName, set[AnyName]] = defaultdict(set)
    unsaid: dict[AnyName, set[AnyName]] = defaultdict(set)
    for at in members:
        entity = entities[at]
        name, short = parted(entity.text)
        shorts = [short] if short else []
        before = _word_before(entity, texts).lower()
        if entity.spans and before not in ("a", "an"):  # a Virginia corporation
            known, after, span = names[at], _after(entity, texts), entity.spans[-1]
            following = starts[span.page][bisect_right(starts[span.page], span.start) :]
            names_after = following[0] - span.end if following else AFTER
            whole = before != "of" and (isinstance(known, PersonName) or bool(known.forms))  # a division of Acme Ltd
            shorts += introduced_behind(name, entity.label, after, names_after, whole)
        for one in shorts:
            other = _NAMES[entity.label](Entity(entity.label, (), one, None, 1.0, entity.origin, ""), {})
            if other != names[at]:
                meant[other].add(names[at])
    for acronym, full in _acronyms(members, names, entities):
        if acronym not in meant:
            unsaid[acronym].add(full)
    return meant | unsaid


def _acronyms(
    members: Sequence[int], names: Mapping[int, AnyName], entities: Sequence[Entity]
) -> Iterator[tuple[AnyName, AnyName]]:
    """Acronyms, and the organisations whose first letters they are, though nothing in the text says so."""
    texts = {names[at]: entities[at].text for at in members if entities[at].label == "ORG"}
    acronyms = {name for name, text in texts.items() if is_acronym(text)}
    for full, text in texts.items():
        for letters in initials(text):
            short = Name((letters,))
            if short in acronyms and short != full:
                yield short, full
