"""Short names that a text introduces in brackets: Food and Drug Administration (FDA), Acme Inc. (the "Company").

Which mentions bear them is left to mentions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.understanding.same_names import folded, form_after, initials

#: So much text behind a name is looked at.
AFTER = 350
#: What may stand between a name and its bracket: ", a Delaware corporation with offices in Dover".
_SAID = re.compile(
    r",?\s?(?:an?|having|with|whose|located|incorporated|organi[sz]ed|duly|established|registered|formed|existing)\s[^);“”\"]*",
    re.IGNORECASE,
)
#: So many signs may be said of a name, so many stand in the bracket.
_MOST_SAID, _MOST_INSIDE = 220, 120
_QUOTED = re.compile(r"""(?:["“”„]|''|``)\s*(?:the\s+)?([^\W_][^"“”„()]{0,40}?)[\s,.]*(?:["“”]|'')""", re.IGNORECASE)
#: One term for several.
_SEVERAL = re.compile(r"\b(?:collectively|each|both|jointly|parties)\b", re.IGNORECASE)
_WITH_BRACKET = re.compile(r"(.*\w.*?)\s*\(([^()]+)\)?\s*", re.DOTALL)
_SHORT = re.compile(r"(?:[^\W\d_]\.?\s?){2,8}")


def parted(name: str) -> tuple[str, str | None]:
    """A name without the short one at its end, and that: "Internal Revenue Service (IRS)" is both."""
    if found := _WITH_BRACKET.fullmatch(name):
        for term, quoted in _terms(found[2]):
            if quoted or _shortens(term, found[1]) or _shortens(found[1], term):
                return found[1], term
    return name, None


def introduced_behind(name: str, label: str, after: str, names_after: int, whole: bool) -> Iterator[str]:
    """As `introduced`, of an entity: an organisation's legal form may have been left out of its name."""
    form = form_after(after) if label == "ORG" else ""
    return introduced(name + form, after[len(form) :], names_after - len(form), whole)


def introduced(name: str, after: str, names_after: int, whole: bool) -> Iterator[str]:
    """The other names that the text after a name gives it; `names_after` is where the next name in it begins.

    A term in quotation marks is believed of a name that is certainly `whole`. Of others ("under the laws of Ontario
    ("Acme")") it must share a word with the name, or be made of its first letters; without the marks, the letters of
    one must be the other.
    """
    said, opened, rest = after.partition("(")
    inside, closed, _ = rest[: _MOST_INSIDE + 1].partition(")")
    if not opened or not closed or "(" in inside or len(said) > _MOST_SAID:
        return
    between = " ".join(said.split()).rstrip(" ,")
    if between and (names_after < len(said) or not _SAID.fullmatch(between)):
        return
    for term, quoted in _terms(inside):
        if quoted:
            believed = whole or _shortens(term, name) or bool({*folded(term)} & {*folded(name)})
        else:
            believed = not between and (_shortens(term, name) or _shortens(name, term))
        if believed:
            yield term


def _terms(inside: str) -> list[tuple[str, bool]]:
    """What stands in brackets and may be a name, and whether in quotation marks."""
    inside = " ".join(inside.split())
    if _SEVERAL.search(inside):
        return []
    return [(term.strip(), True) for term in _QUOTED.findall(inside)] or [(inside, False)]


def _shortens(short: str, name: str) -> bool:
    letters = re.sub(r"[\W_]", "", short)
    return bool(_SHORT.fullmatch(short.strip())) and letters[0].isupper() and letters.casefold() in initials(name)
