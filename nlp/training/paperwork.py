"""Invents paperwork with exact entity labels, so that forms are not new to the model. Its words: paperwork.yaml."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import yaml

Piece = tuple[str, str]
"""Some text and its label; "" for text that is no entity."""


class Paperwork:
    """A stream of invented documents. `names` adds names met elsewhere to those of the word lists, by label."""

    def __init__(self, seed: int, names: dict[str, list[str]]) -> None:
        self._random = random.Random(seed)
        self._words: dict[str, list[str]] = yaml.safe_load(
            Path(__file__).with_name("paperwork.yaml").read_text("utf-8")
        )
        self._names = names

    def documents(self, count: int) -> Iterator[tuple[str, list[tuple[int, int, str]]]]:
        """`count` texts, each with its entities as (start, end, label)."""
        for _ in range(count):
            yield self._laid_out(self._lines())

    def _lines(self) -> Iterator[list[Piece]]:
        pick, chance = self._pick, self._random.random
        company, shouting = self._company(), chance() < 0.5
        head = [*([[(pick("head"), "")]] if chance() < 0.4 else []), [(company, "ORG")], *self._address()]
        body: list[list[Piece]] = [[(pick("key"), ""), (self._code(), "")] for _ in range(self._random.randint(1, 5))]
        if chance() < 0.6:
            who = (self._person(), "PERSON") if chance() < 0.5 else (self._company(), "ORG")
            body += [[(pick("to"), ""), who], *(self._address() if chance() < 0.6 else [])]
        if chance() < 0.4:
            body.append([(pick("by"), ""), (self._person(), "PERSON")])
        body += [[(pick("columns"), "")]] if chance() < 0.5 else []
        for _ in range(self._random.randint(1, 5)):
            body.append(
                [
                    (
                        f"{pick('codes')} {pick('item')} {self._code()} {self._amount()}"
                        if chance() < 0.4
                        else pick("item"),
                        "",
                    )
                ]
            )
            body += [[(pick("codes"), "")]] if chance() < 0.3 else []
        body += [[(pick("total"), ""), (self._amount(), "")] for _ in range(self._random.randint(1, 5))]
        if chance() < 0.3:
            body.append([("Make cheques payable to", ""), (company, "ORG")])
        if chance() < 0.3:
            body.append(
                [(self._person(), "PERSON"), (f", {self._random.choice(['Director', 'Manager', 'Accounts'])}", "")]
            )
        body.append([(pick("closing"), "")])
        columns = chance() < 0.3
        for line in head + body:
            printed = [(text.upper() if shouting else text, label) for text, label in line]
            yield from ([piece] for piece in printed) if columns else (printed,)

    def _address(self) -> list[list[Piece]]:
        house: list[Piece] = [(f"{self._random.randint(1, 400)} {self._pick('street')},", "")]
        town: list[Piece] = [(f"{self._random.randint(10000, 99999)}", ""), (self._place("city"), "LOCATION")]
        if self._random.random() < 0.4:
            town.reverse()
        if self._random.random() < 0.5:
            town += [(",", ""), (self._place("country"), "LOCATION")]
        return [house + town] if self._random.random() < 0.4 else [house, town]

    def _person(self) -> str:
        if self._names.get("PERSON") and self._random.random() < 0.5:
            return self._random.choice(self._names["PERSON"])
        return f"{self._pick('first')} {self._pick('last')}"

    def _company(self) -> str:
        if self._names.get("ORG") and self._random.random() < 0.25:
            return self._random.choice(self._names["ORG"])
        chance = self._random.random
        stem = self._pick("stem") if chance() < 0.6 else self._pick("last")
        if chance() < 0.2:
            return f"{self._pick('prefix')} {stem}"
        trade = self._pick("trade") if chance() < 0.8 else ""
        return " ".join(part for part in (stem, trade, self._pick("suffix")) if part)

    def _place(self, kind: str) -> str:
        if self._names.get("LOCATION") and self._random.random() < 0.4:
            return self._random.choice(self._names["LOCATION"])
        return self._pick(kind)

    def _code(self) -> str:
        shape = self._random.choice(
            ["######", "CS-###", "##/##/####", "A##-####", "##-###-####", "#", "## ### ###", "#### #### ####"]
        )
        return "".join(str(self._random.randint(0, 9)) if sign == "#" else sign for sign in shape)

    def _amount(self) -> str:
        return f"{self._random.choice(['', '$', 'RM ', 'EUR ', '£'])}{self._random.uniform(0.5, 3000):,.2f}"

    def _pick(self, kind: str) -> str:
        return self._random.choice(self._words[kind])

    @staticmethod
    def _laid_out(lines: Iterator[list[Piece]]) -> tuple[str, list[tuple[int, int, str]]]:
        text, entities = "", []
        for line in lines:
            text += "\n" if text else ""
            for index, (piece, label) in enumerate(line):
                text += " " if index and not piece.startswith(",") else ""
                if label:
                    entities.append((len(text), len(text) + len(piece), label))
                text += piece
        return text, entities
