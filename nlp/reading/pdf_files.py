"""Opens PDF files: are they sound, and what do they carry? Reading their pages is left to `pages`."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from errors import SheafError


def inspect(
    path: Path, password: str | None, unlocked: Path | None, max_pages: int
) -> tuple[int, bool, tuple[str, ...]]:
    """How many pages there are, whether it is encrypted, and flags: repaired, restricted, javascript, embedded_files,
    form.

    Where the original cannot be read as it is (protected, or only readable after repair) a plain copy is written to
    `unlocked`. Raises SheafError damaged_file, password_required, no_pages or too_many_pages.
    """
    flags: list[str] = []
    working_copy: bytes | None = None
    try:
        document = pdfium.PdfDocument(path, password=password)
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise SheafError("password_required") from error
        working_copy = _rewritten(path, password)
        document = _reopened(working_copy)
        flags.append("repaired")
    try:
        pages = len(document)
        encrypted = pdfium_c.FPDF_GetSecurityHandlerRevision(document.raw) >= 0
        if pdfium_c.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0:
            flags.append("javascript")
        if pdfium_c.FPDFDoc_GetAttachmentCount(document.raw) > 0:
            flags.append("embedded_files")
        if document.get_formtype() != pdfium_c.FORMTYPE_NONE:
            flags.append("form")
    finally:
        document.close()
    if not pages:
        raise SheafError("no_pages")
    if pages > max_pages:
        raise SheafError("too_many_pages", pages=pages, limit=max_pages)
    if encrypted:
        working_copy = _rewritten(path, password)
        if not password:  # opens for everyone, but its author restricted printing or copying
            flags.append("restricted")
    if working_copy is not None and unlocked is not None:
        unlocked.write_bytes(working_copy)
    return pages, encrypted, tuple(flags)


def _rewritten(path: Path, password: str | None) -> bytes:
    """The document as qpdf writes it: repaired and without protection. Raises as `inspect` does."""
    copy = io.BytesIO()
    try:
        with pikepdf.open(path, password=password or "") as document:
            if not len(document.pages):
                raise SheafError("no_pages")
            document.save(copy, encryption=False)
    except pikepdf.PasswordError as error:
        raise SheafError("password_required") from error
    except (pikepdf.PdfError, ValueError, RuntimeError) as error:
        raise SheafError("damaged_file", detail="the PDF has no readable structure") from error
    return copy.getvalue()


def _reopened(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise SheafError("damaged_file", detail="the PDF cannot be opened, not even after a repair") from error
