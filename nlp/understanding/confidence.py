"""How sure a name is: what the network says of it, set right by a logistic regression over a few plain facts.

Weights come from nlp.training.evaluate, out of documents that were not trained on, and stand in the model's meta.json.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

#: Nothing is promised beyond this: the share of names that a person would call wrong is never nought.
_MOST = 0.995
_NEAREST = 1e-4


def facts(label: str, text: str, sure: float) -> dict[str, float]:
    """What a name is judged by: the log-odds of the network (by label), its capitals and its length."""
    odds = min(max(sure, _NEAREST), 1 - _NEAREST)
    case = "upper" if text.isupper() else "lower" if text.islower() else "mixed"
    return {
        "always": 1.0,
        f"label {label}": 1.0,
        f"odds {label}": math.log(odds / (1 - odds)),
        f"case {case}": 1.0,
        "words": math.log(len(text.split())),
        "letters": math.log(len(text)),
    }


@dataclass(frozen=True, slots=True)
class Calibrator:
    """`weights` by the names of facts; what it does not know counts nothing."""

    weights: Mapping[str, float]

    def __call__(self, label: str, text: str, sure: float) -> float:
        """The probability that the name is right, label and borders, 0..1."""
        total = sum(self.weights.get(name, 0.0) * value for name, value in facts(label, text, sure).items())
        return min(_MOST, 1 / (1 + math.exp(-total)))
