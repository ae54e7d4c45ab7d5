"""Labelled sentences set in type and scanned: pages with their words' places, and where these are in what was read.

Reading the scans is left to nlp.reading.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from rapidfuzz.distance import Levenshtein

from nlp.training.conll import OURS, Sentence, join

DPI, WIDTH, HEIGHT, MARGIN = 300, 2480, 3508, 280
FONTS = ("DejaVuSans.ttf", "DejaVuSerif.ttf", "STIXGeneral.ttf", "DejaVuSansMono.ttf")
SIZES = (9, 10, 11, 12)
#: Sentences of a paragraph; sentences of a page, which is ended sooner where it is full.
PARAGRAPH, LINES = 5, 52
#: Ranges that each page is drawn from: blur in pixels, spread of noise in steps of 255, degrees of skew, JPEG quality,
#: and the resolution it is scanned at.
BLUR, NOISE, SKEW, QUALITY, SCANNED_AT = (0.4, 1.6), (4.0, 24.0), (-0.8, 0.8), (25, 75), (150, 200, 300)


@dataclass(frozen=True, slots=True)
class Paper:
    """A page's text, the character range of each word, and mentions as (first word, word after the last, our label)."""

    text: str
    places: tuple[tuple[int, int], ...]
    mentions: frozenset[tuple[int, int, str]]


def papers(documents: Iterable[Sequence[Sentence]], labels: Sequence[str], widest: int = 88) -> Iterator[Paper]:
    """The documents as paragraphs of lines of at most `widest` letters, page by page; each page is of one document."""
    for document in documents:
        text, places, mentions, lines = "", list[tuple[int, int]](), set[tuple[int, int, str]](), 0
        for at in range(0, len(document), PARAGRAPH):
            words, found = _together(document[at : at + PARAGRAPH], labels)
            broken, own = _broken(words, widest)
            if lines + broken.count("\n") + 2 > LINES and places:
                yield Paper(text, tuple(places), frozenset(mentions))
                text, places, mentions, lines = "", [], set(), 0
            text += "\n\n" if text else ""
            mentions |= {(start + len(places), end + len(places), label) for start, end, label in found}
            places += [(start + len(text), end + len(text)) for start, end in own]
            text += broken
            lines += broken.count("\n") + 2
        if places:
            yield Paper(text, tuple(places), frozenset(mentions))


def _together(sentences: Sequence[Sentence], labels: Sequence[str]) -> tuple[list[str], set[tuple[int, int, str]]]:
    words, found = list[str](), set()
    for sentence in sentences:
        for mention in sentence.mentions:
            if (label := OURS.get(mention.label, "")) in labels:
                found.add((mention.start + len(words), mention.end + len(words), label))
        words += sentence.words
    return words, found


def _broken(words: Sequence[str], widest: int) -> tuple[str, list[tuple[int, int]]]:
    """The words as they are printed, blanks turned to line breaks where a line is full."""
    joined = join(words, natural=True)
    text, start = list(joined.text), 0
    last = -1
    for at, sign in enumerate(text):
        if at - start > widest and last > start:
            text[last], start = "\n", last + 1
        if sign == " ":
            last = at
    return "".join(text), list(joined.places)


def scanned(paper: Paper, dice: random.Random) -> Image.Image:
    """The page in type, worn: another font, size, blur, noise, slant and compression each time."""
    font = ImageFont.truetype(
        Path(matplotlib.get_data_path()) / "fonts" / "ttf" / dice.choice(FONTS), dice.choice(SIZES) * DPI / 72
    )
    page = Image.new("L", (WIDTH, HEIGHT), 255)
    draw = ImageDraw.Draw(page)
    step = font.size * 1.3
    width = max(draw.textlength(line, font) for line in paper.text.split("\n"))
    scale = min(1.0, (WIDTH - 2 * MARGIN) / width, (HEIGHT - 2 * MARGIN) / (step * (paper.text.count("\n") + 1)))
    font, step = font.font_variant(size=font.size * scale), step * scale
    for number, line in enumerate(paper.text.split("\n")):
        draw.text((MARGIN, MARGIN + number * step), line, fill=dice.randint(0, 70), font=font)
    page = page.rotate(dice.uniform(*SKEW), Image.Resampling.BICUBIC, fillcolor=255)
    page = page.filter(ImageFilter.GaussianBlur(dice.uniform(*BLUR)))
    at = dice.choice(SCANNED_AT)
    page = page.resize((WIDTH * at // DPI, HEIGHT * at // DPI), Image.Resampling.LANCZOS)
    chance = np.random.default_rng(dice.getrandbits(32))
    noisy = np.asarray(page, dtype=np.float32) * dice.uniform(0.85, 1.0) + chance.normal(
        0, dice.uniform(*NOISE), (page.height, page.width)
    )
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def save(page: Image.Image, target: Path | IO[bytes], dice: random.Random) -> None:
    """As a JPEG file that tells its resolution."""
    dpi = page.width / WIDTH * DPI
    page.save(target, "JPEG", quality=dice.randint(*QUALITY), dpi=(dpi, dpi))


def places_in(paper: Paper, text: str) -> list[tuple[int, int]]:
    """Where each word of the page stands in what was read of it; nowhere (an empty range) if it was not read."""
    moved = list(range(len(paper.text) + 1))
    for step in Levenshtein.opcodes(paper.text, text):
        length, other = step.src_end - step.src_start, step.dest_end - step.dest_start
        for at in range(step.src_start, step.src_end):
            moved[at] = step.dest_start + (at - step.src_start) * other // length
    moved[-1] = len(text)
    return [(moved[start], max(moved[start], moved[end - 1] + 1) if moved[end] > moved[start] else moved[start])
            for start, end in paper.places]  # fmt: skip
