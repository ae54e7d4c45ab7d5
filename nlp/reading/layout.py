"""From words placed on a page to lines, blocks and running text. Finding words is left to `text_layer` and `ocr`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import NamedTuple

from nlp.facts import Box, Region, Word

#: Neighbours in a row further apart than this many letter heights may belong to different columns.
_GAP = 1.5
#: A column holds prose: at least so many lines, of so many characters in the middle, that fill so much of its width.
#: Anything else side by side (tables, forms, totals) is read row by row.
_COLUMN_LINES, _COLUMN_CHARACTERS, _COLUMN_FILL = 3, 18, 0.6
#: Commas, dashes and dots are lower than this share of the usual height.
_MARK = 0.5
#: A new block begins after a step this much larger than the usual one from line to line.
_BLOCK_STEP = 1.5


class Token(NamedTuple):
    """A word before it has offsets. Sides in points or pixels of the displayed page, from the top left.

    `direction` is where the writing runs, in quarter turns clockwise: 0 to the right, 1 down, 2 left, 3 up.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    confidence: float
    direction: int = 0

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


Line = list[Token]
Block = list[Line]
Gap = tuple[float, float]
Sides = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Running:
    """Text with the words, lines and blocks that lie on it, as `facts.Page` holds them."""

    text: str
    words: tuple[Word, ...]
    lines: tuple[Region, ...]
    blocks: tuple[Region, ...]


def compose(blocks: Iterable[Block], width: float, height: float) -> Running:
    """Words joined by a blank, lines by a line feed, blocks by an empty line; boxes as fractions of the page."""
    parts: list[str] = []
    words: list[Word] = []
    line_regions: list[Region] = []
    block_regions: list[Region] = []
    at = 0
    for block in blocks:
        first_line = len(line_regions)
        separator = "\n\n" if words else ""
        for line in block:
            first_word = len(words)
            for token in line:
                parts += separator, token.text
                start = at + len(separator)
                at = start + len(token.text)
                words.append(Word(token.text, start, at, _box(token, width, height), token.confidence))
                separator = " "
            line_regions.append(_around(words[first_word:]))
            separator = "\n"
        block_regions.append(_around(line_regions[first_line:]))
    return Running("".join(parts), tuple(words), tuple(line_regions), tuple(block_regions))


def _box(token: Token, width: float, height: float) -> Box:
    left, top, right, bottom = token.left / width, token.top / height, token.right / width, token.bottom / height
    if left >= 0 and top >= 0 and right <= 1 and bottom <= 1:
        return Box(left, top, right, bottom)
    return Box(*(min(1.0, max(0.0, side)) for side in (left, top, right, bottom)))


def _around(parts: Sequence[Word] | Sequence[Region]) -> Region:
    boxes = [part.box for part in parts]
    around = Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )
    return Region(parts[0].start, parts[-1].end, around)


def tokens_of(blocks: Iterable[Block]) -> list[Token]:
    return [token for block in blocks for line in block for token in line]


def mean_confidence(tokens: Sequence[Token]) -> float:
    """Over the characters, as a page tells it; 0 without any."""
    characters = sum(len(token.text) for token in tokens)
    return sum(len(token.text) * token.confidence for token in tokens) / characters if characters else 0.0


def arrange(tokens: Iterable[Token]) -> list[Block]:
    """Words in reading order: columns of prose one after the other, everything else row by row.

    Writing in another direction (a stamp along the margin) follows after the writing that prevails.
    """
    by_direction: dict[int, list[Token]] = {}
    for token in tokens:
        by_direction.setdefault(token.direction, []).append(token)
    groups = sorted(by_direction.values(), key=lambda group: -sum(len(token.text) for token in group))
    return [block for group in groups for block in _arrange_upright(group)]


def _arrange_upright(tokens: list[Token]) -> list[Block]:
    turned = [_turned(token) for token in tokens]
    letter = median(token.height for token in turned) or 1.0
    blocks = (block for region in _regions(turned, letter) for block in _blocks(_rows(region)))
    ordered = [[_in_order(line) for line in block] for block in blocks]
    if not tokens[0].direction:
        return ordered
    original = {id(after): before for before, after in zip(tokens, turned, strict=True)}
    return [[[original[id(token)] for token in line] for line in block] for block in ordered]


def _turned(token: Token) -> Token:
    """The token in a frame in which its writing runs to the right."""
    if not token.direction:
        return token
    left, top, right, bottom = token.left, token.top, token.right, token.bottom
    for _ in range(token.direction):
        left, top, right, bottom = top, -right, bottom, -left
    return Token(token.text, left, top, right, bottom, token.confidence)


def _in_order(line: Line) -> Line:
    from_left = sorted(line, key=attrgetter("left"))
    if all(token.text.isascii() for token in line):
        return from_left
    kinds = [unicodedata.bidirectional(letter) for token in line for letter in token.text]
    from_right = sum(kind in ("R", "AL") for kind in kinds) > sum(kind == "L" for kind in kinds)
    return from_left[::-1] if from_right else from_left


def _rows(tokens: list[Token]) -> list[Line]:
    """Tokens that share most of their height, from the top; a low mark goes to the row it is nearest to."""
    least = _MARK * median([token.bottom - token.top for token in tokens])
    letters = [token for token in tokens if token.bottom - token.top >= least]
    letters.sort(key=lambda token: token.top + token.bottom)
    rows: list[Line] = []
    extents: list[tuple[float, float]] = []
    for token in letters:
        above, below = token.top, token.bottom
        for index in range(len(rows) - 1, max(len(rows) - 3, -1), -1):
            top, bottom = extents[index]
            shared = (bottom if bottom < below else below) - (top if top > above else above)
            if shared >= 0.5 * (below - above) or shared >= 0.5 * (bottom - top):
                rows[index].append(token)
                extents[index] = min(top, above), max(bottom, below)
                break
        else:
            rows.append([token])
            extents.append((above, below))
    if len(letters) < len(tokens):
        middles = [(top + bottom) / 2 for top, bottom in extents]
        for token in tokens:
            if token.height < least:
                nearest = min(range(len(middles)), key=lambda index: abs(middles[index] - token.middle))
                rows[nearest].append(token)
    return rows


def _regions(tokens: list[Token], letter: float) -> Iterator[list[Token]]:
    """The tokens cut into stretches of the page that are read one after the other.

    A stretch goes on while its bands share a gutter: white with writing on both sides. In a band where a column has
    ended the gutter has become part of the margin, so margins may carry a gutter on but not begin one.
    """
    run: list[list[Token]] = []
    gutters: list[Gap] = []
    left, right = min(token.left for token in tokens), max(token.right for token in tokens)
    for band in _bands(tokens):
        gaps = _gaps(band, left, right, _GAP * letter)
        begun = [gap for gap in gaps if gap[0] > left and gap[1] < right]
        shared = _common(gutters, gaps, _GAP * letter)
        if run and (not shared if gutters else begun):
            yield from _columns(run, gutters, letter)
            run = []
        gutters = shared if run else begun
        run.append(band)
    yield from _columns(run, gutters, letter)


def _bands(tokens: list[Token]) -> Iterator[list[Token]]:
    """Stretches of the page between which a white line runs from edge to edge."""
    band: list[Token] = []
    bottom = 0.0
    for token in sorted(tokens, key=attrgetter("top")):
        if band and token.top >= bottom:
            yield band
            band = []
        bottom = max(bottom, token.bottom) if band else token.bottom
        band.append(token)
    if band:
        yield band


def _gaps(band: list[Token], left: float, right: float, least: float) -> list[Gap]:
    """The white stretches between `left` and `right` that no token of the band touches."""
    gaps: list[Gap] = []
    at = left
    for token in sorted(band, key=attrgetter("left")):
        if token.left - at >= least:
            gaps.append((at, token.left))
        at = max(at, token.right)
    if right - at >= least:
        gaps.append((at, right))
    return gaps


def _common(one: list[Gap], other: list[Gap], least: float) -> list[Gap]:
    both = ((max(a[0], b[0]), min(a[1], b[1])) for a in one for b in other)
    return [gap for gap in both if gap[1] - gap[0] >= least]


def _columns(run: list[list[Token]], gaps: list[Gap], letter: float) -> Iterator[list[Token]]:
    """The bands as columns if a gap parts prose from prose, else as they are."""
    tokens = [token for band in run for token in band]
    for start, end in sorted(gaps, key=lambda gap: gap[0] - gap[1]):
        before = [token for token in tokens if token.right <= (start + end) / 2]
        after = [token for token in tokens if token.right > (start + end) / 2]
        if _is_prose(before) and _is_prose(after):
            yield from _regions(before, letter)
            yield from _regions(after, letter)
            return
    yield tokens


def _is_prose(tokens: list[Token]) -> bool:
    if sum(len(token.text) for token in tokens) < (_COLUMN_LINES // 2 + 1) * _COLUMN_CHARACTERS:
        return False  # whatever its rows are, and these take longer to find
    rows = _rows(tokens)
    if len(rows) < _COLUMN_LINES:
        return False
    width = max(token.right for token in tokens) - min(token.left for token in tokens)
    filled = median(max(token.right for token in row) - min(token.left for token in row) for row in rows)
    characters = median(sum(len(token.text) for token in row) for row in rows)
    return characters >= _COLUMN_CHARACTERS and filled >= _COLUMN_FILL * width


def _blocks(rows: list[Line]) -> Iterator[Block]:
    middles = [sum(token.middle for token in row) / len(row) for row in rows]
    steps = [after - before for before, after in pairwise(middles)]
    heights = [max(token.height for token in row) for row in rows]
    usual = min(median(steps), 2.5 * median(heights)) if steps else 0.0
    block: Block = []
    for index, row in enumerate(rows):
        if block and steps[index - 1] > _BLOCK_STEP * usual:
            yield block
            block = []
        block.append(row)
    if block:
        yield block
