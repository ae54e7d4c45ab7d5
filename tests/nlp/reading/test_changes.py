"""What changed between two readings: rebuilt from its changes, each reading is itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.reading.changes import Change, changes, counts
from nlp.reading.engines import language_name

WORDS = st.lists(st.sampled_from(["a", "b", "c", "1", "1.00", "total"]), max_size=30)


@given(WORDS, WORDS)
def test_the_changes_lead_from_one_to_the_other(before: list[str], after: list[str]) -> None:
    found = changes(before, after)
    rebuilt, at = [], 0
    for change in found:
        rebuilt += before[at : change.before[0]] + after[slice(*change.after)]
        at = change.before[1]
        assert change.kind == (
            "added" if not _length(change.before) else "removed" if not _length(change.after) else "changed"
        )
    assert rebuilt + before[at:] == after
    told = counts(found)
    assert len(before) - told["removed"] + told["added"] == len(after)
    assert (not found) == (before == after)


def _length(words: tuple[int, int]) -> int:
    return words[1] - words[0]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Total 193.0O MYR", "Total 193.00 MYR", (1, 0, 0)),
        ("Total 193.00", "Grand Total 193.00 MYR", (0, 2, 0)),
        ("one two three four", "one four", (0, 0, 2)),
        ("in vo ice", "invoice", (1, 0, 2)),
    ],
)
def test_words_are_counted(before: str, after: str, told: tuple[int, int, int]) -> None:
    assert tuple(counts(changes(before.split(), after.split())).values()) == told


def test_neighbours_are_one_change() -> None:
    assert changes(["a", "b", "c", "d"], ["a", "x", "y", "z", "d"]) == [Change("changed", (1, 3), (1, 4))]


def test_a_page_of_one_word_ten_thousand_times_is_no_trap() -> None:
    assert counts(changes(["1"] * 10_000, ["1", "2"] * 5_000)) == {"changed": 5_000, "added": 0, "removed": 0}


def test_languages_have_names() -> None:
    codes = ("deu", "ell", "chi_tra", "script/Latin", "equ")
    names = ["German", "Greek", "Chinese (Traditional)", "script/Latin", "equ"]
    assert [language_name(code) for code in codes] == names
