"""Finds out what a kept file is, and keeps the PDF that is read in its place where it cannot be read itself.

What came in it is left to containers, its pages to stages.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from errors import SheafError
from nlp.reading import intake
from nlp.reading.conversion import to_pdf
from nlp.reading.intake import Inspection
from nlp.reading.media_types import MEDIA_TYPES
from storage.tables import Document
from workers.arrival import flags_of
from workers.claims import Claim, LostClaim, still_ours
from workers.order import BUSY
from workers.work import Work


def look_into(work: Work, claim: Claim, document: Document) -> Document:
    """What opening the file shows, kept with the document, which is returned as it then is. Raises as intake does."""
    with (
        work.stores.objects.local(document.original_key) as path,
        tempfile.TemporaryDirectory(dir=work.stores.incoming) as folder,
    ):
        working = Path(folder) / "working.pdf"
        inspected = _inspect(work, path, working)
        return _keep(work, claim, inspected.media_type, inspected, working)


def convert(work: Work, claim: Claim, document: Document) -> Document:
    """Make a PDF of a file without pages and keep it; the original stays what it is. Raises as conversion does."""
    with (
        work.stores.objects.local(document.original_key) as path,
        tempfile.TemporaryDirectory(dir=work.stores.incoming) as folder,
    ):
        working, seconds = Path(folder) / "working.pdf", work.settings.sheaf_office_seconds
        try:
            kept_out = work.children.readers.call(to_pdf, path, document.media_type, working, deadline=seconds)
        except SheafError as error:
            raise _of_the_whole(error, document) from error
        inspected = _inspect(work, working)
        inspected = replace(inspected, flags=(*inspected.flags, *kept_out))
        return _keep(work, claim, document.media_type, inspected, working)


def _inspect(work: Work, path: Path, unlocked: Path | None = None) -> Inspection:
    limits, seconds = work.intake_limits(), work.settings.sheaf_page_seconds
    return work.children.door.call(intake.inspect, path, limits, unlocked=unlocked, deadline=seconds)


def _of_the_whole(error: SheafError, document: Document) -> SheafError:
    """What the sandbox says of a page, said of a file that was to become pages."""
    if error.code in ("page_timeout", "page_crashed", "page_memory"):
        detail = error.message[0].lower() + error.message[1:].rstrip(".")
        return SheafError("not_converted", found=MEDIA_TYPES[document.media_type].name, detail=detail)
    return error


def _keep(work: Work, claim: Claim, media_type: str, inspected: Inspection, working: Path) -> Document:
    """Store the PDF, if one was made, then the row that names it."""
    key = f"documents/{claim.document_id}/working" if working.exists() else None
    if key:
        work.stores.objects.put(key, working, consume=True)
    try:
        with work.stores.database.write() as session:
            row = still_ours(session, claim)
            row.media_type, row.page_count, row.working_key = media_type, inspected.pages, key
            row.flags = sorted({*row.flags, *inspected.flags, *flags_of(media_type, row.filename)})
            session.flush()
            session.refresh(row)
            session.expunge(row)
            return row
    except LostClaim:
        if key:
            _forget(work, claim.document_id, key)
        raise


def _forget(work: Work, document_id: str, key: str) -> None:
    """Take back what was stored in vain, unless whoever took the step over names it, or is about to."""
    with work.stores.database.read() as session:
        document = session.get(Document, document_id)
    if document is None or (document.working_key != key and document.status not in BUSY):
        work.stores.objects.delete(key)
