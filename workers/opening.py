"""Finds out what a kept file is, and keeps the PDF that is read in its place where it cannot be read itself.

What came in it is left to containers, its pages to stages.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from nlp.reading import intake
from nlp.reading.intake import Inspection
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
        inspected = work.children.door.call(
            intake.inspect,
            path,
            work.intake_limits(),
            unlocked=working,
            deadline=work.settings.sheaf_page_seconds,
        )
        return _keep(work, claim, inspected, working)


def _keep(work: Work, claim: Claim, inspected: Inspection, working: Path) -> Document:
    """Store the PDF, if one was made, then the row that names it."""
    key = f"documents/{claim.document_id}/working" if working.exists() else None
    if key:
        work.stores.objects.put(key, working, consume=True)
    try:
        with work.stores.database.write() as session:
            row = still_ours(session, claim)
            row.media_type, row.page_count, row.working_key = inspected.media_type, inspected.pages, key
            row.flags = sorted({*row.flags, *flags_of(inspected, row.filename)})
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
