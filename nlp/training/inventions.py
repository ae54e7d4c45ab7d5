"""Invents people, companies, places, numbers and dates for paperwork. Parts of names: paperwork.yaml."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from nlp.training.name_lists import LISTED


class Person(NamedTuple):
    given: str
    family: str
    #: Whether the family name stands first, as it does in much of Asia.
    family_first: bool = False

    def __str__(self) -> str:
        return f"{self.family} {self.given}" if self.family_first else f"{self.given} {self.family}"


class Inventions:
    """`names` adds names met elsewhere to those of the word lists, by label, and LISTED companies."""

    def __init__(self, dice: random.Random, names: Mapping[str, Sequence[str]]) -> None:
        self.dice, self._names = dice, names
        self._words = words("paperwork.yaml")

    def pick(self, kind: str) -> str:
        """One of the words of that kind."""
        return str(self.dice.choice(self._words[kind]))

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def person(self) -> Person:
        if self._names.get("PERSON") and self.chance(0.45):
            given, _, family = self.dice.choice(self._names["PERSON"]).partition(" ")
            return Person(given, family)
        if self.chance(0.4):
            origin = self.dice.choice(list(self._words["people"].values()))
            given, family = self.dice.choice(origin["given"]), self.dice.choice(origin["family"])
            return Person(given, family, origin["first"] and self.chance(0.7))
        return Person(self.pick("first"), self.pick("last"))

    def company(self) -> str:
        if self._names.get("ORG") and self.chance(0.35):
            return self.dice.choice(self._names["ORG"])
        stem = (
            self.pick("stem") if self.chance(0.5) else self.person().family if self.chance(0.5) else self.pick("city")
        )
        if self.chance(0.15):
            stem = f"{self.pick('city')} {self.pick('stem')}"
        if self.chance(0.2):
            return f"{self.pick('prefix')} {stem}"
        trade = self.pick("trade") if self.chance(0.8) else ""
        return " ".join(part for part in (stem, trade, self.pick("suffix")) if part)

    def listed(self) -> str:
        """A company as newspapers call it; none that is two family names, or people would be taken for companies."""
        return self.dice.choice(self._names[LISTED]) if self._names.get(LISTED) else self.company()

    def place(self, kind: str) -> str:
        if self._names.get("LOCATION") and self.chance(0.4):
            return self.dice.choice(self._names["LOCATION"])
        return self.pick(kind)

    def street(self) -> str:
        number, street = self.dice.randint(1, 400), self.pick("street")
        return f"{number} {street}" if self.chance(0.7) else f"{street} {number}"

    def postcode(self) -> str:
        return f"{self.dice.randint(10000, 99999)}"

    def code(self) -> str:
        shapes = ["######", "CS-###", "##/##/####", "A##-####", "##-###-####", "#", "## ### ###", "#### #### ####"]
        return "".join(str(self.dice.randint(0, 9)) if sign == "#" else sign for sign in self.dice.choice(shapes))

    def amount(self) -> str:
        return f"{self.dice.choice(['', '$', 'RM ', 'EUR ', '£'])}{self.dice.uniform(0.5, 3000):,.2f}"

    def date(self) -> str:
        day, year, month = self.dice.randint(1, 28), self.year(), self.pick("month")
        number = f"{day:02}/{day % 12 + 1:02}/{year}"
        return self.dice.choice([f"{day} {month} {year}", f"{month} {day}, {year}", number])

    def weekday(self) -> str:
        return self.pick("weekday")

    def year(self) -> str:
        return f"{self.dice.randint(1985, 2026)}"

    def percent(self) -> str:
        return f"{self.dice.uniform(0.1, 30):.1f}{self.dice.choice(['%', ' %', ' percent', ' per cent'])}"

    def count(self) -> str:
        return f"{self.dice.randint(20, 40000):,}"

    def sum(self) -> str:
        """An amount as texts have it."""
        size = self.dice.choice([" million", " billion", "m", "bn", ""])
        return f"{self.dice.choice(['$', '€', '£', 'US$', 'C$'])}{self.dice.uniform(1, 90):.1f}{size}"


@cache
def words(file: str) -> dict[str, Any]:
    """The word lists of a file beside this one, read once."""
    lists: dict[str, Any] = yaml.safe_load(Path(__file__).with_name(file).read_text("utf-8"))
    return lists
