"""Every kind of file that is taken in, and the way it goes. Telling them apart is left to `sniffing`.

This table is the only list of them: the doors, the documentation and the page show it, and `intake` follows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath


class Way(StrEnum):
    """What is done with a file before its pages can be read."""

    PDF = "its pages are read as they are"
    PICTURE = "its frames are read as pages"
    OFFICE = "LibreOffice makes a PDF of it"
    TEXT = "it is decoded and cleaned, then LibreOffice makes a PDF of it"
    MAIL = "the message becomes a PDF by LibreOffice, attachments become documents of their own"
    ARCHIVE = "each file in it becomes a document of its own"


@dataclass(frozen=True, slots=True)
class MediaType:
    """One kind of file. `suffixes` are what its names end in, `pillow` is what Pillow calls a picture's format."""

    media_type: str
    name: str
    suffixes: tuple[str, ...]
    way: Way
    pillow: str = ""


PDF, ZIP, MAIL = "application/pdf", "application/zip", "message/rfc822"
HTML, TEXT, CSV = "text/html", "text/plain", "text/csv"
#: What is kept of a member before anybody has looked into it.
UNKNOWN = "application/octet-stream"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
DOCX, XLSX, PPTX = (
    _OPEN_XML + kind for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
ODT, ODS, ODP = (_OPEN_DOCUMENT + kind for kind in ("text", "spreadsheet", "presentation"))

MEDIA_TYPES = {
    known.media_type: known
    for known in (
        MediaType(PDF, "a PDF", (".pdf",), Way.PDF),
        MediaType("image/png", "a PNG picture", (".png",), Way.PICTURE, "PNG"),
        MediaType("image/jpeg", "a JPEG picture", (".jpg", ".jpeg"), Way.PICTURE, "JPEG"),
        MediaType("image/tiff", "a TIFF picture", (".tif", ".tiff"), Way.PICTURE, "TIFF"),
        MediaType("image/webp", "a WebP picture", (".webp",), Way.PICTURE, "WEBP"),
        MediaType("image/heic", "a HEIC picture", (".heic", ".heif"), Way.PICTURE, "HEIF"),
        MediaType(DOCX, "a Word document", (".docx", ".docm"), Way.OFFICE),
        MediaType(XLSX, "an Excel workbook", (".xlsx", ".xlsm"), Way.OFFICE),
        MediaType(PPTX, "a PowerPoint presentation", (".pptx", ".pptm"), Way.OFFICE),
        MediaType(ODT, "an OpenDocument text", (".odt",), Way.OFFICE),
        MediaType(ODS, "an OpenDocument spreadsheet", (".ods",), Way.OFFICE),
        MediaType(ODP, "an OpenDocument presentation", (".odp",), Way.OFFICE),
        MediaType(HTML, "a web page (HTML)", (".html", ".htm"), Way.TEXT),
        MediaType(TEXT, "a text file", (".txt", ".text", ".md", ".log"), Way.TEXT),
        MediaType(CSV, "a table of values (CSV)", (".csv", ".tsv"), Way.TEXT),
        MediaType(MAIL, "an e-mail", (".eml",), Way.MAIL),
        MediaType(ZIP, "a ZIP archive", (".zip",), Way.ARCHIVE),
    )
}

#: Others that are met often, to be named when they are refused.
REFUSED = {
    "application/msword": "an old Word document",
    "application/rtf": "a rich text (RTF) document",
    "application/epub+zip": "an electronic book (EPUB)",
    "application/gzip": "a gzip archive",
    "application/x-7z-compressed": "a 7z archive",
    "application/x-rar-compressed": "a RAR archive",
    "application/x-tar": "a tar archive",
    "application/x-bzip2": "a bzip2 archive",
    "image/gif": "a GIF picture",
    "image/bmp": "a BMP picture",
    "image/avif": "an AVIF picture",
    _OPEN_DOCUMENT + "graphics": "an OpenDocument drawing",
    _OPEN_DOCUMENT + "formula": "an OpenDocument formula",
}

#: Kinds of file that bring others along.
CONTAINERS = frozenset((Way.MAIL, Way.ARCHIVE))
#: Kinds of file of which a PDF is made first.
CONVERTED = frozenset((Way.OFFICE, Way.TEXT, Way.MAIL))


def way_of(media_type: str) -> Way | None:
    return MEDIA_TYPES[media_type].way if media_type in MEDIA_TYPES else None


def is_misnamed(filename: str, media_type: str) -> bool:
    """Whether the name ends in what is known, and means another kind of file than this."""
    suffix = PurePath(filename).suffix.lower()
    meant = {known.media_type for known in MEDIA_TYPES.values() if suffix in known.suffixes}
    plain = {HTML, TEXT, CSV}  # names of texts are a matter of taste
    return bool(meant) and media_type not in meant and not (media_type in plain and meant <= plain)


def in_short() -> str:
    """What is accepted, in one phrase for a person."""
    return "a PDF, a picture, an office document, a text, an e-mail, or a ZIP of them"
