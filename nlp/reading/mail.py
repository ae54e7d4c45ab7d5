"""Mails: their headers and body as a page, and their attachments. Cleaning the page is left to `web_pages`."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from html import escape
from io import BytesIO
from pathlib import Path

from errors import SheafError
from nlp.reading import characters, web_pages
from nlp.reading.members import Member, UnpackLimits, is_junk, shown, take_out

_HEADERS = ("Subject", "From", "To", "Cc", "Date")


@dataclass(frozen=True, slots=True)
class _Part:
    """A leaf of a mail: its media type, what it holds, the name it was sent under, and what the page calls it by."""

    media_type: str
    content: bytes
    name: str = ""
    charset: str = ""
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class _Parts:
    bodies: list[_Part] = field(default_factory=list)
    attachments: list[_Part] = field(default_factory=list)


def page_of(path: Path) -> tuple[str, tuple[str, ...]]:
    """The mail as a web page: headers, body, names of the attachments; and flags of what was kept out of it.

    Raises SheafError damaged_file.
    """
    message, parts = _opened(path)
    pictures = {part.content_id: part.content for part in parts.attachments if part.content_id}
    cleaned = [_body(body, pictures) for body in parts.bodies]
    names = ", ".join(part.name for part in _sent(parts))
    lines = [(name, _header(message, name)) for name in _HEADERS] + [("Attachments", names)]
    head = "".join(f"<b>{name}:</b> {escape(value)}<br>" for name, value in lines if value)
    flags = sorted({flag for _, kept_out in cleaned for flag in kept_out})
    return web_pages.page(f"<p>{head}</p><hr>" + "<hr>".join(html for html, _ in cleaned)), tuple(flags)


def unpack(path: Path, folder: Path, limits: UnpackLimits) -> list[Member]:
    """Every attachment, in a file of the folder under a number; pictures that the page shows are none.

    What is wrong with one is its own error. Raises SheafError damaged_file, too_many_members or unpacks_too_large.
    """
    _, parts = _opened(path)
    attachments = _sent(parts)
    if len(attachments) > limits.max_members:
        raise SheafError("too_many_members", members=len(attachments), limit=limits.max_members)
    return [
        take_out(shown(part.name), BytesIO(part.content), folder / str(number), limits.max_file_mb)
        for number, part in enumerate(attachments)
    ]


def _opened(path: Path) -> tuple[Message, _Parts]:
    content = path.read_bytes()
    encoding = characters.encoding_of(content) or ""
    if encoding.startswith(("utf-16", "utf-32")):
        content = content.decode(encoding, "replace").encode()
    try:
        message = message_from_bytes(content.lstrip())
        return message, _collected(message)
    except (RecursionError, LookupError, ValueError, AttributeError, TypeError) as error:  # the library's own mistakes
        raise SheafError("damaged_file", detail="the mail has no readable structure") from error


def _sent(parts: _Parts) -> list[_Part]:
    """Attachments somebody sent, which pictures in the text are not."""
    bodies = b"".join(body.content for body in parts.bodies if body.media_type == "text/html")
    return [
        part
        for part in parts.attachments
        if not is_junk(part.name) and not (part.content_id and f"cid:{part.content_id}".encode() in bodies)
    ]


def _collected(message: Message) -> _Parts:
    """The bodies to be shown, one of each choice, and all attachments."""
    if message.get_content_maintype() == "message" or not message.is_multipart():
        part = _part(message)
        is_body = part.media_type in ("text/plain", "text/html") and not part.name
        return _Parts([part], []) if is_body else _Parts([], [part])
    inner = [_collected(part) for part in _inside(message)]
    if message.get_content_type() == "multipart/alternative":
        choices = [parts.bodies for parts in inner if parts.bodies]
        rich = [bodies for bodies in choices if any(body.media_type == "text/html" for body in bodies)]
        bodies = (rich or choices or [[]])[-1]
    else:
        bodies = [body for parts in inner for body in parts.bodies]
    return _Parts(bodies, [attachment for parts in inner for attachment in parts.attachments])


def _inside(message: Message) -> Iterator[Message]:
    parts = message.get_payload()
    return (part for part in parts if isinstance(part, Message)) if isinstance(parts, list) else iter(())


def _part(message: Message) -> _Part:
    media_type = message.get_content_type()
    if media_type.startswith("multipart/"):  # it says so, and has none
        media_type = "text/plain"
    if message.is_multipart():  # a mail in the mail, or a report on one
        content = b"\n".join(part.as_bytes() for part in _inside(message))
        suffix = ".eml" if media_type == "message/rfc822" else ".txt"
    else:
        payload = message.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        suffix = mimetypes.guess_extension(media_type) or ""
    name = _decoded(message.get_filename() or "")
    is_text = media_type.startswith("text/") and message.get_content_disposition() != "attachment"
    return _Part(
        media_type=media_type,
        content=content,
        name=name or ("" if is_text else f"attachment{suffix}"),
        charset=message.get_content_charset() or "",
        content_id=str(message.get("Content-ID") or "").strip("<> "),
    )


def _body(body: _Part, pictures: dict[str, bytes]) -> tuple[str, tuple[str, ...]]:
    if body.media_type == "text/html":
        return web_pages.cleaned(_text(body) or web_pages.text_of(body.content), pictures)
    text = _text(body) or characters.decode(body.content) or body.content.decode("latin-1")
    return web_pages.preformatted(text), ()


def _text(body: _Part) -> str:
    """By the character set the mail declares; empty where that does not fit."""
    try:
        return body.content.decode(body.charset)
    except (LookupError, ValueError):
        return ""


def _header(message: Message, name: str) -> str:
    return ", ".join(" ".join(_decoded(str(value)).split()) for value in message.get_all(name) or ())


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value.encode("utf-8", "replace").decode("utf-8", "replace")
