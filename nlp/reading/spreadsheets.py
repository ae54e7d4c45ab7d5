"""Prepares spreadsheets for printing: as wide as one page, and whole. Printing them is left to `office`.

A wide sheet would else be cut into strips, and a print area would hide what lies outside it.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

from nlp.reading.media_types import ODS

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
#: Centimetres: of a letter in the column, of the narrowest and the widest column.
_LETTER, _NARROW, _WIDE = 0.21, 1.5, 12.0
_FLAT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet" office:version="1.3">
<office:automatic-styles>
<style:style style:name="sheet" style:family="table" style:master-page-name="page"/>
<style:style style:name="cell" style:family="table-cell">
<style:table-cell-properties fo:wrap-option="wrap"/></style:style>
{columns}
<style:page-layout style:name="layout"><style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm"
 style:print-orientation="landscape" fo:margin="1cm" style:scale-to-X="1" style:scale-to-Y="0"/></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="page" style:page-layout-name="layout">
<style:header style:display="false"/><style:footer style:display="false"/></style:master-page></office:master-styles>
<office:body><office:spreadsheet><table:table table:name="table" table:style-name="sheet">{widths}{rows}</table:table>
</office:spreadsheet></office:body></office:document>"""


def from_values(text: str, delimiter: str) -> str:
    """A flat OpenDocument spreadsheet of delimited values, each shown as it is written: 007 stays 007."""
    rows = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))
    count = max(map(len, rows))
    lengths = [max((len(row[at]) for row in rows if at < len(row)), default=0) for at in range(count)]
    widths = [min(max(_LETTER * length + 0.3, _NARROW), _WIDE) for length in lengths]
    columns = "".join(
        f'<style:style style:name="c{at}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width:.2f}cm"/></style:style>'
        for at, width in enumerate(widths)
    )
    return _FLAT.format(
        columns=columns,
        widths="".join(f'<table:table-column table:style-name="c{at}"/>' for at in range(count)),
        rows="".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows),
    )


def _cell(value: str) -> str:
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.splitlines())
    return f'<table:table-cell table:style-name="cell" office:value-type="string">{lines}</table:table-cell>'


def fitted(source: Path, target: Path, media_type: str) -> None:
    """Write a copy of the workbook whose sheets print whole, and as wide as a page. Raises etree.XMLSyntaxError."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if change := _change_of(info.filename, media_type):
                tree = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
                change(tree)
                content = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
            new.writestr(info.filename, content)


def _change_of(part: str, media_type: str) -> Callable[[etree._Element], None] | None:
    if media_type == ODS:
        return {"styles.xml": _fit_layouts, "content.xml": _drop_print_ranges}.get(part)
    if part.startswith("xl/worksheets/") and part.endswith(".xml"):
        return _fit_sheet
    return _drop_print_areas if part == "xl/workbook.xml" else None


def _fit_sheet(sheet: etree._Element) -> None:
    properties = sheet.find(f"{_MAIN}sheetPr")
    if properties is None:
        properties = etree.Element(f"{_MAIN}sheetPr")
        sheet.insert(0, properties)
    page = properties.find(f"{_MAIN}pageSetUpPr")
    if page is None:
        page = etree.SubElement(properties, f"{_MAIN}pageSetUpPr")
    page.set("fitToPage", "1")
    setup = sheet.find(f"{_MAIN}pageSetup")
    if setup is None:
        setup = etree.Element(f"{_MAIN}pageSetup", orientation="landscape")
        margins = sheet.find(f"{_MAIN}pageMargins")
        margins.addnext(setup) if margins is not None else sheet.append(setup)
    setup.set("fitToWidth", "1")
    setup.set("fitToHeight", "0")


def _drop_print_areas(workbook: etree._Element) -> None:
    for name in workbook.findall(f".//{_MAIN}definedName[@name='_xlnm.Print_Area']"):
        name.getparent().remove(name)


def _fit_layouts(styles: etree._Element) -> None:
    for layout in styles.iter(f"{_STYLE}page-layout-properties"):
        for other in ("scale-to", "scale-to-pages"):
            layout.attrib.pop(_STYLE + other, None)
        layout.set(f"{_STYLE}scale-to-X", "1")
        layout.set(f"{_STYLE}scale-to-Y", "0")


def _drop_print_ranges(content: etree._Element) -> None:
    for table in content.iter(f"{_TABLE}table"):
        table.attrib.pop(f"{_TABLE}print-ranges", None)
