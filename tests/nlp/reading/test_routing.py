"""The policy, rule by rule: which engine reads a picture, and why."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image, ImageFilter

from nlp.reading import ocr, rapid, routing
from nlp.reading.ink import Doubt
from nlp.reading.layout import Sides, Token
from nlp.reading.routing import (
    EXACT,
    QUICK,
    Recognised,
    is_doubtful,
    left_out_much,
    looks_hard,
    recognise,
    still_doubtful,
)
from tests.nlp.reading.test_ocr import run_python, written

pytestmark = pytest.mark.usefixtures("tesseract")

LINES = [f"{number} The quick brown fox jumps over the lazy dog" for number in range(10, 22)]


def page(lines: Sequence[str] = LINES) -> Image.Image:
    return written((2480, 3508), 60, lines)


def text(read: Recognised) -> list[str]:
    return [" ".join(token.text for token in line) for block in read.blocks for line in block]


def test_a_clean_page_is_for_the_quick_engine_alone() -> None:
    read = recognise(page(), ["eng"], 300)
    assert (read.engines, read.why) == ((QUICK,), "")
    assert text(read) == LINES


@pytest.mark.parametrize(("dpi", "why"), [(None, "not of the shape of a page"), (100, "only 100 dpi"), (130, "")])
def test_receipts_and_low_resolutions_are_for_the_exact_engine(dpi: int | None, why: str) -> None:
    assert looks_hard(dpi) == why


def test_the_exact_engine_reads_what_looks_hard_without_asking_the_quick_one() -> None:
    read = recognise(written((800, 1000), 24, LINES), ["eng"], 90)
    assert (read.engines, read.why) == ((EXACT,), "only 90 dpi")
    assert text(read) == LINES


def test_a_page_of_which_much_is_left_out_goes_to_the_exact_engine() -> None:
    """Beside black print Tesseract takes light grey print for ground."""
    both = page(LINES[:6])
    grey = page(["", *[""] * 6, *LINES[6:]]).point(lambda value: 255 if value > 128 else 190)
    both.paste(grey.crop((0, 1100, 2480, 3508)), (0, 1100))
    read = recognise(both, ["eng"], 300)
    assert read.engines == (EXACT,)
    assert "left out" in read.why
    assert text(read) == LINES


def token(confidence: float, text: str = "word") -> Token:
    return Token(text, 0, 0, 40, 20, confidence)


@pytest.mark.parametrize(("doubtful", "why"), [(3, ""), (4, "40% of the words stayed doubtful")])
def test_a_page_whose_words_stay_doubtful_goes_to_the_exact_engine(doubtful: int, why: str) -> None:
    words = [token(0.5)] * doubtful + [token(0.95)] * (10 - doubtful)
    assert still_doubtful(words) == why
    assert still_doubtful([]) == ""


@pytest.mark.parametrize(("uncovered", "why"), [(0.05, ""), (0.08, "Tesseract left out 8% of the letters")])
def test_letters_without_words_count_against_the_quick_engine(uncovered: float, why: str) -> None:
    assert left_out_much(Doubt((), uncovered, 20.0)) == why


@pytest.mark.parametrize(
    ("text", "confidence", "doubtful"),
    [
        ("word", 0.91, True),
        ("word", 0.93, False),
        ("€1,000.50", 0.93, False),
        ("w®rd", 0.95, True),
        ("w®rd", 0.97, False),
    ],
)
def test_rare_signs_make_a_word_doubtful_sooner(text: str, confidence: float, doubtful: bool) -> None:
    assert is_doubtful(token(confidence, text)) == doubtful


@pytest.mark.parametrize(
    ("bar", "doubted"),
    [
        (Token("|", 0, 10, 4, 40, 0.97), [True, True, False]),  # as high as a letter: an I, perhaps
        (Token("|", 0, 0, 4, 90, 0.97), [True, False, False]),  # a ruling line
        (Token("|", 0, 60, 4, 90, 0.97), [True, False, False]),  # at the end of the line below
        (Token("I", 0, 10, 4, 40, 0.97), [False, False, False]),
    ],
)
def test_bars_are_doubted_and_the_word_that_may_follow_an_i(bar: Token, doubted: list[bool]) -> None:
    words = [bar, Token("know", 10, 10, 90, 40, 0.97), Token("you", 100, 10, 160, 40, 0.97)]
    after = routing.bars_doubted(words)
    assert [is_doubtful(word) for word in after] == doubted
    assert [word._replace(confidence=0.97) for word in after] == words


def test_a_second_reading_of_a_bar_and_its_word_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "engine", lambda _: Reader(0.8))
    monkeypatch.setattr(ocr, "LineReader", Reader)
    words = routing.bars_doubted([Token("|", 0, 10, 4, 40, 0.97), Token("know", 10, 10, 90, 40, 0.97)])
    again = routing.second_opinion(Image.new("L", (400, 100), 255), words, Doubt(((0, 5, 95, 45),), 0.0, 30.0), 300)
    assert [word.text for word in again] == ["fox"]


def test_a_few_doubtful_words_get_a_second_opinion() -> None:
    smudged = page()
    place = (248, 351, 600, 420)  # the beginning of the first line
    smudged.paste(smudged.crop(place).filter(ImageFilter.GaussianBlur(5)), place[:2])
    alone = recognise(smudged, ["eng"], 300, QUICK)
    read = recognise(smudged, ["eng"], 300)
    assert text(alone) != LINES
    assert read.engines == (QUICK, EXACT)
    assert "read again" in read.why
    assert text(read)[: len(LINES)] == LINES


def test_a_second_opinion_that_is_no_surer_changes_nothing() -> None:
    sure = [Token("Fox", 250, 350, 400, 420, 0.999)]
    open_ = Doubt(((240, 340, 410, 430),), 0.0, 40.0)
    again = routing.second_opinion(Image.new("L", (2480, 3508), 255), sure, open_, 300)
    assert again == sure


class Reader:
    """Reads each line as the same word."""

    def __init__(self, confidence: float) -> None:
        self.confidence = confidence

    def read_lines(self, image: Image.Image, lines: Sequence[Sides]) -> list[list[Token]]:
        return [[Token("fox", *sides, self.confidence)] for sides in lines]


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (None, 0.95, ["fox"]),  # Tesseract saw nothing there
        (None, 0.85, []),
        (0.3, 0.6, ["fox"]),
        (0.6, 0.55, ["Fox"]),
        (0.3, 0.4, []),  # no writing
    ],
)
def test_what_is_kept_of_two_readings(
    monkeypatch: pytest.MonkeyPatch, before: float | None, after: float, kept: list[str]
) -> None:
    monkeypatch.setattr(ocr, "engine", lambda _: Reader(after))
    monkeypatch.setattr(ocr, "LineReader", Reader)
    words = [] if before is None else [Token("Fox", 250, 350, 400, 420, before)]
    open_ = Doubt(((240, 340, 410, 430),), 0.0, 40.0)
    again = routing.second_opinion(Image.new("L", (2480, 3508), 255), words, open_, 300)
    assert [word.text for word in again] == kept


def test_an_engine_may_be_asked_for() -> None:
    read = recognise(written((800, 1000), 24, LINES), ["eng"], 90, QUICK)
    assert read.engines == (QUICK,)


def test_a_language_that_only_one_engine_knows_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rapid, "_LANGUAGES", "fra")
    read = recognise(written((800, 1000), 24, LINES), ["eng"], 90)
    assert (read.engines, read.languages) == ((QUICK,), ("eng",))


def test_languages_that_nobody_knows_are_left_out() -> None:
    assert recognise(page(), ["eng", "tlh"], 300).languages == ("eng",)
    assert recognise(page(), ["tlh"], 300).languages == ("eng",)


ALONE = """
from tests.nlp.reading.test_routing import EXACT, LINES, page, recognise, text
read = recognise(page(), ["eng"], 300)
assert (read.engines, text(read)) == ((EXACT,), LINES), read
"""


def test_without_tesseract_the_exact_engine_reads_all(tmp_path: object) -> None:
    process = run_python(ALONE, PATH=str(tmp_path))
    _, error = process.communicate(timeout=120)
    assert process.returncode == 0, error
