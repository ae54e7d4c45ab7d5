"""A file arrives: looked at, compared with what is there, kept, and handed to the pipeline.

Receiving its bytes is left to api.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from errors import SheafError
from nlp.reading import intake
from nlp.reading.media_types import is_misnamed
from storage import documents
from storage.tables import Document, new_id
from workers.lifecycle import read_again, restore, retry
from workers.order import follow, open_step
from workers.work import Work


@dataclass(frozen=True)
class Arrival:
    """A file that has fully arrived in a local folder, and what its sender said of it."""

    path: Path
    sha256: str
    size: int
    filename: str
    uploader: str
    source: str
    collection: str = "default"
    batch_id: str | None = None
    languages: tuple[str, ...] = ()
    version_of: str | None = None
    password: str | None = field(default=None, repr=False)

    def identity(self) -> str | None:
        return None if self.version_of else f"{self.collection}:{self.sha256}"


@dataclass(frozen=True)
class Received:
    document_id: str
    duplicate: bool


def receive(work: Work, arrival: Arrival) -> Received:
    """Keep the file and start its work, or give back the document that has the same bytes in this collection.

    A duplicate that had failed is tried again, a deleted one is restored. Raises the SheafErrors of intake, and
    storage_full; then nothing is kept. The password is used here and now to make a copy that needs none.
    """
    known = _known(work, arrival)
    if known:
        return known
    unlocked = arrival.path.with_suffix(".unlocked")
    try:
        inspected = work.children.door.call(
            intake.inspect,
            arrival.path,
            work.intake_limits(),
            password=arrival.password,
            unlocked=unlocked,
            deadline=work.settings.sheaf_page_seconds,
        )
        make_room(work, arrival.size)
        document = Document(
            id=new_id(),
            collection=arrival.collection,
            batch_id=arrival.batch_id,
            version_of=arrival.version_of,
            filename=arrival.filename,
            media_type=inspected.media_type,
            sha256=arrival.sha256,
            identity=arrival.identity(),
            size=arrival.size,
            source=arrival.source,
            uploader=arrival.uploader,
            languages=list(arrival.languages),
            page_count=inspected.pages,
            flags=sorted({*inspected.flags, *flags_of(inspected.media_type, arrival.filename)}),
            run=1,
        )
        document.original_key = f"documents/{document.id}/original"
        if unlocked.exists():
            document.working_key = f"documents/{document.id}/working"
            work.stores.objects.put(document.working_key, unlocked, consume=True)
        work.stores.objects.put(document.original_key, arrival.path, consume=True)
        return _commit(work, arrival, document)
    finally:
        unlocked.unlink(missing_ok=True)


def clean_name(name: str) -> str:
    """A file name to show: the last part of any path, without control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable()).strip()[:255] or "unnamed"


def flags_of(media_type: str, filename: str) -> tuple[str, ...]:
    """misnamed: the name means another kind of file than its content."""
    return ("misnamed",) if is_misnamed(filename, media_type) else ()


def make_room(work: Work, size: int) -> None:
    """Raise storage_full when keeping this many bytes would leave less space than the installation wants free."""
    reserve = work.settings.sheaf_min_free_mb * 2**20
    free = [work.stores.objects.free_bytes(), shutil.disk_usage(work.stores.incoming).free]
    if any(space is not None and space - size < reserve for space in free):
        raise SheafError("storage_full")


def _commit(work: Work, arrival: Arrival, document: Document) -> Received:
    document_id = document.id
    try:
        with work.stores.database.write() as session:
            session.add(document)
            session.flush()
            open_step(session, document, "plan")
            steps = follow(session, document)
    except IntegrityError:  # the same bytes came twice at once, and the other one was first
        work.stores.objects.delete_prefix(f"documents/{document_id}/")
        known = _known(work, arrival)
        if known is None:
            raise
        return known
    work.send(steps)
    return Received(document_id, duplicate=False)


def _known(work: Work, arrival: Arrival) -> Received | None:
    identity = arrival.identity()
    if identity is None:
        return None
    with work.stores.database.write() as session:
        found = documents.find_all(session, Document.identity == identity)
        if not found:
            return None
        (document,) = found
        steps = _welcome_back(session, document)
        document_id = document.id
    work.send(steps)
    return Received(document_id, duplicate=True)


def _welcome_back(session: Session, document: Document) -> list[str]:
    """Out of the trash, and on with what had stopped: the document and all that came in it."""
    restore(session, document)
    steps: list[str] = []
    for one in documents.family(session, document.id):
        if one.deleted_at is None and one.status == "failed":
            steps += retry(session, one)
        elif one.deleted_at is None and one.status == "cancelled":
            steps += read_again(session, one)
    return steps
