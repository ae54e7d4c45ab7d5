"""Letters that follow each other as in a language: no language is rejected, every shuffling of letters is."""

from __future__ import annotations

import importlib
import random

import pytest

from nlp.reading.judgement import Evidence, judge
from nlp.reading.letter_pairs import TENTHS
from nlp.reading.plausibility import LETTERS, mean_surprise, surprise
from scripts.letters import languages, table

ALPHABET = LETTERS.strip()
WORDS = languages()


def trusted(bits: float | None) -> bool:
    return judge(Evidence(2000, 0.0, 0.0, plain=1.0, picture=0.0, surprise=bits, drawn=True)).trusted


@pytest.mark.parametrize("language", WORDS)
def test_a_language_that_the_table_does_not_know_is_trusted(language: str) -> None:
    known = table({name: words for name, words in WORDS.items() if name != language})
    assert trusted(mean_surprise(WORDS[language], known))


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_letters_are_not(language: str, seed: int) -> None:
    shuffled = random.Random(seed).sample(ALPHABET, len(ALPHABET))
    text = " ".join(WORDS[language]).translate(str.maketrans(ALPHABET, "".join(shuffled)))
    bits = surprise([text])
    assert bits is not None
    assert not trusted(bits)


@pytest.mark.parametrize("language", ["ru", "el", "ja", "zh", "ar", "hi", "he", "ko"])
def test_of_other_scripts_nothing_is_said(language: str) -> None:
    sentences = importlib.import_module(f"spacy.lang.{language}.examples").sentences
    assert surprise([*sentences * 20, "Apple iPhone qxzj " * 3]) is None


def test_of_few_words_nothing_is_said() -> None:
    assert surprise(["qxz wvk jjq"] * 5) is None
    assert surprise(["12 345,00 6"] * 500) is None
    assert trusted(None)


def test_accents_and_capitals_are_folded() -> None:
    assert surprise(["ÉCOLE garçon Łódź"] * 20) == surprise(["ecole garcon lodz"] * 20)


def test_the_table_is_what_the_script_makes() -> None:
    rows = ["".join(f"{min(99, round(bits * 10)):02}" for bits in row) for row in table(WORDS)]
    assert list(TENTHS) == rows, "run: python -m scripts.letters"
