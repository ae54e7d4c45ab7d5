"""Where the names and the addresses of parties may stand. Which is whose is left to scoring."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.facts import Entity, Span
from nlp.understanding.cells import Cell, Found, Grid
from nlp.understanding.patterns import DATES
from nlp.understanding.values import text_value
from nlp.understanding.writing import (
    branch,
    ends_name,
    is_label,
    lead_in,
    legal_form,
    looks_like_address,
    looks_like_place_end,
    postcode,
    street,
    title,
    without_contact,
    without_number,
)

_NAME_LINES, _ADDRESS_LINES = 4, 6


def names(grid: Grid, named: Sequence[Entity]) -> list[Found]:
    """Cells that may be the name of a company or person, alone or with the lines below that end in a legal form or that
    the entity model takes for one organisation with it. `named` are the organisations and people that it found."""
    found = []
    organisations = {(span.page, span.start, span.end) for one in named if one.label == "ORG" for span in one.spans}
    for cell in grid.cells():
        if name := _name_in(cell, named):
            found.append(name)
        run = [cell]
        while len(run) < _NAME_LINES and (below := grid.below(run[-1])) and not is_label(below.text):
            joined = run[-1].text.rstrip().endswith("&") or below.text.lstrip().startswith("&")
            run.append(below)
            if any(legal_form(c.text) for c in run[:-1]):
                break
            one = (cell.page, cell.start, below.end) in organisations and not legal_form(below.text)
            if joined or ends_name(below.text) or one:
                found.append(_name_over(run))
    return found


def addresses(grid: Grid) -> list[Found]:
    """Runs of lines in one column that begin and end as addresses do; runs within runs are left out."""
    found: list[Found] = []
    taken: set[tuple[int, int]] = set()
    for cell in grid.cells():
        if sender := _address_in_sender(cell):
            found.append(sender)
            continue
        if (cell.page, cell.start) in taken or not looks_like_address(without_contact(cell.text)):
            continue
        run = [cell]
        while len(run) < _ADDRESS_LINES and (above := grid.above(run[0], rows=1)) and _leads_in(above):
            run.insert(0, above)
        while len(run) < _ADDRESS_LINES and (below := grid.below(run[-1])) and _goes_on(grid, run, below):
            run.append(below)
        taken.update((c.page, c.start) for c in run)
        found.append(_address_over(run))
    return found


def _goes_on(grid: Grid, run: Sequence[Cell], below: Cell) -> bool:
    """Whether the address continues: with another line of its kind, or a neutral one on the way to its end."""
    if _breaks_off(below):
        return False
    text = without_contact(below.text)
    if looks_like_address(text) or looks_like_place_end(text):
        return True
    ended = any(looks_like_place_end(cell.text) for cell in run)
    if ended and branch(text) and len(grid.rows[below.row]) == 1 and not any(branch(cell.text) for cell in run):
        return True
    after = grid.below(below)
    if after is not None and not _breaks_off(after):
        text = without_contact(after.text)
        if looks_like_place_end(text) or (not ended and looks_like_address(text)):
            return True
    return run[-1].text.rstrip().endswith(",") and not ended


def _leads_in(above: Cell) -> bool:
    """Whether the line before an address belongs to it: a unit or a floor, with a comma at its end."""
    text = above.text.rstrip()
    return text.endswith(",") and any(sign.isdigit() for sign in text) and not _breaks_off(above) and not title(text)


def _name_in(cell: Cell, named: Sequence[Entity]) -> Found | None:
    lead = lead_in(cell.text)
    start, text = cell.start + lead, without_number(cell.text[lead:])
    if sum(c.isalpha() for c in text) < max(3, 1.5 * sum(c.isdigit() for c in text)):
        return None
    if lead and (one := _first_named(Span(cell.page, start, cell.end), named)):
        start, text = one.start, cell.text[one.start - cell.start : one.end - cell.start]
    before = cell.text[: start - cell.start]
    return Found(text, (Span(cell.page, start, start + len(text)),), text_value(text), (cell,), before)


def _first_named(place: Span, named: Sequence[Entity]) -> Span | None:
    """Where the first organisation of the place stands, or else the first person."""
    inside = [
        (one.label != "ORG", span.start, span)
        for one in named
        for span in one.spans
        if span.page == place.page and place.start <= span.start and span.end <= place.end
    ]
    return min(inside)[2] if inside else None


def _name_over(cells: Sequence[Cell]) -> Found:
    """A name over several lines; as a value it is one."""
    shown = [cell.text for cell in cells[:-1]] + [without_number(cells[-1].text)]
    spans = tuple(Span(c.page, c.start, c.start + len(text)) for c, text in zip(cells, shown, strict=True))
    return Found("\n".join(shown), spans, text_value(" ".join(shown)), tuple(cells))


def _address_over(cells: Sequence[Cell]) -> Found:
    """An address over several lines; as a value its lines are parted by commas."""
    lines = [without_contact(cell.text) for cell in cells]
    spans = tuple(Span(cell.page, cell.start, cell.start + len(text)) for cell, text in zip(cells, lines, strict=True))
    return Found("\n".join(lines), spans, text_value(", ".join(line.strip(" ,;") for line in lines)), tuple(cells))


def _address_in_sender(cell: Cell) -> Found | None:
    """The address in a line such as "Name · Street 1 · 12345 Town", as it stands above the window of an envelope."""
    parts = [match for match in re.finditer(r"[^·•|]+", cell.text) if match[0].strip()]
    fits = [part for part in parts if looks_like_address(part[0].strip())]
    if len(parts) < 3 or not any(postcode(part[0]) for part in fits) or not street(fits[0][0]):
        return None
    start, end = cell.start + fits[0].start(), cell.start + fits[-1].end()
    text = cell.text[start - cell.start : end - cell.start]
    lead = len(text) - len(text.lstrip())
    return Found(text.strip(), (Span(cell.page, start + lead, start + len(text.rstrip())),), text_value(text), (cell,))


def _breaks_off(cell: Cell) -> bool:
    text = without_contact(cell.text)
    return is_label(text) or (legal_form(text) and not postcode(text)) or bool(DATES.search(text))
