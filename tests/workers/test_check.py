"""`check` sees what disagrees between database, objects and vectors, and mends it."""

from __future__ import annotations

import os
import time

import httpx
import numpy as np
import pytest

from storage import fulltext
from storage.generations import current_generation
from tests.backend import send, sent_and_ready, wait
from tests.papers import invoice, pdf
from workers.check import YOUNG_SECONDS, check
from workers.work import Work


def kinds(work: Work, repair: bool = False) -> list[str]:
    return sorted(finding["kind"] for finding in check(work, repair)["findings"])


def test_disagreements_are_seen_and_mended(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("checked and mended"))
    check(work, repair=True)
    assert kinds(work) == []
    with work.stores.database.read() as session:
        vectors = work.stores.index.collection(current_generation(session).collection)
    work.stores.objects.put_bytes("documents/nobody/original", b"left over")
    work.stores.objects.put_bytes("documents/arriving/original", b"about to be committed")
    old = time.time() - YOUNG_SECONDS - 1
    os.utime(work.settings.sheaf_data / "objects/documents/nobody/original", (old, old))
    vectors.upsert(["stray"], np.ones((1, 384), dtype=np.float32) / 384**0.5, [{"document_id": "nobody"}])
    vectors.delete_document(document["id"])
    with work.stores.database.write() as session:
        connection = session.connection()
        fulltext.remove(connection, fulltext.rowids(connection)[-1:])
    assert kinds(work) == ["object_orphaned", "vector_orphaned", "vectors_missing", "words_astray"]
    check(work, repair=True)
    wait(client, document["id"], "ready")
    assert kinds(work) == []
    assert work.stores.objects.exists("documents/arriving/original")
    work.stores.objects.delete_prefix("documents/arriving/")


def test_everything_is_mended_however_much_it_is(
    client: httpx.Client, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_and_ready(client, pdf(["One page to find."], ["And another page to find."]))
    check(work, repair=True)
    with work.stores.database.write() as session:
        connection = session.connection()
        fulltext.remove(connection, fulltext.rowids(connection)[-2:])
    monkeypatch.setattr("workers.check.AT_ONCE", 1)
    assert kinds(work, repair=True) == ["words_astray", "words_astray"]
    assert kinds(work) == []


def test_what_is_under_way_is_no_disagreement(client: httpx.Client, work: Work) -> None:
    check(work, repair=True)
    bundle = send(client, pdf(*[[f"page {number} is being checked"] for number in range(40)]))
    seen = 0
    while client.get(f"/api/v1/documents/{bundle['id']}").json()["status"] != "ready":
        assert kinds(work, repair=True) == []
        seen += 1
    assert seen
    assert kinds(work) == []


def test_a_missing_object_is_told_and_stays_told(client: httpx.Client, work: Work) -> None:
    document = sent_and_ready(client, invoice("its picture is lost"))
    work.stores.objects.delete(f"documents/{document['id']}/original")
    assert kinds(work, repair=True) == ["object_missing"]
    client.delete(f"/api/v1/documents/{document['id']}")
    client.post(f"/api/v1/documents/{document['id']}/purge")
    assert kinds(work) == []
