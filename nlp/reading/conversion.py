"""Makes a PDF of what has no pages of its own: office files, texts, web pages, tables of values, mails.

Each is prepared so that nothing is lost on paper and nothing is loaded; printing is left to `office`.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from zipfile import BadZipFile

from lxml import etree

from errors import SheafError
from nlp.reading import mail, office, spreadsheets, web_pages
from nlp.reading.characters import decode
from nlp.reading.media_types import CSV, DOCX, HTML, MAIL, MEDIA_TYPES, ODP, ODS, ODT, PPTX, TEXT, XLSX
from nlp.reading.sniffing import delimiter_of

_WRITER, _CALC, _IMPRESS = "writer_pdf_Export", "calc_pdf_Export", "impress_pdf_Export"
_EXPORTS = {DOCX: _WRITER, ODT: _WRITER, XLSX: _CALC, ODS: _CALC, PPTX: _IMPRESS, ODP: _IMPRESS}


def to_pdf(source: Path, media_type: str, target: Path) -> tuple[str, ...]:
    """Write a PDF of the file to `target`. Runs in a sandbox child.

    Returns flags of what was kept out: javascript, remote_content. Raises SheafError office_missing, not_converted or
    damaged_file.
    """
    known = MEDIA_TYPES[media_type]
    with tempfile.TemporaryDirectory(prefix="conversion-") as folder:
        prepared = Path(folder, "document").with_suffix(known.suffixes[0])
        if media_type in _EXPORTS:
            _prepare_office(source, media_type, prepared)
            office.to_pdf(prepared, target, known.name, _EXPORTS[media_type])
            return ()
        if media_type in (HTML, MAIL):
            page, flags = mail.page_of(source) if media_type == MAIL else _web_page(source)
            prepared = prepared.with_suffix(".html")
            prepared.write_text(page, "utf-8")
            office.to_pdf(prepared, target, known.name, _WRITER, "HTML (StarWriter)")
            return flags
        text = _text(source)
        if media_type == CSV and (delimiter := delimiter_of(text)):
            prepared = prepared.with_suffix(".fods")
            prepared.write_text(spreadsheets.from_values(text, delimiter), "utf-8")
            office.to_pdf(prepared, target, known.name, _CALC)
            return ()
        prepared.with_suffix(".txt").write_text(text, "utf-8", newline="\n")
        office.to_pdf(
            prepared.with_suffix(".txt"), target, MEDIA_TYPES[TEXT].name, _WRITER, "Text (encoded):UTF8,LF,,,"
        )
        return ()


def _prepare_office(source: Path, media_type: str, prepared: Path) -> None:
    if media_type not in (XLSX, ODS):
        shutil.copyfile(source, prepared)
        return
    try:
        spreadsheets.fitted(source, prepared, media_type)
    except (etree.XMLSyntaxError, BadZipFile, ValueError) as error:
        raise SheafError("damaged_file", detail="a sheet of it cannot be read") from error


def _web_page(source: Path) -> tuple[str, tuple[str, ...]]:
    body, flags = web_pages.cleaned(web_pages.text_of(source.read_bytes()))
    return web_pages.page(body), flags


def _text(source: Path) -> str:
    content = source.read_bytes()
    text = decode(content)
    if text is None:
        raise SheafError("damaged_file", detail="it begins as a text and goes on as something else")
    return "".join(letter if letter.isprintable() or letter.isspace() else "\ufffd" for letter in text.lstrip("\ufeff"))
