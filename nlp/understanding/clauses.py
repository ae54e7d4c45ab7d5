"""Finds in running text what contracts say in sentences: who they are between, whose law governs, how long they last.

Works on a page's text alone, so places need not be known. Amounts and dates are left to candidates and scoring.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from nlp.facts import Page, Span, Value
from nlp.understanding.values import text_value
from nlp.understanding.writing import legal_form

#: The parties are named this near to the beginning, in a sentence of this length at most.
_HEAD, _SENTENCE, _INTRODUCTION = 8000, 2500, 3000
#: How sure each is, set by hand; the higher where a legal form or a role in brackets vouches for a party.
_NAMED, _UNVOUCHED, _LAW, _OTHER_LAW, _TERM = 0.9, 0.6, 0.9, 0.6, 0.7

_BETWEEN = re.compile(r"\b(?:between|among|amongst)\b:?", re.IGNORECASE)
_ENDS = re.compile(
    r"\b(?:whereas|recitals?|witnesseth|now,?\s+therefore|in\s+consideration)\b|\bcollectively\b", re.IGNORECASE
)
#: Between the words of a name: blanks, or the end of a line, but no empty line.
_GAP = r"(?:[ \t]+|[ \t]*\n[ \t]*)"
_FORM = (
    r"(?i:Inc|Incorporated|L\.?L\.?C|Ltd|Limited|Corp|Corporation|Co|Company|L\.?P|LLP|PLC|GmbH|AG|S\.?A|N\.?V|B\.?V|AS|"
    r"Pte|Pty)\b\.?"
)
_WORD = r"[A-Z0-9][\w&.'’/\-]*"
_NAME = re.compile(
    rf"(?:The{_GAP})?{_WORD}(?:{_GAP}(?:(?!AND\b){_WORD}|&|of|for|and(?={_GAP}[A-Z]\w*{_GAP}{_FORM})))*"
    rf"(?:,?{_GAP}{_FORM})*"
)
#: Before a party's name: the word between, or what parts it from the one before.
_PARTED = re.compile(r"(?:\A|[\s,;)\]](?:and|AND|&)\s|;|\(\d+\)|\b\d\.\s)\s*(?:\([a-z0-9]{1,3}\)\s*)?")
_ROLE = re.compile(r"\s*,?\s*\((?:[^()]{0,80}?)[\"“”']")
_ROLE_SOON = re.compile(r"[^()]{0,200}\((?:[^()]{0,80}?)[\"“”'][^()]*\)")
_STANDING = re.compile(
    r"\s*,\s*(?:an?\s|a\b|the\s|having|with\s|whose|incorporated|organi[sz]ed|located|duly|existing|of\s|on\s|\d)|\s*\("
)
_LAWS = re.compile(
    r"(?:govern|constru|interpret|subject\s+to|accordance\s+with)[^.;]{0,200}?\blaws?\s+(?:\([^)]*\)\s*)?(?:of|in\s+force\s+in)\s+"
    r"(?:the\s+)?(?:(?:State|Commonwealth|Province|Federal\s+Republic|Republic|Kingdom|People[’']s\s+Republic)\s+of\s+)?(?:the\s+)?"
    r"(?P<law>[A-Z][a-zA-Z]+(?:[ \n](?:and[ \n]|of[ \n])?[A-Z][a-zA-Z]+){0,3})",
    re.DOTALL,
)
_SPELT = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty"
_COUNT = rf"(?:\w+(?:-\w+)?\s*\(\s*\d+\s*\)|\d+|{_SPELT})"
_TERMS = re.compile(
    r"\b[Tt]erm\b[^.;]{0,250}?\b(?:for|of|be|is|continue|until)\b[^.;]{0,80}?"
    rf"(?P<term>{_COUNT}[\s-]+(?:calendar\s+)?(?:years?|months?|days?))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A place in the text of one page, and how sure it is what it is taken for."""

    text: str
    spans: tuple[Span, ...]
    value: Value | None
    sure: float
    reason: str


def find_said(kind: str, pages: Sequence[Page]) -> list[Said]:
    """What the pages say of the kind ("party", "law", "term"), in their order, each once."""
    seen: dict[str, Said] = {}
    for page in pages:
        for said in _FINDERS[kind](page):
            seen.setdefault(" ".join(said.text.lower().split()).rstrip(".,"), said)
        if seen and kind == "party":
            break
    return list(seen.values())


def _parties(page: Page) -> Iterator[Said]:
    """The names behind "between" up to the end of that sentence or the recitals."""
    for opening in _BETWEEN.finditer(page.text, 0, _HEAD):
        end = _ENDS.search(page.text, opening.end())
        stop = min(opening.end() + _SENTENCE, end.start() if end else len(page.text))
        found = list(_names(page, opening.end(), stop))
        if len(found) >= 2:
            yield from found
            return
    yield from _introduced(page)


def _introduced(page: Page) -> Iterator[Said]:
    """Companies near the beginning with a role in brackets behind them, where no "between" says who they are."""
    for named in _NAME.finditer(page.text, 0, _INTRODUCTION):
        if legal_form(named[0]) and _ROLE_SOON.match(page.text, named.end()):
            yield _said(page, *named.span(), _UNVOUCHED, "a legal form; a role in brackets")


def _names(page: Page, start: int, stop: int) -> Iterator[Said]:
    text = page.text[start:stop]
    for parted in _PARTED.finditer(text):
        named = _NAME.match(text, parted.end())
        if named is None:
            continue
        role, standing = _ROLE.match(text, named.end()), _STANDING.match(text, named.end())
        vouched = legal_form(named[0])
        if not vouched and not role and not standing:
            continue
        reasons = [reason for reason, there in (("a legal form", vouched), ("a role in brackets", role)) if there]
        sure = _NAMED if reasons else _UNVOUCHED
        yield _said(
            page, start + named.start(), start + named.end(), sure, "; ".join(["named behind “between”", *reasons])
        )


def _law(page: Page) -> Iterator[Said]:
    for hit in _LAWS.finditer(page.text):
        governs = hit[0].lower().startswith("govern")
        reason = "said to govern" if governs else "said of the law"
        yield _said(page, *hit.span("law"), _LAW if governs else _OTHER_LAW, reason)


def _term(page: Page) -> Iterator[Said]:
    for hit in _TERMS.finditer(page.text):
        yield _said(page, *hit.span("term"), _TERM, "said of the term")


def _said(page: Page, start: int, end: int, sure: float, reason: str) -> Said:
    text = page.text[start:end].rstrip(" ,\n")
    return Said(text, (Span(page.number, start, start + len(text)),), text_value(text), sure, reason)


_FINDERS: Mapping[str, Callable[[Page], Iterator[Said]]] = {"party": _parties, "law": _law, "term": _term}
SAID = frozenset(_FINDERS)
"""Kinds of fields that are found so."""
