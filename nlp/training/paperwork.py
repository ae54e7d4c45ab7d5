"""Invents paperwork with exact entity labels, so that forms and business letters are not new to the model.

Who and what is named in it is left to inventions, texts of sentences to prose.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

from nlp.training.inventions import Inventions
from nlp.training.prose import prose

Piece = tuple[str, str]
"""Some text and its label; "" for text that is no entity."""

#: How many of the documents are prose.
_PROSE = 0.4


class Paperwork:
    """A stream of invented documents. `names` adds names met elsewhere to those of the word lists, by label."""

    def __init__(self, seed: int, names: Mapping[str, Sequence[str]]) -> None:
        self._invent = Inventions(random.Random(seed), names)

    def documents(self, count: int) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
        """`count` texts, each with its entities as (start, end, label)."""
        for _ in range(count):
            yield _joined(prose(self._invent) if self._invent.chance(_PROSE) else self._form())

    def _form(self) -> Iterator[Piece]:
        """An invoice, a receipt or the like: what stands beside one another in a line may stand in columns instead."""
        columns, shouting = self._invent.chance(0.3), self._invent.chance(0.5)
        for line in self._lines():
            for index, (text, label) in enumerate(line):
                if index and not text.startswith(","):
                    yield "\n" if columns else " ", ""
                yield text.upper() if shouting else text, label
            yield "\n", ""

    def _lines(self) -> Iterator[list[Piece]]:
        invent = self._invent
        pick, chance, dice = invent.pick, invent.chance, invent.dice
        company = invent.company()
        if chance(0.4):
            yield [(pick("head"), "")]
        yield [(company, "ORG")]
        yield from self._address()
        for _ in range(dice.randint(1, 5)):
            yield [(pick("key"), ""), (invent.code(), "")]
        if chance(0.6):
            who = (str(invent.person()), "PERSON") if chance(0.5) else (invent.company(), "ORG")
            yield from [[(pick("to"), "")], [who]] if chance(0.5) else [[(pick("to"), ""), who]]
            yield from self._address() if chance(0.6) else []
        if chance(0.4):
            by = invent.person()
            yield [(pick("by"), ""), (by.given if chance(0.4) else str(by), "PERSON")]
        if chance(0.5):
            yield [(pick("columns"), "")]
        for _ in range(dice.randint(1, 5)):
            whole = f"{pick('codes')} {pick('item')} {invent.code()} {invent.amount()}"
            yield [(whole if chance(0.4) else pick("item"), "")]
            if chance(0.3):
                yield [(pick("codes"), "")]
        for _ in range(dice.randint(1, 5)):
            yield [(pick("total"), ""), (invent.amount(), "")]
        if chance(0.3):
            yield [("Make cheques payable to", ""), (company, "ORG")]
        if chance(0.3):
            yield [(str(invent.person()), "PERSON"), (f", {dice.choice(['Director', 'Manager', 'Accounts'])}", "")]
        yield [(pick("closing"), "")]

    def _address(self) -> list[list[Piece]]:
        invent = self._invent
        house: list[Piece] = [(f"{invent.street()},", "")]
        town: list[Piece] = [(invent.postcode(), ""), (invent.place("city"), "LOCATION")]
        if invent.chance(0.4):
            town.reverse()
        if invent.chance(0.5):
            town += [(",", ""), (invent.place("country"), "LOCATION")]
        return [house + town] if invent.chance(0.4) else [house, town]


def _joined(pieces: Iterable[Piece]) -> tuple[str, list[tuple[int, int, str]]]:
    text, entities = "", []
    for piece, label in pieces:
        if label:
            entities.append((len(text), len(text) + len(piece), label))
        text += piece
    return text.rstrip(), entities
