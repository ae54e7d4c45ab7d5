"""What a file is and whether it can be opened, found out by opening it. Reading its pages is left to `reading`.

Names and declared media types are never believed: the content decides. Run this in a sandbox child.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import filetype
import pikepdf
import pypdfium2 as pdfium
from PIL import Image, UnidentifiedImageError
from pypdfium2 import raw as pdfium_c

from errors import SheafError

PDF = "application/pdf"
IMAGE_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/tiff": "TIFF", "image/webp": "WEBP"}
#: Those of them that may move. Only their first frame is read, which a reader of papers wants to know.
_MAY_MOVE = {"image/png", "image/webp"}
_ANIMATED_PNG = "image/apng"
#: The PDF standard lets the header lie anywhere in the first 1024 bytes.
_HEAD = 1024
_FOREIGN = {
    "application/zip": "a ZIP archive",
    "application/msword": "a Word document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "a Word document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "an Excel sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "a PowerPoint presentation",
    "application/vnd.oasis.opendocument.text": "an OpenDocument text",
    "application/rtf": "a rich text (RTF) document",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIL = re.compile(
    rb"^(?:From |(?:From|To|Date|Subject|Received|Return-Path|MIME-Version|Delivered-To|X-[\w-]+):)", re.I
)
_HTML = re.compile(rb"<!doctype html|<html|<body", re.I)


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    max_pages: int
    max_megapixels: float


@dataclass(frozen=True, slots=True)
class Inspection:
    """What opening the file showed. `flags`: repaired, restricted, javascript, embedded_files, form,
    animated_first_frame (of a moving picture only the first frame is read)."""

    media_type: str
    pages: int
    encrypted: bool
    flags: tuple[str, ...] = ()


def sniff(path: Path) -> str:
    """The media type, from the content. Raises SheafError empty_file or unsupported_type (says what it is)."""
    with path.open("rb") as file:
        head = file.read(8192)
    if not head:
        raise SheafError("empty_file")
    if b"%PDF-" in head[:_HEAD]:
        return PDF
    media_type = getattr(filetype.guess(head), "mime", None)
    if media_type == _ANIMATED_PNG:
        return "image/png"
    if media_type in IMAGE_FORMATS:
        return str(media_type)
    raise SheafError("unsupported_type", found=_name_of(head, media_type))


def _name_of(head: bytes, media_type: str | None) -> str:
    if media_type:
        return _FOREIGN.get(media_type, media_type)
    if head.startswith(_OLE):
        return "an old Office document or Outlook message"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    if b"\0" in head:
        return "data of an unknown kind"
    if _MAIL.match(head.lstrip()):
        return "an e-mail"
    if _HTML.search(head[:_HEAD]):
        return "a web page (HTML)"
    if head.lstrip().startswith(b"<?xml"):
        return "an XML file"
    return "a text file"


def inspect(path: Path, limits: IntakeLimits, password: str | None = None, unlocked: Path | None = None) -> Inspection:
    """Open the file for real and say what is in it.

    Where the original cannot be read as it is (protected, or only readable after repair) a plain copy is written to
    `unlocked`; that working copy is what later steps read, so the password need never be kept.
    Raises SheafError empty_file, unsupported_type, damaged_file, password_required, no_pages, too_many_pages or
    too_many_pixels.
    """
    media_type = sniff(path)
    if media_type == PDF:
        return _inspect_pdf(path, limits, password, unlocked)
    return _inspect_image(path, media_type, limits)


def _inspect_pdf(path: Path, limits: IntakeLimits, password: str | None, unlocked: Path | None) -> Inspection:
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
    _check_pages(pages, limits)
    if encrypted:
        working_copy = _rewritten(path, password)
        if not password:  # opens for everyone, but its author restricted printing or copying
            flags.append("restricted")
    if working_copy is not None and unlocked is not None:
        unlocked.write_bytes(working_copy)
    return Inspection(PDF, pages, encrypted, tuple(flags))


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
    except pikepdf.PdfError as error:
        raise SheafError("damaged_file", detail="the PDF has no readable structure") from error
    return copy.getvalue()


def _reopened(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise SheafError("damaged_file", detail="the PDF cannot be opened, not even after a repair") from error


def _check_pages(pages: int, limits: IntakeLimits) -> None:
    if pages == 0:
        raise SheafError("no_pages")
    if pages > limits.max_pages:
        raise SheafError("too_many_pages", pages=pages, limit=limits.max_pages)


def _inspect_image(path: Path, media_type: str, limits: IntakeLimits) -> Inspection:
    with open_image(path, media_type) as image:
        frames = getattr(image, "n_frames", 1)
        pages = frames if media_type == "image/tiff" else 1
        _check_pages(pages, limits)
        for frame in range(pages):
            with _damage(f"page {frame + 1} of {pages}"):
                if pages > 1:
                    image.seek(frame)
                check_pixels(image.size, limits.max_megapixels)  # the header alone: nothing is decoded yet
                image.load()
    flags = ("animated_first_frame",) if frames > 1 and media_type in _MAY_MOVE else ()
    return Inspection(media_type, pages, encrypted=False, flags=flags)


def check_pixels(size: tuple[int, int], max_megapixels: float) -> None:
    """Raises SheafError too_many_pixels."""
    megapixels = size[0] * size[1] / 1e6
    if megapixels > max_megapixels:
        raise SheafError("too_many_pixels", megapixels=round(megapixels, 1), limit=max_megapixels)


@contextmanager
def open_image(path: Path, media_type: str) -> Iterator[Image.Image]:
    """The image, header read and pixels not yet. Pillow's own limit is lifted: ours is checked by `check_pixels`.

    Raises SheafError damaged_file.
    """
    # Pillow maps a file that it is given by its path into memory, and then garbles uncompressed TIFFs that are to be
    # turned; one that is already open it reads.
    Image.MAX_IMAGE_PIXELS = None
    with warnings.catch_warnings(), path.open("rb") as file:
        # Pillow warns of odd metadata; what matters is whether the pixels can be decoded.
        warnings.simplefilter("ignore")
        with _damage("the header"):
            image = Image.open(file, formats=[IMAGE_FORMATS[media_type]])
        with image:
            yield image


@contextmanager
def _damage(where: str) -> Iterator[None]:
    """Pillow's many ways to say that a file is damaged, as one."""
    try:
        yield
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, LookupError, struct.error) as error:
        raise SheafError("damaged_file", detail=f"{where} cannot be decoded") from error
