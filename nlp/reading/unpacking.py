"""Takes the files out of one that brings others along. What is an archive and what a mail is left to their modules."""

from __future__ import annotations

from pathlib import Path

from nlp.reading import archives, mail
from nlp.reading.media_types import MAIL
from nlp.reading.members import Member, UnpackLimits


def unpack(path: Path, media_type: str, folder: Path, limits: UnpackLimits) -> list[Member]:
    """The files in an archive, or the attachments of a mail, each in a file of the folder. Runs in a sandbox child.

    What is wrong with one of them is its own error. Raises SheafError as `intake.inspect` does.
    """
    if media_type == MAIL:
        return mail.unpack(path, folder, limits)
    return archives.unpack(path, folder, limits)
