"""Net, tax and total chosen together: amounts that add up vouch for each other. Weighing each alone is left to
scoring."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product

from nlp.understanding.scoring import Scored

NAMES = ("net", "tax", "total")
#: What cash totals are rounded to in many countries; sums may be so far off.
ROUNDING = Decimal("0.05")
_HALF_CENT, _CENT = Decimal("0.005"), Decimal("0.01")
#: Log-odds of amounts that add up, of amounts that do not, of a tax that is in the total at a rate on the page, and of
#: a net that is the total although there is a tax.
_AGREE, _DISAGREE, _INCLUDED, _UNTAXED = 3.0, -1.0, 2.2, -4.0
#: So many amounts of each are tried; the others have next to no chance.
_TRIED = 8

Ranked = tuple[list[Scored], float]
_Choice = tuple[Decimal | None, float]


def add_up(net: Decimal, tax: Decimal, total: Decimal) -> bool:
    """Whether net and tax make the total, to what cash is rounded to."""
    return abs(net + tax - total) <= ROUNDING


def is_included(tax: Decimal, total: Decimal, rates: Collection[Decimal]) -> bool:
    """Whether the tax is in the total at one of the rates: 3.35 in 20.10 at 20 %."""
    return tax > 0 and any(abs((total - tax) * rate / 100 - tax) <= _CENT for rate in rates)


def line_agrees(quantity: Decimal, price: Decimal, amount: Decimal, tax: Decimal = Decimal(0)) -> bool:
    """Whether a line's amount is its quantity times its price, known to half a cent, with or without tax."""
    off = quantity * price - amount
    return min(abs(off), abs(off + tax)) <= _HALF_CENT * max(Decimal(1), abs(quantity)) + _HALF_CENT


def settled(ranked: Mapping[str, Ranked], rates: Collection[Decimal] = ()) -> dict[str, Ranked]:
    """The same candidates of all fields; those of net, tax and total with the probability that they have together.
    `rates` are percentages on the page."""
    if not all(ranked.get(name, ([], 1.0))[0] for name in NAMES):
        return dict(ranked)
    choices = [_choices(*ranked[name]) for name in NAMES]
    together: list[dict[Decimal | None, float]] = [{}, {}, {}]
    vouched: list[dict[Decimal | None, float]] = [{}, {}, {}]
    for picked in product(*choices):
        amounts = [amount for amount, _ in picked]
        agree = _agreement(amounts[0], amounts[1], amounts[2], rates)
        odds = math.prod(chance for _, chance in picked) * math.exp(agree)
        for place, amount in enumerate(amounts):
            together[place][amount] = together[place].get(amount, 0.0) + odds
            vouched[place][amount] = vouched[place].get(amount, 0.0) + odds * (agree > 0)
    whole = sum(together[0].values())
    return dict(ranked) | {
        name: _again(
            *ranked[name],
            {a: odds / whole for a, odds in chances.items()},
            {a for a, odds in sure.items() if odds > chances[a] / 2},
        )
        for name, chances, sure in zip(NAMES, together, vouched, strict=True)
    }


def _choices(candidates: Sequence[Scored], missing: float) -> list[_Choice]:
    """The likeliest amounts, each once, and that there is none."""
    chances: dict[Decimal | None, float] = {}
    for scored in candidates:
        if len(chances) < _TRIED:
            chances.setdefault(_amount(scored), scored.probability)
    return [*chances.items(), (None, missing)]


def _agreement(net: Decimal | None, tax: Decimal | None, total: Decimal | None, rates: Collection[Decimal]) -> float:
    if tax is None or total is None:
        return 0.0
    if net is None:
        return _INCLUDED if is_included(tax, total, rates) else 0.0
    if net == total and tax > 0:
        return _UNTAXED
    of_one_sign = net * tax >= 0  # both are below zero in a credit note
    return _AGREE if add_up(net, tax, total) and of_one_sign and 2 * abs(tax) < abs(net) else _DISAGREE


def _again(
    candidates: Sequence[Scored], missing: float, chances: Mapping[Decimal | None, float], vouched: set[Decimal | None]
) -> Ranked:
    least = min(chances.values())
    weighed = []
    for scored in candidates:
        amount = _amount(scored)
        chance = chances.get(amount, min(scored.probability, least))
        reason = f"net, tax and total agree ({_AGREE:+.1f}); {scored.reason}" if amount in vouched else scored.reason
        weighed.append(replace(scored, probability=chance, reason=reason))
    return sorted(weighed, key=lambda scored: (-scored.probability, -scored.score)), chances.get(None, missing)


def _amount(scored: Scored) -> Decimal:
    return Decimal(str((scored.found.value or {})["amount"]))
