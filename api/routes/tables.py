"""Tables found on the pages of a document, as cells and as CSV. Finding them is left to nlp.reading.tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from api import schemas
from api.auth import authorize
from api.csv_files import CSV, inert_csv
from api.dependencies import ActorDep, ReadSession, get_document
from errors import SheafError
from nlp.facts import Table
from nlp.understanding.cards import LABEL, masked
from storage.readings import tables_of
from storage.tables import Finding, Page, Reading

router = APIRouter(prefix="/documents/{document_id}/tables", tags=["pages"])


@router.get("")
def list_tables(
    document_id: str, session: ReadSession, actor: ActorDep, page: Annotated[int | None, Query(ge=1)] = None
) -> schemas.TableList:
    """The tables of the document, or of one page, in their order; `number` counts them from 1 in the whole document."""
    authorize(actor, "read", f"document {document_id}")
    get_document(session, document_id, deleted=True)
    found = enumerate(_tables(session, document_id), 1)
    return schemas.TableList(items=[_public(n, at, table) for n, (at, table) in found if page in (None, at)])


@router.get("/{number}.csv", response_class=Response)
def get_table_csv(
    document_id: str, number: Annotated[int, Path(ge=1)], session: ReadSession, actor: ActorDep
) -> Response:
    """One table, a line a row; a cell that covers several stands in the first. Nothing in it is a formula, and of card
    numbers only the last four digits are shown."""
    authorize(actor, "read", f"document {document_id}")
    get_document(session, document_id, deleted=True)
    for at, (_, table) in enumerate(_tables(session, document_id), 1):
        if at == number:
            headers = {"Content-Disposition": f'attachment; filename="{document_id}-table-{number}.csv"'}
            known = _cards(session, document_id)
            rows = ([masked(cell, known) for cell in row] for row in table.grid())
            return Response(inert_csv(rows), media_type=CSV, headers=headers)
    raise SheafError("not_found", thing="table", id=f"{number} in document {document_id}")


def _cards(session: Session, document_id: str) -> set[str]:
    """The card numbers that were found in the document."""
    found = select(Finding.text).where(
        Finding.document_id == document_id, Finding.name == LABEL, Finding.state != "rejected"
    )
    return set(session.scalars(found))


def _tables(session: Session, document_id: str) -> Iterator[tuple[int, Table]]:
    """Each table with the number of its page. The words of the pages stay where they are."""
    query = (
        select(Page.number, Reading)
        .join(Reading, Reading.id == Page.reading_id)
        .where(Page.document_id == document_id)
        .order_by(Page.number)
        .options(load_only(Reading.text, Reading.tables, raiseload=True))
    )
    for number, reading in session.execute(query):
        yield from ((number, table) for table in tables_of(reading))


def _public(number: int, page: int, table: Table) -> schemas.TablePublic:
    cells = [
        schemas.CellPublic(
            row=cell.row, column=cell.column, rows=cell.rows, columns=cell.columns, box=cell.box.as_list(),
            text=cell.text, spans=[list(span) for span in cell.spans],
        )
        for cell in table.cells
    ]  # fmt: skip
    return schemas.TablePublic(
        number=number, page=page, box=table.box.as_list(), rows=table.rows, columns=table.columns, cells=cells
    )
