"""Makes office files for tests: the frames by hand, whole ones of other kinds by LibreOffice."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from nlp.reading import office
from tests.archives import packed

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument."


def docx(*paragraphs: str, body: str = "", relations: str = "") -> bytes:
    """A Word document; `body` is XML after the paragraphs, `relations` what it refers to."""
    text = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in paragraphs)
    main = f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{text}{body}</w:body></w:document>'
    return _package("word/document.xml", "wordprocessingml.document.main", {"word/document.xml": main}, relations)


def xlsx(rows: Sequence[Sequence[str]], print_area: str = "") -> bytes:
    """An Excel workbook of one sheet."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>' for value in row) + "</row>"
        for row in rows
    )
    names = f'<definedName name="_xlnm.Print_Area" localSheetId="0">{print_area}</definedName>' if print_area else ""
    book = (
        f'<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets><sheet name="one" sheetId="1" r:id="r1"/></sheets>'
        f"<definedNames>{names}</definedNames></workbook>"
    )
    sheet = f'<worksheet xmlns="{_S}"><sheetData>{cells}</sheetData></worksheet>'
    relation = f'<Relationship Id="r1" Type="{_R}/worksheet" Target="worksheets/sheet1.xml"/>'
    parts = {"xl/workbook.xml": book, "xl/worksheets/sheet1.xml": sheet}
    return _package("xl/workbook.xml", "spreadsheetml.sheet.main", parts, relation)


def _package(main: str, kind: str, parts: dict[str, str], relations: str) -> bytes:
    folder, _, name = main.rpartition("/")
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="{_TYPES}spreadsheetml.worksheet+xml"/>'
        f'<Override PartName="/{main}" ContentType="{_TYPES}{kind}+xml"/></Types>'
    )
    root = f'<Relationship Id="r0" Type="{_R}/officeDocument" Target="{main}"/>'
    files = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{root}</Relationships>',
        f"{folder}/_rels/{name}.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        **parts,
    }
    return packed({path: text.encode() for path, text in files.items()})


def made_by_libreoffice(folder: Path, text: str, suffix: str) -> bytes:
    """The text as a file of that kind, as LibreOffice writes it."""
    flat = {"odt": "text", "odp": "presentation", "pptx": "presentation", "ods": "spreadsheet"}[suffix]
    source = folder / f"source.{ {'text': 'fodt', 'presentation': 'fodp', 'spreadsheet': 'fods'}[flat] }"
    source.write_text(_FLAT[flat].format(text=escape(text)), "utf-8")
    command = [office.program(), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    for _ in range(2):  # a new profile asks for it
        subprocess.run(
            [*map(str, command), "--convert-to", suffix, "--outdir", str(folder), str(source)],
            check=False, capture_output=True,
        )  # fmt: skip
    return (folder / f"source.{suffix}").read_bytes()


def _flat(kind: str, body: str) -> str:
    names = {"office": "office", "text": "text", "table": "table", "draw": "drawing", "svg": "svg-compatible"}
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"' for name, uri in names.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {spaces} office:version="1.3" '
        f'office:mimetype="application/vnd.oasis.opendocument.{kind}"><office:body><office:{kind}>{body}'
        f"</office:{kind}></office:body></office:document>"
    )


_FLAT = {
    "text": _flat("text", "<text:p>{text}</text:p>"),
    "presentation": _flat(
        "presentation",
        '<draw:page draw:name="one"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="20cm" svg:height="3cm">'
        "<draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></draw:page>",
    ),
    "spreadsheet": _flat(
        "spreadsheet",
        '<table:table table:name="one"><table:table-row><table:table-cell><text:p>{text}</text:p></table:table-cell>'
        "</table:table-row></table:table>",
    ),
}
