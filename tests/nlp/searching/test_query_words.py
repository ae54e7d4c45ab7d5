"""Query words, fused rankings and snippets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.searching.search import MOST_WORDS, fuse, match_query, snippet, stem

TEXT = (
    "The lease begins in May. "
    + "Nothing of note is said in this sentence. " * 20
    + "Paying the deposit of EUR 900 ends "
    "the matter, and the deposit is paid back. " + "Nothing of note is said here either. " * 20
)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ()),
        ("… – \x00 _", ()),
        ("the wing of a wing", ("wing", "wing")),
        ("to be or not to be", ("to", "be", "or", "not", "to", "be")),
        ('wing" OR (text:NEAR^2) -x*', ("wing", "text", "NEAR", "2", "x")),
        ("INV-2023_001 Übermaß 発票", ("INV", "2023", "001", "Übermaß", "発票")),
    ],
)
def test_the_words_of_a_query(query: str, words: tuple[str, ...]) -> None:
    assert match_query(query) == words


def test_a_pasted_page_is_cut() -> None:
    assert len(match_query("word " * 10_000)) == MOST_WORDS


def test_fusing_prefers_what_both_rankings_like() -> None:
    fused = fuse([["a", "b", "c"], ["d", "b", "e"]])
    assert [key for key, _ in fused] == ["b", "a", "d", "c", "e"]
    assert [score for _, score in fused] == pytest.approx([2 / 62, 1 / 61, 1 / 61, 1 / 63, 1 / 63])


def test_fusing_one_ranking_keeps_it_and_none_gives_none() -> None:
    assert [key for key, _ in fuse([["x", "y", "z"], []])] == ["x", "y", "z"]
    assert fuse([]) == []


@pytest.mark.parametrize(("one", "other"), [("Payments", "payment"), ("CAFÉ", "cafe\u0301"), ("Straße", "STRASSE")])
def test_words_match_whatever_their_case_accents_and_endings(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_a_snippet_lies_where_most_of_the_query_is() -> None:
    found = snippet(TEXT, 0, len(TEXT), "deposit to pay", width=120)
    assert TEXT[found.start : found.end] == found.text
    assert [TEXT[start:end] for start, end in found.marks] == ["Paying", "deposit", "deposit"]
    assert len(found.text) <= 120


def test_a_snippet_stays_inside_its_passage() -> None:
    start = TEXT.index("Paying")
    found = snippet(TEXT, start, start + 40, "lease deposit", width=500)
    assert (found.start, found.end) == (start, start + 40)
    assert [TEXT[a:b] for a, b in found.marks] == ["deposit"]


@pytest.mark.parametrize("query", ["", "unheard"])
def test_without_a_match_it_is_the_beginning(query: str) -> None:
    found = snippet(TEXT, 25, len(TEXT), query, width=60)
    assert found.start == 25
    assert found.text.startswith("Nothing of note")
    assert found.marks == ()


def test_a_word_longer_than_the_snippet_is_cut() -> None:
    chinese = "你好世界" * 100
    assert snippet(chinese, 0, len(chinese), "foo", width=240).text == chinese[:240]
    assert snippet("是 " + chinese, 0, 402, "foo", width=240).text == ("是 " + chinese)[:240]


@given(text=st.text("ab \néß.", max_size=300), query=st.text("ab éß", max_size=20), data=st.data())
def test_a_snippet_never_lies_about_its_place(text: str, query: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = snippet(text, start, end, query, width=data.draw(st.integers(1, 80)))
    assert start <= found.start <= found.end <= end
    assert found.text == text[found.start : found.end]
    assert all(found.start <= a < b <= found.end for a, b in found.marks)
    wanted = {stem(word) for word in match_query(query)}
    assert {stem(text[a:b]) for a, b in found.marks} <= wanted
