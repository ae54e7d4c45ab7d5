"""Office files, texts, web pages and tables become PDFs that have all of their text, and nothing from elsewhere."""

from __future__ import annotations

import http.server
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pypdfium2 as pdfium
import pytest

from errors import SheafError
from nlp.reading import conversion
from nlp.reading.intake import IntakeLimits, inspect
from nlp.reading.media_types import CSV, DOCX, HTML, ODP, ODS, ODT, PPTX, TEXT, XLSX
from nlp.reading.sniffing import sniff
from nlp.sandbox import Limits, Sandbox
from tests.offices import docx, made_by_libreoffice, xlsx
from tests.papers import picture


def printed(tmp_path: Path, content: bytes, media_type: str) -> tuple[list[str], tuple[str, ...]]:
    """The text of each page of the PDF that is made of it, and the flags."""
    source, target = tmp_path / "source", tmp_path / "made.pdf"
    source.write_bytes(content)
    assert sniff(source) == media_type
    flags = conversion.to_pdf(source, media_type, target)
    document = pdfium.PdfDocument(target.read_bytes())
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document], flags


@pytest.mark.parametrize("suffix", ["odt", "ods", "odp", "pptx"])
def test_office_files_of_every_kind(tmp_path: Path, libreoffice: None, suffix: str) -> None:
    media_type = {"odt": ODT, "ods": ODS, "odp": ODP, "pptx": PPTX}[suffix]
    content = made_by_libreoffice(tmp_path, "Größe & 12 €", suffix)
    assert inspect_as_sent(tmp_path, content) == (media_type, None)
    pages, flags = printed(tmp_path, content, media_type)
    assert len(pages) == 1
    assert "Größe & 12 €" in pages[0]
    assert flags == ()


def inspect_as_sent(tmp_path: Path, content: bytes) -> tuple[str, int | None]:
    path = tmp_path / "sent"
    path.write_bytes(content)
    found = inspect(path, IntakeLimits(10, 10))
    return found.media_type, found.pages


def test_a_word_document(tmp_path: Path, libreoffice: None) -> None:
    breaking = '<w:p><w:r><w:br w:type="page"/><w:t>Second page</w:t></w:r></w:p>'
    pages, _ = printed(tmp_path, docx("Dear Ms. Hartley,", "Привіт", body=breaking), DOCX)
    assert pages == ["Dear Ms. Hartley, Привіт", "Second page"]


def test_a_wide_workbook_is_not_cut_into_strips_nor_by_its_print_area(tmp_path: Path, libreoffice: None) -> None:
    rows = [[f"r{row}c{column}" for column in range(40)] for row in range(5)]
    pages, _ = printed(tmp_path, xlsx(rows, print_area="one!$A$1:$B$2"), XLSX)
    assert len(pages) == 1
    assert all(value in pages[0] for row in rows for value in row)


def test_a_wide_table_of_values_is_shown_as_it_is_written(tmp_path: Path, libreoffice: None) -> None:
    rows = [[f"{row:03}{column:03}" for column in range(30)] for row in range(100)]
    rows[0][0], rows[1][0] = "1/2", "=1+1"
    pages, _ = printed(tmp_path, "\n".join(";".join(row) for row in rows).encode(), CSV)
    assert 1 < len(pages) < 10
    assert " ".join(pages).split() == [value for row in rows for value in row]


def test_a_text_keeps_its_letters_and_lines(tmp_path: Path, libreoffice: None) -> None:
    text = "Grüße aus Köln\n    eingerückt, und größer\n\nAn Größe übertrifft es für viele die Bäder"
    (page,), _ = printed(tmp_path, text.encode("latin-1"), TEXT)
    assert page.split() == text.split()


def test_a_web_page_loads_nothing_and_runs_nothing(
    tmp_path: Path, libreoffice: None, outside: tuple[str, list[str]]
) -> None:
    address, asked = outside
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture("secret"))
    source = f"""<html><head><meta charset="iso-8859-15"><link rel="stylesheet" href="{address}/a.css">
    <style>@import url({address}/b.css); body {{ background: url({address}/c.png) }}</style>
    <script src="{address}/d.js">document.write("written")</script></head><body onload="go()">
    <h1>Für 5 €</h1><img src="{address}/e.png"><img src="{secret.as_uri()}"><img src="{secret}">
    <iframe src="{secret.as_uri()}"></iframe><table background="{address}/f.png"><tr><td>cell</td></tr></table>
    <object data="{address}/g"></object></body></html>"""
    (page,), flags = printed(tmp_path, source.encode("iso-8859-15"), HTML)
    assert page == "Für 5 € cell"
    assert flags == ("javascript", "remote_content")
    assert asked == []
    assert pictures_in(tmp_path / "made.pdf") == 0


def test_an_office_file_loads_nothing_either(tmp_path: Path, libreoffice: None, outside: tuple[str, list[str]]) -> None:
    address, asked = outside
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture("secret"))
    body = "".join(_LINKED.format(id=f"p{number}") for number in (1, 2))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    relations = "".join(
        f'<Relationship Id="p{number}" Type="{kind}" Target="{target}" TargetMode="External"/>'
        for number, target in ((1, f"{address}/a.png"), (2, secret.as_uri()))
    )
    (page,), _ = printed(tmp_path, docx("With two links", body=body, relations=relations), DOCX)
    assert page.startswith("With two links")
    assert asked == []
    assert pictures_in(tmp_path / "made.pdf") == 0


def pictures_in(path: Path) -> int:
    document = pdfium.PdfDocument(path.read_bytes())
    return sum(thing.type == pdfium.raw.FPDF_PAGEOBJ_IMAGE for page in document for thing in page.get_objects())


def test_what_libreoffice_cannot_open_is_said(tmp_path: Path, libreoffice: None) -> None:
    source = tmp_path / "source"
    broken = docx("text")
    at = broken.index(b"word/document.xml") + len(b"word/document.xml")
    source.write_bytes(broken[:at] + bytes(20) + broken[at + 20 :])
    with pytest.raises(SheafError) as caught:
        conversion.to_pdf(source, DOCX, tmp_path / "made.pdf")
    assert caught.value.code == "not_converted"


def test_libreoffice_ends_with_the_child_that_started_it(tmp_path: Path, libreoffice: None) -> None:
    source = tmp_path / "long.csv"
    source.write_text("\n".join(f"{row};{row}" for row in range(50_000)))
    with Sandbox(1, Limits(memory_mb=2000)) as sandbox:
        with pytest.raises(SheafError) as caught:
            sandbox.call(conversion.to_pdf, source, CSV, tmp_path / "made.pdf", deadline=2.0)
        assert caught.value.code == "page_timeout"
        deadline = time.monotonic() + 10
        while running(f"sheaf-child-{os.getpid()}-"):
            assert time.monotonic() < deadline, "LibreOffice outlived its child"
            time.sleep(0.1)


def running(mark: str) -> list[int]:
    """Processes of LibreOffice that were started with this in their arguments."""
    found = psutil.process_iter(["name", "cmdline"])
    return [one.pid for one in found if "soffice" in (one.info["name"] or "") and mark in str(one.info["cmdline"])]


def test_without_libreoffice_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.reading.office.shutil.which", lambda name: None)
    source = tmp_path / "source"
    source.write_text("text")
    with pytest.raises(SheafError) as caught:
        conversion.to_pdf(source, TEXT, tmp_path / "made.pdf")
    assert caught.value.code == "office_missing"
    assert "apt install libreoffice" in caught.value.advice


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """A server that must not be asked: its address, and the paths it was asked for."""
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def send_error(self, *_: object, **__: object) -> None:  # any other way to ask
            asked.append(self.requestline)

        def do_GET(self) -> None:
            asked.append(self.requestline)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(picture("from outside"))

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


_LINKED = """<w:p><w:r><w:drawing><wp:inline
 xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">
<wp:extent cx="2000000" cy="2000000"/><wp:docPr id="1" name="a"/>
<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">
<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">
<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="1" name="a"/>
<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="{id}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>
<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2000000" cy="2000000"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>
</w:drawing></w:r></w:p>"""
