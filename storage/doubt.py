"""When a finding wants a person's look, and why in words. Whether it does is kept with its row, so that lists can ask.

Where it is shown is left to api.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storage.tables import Finding

#: A machine that is less sure than this is asked about.
SURE = 0.7
#: A rival that is less likely than this is not worth naming.
LIKELY = 0.1

_AMBIGUOUS = {
    "date": "day and month could be exchanged",
    "currency": "a mere $ may be any dollar",
    "money": "its point or comma could part thousands or decimals",
}


def doubts(finding: Finding) -> list[str]:
    """What speaks for looking at it, each in words; empty when nothing does, or a person has decided."""
    if finding.conflict:
        return ["lost its place since the page was read again"]
    if finding.state != "found":
        return []
    reasons = [f"{finding.confidence:.0%} sure"] if finding.confidence < SURE else []
    value = finding.value or {}
    if value.get("ambiguous"):
        reasons.append(_AMBIGUOUS.get(value["kind"], "can be read in two ways"))
    reasons += value.get("contradicts", ())
    if reasons and (rival := _rival(finding)):
        reasons.append(f"could also be {rival}")
    return reasons


def _rival(finding: Finding) -> str | None:
    """The text of the next best candidate of a field, where it means something else."""
    meant = {key: part for key, part in (finding.value or {}).items() if key != "contradicts"}
    others = (
        other for other in finding.candidates or () if (other["value"] or other["text"]) != (meant or finding.text)
    )
    best = max(others, key=lambda other: other["confidence"], default=None)
    return " ".join(best["text"].split()) if best and best["confidence"] >= LIKELY else None
