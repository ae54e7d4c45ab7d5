"""What a file is and whether it can be opened, found out by opening it. What can be done with it is left to others:
`media_types` names who.

Run this in a sandbox child.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from nlp.reading import archives, image_files, pdf_files
from nlp.reading.media_types import MEDIA_TYPES, Way
from nlp.reading.members import UnpackLimits
from nlp.reading.sniffing import sniff


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    max_pages: int
    max_megapixels: float
    unpack: UnpackLimits = field(default_factory=UnpackLimits)


@dataclass(frozen=True, slots=True)
class Inspection:
    """What opening the file showed. `pages` is None where a PDF must be made of it first, 0 where it has none itself.

    `flags`: repaired, restricted, javascript, embedded_files, form; animated_first_frame (of a moving picture only the
    first frame is read); macros (kept out).
    """

    media_type: str
    pages: int | None
    encrypted: bool
    flags: tuple[str, ...] = ()


def inspect(path: Path, limits: IntakeLimits, password: str | None = None, unlocked: Path | None = None) -> Inspection:
    """Open the file for real and say what is in it.

    Where the original cannot be read as it is (protected, or only readable after repair) a plain copy is written to
    `unlocked`; that working copy is what later steps read, so the password need never be kept.
    Raises SheafError empty_file, unsupported_type, two_files_in_one, damaged_file, password_required, locked_file,
    no_pages, too_many_pages, too_many_pixels, empty_archive, too_many_members or unpacks_too_large.
    """
    media_type = sniff(path)
    match MEDIA_TYPES[media_type].way:
        case Way.PDF:
            return Inspection(media_type, *pdf_files.inspect(path, password, unlocked, limits.max_pages))
        case Way.PICTURE:
            pages, flags = image_files.inspect(path, media_type, limits.max_pages, limits.max_megapixels)
            return Inspection(media_type, pages, False, flags)
        case Way.ARCHIVE:
            archives.inspect(path, limits.unpack)
            return Inspection(media_type, 0, False)
        case Way.OFFICE:
            return Inspection(media_type, None, False, archives.inspect_office(path, limits.unpack.max_unpacked_mb))
        case Way.TEXT | Way.MAIL:
            return Inspection(media_type, None, False)
