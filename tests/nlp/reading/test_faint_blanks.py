"""Blanks that the recogniser all but saw are put between words, and nowhere else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nlp.reading.faint_blanks import FaintBlanks
from nlp.reading.rapid import _engine

CHARACTERS = ["nothing", *"0123456789ABCDEFGH-", " "]


class Decoder:
    """The likeliest character of each column, as the recogniser's own decoder reads them."""

    character = CHARACTERS

    def __call__(self, chances: NDArray[np.float32], **_: Any) -> list[str]:
        lines = chances.argmax(axis=2)
        return ["".join(CHARACTERS[at] for at in line if at) for line in lines]


def chances(columns: str, blanks: dict[int, float]) -> NDArray[np.float32]:
    """One line: in each column a character, "." for none, and how likely a blank is there."""
    line = np.zeros((len(columns), len(CHARACTERS)), dtype=np.float32)
    for column, character in enumerate(columns):
        blank = blanks.get(column, 0.0)
        line[column, -1] = blank
        line[column, 0 if character == "." else CHARACTERS.index(character)] = 1 - blank
    return line[np.newaxis]


@pytest.mark.parametrize(
    ("columns", "blanks", "text"),
    [
        ("1.4...B", {4: 0.4}, "14 B"),
        ("1.4...B", {3: 0.06, 4: 0.2, 5: 0.11}, "14 B"),  # one blank, not three
        ("1.4...B", {4: 0.05}, "14B"),  # too faint
        ("1.4..B.C", {4: 0.05}, "14BC"),
        ("1.4.B.C", {3: 0.45}, "14BC"),  # no further apart than other letters
        ("1...4...B", {2: 0.4}, "14B"),  # nor here, in wide print
        ("1.4...-.A", {4: 0.4}, "14-A"),  # a sign stands by itself without a blank
        ("A....B", {2: 0.4}, "AB"),  # two letters tell nothing of how far apart letters are
        ("11.4....B.C", {5: 0.3}, "114 BC"),
        (".......", {3: 0.4}, ""),
    ],
)
def test_a_blank_is_where_letters_part_and_one_was_all_but_seen(
    columns: str, blanks: dict[int, float], text: str
) -> None:
    assert FaintBlanks(Decoder())(chances(columns, blanks)) == [text]


def test_a_blank_that_was_seen_stays_one() -> None:
    assert FaintBlanks(Decoder())(chances("1.4.. .B.C", {4: 0.3, 6: 0.3})) == ["14 BC"]


def test_the_recogniser_s_last_character_is_the_blank() -> None:
    decoder = _engine().text_rec.postprocess_op
    assert isinstance(decoder, FaintBlanks)
    assert decoder._characters[-1] == " "
