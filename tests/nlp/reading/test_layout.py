"""Layout: reading order, lines and blocks, and text whose offsets fit its words."""

from __future__ import annotations

import random

import pytest

from nlp.reading.layout import Token, arrange, compose


def line(text: str, left: float, top: float, size: float = 10.0) -> list[Token]:
    """The words of a line of type set at a fixed pitch."""
    tokens, at = [], left
    for word in text.split():
        tokens.append(Token(word, at, top, at + len(word) * size * 0.5, top + size * 0.7, 1.0))
        at += (len(word) + 1) * size * 0.5
    return tokens


def read(tokens: list[Token]) -> str:
    random.Random(7).shuffle(tokens)  # nothing may depend on the order of the file
    return compose(arrange(tokens), 600, 800).text


PROSE = ["the", "quick", "brown", "fox", "jumps", "over", "a", "lazy", "dog"]


def prose(left: float, first: int, count: int = 6, top: float = 100) -> list[Token]:
    """A column of lines that begin with their number."""
    return [token for n in range(count) for token in line(f"{first + n} " + " ".join(PROSE), left, top + n * 13)]


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    tokens = line("A title over both of the columns of this page", 150, 60) + prose(40, 10) + prose(310, 20)
    numbers = [word for word in read(tokens).split() if word.isdigit()]
    assert numbers == [str(n) for n in (*range(10, 16), *range(20, 26))]


def test_columns_of_unequal_length_and_type_over_them() -> None:
    tokens = line("One line over all of it and that is a long one indeed so it has no gutter", 40, 60)
    tokens += prose(40, 10, count=8) + prose(310, 30, count=4)
    tokens += line("One line under all of it and that is a long one indeed so it has no gutter", 40, 240)
    text = read(tokens)
    assert text.index("over all") < text.index("17 the") < text.index("30 the") < text.index("under all")


def test_tables_are_read_row_by_row() -> None:
    rows = [("Paper, white, 500 sheets", "2", "9.80"), ("Pens, blue", "10", "14.50"), ("Total", "", "24.30")]
    tokens = [
        token
        for n, (name, count, price) in enumerate(rows)
        for token in line(name, 40, 100 + n * 14) + line(count, 330, 100 + n * 14) + line(price, 480, 100 + n * 14)
    ]
    assert read(tokens) == "Paper, white, 500 sheets 2 9.80\nPens, blue 10 14.50\nTotal 24.30"


def test_marks_of_little_height_stay_in_their_line() -> None:
    comma = Token(",", 60, 106, 62, 108.4, 1.0)
    dash = Token("-", 70, 103, 74, 103.6, 1.0)
    quote = Token("'", 80, 100, 81, 102, 1.0)
    tokens = [*line("word", 40, 100), comma, dash, quote, *line("end", 90, 100), *line("next line", 40, 113)]
    assert read(tokens) == "word , - ' end\nnext line"


def test_a_larger_step_begins_a_block() -> None:
    tokens = [*prose(40, 1, count=3), *prose(40, 4, count=3, top=180)]
    running = compose(arrange(tokens), 600, 800)
    assert running.text.count("\n\n") == 1
    assert len(running.blocks) == 2
    assert len(running.lines) == 6


def test_a_stamp_along_the_margin_comes_last_and_is_read_upwards() -> None:
    stamp = [
        Token("received", 580, 400, 588, 440, 1.0, direction=3),
        Token("today", 580, 370, 588, 395, 1.0, direction=3),
    ]
    assert read([*prose(40, 1, count=3), *stamp]).endswith("received today")


def turned(tokens: list[Token], quarters: int, width: float = 600, height: float = 800) -> list[Token]:
    """The page laid on its side or its head, clockwise."""
    for _ in range(quarters):
        tokens = [
            Token(t.text, height - t.bottom, t.left, height - t.top, t.right, t.confidence, (t.direction + 1) % 4)
            for t in tokens
        ]
        width, height = height, width
    return tokens


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_on_its_side_or_head_is_read_as_if_upright(quarters: int) -> None:
    page = line("A title over both of the columns of this page", 150, 60) + prose(40, 10, count=8) + prose(310, 30)
    page += line("Total", 40, 400) + line("24.30", 480, 400) + line("Signed", 40, 420) + line("in Bern", 480, 420)
    assert read(turned(page, quarters)) == read(list(page))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_columns_as_ocr_sees_them(quarters: int) -> None:
    """Askew by a degree, boxes as high as their letters happen to be."""
    chance = random.Random(11)
    page = [
        Token(
            t.text,
            t.left,
            t.top + 0.0175 * t.left + chance.uniform(-1, 1),
            t.right,
            t.bottom + 0.0175 * t.left + chance.uniform(-1, 1.5),
            0.9,
        )
        for t in prose(40, 10) + prose(310, 20)
    ]
    numbers = [word for word in read(turned(page, quarters)).split() if word.isdigit()]
    assert numbers == [str(n) for n in (*range(10, 16), *range(20, 26))]


def test_vertical_writing_along_both_margins_is_read_along_itself() -> None:
    up, down = turned(line("copy for the file", 300, 20), 3), turned(line("page turned twice", 200, 20), 1)
    text = read([*prose(40, 1, count=3), *up, *down])
    assert text.startswith("1 the quick")
    assert "copy for the file" in text.split("\n\n")
    assert "page turned twice" in text.split("\n\n")


def test_right_to_left_lines_begin_at_the_right() -> None:
    tokens = [Token("עולם", 10, 10, 40, 20, 1.0), Token("שלום", 50, 10, 80, 20, 1.0)]
    assert read(tokens) == "שלום עולם"


def test_offsets_fit_words_lines_and_blocks() -> None:
    running = compose(arrange([*prose(40, 1), *line("apart", 40, 400)]), 600, 800)
    assert all(running.text[word.start : word.end] == word.text for word in running.words)
    assert [running.text[r.start : r.end] for r in running.lines] == running.text.replace("\n\n", "\n").split("\n")
    assert [running.text[r.start : r.end] for r in running.blocks] == running.text.split("\n\n")


def test_nothing_composes_to_nothing() -> None:
    assert compose(arrange([]), 600, 800).text == ""
