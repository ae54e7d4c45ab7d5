"""Documents that came in others: found with all that came in them, and held in one order by everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import documents
from storage.database import Database, now
from storage.tables import Document
from tests.at_once import all_at_once
from workers import lifecycle


@pytest.fixture
def family(database: Database) -> list[str]:
    """An archive, a member, an archive in it with a member, and a stranger; ids do not tell their age."""
    above = {
        "z-archive": None,
        "y-member": "z-archive",
        "x-inner": "z-archive",
        "a-deep": "x-inner",
        "b-stranger": None,
    }
    with database.write() as session:
        for age, (id, parent_id) in enumerate(above.items()):
            plain = {"filename": id, "media_type": "m", "sha256": "0", "size": 1, "source": "t", "uploader": "t"}
            created = now() + timedelta(seconds=age)
            session.add(Document(id=id, parent_id=parent_id, original_key="k", created_at=created, **plain))
            session.flush()
    return list(above)


def test_a_family_is_found_parents_first(database: Database, family: list[str]) -> None:
    with database.read() as session:
        assert [one.id for one in documents.family(session, "z-archive")] == family[:4]
        assert [one.id for one in documents.family(session, "x-inner")] == ["x-inner", "a-deep"]
        deep = session.get_one(Document, "a-deep")
        assert [one.id for one in documents.ancestors(session, deep)] == ["x-inner", "z-archive"]


def test_who_deletes_an_archive_and_who_changes_all_its_members_wait_for_each_other(
    database: Database, family: list[str]
) -> None:
    """In whatever order they begin: nobody waits in a ring."""

    def change(turn: int) -> None:
        with database.write() as session:
            if turn % 2:
                archive = documents.find(session, "z-archive")
                assert archive is not None
                (lifecycle.restore if turn % 4 == 1 else lifecycle.remove)(session, archive)
            else:
                for one in documents.find_all(session, Document.id.in_(family)):
                    one.page_count = turn

    all_at_once(change)
    with database.read() as session:
        gone = {one.deleted_at for one in documents.family(session, "z-archive")}
    assert len(gone) == 1
