"""Which characters the bytes of a text mean. What the text is, is left to `sniffing`."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

#: Bytes that a guess is made from: more makes it slower, not better.
_SAMPLE = 65_536
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
#: One control character among so many may stray into a text; of compressed bytes one in ten is one.
_STRAY = 200


def encoding_of(content: bytes) -> str | None:
    """The encoding of a text, given it whole or its beginning; None when these bytes are no text."""
    sample = content[:_SAMPLE]
    for mark, encoding in _MARKS.items():
        if sample.startswith(mark):
            return encoding if _is_text(sample, encoding) else None
    if b"\0" in sample:
        return next((guess for guess in ("utf-16-le", "utf-16-be") if _is_text(sample, guess)), None)
    if _is_text(sample, "utf-8"):
        return "utf-8"
    if _is_binary(sample.decode("latin-1")):
        return None
    best = from_bytes(sample).best()
    return best.encoding if best else None


def decode(content: bytes) -> str | None:
    """The text, with a sign in place of what cannot be decoded; None when these bytes are no text."""
    encoding = encoding_of(content)
    return None if encoding is None else content.decode(encoding, errors="replace")


def _is_text(sample: bytes, encoding: str) -> bool:
    """Whether the sample, whose last character may be cut, decodes to something that reads like a text."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    # Half of all pairs of Latin letters are rare characters in UTF-16: only what is mostly Latin counts unmarked.
    plausible = encoding not in ("utf-16-le", "utf-16-be") or sum(map(str.isascii, text)) > len(text) / 2
    return plausible and not _is_binary(text)


def _is_binary(text: str) -> bool:
    return len(_CONTROLS.findall(text)) > len(text) / _STRAY
