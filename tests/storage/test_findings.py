"""What the models find beside what people decided: decisions stay, are carried page by page, and are never doubled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from nlp.facts import Box, DocumentType, Entity, Field, Page, Span, Understanding, Word
from storage.database import Database
from storage.findings import replace_machine_findings
from storage.tables import Document, Finding

RULE = "rules/1"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        session.add(
            Document(
                id="d", filename="f", media_type="m", sha256="0", size=1, source="t", uploader="t", original_key="k"
            )
        )
        session.flush()
        yield session


def page(number: int, *words: str) -> Page:
    """A page of one line; each word has the same place whatever stands there."""
    text, placed, start = " ".join(words), [], 0
    for index, word in enumerate(words):
        placed.append(Word(word, start, start + len(word), Box(index / 10, 0.1, index / 10 + 0.08, 0.2), 0.9))
        start += len(word) + 1
    return Page(number, 100, 100, text, tuple(placed), "t", "t", 0.9)


def entity(label: str, text: str, *spans: Span) -> Entity:
    return Entity(label, spans, text, None, 0.8, "rule", RULE)


def store(
    session: Session, pages: list[Page], entities: list[Entity], run: int = 1, fields: list[Field] | None = None
) -> list[Finding]:
    understanding = Understanding(DocumentType("letter", 0.5, "rule", RULE), tuple(fields or ()), tuple(entities))
    readings = {one.number: f"r{one.number}.{run}" for one in pages}
    replace_machine_findings(
        session, session.get_one(Document, "d"), understanding, {one.number: one for one in pages}, readings
    )
    session.flush()
    return list(session.scalars(select(Finding).order_by(Finding.name, Finding.id)))


def test_running_twice_leaves_the_same_rows(session: Session) -> None:
    pages, acme = [page(1, "Acme", "pays")], entity("ORG", "Acme", Span(1, 0, 4))
    first = [found.id for found in store(session, pages, [acme])]
    assert [found.id for found in store(session, pages, [acme])] == first
    assert len(first) == 1


def test_a_label_corrected_and_then_rejected_does_not_come_back_doubled(session: Session) -> None:
    pages, acme = [page(1, "Acme", "pays")], entity("ORG", "Acme", Span(1, 0, 4))
    (found,) = store(session, pages, [acme])
    found.name, found.state = "PERSON", "rejected"
    (after,) = store(session, pages, [acme])
    assert (after.id, after.name, after.state) == (found.id, "PERSON", "rejected")


def test_a_rejected_label_does_not_reject_another(session: Session) -> None:
    pages = [page(1, "Paris", "calls")]
    (found,) = store(session, pages, [entity("LOCATION", "Paris", Span(1, 0, 5))])
    found.state = "rejected"
    both = store(session, pages, [entity("PERSON", "Paris", Span(1, 0, 5)), entity("LOCATION", "Paris", Span(1, 0, 5))])
    assert [(one.name, one.state) for one in both] == [("LOCATION", "rejected"), ("PERSON", "found")]


def test_only_what_was_read_anew_is_looked_for(session: Session) -> None:
    spans = (Span(1, 0, 4), Span(2, 0, 4))
    (found,) = store(session, [page(1, "Acme", "one"), page(2, "Acme", "two")], [entity("ORG", "Acme", *spans)])
    found.state = "accepted"
    version = found.version
    pages = [page(1, "Acme", "one"), page(2, "A.C.M.E.", "two")]
    readings = {1: "r1.1", 2: "r2.2"}
    understanding = Understanding(DocumentType("letter", 0.5, "rule", RULE), (), ())
    replace_machine_findings(
        session, session.get_one(Document, "d"), understanding, {one.number: one for one in pages}, readings
    )
    assert found.spans == [{"page": 1, "start": 0, "end": 4}, {"page": 2, "start": 0, "end": 8}]
    assert [anchor["reading"] for anchor in found.anchors] == ["r1.1", "r2.2"]
    assert found.version > version  # whoever looked at it before has to look again


def test_a_place_that_is_gone_is_a_conflict_until_it_is_back(session: Session) -> None:
    (found,) = store(session, [page(1, "Acme")], [entity("ORG", "Acme", Span(1, 0, 4))])
    found.state = "accepted"
    store(session, [page(1)], [], run=2)
    assert found.conflict
    assert found.text == "Acme"
    store(session, [page(1, "ACME")], [], run=3)
    assert not found.conflict
    assert found.spans == [{"page": 1, "start": 0, "end": 4}]


def test_a_decided_field_keeps_its_name_to_itself(session: Session) -> None:
    pages = [page(1, "10.00", "20.00")]

    def total(text: str, start: int) -> Field:
        return Field("total", text, (Span(1, start, start + 5),), None, 0.7, "rule", RULE)

    (found,) = store(session, pages, [], fields=[total("10.00", 0)])
    found.state = "corrected"
    assert store(session, pages, [], fields=[total("20.00", 6)]) == [found]
    found.state = "rejected"
    assert len(store(session, pages, [], fields=[total("20.00", 6)])) == 2


def test_a_human_type_stays(session: Session) -> None:
    document = session.get_one(Document, "d")
    document.type, document.type_origin = "contract", "human"
    store(session, [page(1, "Dear")], [])
    assert document.type == "contract"
