"""`sheaf read` and `sheaf extract`: files to facts without server or storage, in guarded children.

Formats are told in docs/cli.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from cli import output
from errors import SheafError, unexpected
from nlp.facts import Page, Span, Understanding
from nlp.places import boxes_of
from nlp.reading import intake, searchable
from nlp.reading.conversion import to_pdf
from nlp.reading.intake import Inspection
from nlp.reading.media_types import MEDIA_TYPES, PDF
from nlp.reading.options import ReadingOptions
from nlp.reading.pages import read_page
from nlp.reading.sniffing import sniff
from nlp.sandbox import Limits, Sandbox, SandboxClosed
from nlp.understanding import cards as card_numbers
from nlp.understanding import document_types, entities
from nlp.understanding.mentions import things
from settings import Settings, load
from workers.understanding import understand_pages
from workers.work import intake_limits

T = TypeVar("T")
Pages = list[tuple[int, Page | SheafError]]


@dataclass(frozen=True)
class Reader:
    """The children that read, the options they read with, and threads that keep them all busy."""

    settings: Settings
    children: Sandbox
    file_threads: ThreadPoolExecutor
    page_threads: ThreadPoolExecutor
    options: ReadingOptions
    password: str | None
    #: Where the searchable copy of what is read goes, if one is wanted.
    copy: Path | None = None

    def documents(self, files: Sequence[Path]) -> Iterator[tuple[Path, Pages | SheafError]]:
        """Each file with its pages, or with what is wrong with it, in the order given; several are read at a time."""
        return zip(files, self.file_threads.map(self._document, files), strict=True)

    def _document(self, file: Path) -> Pages | SheafError:
        return told(f"reading {file}", self._pages, file)

    def _pages(self, file: Path) -> Pages:
        if not file.is_file():
            raise SheafError("not_found", thing="file", id=file)
        with tempfile.TemporaryDirectory() as folder:
            working = Path(folder) / "working.pdf"
            inspected = self._inspect(file, password=self.password, unlocked=working)
            count = inspected.pages
            if count is None:
                seconds = self.settings.sheaf_office_seconds
                self.children.call(to_pdf, file, inspected.media_type, working, deadline=seconds)
                count = self._inspect(working).pages
            if not count:
                raise SheafError("not_read_offline", found=MEDIA_TYPES[inspected.media_type].name)
            readable, media_type = (working, PDF) if working.exists() else (file, inspected.media_type)
            read = partial(told, f"reading a page of {file}", self._page, readable, media_type)
            numbers = range(1, count + 1)
            pages = list(zip(numbers, self.page_threads.map(read, numbers), strict=True))
            if self.copy:
                good = [page for _, page in pages if isinstance(page, Page) and searchable.has_ocr(page)]
                self.children.call(
                    searchable.write, file, working if working.exists() else None, inspected.media_type, count, good,
                    self.copy, deadline=self.settings.sheaf_page_seconds,
                )  # fmt: skip
            return pages

    def _inspect(self, file: Path, **how: Any) -> Inspection:
        limits, seconds = intake_limits(self.settings), self.settings.sheaf_page_seconds
        return self.children.call(intake.inspect, file, limits, deadline=seconds, **how)

    def _page(self, file: Path, media_type: str, number: int) -> Page:
        seconds = self.settings.sheaf_page_seconds
        return self.children.call(read_page, file, media_type, number, self.options, deadline=seconds).page


def told(what: str, work: Callable[..., T], *args: Any) -> T | SheafError:
    """What `work` returns, or what is wrong with its file or page; a mistake of ours costs no more than that one."""
    try:
        return work(*args)
    except SheafError as error:
        return error
    except SandboxClosed:  # Ctrl-C
        raise
    except Exception as error:
        return unexpected(error, what)


@contextmanager
def reader(languages: str, password_file: Path | None, copy: Path | None = None) -> Iterator[Reader]:
    """Children to read with, for the length of the block."""
    settings = load()
    options = ReadingOptions(
        languages=tuple(languages.split("+")) if languages else settings.languages(),
        dpi=settings.sheaf_render_dpi,
        megapixels=settings.sheaf_render_megapixels,
    )
    limits = Limits(memory_mb=settings.sheaf_child_memory_mb)
    with (
        ThreadPoolExecutor(settings.sheaf_readers) as file_threads,
        ThreadPoolExecutor(settings.sheaf_readers) as page_threads,
        Sandbox(settings.sheaf_readers, limits) as children,  # last, so that Ctrl-C ends it first
    ):
        yield Reader(settings, children, file_threads, page_threads, options, password_from(password_file), copy)


def password_from(file: Path | None) -> str | None:
    """The first line of the file; a password on the command line would be seen by every user of the machine."""
    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").splitlines()[0]
    except OSError as error:
        why = error.strerror
    except UnicodeDecodeError:  # whose own words quote the password
        why = "it is not UTF-8"
    except IndexError:
        why = "it is empty"
    raise SheafError("bad_request", detail=f"no password can be read from {file} ({why})")


def read_files(
    files: Sequence[Path], as_json: bool, languages: str, password_file: Path | None, copy: Path | None = None
) -> int:
    """Print every page of every file, and write the searchable copy of the one there is; returns the exit code."""
    if copy and len(files) != 1:
        raise SheafError("bad_request", detail="--searchable is for one file at a time")
    code = 0
    with reader(languages, password_file, copy) as read, output.bar("Reading", len(files)) as step:
        for file, pages in read.documents(files):
            step(1)
            for number, page in [(None, pages)] if isinstance(pages, SheafError) else pages:
                if isinstance(page, SheafError):
                    code = max(code, output.complain(page, as_json, file=str(file), page=number))
                elif as_json:
                    output.line({"file": str(file), **page_json(page)})
                else:
                    output.say(page.text)
    return code


def extract_files(
    files: Sequence[Path], as_json: bool, languages: str, password_file: Path | None, cards: bool = False
) -> int:
    """Print type, fields and entities of every file; returns the exit code. Of card numbers only the last four digits
    are shown unless `cards` are wanted."""
    code = 0
    warm = partial(load_entities, load().entity_model())
    with (
        reader(languages, password_file) as read,
        Sandbox(1, Limits(memory_mb=load().sheaf_child_memory_mb), warm=warm) as models,
        output.bar("Reading", len(files)) as step,
    ):
        for file, pages in read.documents(files):
            step(1)
            understood = (
                pages
                if isinstance(pages, SheafError)
                else told(f"understanding {file}", understand, models, file, pages)
            )
            if isinstance(understood, SheafError):
                code = max(code, output.complain(understood, as_json, file=str(file)))
                continue
            found, facts = understood
            if not cards:
                numbers = {entity.text for entity in found.entities if entity.label == card_numbers.LABEL}
                facts = card_numbers.masked_within(facts, numbers)
            code = max(code, output.INPUT_FAILED if facts["problems"] else 0)
            if as_json:
                output.line({"file": str(file), **facts})
            else:
                print_facts(file, facts)
    return code


def print_types(file: Path | None, as_json: bool) -> None:
    """Types with their fields, a line each, those of the file first. Raises bad_settings where it has a mistake."""
    added = file or load().document_types()
    try:
        catalogue = document_types.load(added)
    except ValueError as error:
        advice = "Mend the file; docs/types.md tells its form."
        raise SheafError("bad_settings", detail=str(error), advice=advice) from error
    known = {name: {field: rule.kind for field, rule in one.fields.items()} for name, one in catalogue.types.items()}
    if as_json:
        output.line({"version": catalogue.version, "types": known})
    else:
        output.table(
            [(name, ", ".join(f"{field} ({kind})" for field, kind in of.items())) for name, of in known.items()]
        )


def understand(models: Sandbox, file: Path, pages: Pages) -> tuple[Understanding, dict[str, Any]]:
    """What is in the pages that could be read; and the same as JSON, with what is wrong with which page."""
    good = [page for _, page in pages if isinstance(page, Page)]
    if not good:
        raise SheafError("nothing_readable")
    settings = load()
    media_type = models.call(sniff, file, deadline=settings.sheaf_page_seconds)
    found, problems = understand_pages(models, good, media_type, settings.entity_model(), settings.document_types())
    problems |= {number: page for number, page in pages if isinstance(page, SheafError)}
    listed = [{"page": number, **problem.as_json()} for number, problem in sorted(problems.items())]
    return found, {"pages": len(pages), "problems": listed, **facts_json(good, found)}


def load_entities(model: Path | None) -> None:
    """Warms the child that understands."""
    entities.load(model)


def page_json(page: Page) -> dict[str, Any]:
    return {
        "page": page.number,
        "width": page.width,
        "height": page.height,
        "unit": page.unit,
        "source": page.source,
        "reason": page.reason,
        "confidence": round(page.confidence, 4),
        "flags": list(page.flags),
        "text": page.text,
        "words": [
            {
                "text": word.text,
                "start": word.start,
                "end": word.end,
                "box": word.box.as_list(),
                "confidence": round(word.confidence, 4),
            }
            for word in page.words
        ],
    }


def facts_json(pages: Sequence[Page], found: Understanding) -> dict[str, Any]:
    by_number = {page.number: page for page in pages}

    def spans(places: Sequence[Span]) -> list[dict[str, Any]]:
        return [
            {
                "page": place.page,
                "start": place.start,
                "end": place.end,
                "boxes": [box.as_list() for box in boxes_of(by_number[place.page], place.start, place.end)],
            }
            for place in places
        ]

    texts = {page.number: page.text for page in pages}
    thing_of = {at: number for number, thing in enumerate(things(found.entities, texts), 1) for at in thing.mentions}
    return {
        "type": {"label": found.type.label, "confidence": round(found.type.confidence, 4)},
        "fields": [
            {
                "name": field.name,
                "group": field.group,
                "row": field.row,
                "text": field.text,
                "value": field.value,
                "confidence": round(field.confidence, 4),
                "spans": spans(field.spans),
            }
            for field in found.fields
        ],
        "entities": [
            {
                "label": entity.label,
                "text": entity.text,
                "value": entity.value,
                "confidence": round(entity.confidence, 4),
                "origin": entity.origin,
                "thing": thing_of[at],
                "spans": spans(entity.spans),
            }
            for at, entity in enumerate(found.entities)
        ],
    }


def print_facts(file: Path, facts: dict[str, Any]) -> None:
    output.say(f"{file}: {facts['type']['label']} ({facts['type']['confidence']:.0%})")
    named = [(one["name"], one) for one in facts["fields"]] + [(one["label"], one) for one in facts["entities"]]
    rows = [("  " + name, " ".join(one["text"].split()), f"{one['confidence']:.0%}") for name, one in named]
    if rows:
        output.table(rows)
