"""Which filters are offered."""

from __future__ import annotations

from frontend.components.search_filters import MOST_CHIPS, shown_chips


def test_the_most_frequent_are_offered_and_what_is_chosen_can_be_taken_back() -> None:
    counts = {f"label-{number}": number for number in range(20)}
    shown = shown_chips(counts, ["gone", "label-19"])
    assert shown[:2] == ["label-19", "label-18"]
    assert len(shown) == MOST_CHIPS + 1
    assert shown[-1] == "gone", "chosen before, and in none of the hits now"


def test_a_label_and_a_field_of_the_same_title_are_one_chip() -> None:
    assert shown_chips({"DATE": 3, "date": 2, "total": 1}, []) == ["DATE", "total"]
    assert shown_chips({"DATE": 3, "date": 2}, ["date"]) == ["DATE", "date"]
