"""Weighs candidates for a field by its rules, with reasons, and turns weights into probabilities.

Finding candidates is left to candidates.py, the weights to document_types.yaml. A candidate's score is a sum of
log-odds: the bias of the field, the label words left of it (or above it), and hints. The probability is a softmax over
the candidates and one more possibility: that the field is not there.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from nlp.facts import Span
from nlp.understanding.candidates import TOP_ROWS, Document, time_follows
from nlp.understanding.cells import Cell, Found
from nlp.understanding.document_types import FieldRules
from nlp.understanding.phrases import find, folded
from nlp.understanding.values import currency_of
from nlp.understanding.writing import gives_back, legal_form, postcode, street, title, trade_word

#: Words of which the reader is less sure than this may be no words at all.
_LEGIBLE = 0.75
#: The least sure of an address's many words says too little of it, the more as its commas may be wrong: its square root
#: has the smaller log loss on receipts read from their images (tune part: .309, else .341).
_OF_MANY_WORDS = 0.5
#: The smallest coin to which cash totals are rounded in many countries.
_STEP = Decimal("0.05")
#: A label above counts less than one on the left.
_ABOVE = 0.7
#: Before the name of a feature that is a label, lest it be taken for a hint.
_PHRASE = "label "
_ENTITY_OF_KIND = {"date": {"DATE"}, "money": {"MONEY"}, "id": {"INVOICE_NUMBER"}, "iban": {"IBAN"}, "name": {"ORG"}}


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with the probability that it is the place; confidence, that its text is right as well."""

    found: Found
    score: float
    probability: float
    #: How sure the reader is that its words are right.
    legible: float
    reason: str

    @property
    def confidence(self) -> float:
        return self.probability * self.legible


@dataclass(frozen=True, slots=True)
class Feature:
    """What speaks for or against a candidate: its name in the rules, how much of it there is, and in words."""

    name: str
    amount: float
    told: str


class Contest:
    """What all candidates of one field share, worked out once: a page may hold hundreds of them."""

    def __init__(self, rules: FieldRules, document: Document) -> None:
        self.rules = rules
        self.document = document
        self.candidates = document.of_kind(rules.kind)
        self.phrases = rules.phrases()
        hints = {str(hint): weight for hint, weight in rules.hints.items()}
        self.weights = hints | {f"{_PHRASE}{phrase}": weight for phrase, weight in self.phrases.items()}
        self.places = {id(found): at for at, found in enumerate(self.candidates)}
        self.same = Counter(map(_sameness, self.candidates))

    @cached_property
    def amounts(self) -> list[Decimal]:
        return [Decimal(str((found.value or {})["amount"])) for found in self.candidates]

    @cached_property
    def known(self) -> frozenset[Decimal]:
        return frozenset(self.amounts)

    @cached_property
    def largest(self) -> Decimal:
        return max(self.amounts)

    @cached_property
    def gives_back(self) -> bool:
        """Whether the document says at its top that it is a credit note, whose amounts may be below zero."""
        return any(gives_back(cell.text) for row in self.document.grid.rows[:TOP_ROWS] for cell in row)

    @cached_property
    def named_row(self) -> int:
        """The first row that has words."""
        rows = enumerate(self.document.grid.rows)
        return next((row for row, cells in rows if any(_wordy(cell.text) for cell in cells)), 0)

    @cached_property
    def address_rows(self) -> set[int]:
        return {address.cells[0].row for address in self.document.addresses[:1]}

    @cached_property
    def cells(self) -> list[tuple[Cell, str]]:
        return [(cell, folded(cell.text)) for cell in self.document.grid.cells()]


def rank(rules: FieldRules, document: Document) -> tuple[list[Scored], float]:
    """All candidates of the field, the likeliest first, and the probability that it is not there.

    Equal values share their probability.
    """
    contest = Contest(rules, document)
    weighed = [(found, list(_reasons(found, contest))) for found in contest.candidates]
    scores = [rules.bias + sum(weight for weight, _ in reasons) for _, reasons in weighed]
    odds = [math.exp(min(score, 30.0)) for score in scores]
    whole = 1.0 + sum(odds)
    shared: Counter[str] = Counter()
    for (found, _), part in zip(weighed, odds, strict=True):
        shared[_sameness(found)] += part  # type: ignore[assignment]
    ranked = [
        _scored(found, score, shared[_sameness(found)] / whole, reasons, contest)
        for (found, reasons), score in zip(weighed, scores, strict=True)
    ]
    return sorted(ranked, key=lambda scored: (-scored.probability, -scored.score)), 1.0 / whole


def _scored(
    found: Found, score: float, probability: float, reasons: Sequence[tuple[float, str]], contest: Contest
) -> Scored:
    least, _ = contest.document.legibility(found)
    legible = least**_OF_MANY_WORDS if contest.rules.kind == "address" else least
    return Scored(found, score, probability, legible, _told(reasons))


def features(found: Found, contest: Contest) -> Iterator[Feature]:
    """What there is to say of a candidate, whether its field gives weight to it or not."""
    yield from _labels(found, contest)
    for hint, amount in _hints(found, contest):
        if amount:
            yield Feature(hint, amount, hint.replace("_", " "))


def _reasons(found: Found, contest: Contest) -> Iterator[tuple[float, str]]:
    for feature in features(found, contest):
        if weight := contest.weights.get(feature.name, 0.0) * feature.amount:
            yield weight, feature.told


def _labels(found: Found, contest: Contest) -> Iterator[Feature]:
    """Words on the left that speak for or against; without any, words above; the nearest text decides first."""
    grid, phrases = contest.document.grid, contest.phrases
    first = found.cells[0]
    beside = find(found.before, phrases)
    if not found.before or not beside:
        left = grid.left_of(first) if not found.before.strip() or len(found.before) < 4 else []
        beside = beside or find(_until_value(left), phrases)
    for phrase in dict(beside):
        yield Feature(f"{_PHRASE}{phrase}", 1.0, f"beside “{phrase}”")
    if not beside and (above := grid.above(first, rows=1 if contest.rules.kind == "money" else 2)):
        for phrase in dict(find(above.text, phrases)):
            yield Feature(f"{_PHRASE}{phrase}", _ABOVE, f"below “{phrase}”")


def _until_value(left: Sequence[Cell]) -> str:
    """The text of the cells on the left up to the next one that is itself a value, read from left to right."""
    words: list[str] = []
    for cell in left:
        text = cell.text
        if words and sum(c.isdigit() for c in text) > sum(c.isalpha() for c in text):
            break
        words.insert(0, text)
    return " ".join(words)


def _hints(found: Found, contest: Contest) -> Iterator[tuple[str, float]]:
    """Names of `document_types.Hint` with how much of each there is, 0..1."""
    document, kind = contest.document, contest.rules.kind
    first, grid = found.cells[0], document.grid
    rows = max(1, len(grid.rows) - 1)
    labels = document.labels_at(found)
    if labels & _ENTITY_OF_KIND.get(kind, set()):
        yield "entity", 1.0
        yield "organisation", 1.0
    _, legibility = document.legibility(found)
    yield "illegible", max(0.0, 1 - legibility / _LEGIBLE)
    yield "early", max(0.0, 1 - first.row / TOP_ROWS)
    yield "low", first.row / rows
    yield "tall", max(0.0, min(1.0, grid.tall(first) - 1.1)) if len(found.cells) == 1 else 0.2
    if kind in ("date", "iban"):
        yield "first", 1.0 if found is contest.candidates[0] else 0.0
        yield "time", float(time_follows(found))
        yield "again", float(contest.same[_sameness(found)] > 1)
    elif kind == "money":
        yield from _money_hints(found, contest)
    elif kind == "id":
        yield from _id_hints(found, document)
    elif kind == "name":
        yield from _name_hints(found, contest, labels)
    elif kind == "address":
        text = found.text.replace("\n", " ")
        yield "street", float(street(text))
        yield "postcode", float(postcode(text))
        yield "first", 1.0 if found is contest.candidates[0] else 0.0
        above = grid.above(first, rows=1)
        near = [above.text if above else "", first.text if found.text != first.text else ""]
        yield "below_name", float(any(legal_form(text) or trade_word(text) for text in near))


def _money_hints(found: Found, contest: Contest) -> Iterator[tuple[str, float]]:
    amounts, at = contest.amounts, contest.places[id(found)]
    mine = amounts[at]
    yield "largest", float(mine == contest.largest)
    yield "large", float(max(Decimal(0), mine) / max(contest.largest, Decimal(1)))
    yield "adds_up", float(_adds_up(amounts, at))
    yield "rounded" if mine % _STEP == 0 else "unrounded", float(_twin(mine, contest))
    yield "last", 1.0 if found is contest.candidates[-1] else 0.0
    yield "again", min(1.0, (contest.same[_sameness(found)] - 1) / 2)
    yield "cents", float(any(sign in found.text for sign in ".,"))
    yield "currency", float(currency_of(found.text) is not None)
    yield "zero", float(mine == 0)
    yield "negative", float(mine < 0 and not contest.gives_back)


def _twin(mine: Decimal, contest: Contest) -> bool:
    """Whether the page has the amount before and after it was rounded to the smallest coin."""
    near = (mine + cents * Decimal("0.01") for cents in range(-4, 5) if cents)
    return mine > 0 and any((other % _STEP == 0) != (mine % _STEP == 0) and other in contest.known for other in near)


def _adds_up(amounts: Sequence[Decimal], at: int) -> bool:
    """Whether neighbours vouch for the amount: paid less change after it, or net and tax before it."""
    mine = amounts[at]
    if mine <= 0:
        return False
    paid = any(mine + abs(change) == cash for cash, change in pairwise(amounts[at + 1 : at + 5]))
    return paid or any(net + tax == mine and 0 < 2 * tax < net for net, tax in pairwise(amounts[max(0, at - 4) : at]))


def _id_hints(found: Found, document: Document) -> Iterator[tuple[str, float]]:
    span = found.spans[0]
    yield "no_digit", float(not any(c.isdigit() for c in found.text))
    yield "long", float(len(found.text) >= 5)
    yield "money", float(_inside(span, document.amounts))
    yield "date", float(_inside(span, document.dates))


def _inside(span: Span, others: Sequence[Found]) -> bool:
    return any(
        other.page == span.page and other.start < span.end and span.start < other.end
        for found in others
        for other in found.spans
    )


def _name_hints(found: Found, contest: Contest, labels: set[str]) -> Iterator[tuple[str, float]]:
    first, last = found.cells[0], found.cells[-1]
    yield "first", 1.0 if first.row == contest.named_row else 0.0
    yield "legal_form", float(legal_form(found.text))
    yield "trade_word", float(trade_word(found.text))
    yield (
        "title",
        float(title(found.text)) + float(first.row >= TOP_ROWS) + float(street(found.text) or postcode(found.text)),
    )
    yield "person", float("PERSON" in labels and "ORG" not in labels)
    distance = min((start - last.row for start in contest.address_rows if start > last.row), default=9)
    yield "over_address", {1: 1.0, 2: 0.7, 3: 0.4}.get(distance, 0.0)
    flat = folded(found.text)
    below = contest.document.grid.below(last)
    yield "brand", float(below is not None and legal_form(below.text) and not legal_form(found.text))
    later = (text for cell, text in contest.cells if cell is not first and cell.row > first.row)
    yield "again", float(any(flat in text for text in later)) if len(flat) > 5 else 0.0


def _wordy(text: str) -> bool:
    return sum(c.isalpha() for c in text) >= 3


def _sameness(found: Found) -> str:
    """What two places must share to count as one value."""
    value = found.value or {}
    return str(
        value.get("amount") or value.get("iso") or value.get("iban") or value.get("currency") or folded(found.text)
    )


def _told(reasons: Sequence[tuple[float, str]]) -> str:
    """The reasons in a line, the weightiest first."""
    ordered = sorted(reasons, key=lambda reason: -abs(reason[0]))
    return "; ".join(f"{why} ({weight:+.1f})" for weight, why in ordered) or "nothing speaks for it"
