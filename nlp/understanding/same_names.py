"""Whether two names may be one person's, organisation's or place's. Putting mentions together is left to mentions.

The words are data: same_names.yaml.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz.distance import Levenshtein

#: Names with fewer letters are compared as they stand: too many short words look like others.
_LEAST_LETTERS = 5
#: A letter may be wrong in a word of so many, in a name of so many.
_LONG_WORD, _LONG_NAME = 7, 10
#: Legal forms that contracts give as names: the Company.
_TERMS = ("company", "corporation")
#: A person's name of more words is a misreading.
_MOST_WORDS = 6

_HYPHENATED = re.compile(r"(?<=\w)[-\u00ad]\s*\n\s*(?=[^\W\d_A-Z])")
#: With fewer letters it may be anything.
_ACRONYM = re.compile(r"(?:[A-Z]\.?){3,8}")
_FORM_AFTER = re.compile(
    r"(?:[ ]?\([^()\n]{1,20}\))?(?:,\s?|[ ])"
    r"(?P<form>(?:[A-Z]\.[ ]?){2,4}|(?!Company|Corporation)[A-Z][A-Za-z]+\.?)(?!\w)"
)
_POSSESSIVE = re.compile(r"['’`´]s\b|(?<=s)['’](?!\w)", re.IGNORECASE)
_LAST_FIRST = re.compile(r"\s*([^\W\d_]+(?:['’-][^\W\d_]+)*)\s*,\s*([^\W\d_][^,]*)")
#: Letters that look alike on paper, and the one they are counted as.
_ALIKE = ((re.compile("rn"), "m"), (re.compile("cl"), "d"), (re.compile("vv"), "w"))
_ALIKE_SIGNS = str.maketrans("i0158", "lolsb")


def folded(text: str) -> tuple[str, ...]:
    """The words of a name in small letters, of any script: without accents, points and hyphens at the end of a line,
    letters that only points parted joined: "Inter-\\nnational U.S. Société" gives ("international", "us", "societe").
    """
    text = _POSSESSIVE.sub("", _HYPHENATED.sub("", unicodedata.normalize("NFKC", text))).replace("&", " and ")
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = re.sub("['’`´]", "", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    return tuple(re.findall(r"[^\W_]+", plain))


@lru_cache(maxsize=10_000)
def skeleton(word: str) -> str:
    """The word with letters that OCR takes for each other made one; numbers and single letters stay as they are."""
    if len(word) < 2 or word.isdigit():
        return word
    for pair, sign in _ALIKE:
        word = pair.sub(sign, word)
    return word.translate(_ALIKE_SIGNS)


@dataclass(frozen=True, slots=True)
class Name:
    """An organisation's or a place's name: its words, and the legal forms at its end."""

    words: tuple[str, ...]
    forms: frozenset[str] = frozenset()

    @property
    def bucket(self) -> str:
        """The same for names that may be one: without blanks, for OCR loses them, and in spite of misread letters."""
        joined = "".join(self.words)
        return "".join(map(skeleton, self.words)) if len(joined) >= _LEAST_LETTERS else joined

    def covers(self, other: Name) -> bool:
        """Whether this is the other's name at least as fully said: Acme Ltd that of Acme."""
        return other.forms <= self.forms

    def contradicts(self, other: Name) -> bool:
        """Whether the legal forms are those of two companies: Acme Ltd and Acme GmbH."""
        return not (self.forms <= other.forms or other.forms <= self.forms)

    def misread(self, other: Name) -> bool:
        """Whether one letter of a long word is another; not the first, and no plural, which are other words."""
        differing = [(a, b) for a, b in zip(self.words, other.words, strict=True) if a != b]
        if len(differing) != 1 or min(len("".join(self.words)), len("".join(other.words))) < _LONG_NAME:
            return False
        (a, b), letters = differing[0], (differing[0][0] + differing[0][1]).isalpha()
        if not letters or min(len(a), len(b)) < _LONG_WORD or a[0] != b[0] or a.rstrip("s") == b.rstrip("s"):
            return False
        return Levenshtein.distance(a, b, score_cutoff=1) == 1


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name: first names or initials, last name, "jr" or "sr", and "m" or "f" where a title says so."""

    given: tuple[str, ...]
    last: str
    generation: str = ""
    sex: str = ""

    @property
    def bucket(self) -> str:
        return skeleton(self.last) if len(self.last) >= _LEAST_LETTERS else self.last

    def covers(self, other: PersonName) -> bool:
        """Whether this is the other's name at least as fully said: Jane Mary Hartley that of J. Hartley and Hartley."""
        if self.contradicts(other) or (other.generation and not self.generation):
            return False
        if not other.given:
            return True
        if not self.given or not _says(self.given[0], other.given[0]):
            return False
        return _in_order(self.given[1:], other.given[1:])

    def contradicts(self, other: PersonName) -> bool:
        """Whether these are two persons of one last name."""
        if any(a and b and a != b for a, b in ((self.generation, other.generation), (self.sex, other.sex))):
            return True
        if not self.given or not other.given or self.bucket != other.bucket:
            return False
        if not (_says(self.given[0], other.given[0]) or _says(other.given[0], self.given[0])):
            return True
        longer, shorter = sorted((self.given[1:], other.given[1:]), key=len, reverse=True)
        return not _in_order(longer, shorter, either=True)

    def misread(self, other: PersonName) -> bool:
        """Never by any letter: Maria is not Mario. Letters that look alike are told by the skeleton."""
        return False


def organisation(text: str) -> Name:
    words = _without_article(_joined(folded(text)))
    forms, end, known = set(), len(words), _lists()["legal_forms"]
    while end > 1 and words[end - 1] in known:
        end -= 1
        forms.add(known[words[end]])
    if forms and end > 1 and words[end - 1] == "and":  # GmbH & Co. KG has lost its end
        end -= 1
    return Name(words[:end], frozenset(forms))


def form_after(after: str) -> str:
    """The legal form at the start of the text behind a name that was found without it: ", L.P." or " (UK) Ltd"."""
    found = _FORM_AFTER.match(after)
    words = _joined(folded(found["form"])) if found else ()
    return found[0] if found and len(words) == 1 and words[0] in _lists()["legal_forms"] else ""


def cut_off(text: str) -> bool:
    """Whether the text is but a legal form without its name: "Inc.". The Company is a name that contracts give."""
    return all(word in _lists()["legal_forms"] and word not in _TERMS for word in _joined(folded(text)))


def is_term(text: str) -> bool:
    """Whether a contract may call any company so: the Company."""
    return " ".join(_without_article(folded(text))) in _TERMS


def place(text: str) -> Name:
    words = _without_article(_joined(folded(text)))
    usual = _lists()["places"].get(" ".join(words))
    return Name(tuple(usual.split()) if usual else words)


def person(text: str, before: str = "") -> PersonName:
    """`before` is the word that stands before the name: it may be a title that was not taken with it."""
    lists = _lists()
    turned = _LAST_FIRST.fullmatch(text)
    if turned and not {*lists["generations"], *lists["honours"]} & {*folded(turned[2])}:
        text = f"{turned[2]} {turned[1]}"
    words = list(folded(text))
    sexes, generation = [lists["titles"].get(word, "") for word in folded(before)], ""
    while len(words) > 1 and words[0] in lists["titles"]:
        sexes.append(lists["titles"][words.pop(0)])
    while len(words) > 1 and (words[-1] in lists["generations"] or words[-1] in lists["honours"]):
        generation = lists["generations"].get(words.pop(), generation)
    given = tuple(word for word in words[:-1] if word not in lists["particles"])
    sex = next((sex for sex in reversed(sexes) if sex), "")
    if len(given) >= _MOST_WORDS or any(sign.isdigit() for word in given for sign in word):
        return PersonName((), " ".join(words), generation, sex)
    return PersonName(given, words[-1] if words else "", generation, sex)


def initials(text: str) -> set[str]:
    """What a name may be shortened to by its first letters: of all words, or without small ones, and with or without
    the legal forms at its end."""
    words, found = re.findall(r"[^\W_]+", text), set()
    while len(words) > 1:
        great = [word for word in words if word.casefold() not in _lists()["small_words"]]
        found |= {"".join(word[0] for word in some).casefold() for some in (words, great) if len(some) > 1}
        if words.pop().casefold() not in _lists()["legal_forms"]:
            break
    return found


def is_acronym(text: str) -> bool:
    return bool(_ACRONYM.fullmatch(text.strip()))


def _says(full: str, short: str) -> bool:
    """Whether a first name is the other, or begins with it where that is an initial."""
    return skeleton(full) == skeleton(short) or (len(short) == 1 and full.startswith(short))


def _in_order(full: tuple[str, ...], short: tuple[str, ...], either: bool = False) -> bool:
    """Whether all the short names stand among the full ones in their order."""
    rest = iter(full)
    return all(any(_says(one, name) or (either and _says(name, one)) for one in rest) for name in short)


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """Single letters in a row as one word: U.S. is US, I.B.M. is IBM."""
    out: list[str] = []
    run = False
    for word in words:
        single = len(word) == 1 and word.isalpha()
        if single and run:
            out[-1] += word
        else:
            out.append(word)
        run = single
    return tuple(out)


def _without_article(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[1:] if len(words) > 1 and words[0] in _lists()["articles"] else words


@lru_cache
def _lists() -> dict[str, Any]:
    lists: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return lists
