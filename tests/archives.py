"""Makes ZIP archives for tests, the honest and the others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def packed(files: Mapping[str, bytes], *folders: str, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of files by their names, and of empty folders; the same bytes at every call."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in folders:
            archive.mkdir(name)
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compression)
    return out.getvalue()


def link(name: str, target: str) -> bytes:
    """A ZIP of one symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, target)
    return out.getvalue()


def marked_encrypted(content: bytes, name: str) -> bytes:
    """The archive with the mark of encryption set on one of its files, in both places that carry it."""
    altered = bytearray(content)
    for signature, flags_at, name_at in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = -1
        while (at := altered.find(signature, at + 1)) >= 0:
            if altered[at + name_at :].startswith(name.encode()):
                altered[at + flags_at] |= 1
    return bytes(altered)


def open_xml(main: str, *more: str) -> bytes:
    """The frame of an Office file, with as much in it as tells its kind."""
    types = f'<Types><Override ContentType="application/{main}.main+xml"/></Types>'
    return packed({"[Content_Types].xml": types.encode(), **dict.fromkeys(more, b"<x/>")})


def open_document(kind: str, manifest: str = "") -> bytes:
    declared = f"application/vnd.oasis.opendocument.{kind}"
    return packed({"mimetype": declared.encode(), "META-INF/manifest.xml": manifest.encode(), "content.xml": b"<x/>"})
