"""Cleans web pages and the bodies of mails: what is left runs nothing and loads nothing.

Printing is left to `office`.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Mapping
from html import escape

import nh3

from nlp.reading.characters import decode

_TAGS = set(nh3.ALLOWED_TAGS) | {"font", "center", "section", "main"}
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "img": {"src", "alt", "width", "height"},
    **{cell: {"align", "valign", "width", "colspan", "rowspan"} for cell in ("td", "th")},
    "table": {"border", "width", "cellpadding", "cellspacing"},
    "ol": {"start"},
    "font": {"color", "size"},
}
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")
_WITHOUT_PICTURE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
_SCRIPT = re.compile(r"<script[\s>]|\son\w+\s*=|javascript:", re.IGNORECASE)
_FRAME = re.compile(r"<(?:iframe|frame|object|embed|link)[\s>]", re.IGNORECASE)


def text_of(content: bytes) -> str:
    """The source of a web page: by what it declares where that fits, else by what its characters look like."""
    declared = _DECLARED.search(content[:4096])
    if declared and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    return decode(content) or content.decode("latin-1")


def cleaned(source: str, pictures: Mapping[str, bytes] | None = None) -> tuple[str, tuple[str, ...]]:
    """What of a web page may be shown, and flags of what was kept out: javascript, remote_content.

    Only pictures that are part of it stay: its own, and `pictures` by their content ids.
    """
    kept_out = {"javascript"} if _SCRIPT.search(source) else set()
    if _FRAME.search(source):
        kept_out.add("remote_content")

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name != "src":
            return value
        if value.startswith("cid:"):
            return _as_data((pictures or {}).get(value.removeprefix("cid:")))
        if _PICTURE.fullmatch(value):
            return value
        kept_out.add("remote_content")
        return None

    clean = nh3.clean(
        source,
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template", "title"},
        attributes=_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes={"cid", "data", "http", "https", "file"},  # so that the filter sees what it refuses
        link_rel=None,
    )
    return _WITHOUT_PICTURE.sub("", clean), tuple(sorted(kept_out))


def page(body: str) -> str:
    """A whole web page around what is clean."""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{body}</body></html>'


def preformatted(text: str) -> str:
    """Plain text as part of a page: its lines stay, and long ones are broken."""
    return "".join(f"<p>{'<br>'.join(map(_spaced, part.splitlines()))}</p>" for part in re.split(r"\n\s*\n", text))


def _spaced(line: str) -> str:
    return escape(line.expandtabs()).replace("  ", "&nbsp; ")


def _as_data(picture: bytes | None) -> str | None:
    kinds = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}
    kind = next((kind for sign, kind in kinds.items() if picture and picture.startswith(sign)), None)
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}" if picture and kind else None
