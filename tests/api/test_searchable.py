"""Searchable copies at the door: of scans and pictures, not of what is protected or unread."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import httpx
import pikepdf
import pytest
from sqlalchemy import update

from storage.database import now
from storage.tables import Document, Step
from tests.backend import sent_and_ready
from tests.conftest import absent
from tests.papers import pdf, picture
from workers.work import Work

V1 = "/api/v1"


def text_of(content: bytes, folder: Path) -> str:
    if not shutil.which("pdftotext"):
        absent("pdftotext (poppler-utils)")
    file = folder / "copy.pdf"
    file.write_bytes(content)
    return subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True).stdout.decode()


@pytest.mark.usefixtures("tesseract")
def test_a_scan_has_a_searchable_copy(client: httpx.Client, tmp_path: Path) -> None:
    scan = picture("Searchable harbour", "No. 2291")
    document = sent_and_ready(client, scan, "scan of häfen.png")
    answer = client.get(f"{V1}/documents/{document['id']}/searchable.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "scan%20of%20h%C3%A4fen.searchable.pdf" in answer.headers["content-disposition"]
    text = client.get(f"{V1}/documents/{document['id']}/pages/1").json()["text"]
    assert text_of(answer.content, tmp_path).split() == text.split() != []


def test_a_page_with_its_own_text_stays_as_it_is(client: httpx.Client, tmp_path: Path) -> None:
    document = sent_and_ready(client, pdf(["Text of its own"]))
    answer = client.get(f"{V1}/documents/{document['id']}/searchable.pdf")
    assert text_of(answer.content, tmp_path).split() == ["Text", "of", "its", "own"]


def test_nothing_is_left_behind(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, pdf(["Nothing left behind"]))
    before = set(work.stores.incoming.rglob("*"))
    assert client.get(f"{V1}/documents/{document['id']}/searchable.pdf").status_code == 200
    assert set(work.stores.incoming.rglob("*")) == before


def test_what_is_protected_keeps_its_protection(client: httpx.Client) -> None:
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(["Between us"]))) as document:
        document.save(locked, encryption=pikepdf.Encryption(user="open", owner="owner"))
    received = sent_and_ready(client, locked.getvalue(), "locked.pdf", password="open")
    answer = client.get(f"{V1}/documents/{received['id']}/searchable.pdf")
    assert (answer.status_code, answer.json()["code"]) == (409, "protected")


def test_there_is_no_copy_before_the_pages_are_read(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, pdf(["Read again"]))
    address = f"{V1}/documents/{document['id']}/searchable.pdf"
    _set_status(work, document["id"], "reading", step="running")
    assert client.get(address).json()["code"] == "not_possible_now"
    _set_status(work, document["id"], "ready", step="done")
    assert client.get(address).status_code == 200
    assert client.get(f"{V1}/documents/nobody/searchable.pdf").json()["code"] == "not_found"


def _set_status(work: Work, document_id: str, status: str, step: str) -> None:
    """With a step to match: the sweeper takes a document that is being read and has no open step to its end."""
    with work.stores.database.write() as session:
        session.get_one(Document, document_id).status = status
        hour = now() + timedelta(hours=1)
        session.execute(update(Step).where(Step.document_id == document_id).values(status=step, lease_until=hour))
