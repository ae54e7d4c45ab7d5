"""The one catalogue of error codes: what a person is told when something is wrong, and what to do about it.

Raising and catching is left to the rooms; the HTTP status a code travels with is here so that there is one list.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """One entry of the catalogue. `message` and `advice` are templates filled with the details of the case."""

    status: int
    message: str
    advice: str


CATALOGUE: dict[str, ErrorKind] = {
    # The file itself, refused at the door.
    "empty_file": ErrorKind(
        422, "The file is empty.", "Check that it was saved or scanned completely, then send it again."
    ),
    "unsupported_type": ErrorKind(
        415,
        "This kind of file cannot be read: {found}.",
        "Send {accepted}; convert other formats to PDF first.",
    ),
    "two_files_in_one": ErrorKind(
        422,
        "The file is two at once: {first} and {second}, so it is not clear which of them is meant.",
        "Open it in the program that you trust with it, save it anew, and send that copy.",
    ),
    "locked_file": ErrorKind(
        422,
        "The file is protected by a password, and only PDFs can be opened by theirs.",
        "Take the protection off in the program that made it, and send it again.",
    ),
    "damaged_file": ErrorKind(
        422,
        "The file is damaged or cut short: {detail}.",
        "Open it on your computer, save it again, and send the new copy.",
    ),
    "password_required": ErrorKind(
        422,
        "The file is protected and needs a password, or the one given is wrong.",
        "Send it again together with its password.",
    ),
    "no_pages": ErrorKind(
        422, "The document has no pages.", "Check the file in a viewer and send a copy that has pages."
    ),
    "too_many_bytes": ErrorKind(
        413, "The file is larger than {limit_mb} MB.", "Split it, or ask the administrator to raise SHEAF_MAX_FILE_MB."
    ),
    "too_many_pages": ErrorKind(
        413,
        "The document has {pages} pages; the limit is {limit}.",
        "Split it, or ask the administrator to raise SHEAF_MAX_PAGES.",
    ),
    "too_many_pixels": ErrorKind(
        413,
        "The image has {megapixels} megapixels; the limit is {limit}.",
        "Save it at a lower resolution, or ask the administrator to raise SHEAF_MAX_MEGAPIXELS.",
    ),
    "empty_archive": ErrorKind(
        422, "There are no files in the archive.", "Check that it was packed completely, then send it again."
    ),
    "too_many_members": ErrorKind(
        413,
        "The archive holds {members} files, with those that it came in; the limit is {limit}.",
        "Send its parts one by one, or ask the administrator to raise SHEAF_MAX_MEMBERS.",
    ),
    "unpacks_too_large": ErrorKind(
        413,
        "Unpacked, the file would take {megabytes} MB; the limit is {limit}.",
        "Send its parts one by one, or ask the administrator to raise SHEAF_MAX_UNPACKED_MB.",
    ),
    "nested_too_deep": ErrorKind(
        422,
        "It lies {depth} archives deep; the limit is {limit}.",
        "Unpack it on your computer, and send what is in it.",
    ),
    "unsafe_name": ErrorKind(
        422,
        "In its archive it has a name that leads elsewhere: {name}.",
        "Do not trust this archive. If you know where it comes from, unpack it and send the files that you want read.",
    ),
    "office_missing": ErrorKind(
        422,
        "This is {found}, and LibreOffice, which would make a PDF of it, is not installed.",
        "Install LibreOffice (apt install libreoffice-writer libreoffice-calc libreoffice-impress, "
        "brew install --cask libreoffice) and read the document again, or send it as a PDF.",
    ),
    "not_converted": ErrorKind(
        422,
        "This is {found}, and LibreOffice cannot make a PDF of it: {detail}.",
        "Open it in the program that made it, save it as a PDF, and send that; or raise SHEAF_OFFICE_SECONDS if it was"
        " only slow.",
    ),
    "storage_full": ErrorKind(
        507,
        "There is no room left to keep the file.",
        "Free some disk space or ask the administrator; nothing already sent is lost.",
    ),
    "not_read_offline": ErrorKind(
        422,
        "This is {found}: what is in it becomes documents of their own.",
        "Send it with sheaf ingest, or unpack it and name the files that are in it.",
    ),
    # One page, or the reading of it.
    "page_timeout": ErrorKind(
        422,
        "Reading took longer than {seconds:g} seconds and was stopped.",
        "Read the page again, or raise SHEAF_PAGE_SECONDS.",
    ),
    "page_crashed": ErrorKind(
        422,
        "The reader crashed on this page.",
        "Read it again; if it crashes again, print the page to a new PDF and send that.",
    ),
    "page_memory": ErrorKind(
        422,
        "Reading needed more memory than the {limit_mb} MB allowed.",
        "Send the page at a lower resolution, or raise SHEAF_CHILD_MEMORY_MB.",
    ),
    "page_damaged": ErrorKind(
        422, "This page is damaged: {detail}.", "Check the page in a viewer; scan or export it again."
    ),
    "ocr_missing": ErrorKind(
        422,
        "This page is a picture and Tesseract, which would read it, is not installed.",
        "Install Tesseract (apt install tesseract-ocr, brew install tesseract) and read the document again.",
    ),
    "nothing_readable": ErrorKind(
        422, "None of the pages could be read.", "See the problem of each page; fix the file and send it again."
    ),
    # Requests.
    "bad_request": ErrorKind(
        422, "The request cannot be understood: {detail}.", "Compare it with the API documentation at /docs."
    ),
    "unknown_language": ErrorKind(
        422,
        "Nothing that is installed here reads this language: {unknown}.",
        "Take some of {installed}. More come with Tesseract's language packages, after which Sheaf is started again.",
    ),
    "not_found": ErrorKind(404, "There is no {thing} {id}.", "Check the address; it may have been removed for good."),
    "gone": ErrorKind(410, "The {thing} {id} was deleted.", "Restore it first, then try again."),
    "changed_meanwhile": ErrorKind(
        412,
        "Someone changed this since you opened it.",
        "Load it again, look at the change, and repeat yours if it is still wanted.",
    ),
    "address_expired": ErrorKind(
        403, "The address of this picture does not work any more.", "Load the page again: that gives a new one."
    ),
    "precondition_required": ErrorKind(
        428,
        "The request says nothing about which version it changes.",
        "Send the ETag you received in an If-Match header.",
    ),
    "not_possible_now": ErrorKind(
        409, "This cannot be done now: {detail}.", "Load the document again to see its present state."
    ),
    "protected": ErrorKind(
        409,
        "The document is protected, and a searchable copy would be without its protection.",
        "Remove the protection with the program it comes from, and send that copy.",
    ),
    "nothing_to_undo": ErrorKind(
        409, "There is nothing of yours left to undo here.", "See the history of the document."
    ),
    "decided_since": ErrorKind(
        409,
        "Someone decided about this after you, so undoing would overwrite them.",
        "Look at the history and make a new decision instead.",
    ),
    "forbidden": ErrorKind(403, "This is not allowed: {detail}.", "Ask the owner of this installation."),
    "foreign_origin": ErrorKind(
        403, "The request comes from another web page.", "Use the address this service was started with."
    ),
    # The world.
    "not_ready": ErrorKind(
        503, "The service is not ready: {detail}.", "Wait a moment and try again; see /api/v1/ready."
    ),
    "server_away": ErrorKind(
        503, "A server does not answer: {url} ({detail}).", "Check that it runs, and that {setting} is its address."
    ),
    "old_tables": ErrorKind(
        503,
        "The database is at version {found}, and this Sheaf needs {wanted}.",
        "Run sheaf migrate once, then start again.",
    ),
    "new_tables": ErrorKind(
        503,
        "The database is at version {found}, and this Sheaf knows none after {wanted}.",
        "A newer Sheaf has been at work on it: use that one.",
    ),
    "bad_settings": ErrorKind(500, "The settings do not fit together: {detail}.", "{advice}"),
    "already_running": ErrorKind(409, "Another Sheaf is using {where}.", "Stop it first, or use the one that runs."),
    "model_missing": ErrorKind(
        500, "The model {name} is not there.", "Run make setup, or make train for the entity model."
    ),
    "parked": ErrorKind(
        500,
        "The work failed {attempts} times for a reason that is not the document's: {detail}.",
        "Retry it when the cause is mended.",
    ),
    "cancelled": ErrorKind(409, "The work was cancelled.", "Read the document again to go on."),
    "internal": ErrorKind(
        500, "Something went wrong on our side.", "Try again; if it stays, report the code {support}."
    ),
}


class SheafError(Exception):
    """An error a person can act on: a code of the catalogue and the details that fill its sentences."""

    def __init__(self, code: str, **details: Any) -> None:
        self.code = code
        self.details = details
        self.kind = CATALOGUE[code]
        super().__init__(code, details)

    def __reduce__(self) -> tuple[Any, ...]:  # errors cross process borders
        return _rebuild, (self.code, self.details)

    @property
    def message(self) -> str:
        return self.kind.message.format_map(_Blank(self.details))

    @property
    def advice(self) -> str:
        return self.kind.advice.format_map(_Blank(self.details))

    def __str__(self) -> str:
        return f"{self.message} {self.advice}"

    def as_json(self) -> dict[str, str]:
        """The error as every door shows it: {code, message, advice}."""
        return {"code": self.code, "message": self.message, "advice": self.advice}


def unexpected(error: BaseException, where: str) -> SheafError:
    """A mistake of ours as an error for people: the log has the traceback under the code that they are told."""
    support = uuid.uuid4().hex[:8]
    log.error("%s failed, support code %s", where, support, exc_info=error)
    return SheafError("internal", support=support)


def _rebuild(code: str, details: dict[str, Any]) -> SheafError:
    return SheafError(code, **details)


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"({key} unknown)"
