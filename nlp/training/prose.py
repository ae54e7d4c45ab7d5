"""Invents letters, reports, minutes, notes, news and clauses from the sentences of prose.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from string import Formatter

from nlp.training.inventions import Inventions, words

_SENTENCES = (2, 6)


def prose(invent: Inventions) -> Iterator[tuple[str, str]]:
    """A text in pieces, each with its label or "": sentences of one kind about the same people and companies."""
    lines = invent.dice.choice(list(words("prose.yaml")["texts"].values()))
    cast = _Cast(invent)
    for line in invent.dice.sample(lines, invent.dice.randint(*_SENTENCES)):
        for literal, slot, _, _ in Formatter().parse(line):
            yield literal, ""
            if slot:
                yield cast[slot]
        yield "" if line.endswith("\n") else invent.dice.choice("  \n"), ""


class _Cast(dict[str, tuple[str, str]]):
    """What stands in the slots of one text, and its label; numbers and dates are others each time."""

    def __init__(self, invent: Inventions) -> None:
        super().__init__()
        one, other = invent.person(), invent.person()
        self._ways: dict[str, tuple[Callable[[], object], str]] = {
            "person": (lambda: one, "PERSON"),
            "given": (lambda: one.given, "PERSON"),
            "family": (lambda: one.family, "PERSON"),
            "colleague": (lambda: other, "PERSON"),
            "company": (invent.company, "ORG"),
            "supplier": (invent.company, "ORG"),
            "listed": (invent.listed, "ORG"),
            "rival": (invent.listed, "ORG"),
            "institution": (lambda: invent.dice.choice(words("prose.yaml")["institution"]), "ORG"),
            "city": (lambda: invent.place("city"), "LOCATION"),
            "town": (lambda: invent.place("city"), "LOCATION"),
            "country": (lambda: invent.place("country"), "LOCATION"),
        }
        self._invent = invent

    def __missing__(self, slot: str) -> tuple[str, str]:
        if slot not in self._ways:
            return str(getattr(self._invent, slot)()), ""
        way, label = self._ways[slot]
        self[slot] = str(way()), label
        return self[slot]
