"""Tables: every cell where it is drawn, with its words; no table where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from nlp.facts import Page, Table
from nlp.reading.layout import Token, compose
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.reading.tables import find_tables

PDF = "application/pdf"
GRID = (
    ("Item", "Qty", "Price"),
    ("Paper A4", "40", "1,000.00"),
    ("Ink, black", "2", "75.50"),
    ("Total", "", "1,075.50"),
)
COLUMNS, TOP, ROW = (60, 260, 340, 480), 200, 30


def ruled(path: Path, skew: float = 0.0, tables: int = 1) -> Path:
    """A PDF page with some prose and tables."""
    canvas = Canvas(str(path), pagesize=(595, 842), invariant=True)
    canvas.translate(300, 420)
    canvas.rotate(skew)
    canvas.translate(-300, -420)
    canvas.drawString(60, 780, "Please find what you ordered in the table below.")
    for table in range(tables):
        top = 842 - TOP - 200 * table
        canvas.grid(COLUMNS, [top - ROW * row for row in range(len(GRID) + 1)])
        for row, texts in enumerate(GRID):
            for left, text in zip(COLUMNS, texts, strict=False):
                canvas.drawString(left + 6, top - ROW * (row + 1) + 10, text)
    canvas.save()
    return path


def scan_of(path: Path) -> Path:
    """The page as a picture without any text."""
    from nlp.reading.pictures import pdf_page, render

    with pdf_page(path, 1) as page:
        drawn, _ = render(page, 200, 40)
    target = path.with_suffix(".png")
    drawn.save(target, dpi=(200, 200))
    return target


def assert_is_the_grid(table: Table, page: Page) -> None:
    assert table.grid() == [list(row) for row in GRID]
    assert [(cell.row, cell.column, cell.rows, cell.columns) for cell in table.cells] == [
        (row, column, 1, 1) for row in range(4) for column in range(3)
    ]
    for cell in table.cells:
        left, right = COLUMNS[cell.column] / 595, COLUMNS[cell.column + 1] / 595
        top, bottom = ((TOP + ROW * (cell.row + after)) / 842 for after in (0, 1))
        assert cell.box.as_list() == pytest.approx([left, top, right, bottom], abs=0.003)
        assert " ".join(page.text[start:end] for start, end in cell.spans).split() == cell.text.split()


def test_a_ruled_table_of_a_born_digital_page(tmp_path: Path) -> None:
    page = read_page(ruled(tmp_path / "a.pdf"), PDF, 1, ReadingOptions()).page
    (table,) = page.tables
    assert_is_the_grid(table, page)
    assert table.box.as_list() == pytest.approx([60 / 595, 200 / 842, 480 / 595, 320 / 842], abs=0.003)


@pytest.mark.usefixtures("tesseract")
@pytest.mark.parametrize("skew", [0.0, 0.3])
def test_a_ruled_table_of_a_scan(tmp_path: Path, skew: float) -> None:
    page = read_page(scan_of(ruled(tmp_path / "a.pdf", skew)), "image/png", 1, ReadingOptions()).page
    (table,) = page.tables
    assert (table.rows, table.columns, len(table.cells)) == (4, 3, 12)
    assert table.grid()[1] == ["Paper A4", "40", "1,000.00"]


def test_tables_come_from_top_to_bottom(tmp_path: Path) -> None:
    page = read_page(ruled(tmp_path / "a.pdf", tables=3), PDF, 1, ReadingOptions()).page
    assert [table.grid() for table in page.tables] == [[list(row) for row in GRID]] * 3
    tops = [table.box.top for table in page.tables]
    assert tops == sorted(tops)


def drawn(
    lines: Sequence[tuple[int, int, int, int]], words: Sequence[tuple[str, int, int]]
) -> tuple[Page, Image.Image]:
    """A page of 1000 by 1000 pixels with these lines, and words whose letters are 10 pixels wide and 16 high."""
    image = Image.new("L", (1000, 1000), 255)
    draw = ImageDraw.Draw(image)
    for line in lines:
        draw.line(line, fill=0, width=2)
    tokens = [Token(text, x, y, x + 10 * len(text), y + 16, 0.9) for text, x, y in words]
    for token in tokens:
        draw.rectangle((token.left, token.top, token.right, token.bottom), outline=120)
    running = compose([[[token] for token in tokens]], 1000, 1000)
    return Page(1, 1000, 1000, running.text, running.words, "test", "Set by a test.", 0.9), image


def grid_lines(xs: Sequence[int], ys: Sequence[int]) -> list[tuple[int, int, int, int]]:
    return [(xs[0], y, xs[-1], y) for y in ys] + [(x, ys[0], x, ys[-1]) for x in xs]


def test_cells_may_cover_several_rows_and_columns() -> None:
    lines = [(100, 100, 500, 100), (100, 300, 500, 300), (100, 100, 100, 300), (500, 100, 500, 300)]
    lines += [(300, 150, 300, 300), (100, 150, 500, 150), (300, 200, 500, 200)]
    page, image = drawn(lines, [("Head", 120, 115), ("tall", 120, 200), ("upper", 320, 165), ("lower", 320, 240)])
    (table,) = find_tables(page, image)
    assert [(c.row, c.column, c.rows, c.columns, c.text) for c in table.cells] == [
        (0, 0, 1, 2, "Head"),
        (1, 0, 2, 1, "tall"),
        (1, 1, 1, 1, "upper"),
        (2, 1, 1, 1, "lower"),
    ]
    assert table.grid() == [["Head", ""], ["tall", "upper"], ["", "lower"]]


@settings(max_examples=40, deadline=None)
@given(
    widths=st.lists(st.integers(60, 150), min_size=2, max_size=5),
    heights=st.lists(st.integers(40, 90), min_size=2, max_size=7),
    origin=st.tuples(st.integers(20, 200), st.integers(20, 300)),
)
def test_every_grid_is_found_as_it_is_drawn(widths: list[int], heights: list[int], origin: tuple[int, int]) -> None:
    xs = [origin[0] + sum(widths[:n]) for n in range(len(widths) + 1)]
    ys = [origin[1] + sum(heights[:n]) for n in range(len(heights) + 1)]
    words = [(f"r{row}c{column}", xs[column] + 8, ys[row] + 12)
             for row in range(len(heights)) for column in range(len(widths))]  # fmt: skip
    page, image = drawn(grid_lines(xs, ys), words)
    (table,) = find_tables(page, image)
    assert table.grid() == [[f"r{row}c{column}" for column in range(len(widths))] for row in range(len(heights))]
    for cell in table.cells:
        expected = xs[cell.column], ys[cell.row], xs[cell.column + 1], ys[cell.row + 1]
        assert cell.box.as_list() == pytest.approx([side / 1000 for side in expected], abs=0.003)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], [("word", 100, 100)]),
        (grid_lines((100, 500), (100, 200, 300)), [("a", 120, 120), ("b", 120, 220)]),  # one column
        (grid_lines((100, 300, 500), (100, 200)), [("a", 120, 120), ("b", 320, 120)]),  # one row
        (grid_lines((100, 300, 500), (100, 200, 300)), [("alone", 120, 120)]),  # nothing in it
        (grid_lines((100, 300, 500), (100, 200, 300)), [("across-it-all", 240, y) for y in (120, 150, 220, 250)]),
        (grid_lines((50, 500, 950), (50, 500, 950)),
         [("word", x + 60 * n, y + 20 * m) for x in (60, 510) for y in (60, 510) for n in range(7) for m in range(20)]),
        ([(100, 100, 500, 100), (100, 300, 500, 300)], [("ruled", 120, 150), ("above", 120, 200)]),
    ],
)  # fmt: skip
def test_what_is_no_table_is_not_taken_for_one(
    lines: list[tuple[int, int, int, int]], words: list[tuple[str, int, int]]
) -> None:
    assert find_tables(*drawn(lines, words)) == ()


def test_letters_between_lines_are_no_lines() -> None:
    # Rows so close that the stems of their letters reach from line to line.
    lines = [(100, y, 900, y) for y in range(100, 181, 20)] + [(x, 100, x, 180) for x in (100, 900)]
    stems = [(x, 100, x, 180) for x in (150, 163, 300)]
    words = [("illicit", 145, y + 2) for y in range(100, 180, 20)] + [("ill", 297, y + 2) for y in range(100, 180, 20)]
    assert find_tables(*drawn(lines + stems, words)) == ()


@pytest.mark.usefixtures("tesseract")
def test_a_page_that_lies_on_its_side_has_no_tables(tmp_path: Path) -> None:
    upright = Image.open(scan_of(ruled(tmp_path / "a.pdf")))
    path = tmp_path / "lying.png"
    upright.rotate(90, expand=True).save(path)
    reading = read_page(path, "image/png", 1, ReadingOptions())
    assert (reading.rotation, reading.page.tables) == (90, ())


def listed(rows: Sequence[Sequence[str]], xs: Sequence[int], step: int = 30) -> list[tuple[str, int, int]]:
    """Words of these rows below each other at these places; a cell of several words has them one blank apart."""
    words = []
    for row, texts in enumerate(rows):
        for x, text in zip(xs, texts, strict=True):
            at = x
            for word in text.split():
                words.append((word, at, 100 + step * row))
                at += 10 * len(word) + 6
    return words


STATEMENT = (
    ("Date", "Description", "Number", "Debits"),
    ("01Aug2018", "Clearing cheque", "4987", "36.07"),
    ("01Aug2018", "Assisted deposit", "", "60.93"),
    ("02Aug2018", "Clearing cheque", "4984", "48.08"),
    ("02Aug2018", "Transfer out", "4985", "1,500.00"),
)
PLACES = (60, 220, 520, 700)


def test_a_table_without_lines_is_known_by_its_columns() -> None:
    prose = [("the", 60 + 40 * n, 20) for n in range(20)]
    page, image = drawn([], [*prose, *listed(STATEMENT, PLACES)])
    (table,) = find_tables(page, image)
    assert table.grid() == [list(row) for row in STATEMENT]
    assert len(table.cells) == 20
    assert all(0.09 < cell.box.top < cell.box.bottom < 0.25 for cell in table.cells)
    assert [" ".join(page.text[a:b] for a, b in cell.spans).split() for cell in table.cells] == [
        cell.text.split() for cell in table.cells
    ]


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        (STATEMENT[:3], PLACES),  # too few rows
        ([(row[0], row[3]) for row in STATEMENT], (60, 700)),  # two columns: names and values
        ([("some words", "of prose", "in columns", "only")] * 6, PLACES),  # no numbers
        ([("12", "", "", ""), ("", "13", "", ""), ("", "", "14", ""), ("", "", "", "15")] * 2, PLACES),  # mostly empty
    ],
)
def test_words_that_stand_otherwise_are_no_table(rows: Sequence[Sequence[str]], places: Sequence[int]) -> None:
    assert find_tables(*drawn([], listed(rows, places))) == ()


def test_a_ruled_table_is_not_found_twice() -> None:
    xs, ys = (50, 200, 500, 680, 900), [90 + 30 * row for row in range(6)]
    (table,) = find_tables(*drawn(grid_lines(xs, ys), listed(STATEMENT, PLACES)))
    assert table.grid() == [list(row) for row in STATEMENT]
