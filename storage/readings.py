"""Pages and readings between rows and facts. Which reading is the current one is decided by whoever writes it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from nlp.facts import Box, Cell, Page, Region, Table, Word
from nlp.reading import text_layer
from storage import tables


def page_id(document_id: str, number: int) -> str:
    return f"{document_id}.{number}"


def reading_id(document_id: str, number: int, run: int) -> str:
    """The same for a step that runs twice, so that the second time finds what the first one left."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{document_id}.{number}.{run}").hex


def to_row(document_id: str, run: int, page: Page, quality: float, rotation: int, seconds: float) -> tables.Reading:
    return tables.Reading(
        id=reading_id(document_id, page.number, run),
        page_id=page_id(document_id, page.number),
        run=run,
        engine=page.source,
        engine_version=page.engine_version,
        options=dict(page.options),
        seconds=seconds,
        quality=quality,
        confidence=page.confidence,
        reason=page.reason,
        language=page.language,
        text=page.text,
        words=[[w.start, w.end, *w.box.as_list(), round(w.confidence, 4)] for w in page.words],
        lines=_regions(page.lines),
        blocks=_regions(page.blocks),
        tables=[_table_row(table) for table in page.tables],
        rotation=rotation,
        flags=list(page.flags),
    )


def make_current(page: tables.Page, reading: tables.Reading) -> None:
    """Have the page read as this reading has it. Its picture and its size are the same in all of them."""
    page.status, page.error, page.reading_id = "read", None, reading.id
    page.language = reading.language
    if reading.rotation is not None:
        page.rotation, page.flags = reading.rotation, reading.flags


def to_fact(page: tables.Page, reading: tables.Reading) -> Page:
    return Page(
        number=page.number,
        width=page.width or 0.0,
        height=page.height or 0.0,
        text=reading.text,
        words=tuple(
            Word(reading.text[start:end], start, end, Box(*box), confidence)
            for start, end, *box, confidence in reading.words
        ),
        source=reading.engine,
        reason=reading.reason,
        confidence=reading.confidence,
        lines=_facts(reading.lines),
        blocks=_facts(reading.blocks),
        unit="px" if page.unit == "px" else "pt",
        engine_version=reading.engine_version,
        options=reading.options,
        language=reading.language,
        flags=tuple(page.flags),
        tables=tables_of(reading),
    )


def tables_of(reading: tables.Reading) -> tuple[Table, ...]:
    """The tables of the page as this reading has them, without looking at its words."""
    return tuple(_table(row, reading.text) for row in reading.tables)


def current_pages(session: Session, document_id: str, numbers: Sequence[int] | None = None) -> list[Page]:
    """The pages of a document as they are read now, in order; pages that could not be read are left out."""
    query = (
        select(tables.Page, tables.Reading)
        .join(tables.Reading, tables.Reading.id == tables.Page.reading_id)
        .where(tables.Page.document_id == document_id)
        .order_by(tables.Page.number)
    )
    if numbers is not None:
        query = query.where(tables.Page.number.in_(numbers))
    return [to_fact(page, reading) for page, reading in session.execute(query)]


def documents_with_ocr(session: Session, document_ids: Sequence[str]) -> set[str]:
    """Those of the documents in which OCR read a page, or pictures on one (see nlp.reading.searchable.has_ocr)."""
    by_ocr = or_(tables.Reading.engine != text_layer.SOURCE, tables.Reading.options["pictures"].as_integer() > 0)
    query = select(tables.Page.document_id).join(tables.Reading, tables.Reading.id == tables.Page.reading_id)
    return set(session.scalars(query.where(tables.Page.document_id.in_(document_ids), by_ocr).distinct()))


def page_of(session: Session, reading_id: str) -> Page | None:
    """The page as one certain reading has it, current or not; None when that reading is gone."""
    reading = session.get(tables.Reading, reading_id)
    page = session.get(tables.Page, reading.page_id) if reading else None
    return to_fact(page, reading) if page and reading else None


def current_ids(session: Session, document_id: str) -> dict[int, str | None]:
    """The id of the current reading of each page, by the page's number."""
    query = select(tables.Page.number, tables.Page.reading_id).where(tables.Page.document_id == document_id)
    return dict(session.execute(query).all())


def current_texts(session: Session, document_id: str) -> dict[int, str]:
    """The text of each page that was read, by its number; the words stay where they are."""
    query = select(tables.Page.number, tables.Reading.text).join(
        tables.Reading, tables.Reading.id == tables.Page.reading_id
    )
    return dict(session.execute(query.where(tables.Page.document_id == document_id)).all())


def _regions(regions: Iterable[Region]) -> list[list[float]]:
    return [[region.start, region.end, *region.box.as_list()] for region in regions]


def _facts(rows: Sequence[Sequence[float]]) -> tuple[Region, ...]:
    return tuple(Region(int(start), int(end), Box(*box)) for start, end, *box in rows)


def _table_row(table: Table) -> dict[str, Any]:
    cells = [
        [cell.row, cell.column, cell.rows, cell.columns, *cell.box.as_list(), [list(span) for span in cell.spans]]
        for cell in table.cells
    ]
    return {"rows": table.rows, "columns": table.columns, "cells": cells}


def _table(row: dict[str, Any], text: str) -> Table:
    cells = []
    for first, column, rows, columns, *box, spans in row["cells"]:
        words = [word for start, end in spans for word in text[start:end].split()]
        ranges = tuple((start, end) for start, end in spans)
        cells.append(Cell(first, column, rows, columns, Box(*box), " ".join(words), ranges))
    return Table(reduce(Box.union, (cell.box for cell in cells)), row["rows"], row["columns"], tuple(cells))
