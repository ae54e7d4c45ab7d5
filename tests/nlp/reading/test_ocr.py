"""OCR: words under their boxes, the engine registry, and a Tesseract that never outlives its reader."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageDraw, ImageFont

from nlp.facts import Page
from nlp.reading import ocr, routing, scans
from nlp.reading.layout import Block, Token, tokens_of
from nlp.reading.options import ReadingOptions
from nlp.reading.orientation import orientation
from tests.conftest import ROOT

pytestmark = pytest.mark.usefixtures("tesseract")

LINES = ("Invoice number 4711", "Total due 193.00 EUR")


def written(size: tuple[int, int] = (1600, 2000), letters: int = 48, lines: Sequence[str] = LINES) -> Image.Image:
    image = Image.new("L", size, 255)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(letters)
    for number, line in enumerate(lines):
        pen.text((size[0] // 10, size[1] // 10 + number * letters * 2), line, fill=0, font=font)
    return image


@pytest.mark.parametrize(("name", "near"), [("tesseract", 4), ("tesseract_command", 4), ("rapidocr", 16)])
@pytest.mark.parametrize(("size", "letters"), [((1600, 2000), 48), ((600, 800), 16)])
def test_words_have_boxes_around_their_ink(name: str, near: int, size: tuple[int, int], letters: int) -> None:
    """The second picture is of low resolution and is read enlarged: the boxes are of the picture as it was given.

    PP-OCR marks lines with a margin, and of a letter only the column in which it was seen.
    """
    image = written(size, letters)
    tokens = tokens_of(ocr.engine(name).recognise(image, ["eng"], None))
    assert " ".join(token.text for token in tokens) == " ".join(LINES)
    left, top, right, bottom = image.point(lambda value: 255 - value).getbbox() or (0, 0, 0, 0)
    assert min(token.left for token in tokens) == pytest.approx(left, abs=near)
    assert max(token.right for token in tokens) == pytest.approx(right, abs=near)
    assert min(token.top for token in tokens) == pytest.approx(top, abs=near)
    assert max(token.bottom for token in tokens) == pytest.approx(bottom, abs=near)
    assert all(0.5 < token.confidence <= 1 for token in tokens)


@pytest.mark.parametrize("name", sorted(ocr.ENGINES))
def test_lines_stay_apart(name: str) -> None:
    blocks = ocr.engine(name).recognise(written(), ["eng"], None)
    assert [" ".join(token.text for token in line) for block in blocks for line in block] == list(LINES)


@pytest.mark.parametrize("name", sorted(ocr.ENGINES))
def test_a_picture_of_nothing_has_no_words(name: str) -> None:
    assert ocr.engine(name).recognise(Image.new("L", (400, 300), 255), ["eng"], None) == []


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_how_to_turn_a_page_is_told(turn: int) -> None:
    lines = ["The quick brown fox jumps over the lazy dog"] * 12
    upright = written((1600, 2000), 40, lines)
    assert orientation(upright) == (0, True)
    assert orientation(upright.rotate(turn, expand=True)) == (turn, True)


@pytest.mark.parametrize(("height", "readings"), [(40, 1), (12, 2)])
def test_a_doubtful_page_is_tried_upside_down_unless_it_is_certain_how_it_stands(
    monkeypatch: pytest.MonkeyPatch, height: int, readings: int
) -> None:
    turns: list[int] = []

    def recognise(grey: Image.Image, *_: object) -> routing.Recognised:
        turns.append(len(turns))
        return routing.Recognised([], ("tesseract",), ("eng",))

    monkeypatch.setattr(scans, "recognise", recognise)
    lines = ["The quick brown fox jumps over the lazy dog"] * (12 if readings == 1 else 1)
    scans.read_scan(
        Page(1, 1600, 2000, "", (), "", "", 0.0), written((1600, 2000), height, lines), None, ReadingOptions()
    )
    assert len(turns) == readings


def test_a_page_with_too_few_letters_is_left_as_it_is() -> None:
    assert orientation(Image.new("L", (300, 300), 255)) == (0, False)


def test_missing_languages_are_named() -> None:
    assert ocr.missing_languages(["eng", "tlh"], "tesseract") == ("tlh",)


@pytest.mark.parametrize("name", sorted(ocr.ENGINES))
def test_the_version_is_told(name: str) -> None:
    assert ocr.engine(name).version()[0].isdigit()


def test_an_unknown_engine_is_an_error() -> None:
    with pytest.raises(KeyError):
        ocr.engine("crystal_ball")


class Parrot:
    """An engine of one line, as the README's recipe makes it."""

    title = "Parrot"

    def version(self) -> str:
        return "1"

    def languages(self) -> frozenset[str]:
        return frozenset({"eng"})

    def recognise(self, image: Image.Image, languages: Sequence[str], dpi: int | None) -> list[Block]:
        return [[[Token("polly", 0, 0, image.width, image.height, 0.5)]]]


def test_an_engine_is_one_file_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ocr.ENGINES, "parrot", f"{__name__}:Parrot")
    read = routing.recognise(Image.new("L", (40, 30)), ["eng"], None, "parrot")
    assert tokens_of(read.blocks)[0].text == "polly"


def run_python(code: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


MISSING = """
from PIL import Image
from errors import SheafError
from nlp.reading import ocr
engine = ocr.engine("tesseract")
for attempt in (lambda: engine.recognise(Image.new("L", (9, 9)), ["eng"], None), engine.languages, engine.version):
    try:
        attempt()
    except SheafError as error:
        print(error.code)
"""


def test_without_tesseract_the_error_says_so(tmp_path: Path) -> None:
    out, error = run_python(MISSING, PATH=str(tmp_path)).communicate(timeout=60)
    assert out.split() == ["ocr_missing"] * 3, error


READING = """
import sys
from PIL import Image
from nlp.reading import ocr
ocr.engine("tesseract_command").recognise(Image.open(sys.argv[1]), ["eng"], None)
"""


def tesseracts_of(pid: int) -> list[psutil.Process]:
    """Those that read a page; one is also asked for its version."""
    children = psutil.Process(pid).children(recursive=True)
    return [child for child in children if child.name() == "tesseract" and "--psm" in child.cmdline()]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel service for it is Linux's")
def test_tesseract_dies_with_a_killed_reader(tmp_path: Path) -> None:
    page = tmp_path / "long.png"
    written((3000, 4200), 30, ["The quick brown fox jumps over the lazy dog, again and again and again"] * 60).save(
        page
    )
    reader = run_python(READING, str(page))
    try:
        running = eventually(lambda: tesseracts_of(reader.pid))
        assert running, "Tesseract was never seen"
        assert running[0].environ()["OMP_THREAD_LIMIT"] == "1"
        reader.send_signal(signal.SIGKILL)
        reader.wait(timeout=10)
        _, alive = psutil.wait_procs(running, timeout=5)
        assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    finally:
        reader.kill()
        reader.communicate()


def eventually(find: object, seconds: float = 30.0) -> list[psutil.Process]:
    assert callable(find)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found: list[psutil.Process] = find()
        if found:
            return found
        time.sleep(0.02)
    return []
