"""Tables over the API: cells with boxes, and one table as CSV that no spreadsheet takes for a program."""

from __future__ import annotations

import csv
import io
from typing import Any

import httpx
import pytest

from tests.backend import sent_and_ready
from tests.papers import invoice, pages_with_tables

V1 = "/api/v1"
ROWS = [["Item", "Price"], ["=cmd()", "-12.50"], ["Ink, black", "75.50"]]


@pytest.fixture(scope="module")
def paper(client: httpx.Client) -> dict[str, Any]:
    return sent_and_ready(client, pages_with_tables(ROWS, [], [["Total", "63.00"], ["Due", "now"]]))


def test_tables_are_listed_with_their_cells(client: httpx.Client, paper: dict[str, Any]) -> None:
    listed = client.get(f"{V1}/documents/{paper['id']}/tables").json()
    assert listed["schema"] == 1
    assert [(table["number"], table["page"], table["rows"], table["columns"]) for table in listed["items"]] == [
        (1, 1, 3, 2),
        (2, 3, 2, 2),
    ]
    text = client.get(f"{V1}/documents/{paper['id']}/pages/1").json()["text"]
    cells = listed["items"][0]["cells"]
    assert [[cell["text"] for cell in cells if cell["row"] == row] for row in range(3)] == ROWS
    for cell in cells:
        assert " ".join(text[start:end] for start, end in cell["spans"]) == cell["text"]
        left, top, right, bottom = cell["box"]
        assert 0 < left < right < 1
        assert 0 < top < bottom < 1


def test_the_tables_of_one_page(client: httpx.Client, paper: dict[str, Any]) -> None:
    address = f"{V1}/documents/{paper['id']}/tables"
    assert [table["number"] for table in client.get(address, params={"page": 3}).json()["items"]] == [2]
    assert client.get(address, params={"page": 2}).json()["items"] == []


def test_a_table_as_csv_holds_no_formula(client: httpx.Client, paper: dict[str, Any]) -> None:
    answer = client.get(f"{V1}/documents/{paper['id']}/tables/1.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert list(csv.reader(io.StringIO(answer.text))) == [
        ["Item", "Price"],
        ["'=cmd()", "'-12.50"],
        ["Ink, black", "75.50"],
    ]


def test_what_is_not_there_is_said(client: httpx.Client, paper: dict[str, Any]) -> None:
    for number in ("3", "99"):
        answer = client.get(f"{V1}/documents/{paper['id']}/tables/{number}.csv")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert client.get(f"{V1}/documents/{paper['id']}/tables/0.csv").status_code == 422
    assert client.get(f"{V1}/documents/nobody/tables").json()["code"] == "not_found"
    without = sent_and_ready(client, invoice("without any table"))
    assert client.get(f"{V1}/documents/{without['id']}/tables").json()["items"] == []
