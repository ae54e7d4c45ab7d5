"""Companies told by their name or their legal form, where the model tells them wrongly.

What the model calls otherwise before a legal form, or cuts off before it, is an organisation, its form included; where
it saw none, capitalised words before a clear form are one. The model has learnt from texts of few countries; the forms
of others are a list (legal_forms.yaml). And many large companies are called as people are: Morgan Stanley. Those of
the stock indices are a list too (listed_companies.txt, written by nlp.training.name_lists).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

from nlp.understanding.entities import Candidate
from nlp.understanding.values import text_value

_WORD = re.compile(r"\S+")
#: Between a name and its form.
_GAP = re.compile(r",?[ \t]{0,2}\n?")
#: Capitalised words up to a form, in one line; small words may stand between them.
_CAPITALISED = re.compile(
    r"""(?<![\w.&])(?:[^\W\d_a-zß-ÿ](?:[\w'’&-]*|\w{0,2}\.)
    (?:,?[ ](?:&|and|und|et|y|e|i|of|de|du|des|del|della|di|da|la|le|ve|van|von)(?=[ ]))*,?[ ]){1,5}$""",
    re.VERBOSE,
)
#: What is said of a name that is a listed company's.
_LISTED = 0.93
#: What is said of a name that the model saw with another label or shorter, and of one that it did not see. Set by hand
#: with invented companies in view; of the ten that differ on labelled sets five are right to the letter and three more
#: but for a word, too few to count by.
_SEEN, _UNSEEN = 0.93, 0.85


def told_by_name(text: str, names: Iterable[Candidate]) -> list[Candidate]:
    """The names; where a person's or a place's begins as a listed company's of several words, all within are that."""
    kept: list[Candidate] = []
    for name in sorted(names, key=lambda name: name.start):
        if kept and name.start < kept[-1].end:
            continue
        end = 0 if name.label == "ORG" else _end_of_listed(text, name.start)
        if end < name.end:
            kept.append(name)
        else:
            kept.append(_company(text, name, end, _LISTED))
    return kept


def told_by_form(text: str, names: Iterable[Candidate]) -> list[Candidate]:
    """The names, each changed where a legal form says so, and those that only a form tells."""
    kept = list(names)
    for form in _clear().finditer(text):
        kept = _with_form(text, kept, form.start(), form.end(), clear=True)
    for form in _doubtful().finditer(text):
        kept = _with_form(text, kept, form.start(), form.end(), clear=False)
    return sorted(kept, key=lambda name: name.start)


def _with_form(text: str, names: list[Candidate], start: int, end: int, clear: bool) -> list[Candidate]:
    if not clear and _shouted(text, start, end):
        return names
    near = (
        name for name in names if name.start < start and (name.end > start or _GAP.fullmatch(text, name.end, start))
    )
    if seen := next(near, None):
        if seen.label == "ORG" and seen.end >= end:
            return names
        company = _company(text, seen, end, _SEEN)
    elif clear and (found := _CAPITALISED.search(text, max(0, start - 80, text.rfind("\n", 0, start) + 1), start)):
        company = Candidate(found.start(), end, "ORG", text_value(text[found.start() : end]), _UNSEEN, "rule")
    else:
        return names
    return [*(name for name in names if name.end <= company.start or name.start >= company.end), company]


def _shouted(text: str, start: int, end: int) -> bool:
    line = text[text.rfind("\n", 0, start) + 1 : start] + text[end:].split("\n", 1)[0]
    return line.isupper()


def _company(text: str, name: Candidate, end: int, least: float) -> Candidate:
    """What the model saw, as the organisation that it is, up to `end`; `least` is how sure that is."""
    value, confidence = text_value(text[name.start : end]), max(least, name.confidence)
    return replace(name, end=end, label="ORG", value=value, confidence=confidence)


def _end_of_listed(text: str, start: int) -> int:
    """Where the longest name of a listed company that begins there ends, with a word; 0 if none does."""
    first = _WORD.match(text, start)
    hits = (name.match(text, start) for name in _listed().get(first[0], ())) if first else ()
    return next((hit.end() for hit in hits if hit), 0)


@lru_cache
def _listed() -> dict[str, list[re.Pattern[str]]]:
    """By their first word, the longest first."""
    names: dict[str, list[re.Pattern[str]]] = {}
    lines = Path(__file__).with_name("listed_companies.txt").read_text("utf-8").splitlines()
    for words in sorted(map(str.split, lines), key=lambda words: -len(words)):
        pattern = r"\s{1,2}".join(map(re.escape, words)) + r"(?!\w)"
        names.setdefault(words[0], []).append(re.compile(pattern))
    return names


@lru_cache
def _clear() -> re.Pattern[str]:
    forms = "|".join(_forms()["clear"])
    return re.compile(rf"(?<=[\w.,)][ \n])(?:{forms})(?:,?\s(?:{forms}))*(?![\w-])")


@lru_cache
def _doubtful() -> re.Pattern[str]:
    forms = "|".join(_forms()["doubtful"])
    return re.compile(rf"(?<=[\w.,)][ \n])(?:{forms})(?![\w-])")


@lru_cache
def _forms() -> dict[str, list[str]]:
    lists: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("legal_forms.yaml").read_text("utf-8"))
    return {kind: sorted(forms, key=len, reverse=True) for kind, forms in lists.items()}
