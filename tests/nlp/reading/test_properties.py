"""Whatever is on a page: a range of its text and its words spell the same, and boxes are where words are seen.

Over sets of tokens, as any reader may give them, and over PDFs that are turned, cropped and moved.
"""

from __future__ import annotations

import pickle
import string
from collections import Counter
from functools import reduce
from pathlib import Path
from random import Random

import pikepdf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from nlp.facts import Box, Page, Region, Word
from nlp.places import find_place
from nlp.reading.layout import Running, Token, arrange, compose
from tests.nlp.reading.test_text_layer import layer_of

WIDTH, HEIGHT = 600.0, 800.0

words = st.text(string.ascii_letters + string.digits + "éßøŁשмの漢ع,.-€", min_size=1, max_size=12)


@st.composite
def tokens(draw: st.DrawFn) -> Token:
    """Anywhere on the page, and over its edges by a little, as OCR and drifted text layers have them."""
    left, top = draw(st.floats(-20, WIDTH)), draw(st.floats(-20, HEIGHT))
    right, bottom = left + draw(st.floats(0, 200)), top + draw(st.floats(0, 60))
    return Token(draw(words), left, top, right, bottom, draw(st.floats(0, 1)), draw(st.integers(0, 3)))


def assert_whole(running: Running | Page) -> None:
    """Words, lines and blocks lie on the text one after the other, and boxes on the page."""
    for word in running.words:
        assert running.text[word.start : word.end] == word.text
    lines = [running.text[line.start : line.end] for line in running.lines]
    blocks = [running.text[block.start : block.end] for block in running.blocks]
    assert "\n\n".join(blocks) == running.text
    assert "\n".join(lines) == running.text.replace("\n\n", "\n")
    assert " ".join(word.text for word in running.words) == running.text.replace("\n\n", " ").replace("\n", " ")
    parts: list[Word | Region] = [*running.words, *running.lines, *running.blocks]
    for part in parts:
        assert 0 <= part.box.left <= part.box.right <= 1
        assert 0 <= part.box.top <= part.box.bottom <= 1
        inside = [word.box for word in running.words if part.start <= word.start and word.end <= part.end]
        assert part.box == reduce(Box.union, inside)


@given(st.lists(tokens(), max_size=60))
def test_all_words_are_kept_and_spell_the_text(found: list[Token]) -> None:
    blocks = arrange(found)
    assert Counter(token for block in blocks for line in block for token in line) == Counter(found)
    assert_whole(compose(blocks, WIDTH, HEIGHT))


@given(st.lists(tokens(), max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_matter(found: list[Token], chance: Random) -> None:
    """As long as no two words begin at the same place or stand at the same height."""
    by_height = {token.middle: token for token in found if token.direction == 0}
    apart = list({token.left: token for token in by_height.values()}.values())
    shuffled = chance.sample(apart, len(apart))
    assert arrange(shuffled) == arrange(apart)


@given(st.lists(tokens(), max_size=40))
def test_a_page_is_the_same_after_the_hop_out_of_the_child(found: list[Token]) -> None:
    running = compose(arrange(found), WIDTH, HEIGHT)
    page = Page(
        7, WIDTH, HEIGHT, running.text, running.words, "tesseract", "why", 0.5, running.lines, running.blocks,
        options={"dpi": 300}, language="eng", flags=("blank",),
    )  # fmt: skip
    assert pickle.loads(pickle.dumps(page, pickle.HIGHEST_PROTOCOL)) == page


#: Cells of the pages made below, in points. One word a cell, with room to turn in.
CELL = 60
ACROSS, DOWN = 6, 8


@st.composite
def drawn_words(draw: st.DrawFn) -> dict[tuple[int, int], tuple[str, int]]:
    """By column and row from the bottom left: a word and the degrees it is turned by, counter-clockwise."""
    cells = draw(st.sets(st.tuples(st.integers(0, ACROSS - 1), st.integers(0, DOWN - 1)), min_size=1, max_size=20))
    short = st.text(string.ascii_letters + string.digits, min_size=3, max_size=5)
    return {cell: (draw(short), draw(st.sampled_from([0, 90, 180, 270]))) for cell in sorted(cells)}


def write_page(
    path: Path,
    cells: dict[tuple[int, int], tuple[str, int]],
    rotation: int,
    crop: tuple[int, int, int, int],
    origin: tuple[int, int],
) -> None:
    x, y = origin
    canvas = Canvas(str(path), pagesize=(ACROSS * CELL, DOWN * CELL))
    canvas.translate(x, y)
    for (column, row), (word, angle) in cells.items():
        canvas.saveState()
        canvas.translate((column + 0.5) * CELL, (row + 0.5) * CELL)
        canvas.rotate(angle)
        canvas.setFont("Helvetica", 12)
        canvas.drawCentredString(0, -4, word)
        canvas.restoreState()
    canvas.showPage()
    canvas.save()
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        page = document.pages[0]
        page.MediaBox = [x, y, x + ACROSS * CELL, y + DOWN * CELL]
        left, bottom, right, top = (CELL * side for side in crop)
        page.CropBox = [x + left, y + bottom, x + right, y + top]
        page.Rotate = rotation
        document.save(path)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=drawn_words(),
    rotation=st.sampled_from([0, 90, 180, 270]),
    crop=st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(3, ACROSS), st.integers(4, DOWN)),
    origin=st.tuples(st.integers(-200, 200), st.integers(-200, 200)),
)
def test_words_of_turned_and_cropped_pages_are_where_they_are_seen(
    tmp_path: Path,
    cells: dict[tuple[int, int], tuple[str, int]],
    rotation: int,
    crop: tuple[int, int, int, int],
    origin: tuple[int, int],
) -> None:
    path = tmp_path / "page.pdf"
    write_page(path, cells, rotation, crop, origin)
    page = layer_of(path).page
    assert_whole(page)
    left, bottom, right, top = crop
    expected = {}
    for (column, row), (text, _) in cells.items():
        x, y = (column + 0.5 - left) / (right - left), 1 - (row + 0.5 - bottom) / (top - bottom)
        if 0 < x < 1 and 0 < y < 1:
            for _ in range(rotation // 90):
                x, y = 1 - y, x
            expected[round(x, 3), round(y, 3)] = text
    assert Counter(word.text for word in page.words) == Counter(expected.values())
    near = 8 / min(page.width, page.height)
    for word in page.words:
        middle = (word.box.left + word.box.right) / 2, (word.box.top + word.box.bottom) / 2
        same = [at for at, text in expected.items() if text == word.text]
        assert any(abs(x - middle[0]) < near and abs(y - middle[1]) < near for x, y in same)
        span = find_place(page, [word.box])
        assert span is not None
        assert page.text[span.start : span.end] == word.text
