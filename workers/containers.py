"""Files that came in others, in an archive or a mail, become documents of their own.

Taking them out is left to nlp.reading, reading them to their own steps.
"""

from __future__ import annotations

import tempfile
import uuid
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from errors import SheafError
from nlp.reading import media_types
from nlp.reading.members import Member, UnpackLimits
from nlp.reading.unpacking import unpack
from storage import documents
from storage.database import now
from storage.tables import Document
from workers.arrival import clean_name, make_room
from workers.claims import Claim, LostClaim, still_ours
from workers.order import BUSY, open_step
from workers.work import Work

#: Says that other documents came in this one.
CONTAINER = "container"


def keep_members(work: Work, claim: Claim, document: Document) -> list[str]:
    """Make a document of each file in this one that is none yet; returns the ids of steps to send.

    Their ids follow from their place, so doing it twice makes nothing twice. One that cannot be taken out is a failed
    document without a file. Raises nested_too_deep, too_many_members, unpacks_too_large, and what unpacking raises.
    """
    limits, seconds = work.intake_limits().unpack, work.settings.sheaf_page_seconds
    with work.stores.database.read() as session:
        above = documents.ancestors(session, document)
        root = above[-1] if above else document
        known = {
            relative.id: relative.size for relative in documents.family(session, root.id) if relative.id != root.id
        }
    with (
        work.stores.objects.local(document.original_key) as path,
        tempfile.TemporaryDirectory(dir=work.stores.incoming) as folder,
    ):
        members: list[Member] = work.children.readers.call(
            unpack, path, document.media_type, Path(folder), limits, deadline=seconds
        )
        if members and len(above) >= work.settings.sheaf_max_nesting:
            raise SheafError("nested_too_deep", depth=len(above) + 1, limit=work.settings.sheaf_max_nesting)
        placed = {_id_of(document.id, place): member for place, member in enumerate(members)}
        new = {id: member for id, member in placed.items() if id not in known}
        size = sum(member.size for member in new.values())
        _check_family(limits, len(known) + len(new), sum(known.values()) + size)
        make_room(work, size)
        return _keep(work, claim, new)


def _check_family(limits: UnpackLimits, members: int, size: int) -> None:
    """An archive may hold a few archives that hold a few: what counts is all that one file has brought."""
    if members > limits.max_members:
        raise SheafError("too_many_members", members=members, limit=limits.max_members)
    if size >> 20 > limits.max_unpacked_mb:
        raise SheafError("unpacks_too_large", megabytes=size >> 20, limit=limits.max_unpacked_mb)


def _keep(work: Work, claim: Claim, new: dict[str, Member]) -> list[str]:
    """Store the files first, then the rows that name them."""
    for id, member in new.items():
        if member.file is not None:
            work.stores.objects.put(_key(id), member.file, consume=True)
    try:
        with work.stores.database.write() as session:
            parent = still_ours(session, claim)
            there = set(session.scalars(select(Document.id).where(Document.parent_id == parent.id)))
            missing = ((id, member) for id, member in new.items() if id not in there)
            rows = [_row(parent, id, member, place) for place, (id, member) in enumerate(missing)]
            if rows:
                parent.flags = sorted({*parent.flags, CONTAINER})
            session.add_all(rows)
            session.flush()
            steps = [open_step(session, row, "plan") for row in rows if row.status == "queued"]
            session.flush()
            return [step.id for step in steps]
    except LostClaim:
        _forget(work, claim.document_id, new)
        raise


def _row(parent: Document, id: str, member: Member, place: int) -> Document:
    """A document of the parent's batch, in its languages.

    It has no identity: the same bytes sent alone are a document of their own, which outlives this one's parent.
    """
    return Document(
        id=id,
        collection=parent.collection,
        batch_id=parent.batch_id,
        parent_id=parent.id,
        path_in_parent=member.path,
        filename=clean_name(member.path),
        media_type=media_types.UNKNOWN,
        sha256=member.sha256,
        size=member.size,
        source=parent.source,
        uploader=parent.uploader,
        languages=parent.languages,
        original_key=_key(id) if member.file is not None else "",
        status="failed" if member.error else "queued",
        error=member.error and member.error.as_json(),
        run=1,
        created_at=now() + timedelta(microseconds=place),  # what is listed by age is in their order
    )


def _forget(work: Work, parent_id: str, new: dict[str, Member]) -> None:
    """Take back files that were stored in vain, unless whoever took the step over names them, or is about to."""
    with work.stores.database.read() as session:
        parent = session.get(Document, parent_id)
        named = set(session.scalars(select(Document.id).where(Document.parent_id == parent_id)))
    if parent is None or parent.status not in BUSY:
        for id in new.keys() - named:
            work.stores.objects.delete(_key(id))


def _id_of(parent_id: str, number: int) -> str:
    return uuid.uuid5(uuid.UUID(parent_id), str(number)).hex


def _key(document_id: str) -> str:
    return f"documents/{document_id}/original"
