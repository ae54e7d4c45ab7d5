"""Entities, type and fields of a document's pages, asked of the model child page by page.

Storing them is left to keeping.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from errors import SheafError
from nlp.facts import DocumentType, Entity, Page, Understanding
from nlp.reading.media_types import MAIL
from nlp.sandbox import Sandbox
from nlp.understanding.currencies import dollar_of
from nlp.understanding.entities import find_entities
from nlp.understanding.fields import find_fields
from nlp.understanding.short_names import with_short_names
from nlp.understanding.types import find_type
from nlp.understanding.values import day_first_of
from workers.work import MODEL_SECONDS, attempt

#: Pages by which type and fields of a document are told: more would cost seconds for a bundle and say nothing more.
FIRST_PAGES, LAST_PAGES = 20, 5

#: The type of a document that could not be looked at as a whole.
UNKNOWN = DocumentType("other", 0.0, "rule", "none/0")
#: What a file of some media type is, whatever it says.
TYPES_OF_FILES = {MAIL: DocumentType("email", 1.0, "rule", "file/1")}


def understand_pages(
    models: Sandbox, pages: Sequence[Page], media_type: str, entity_model: Path | None, types: Path | None
) -> tuple[Understanding, dict[int, SheafError]]:
    """Entities, type and fields of a document's pages, and what was wrong with a page; for the command line too.

    `media_type` is that of the file as it came, `types` the installation's own file of them.
    """
    entities: list[Entity] = []
    problems: dict[int, SheafError] = {}
    text = "\n".join(page.text for page in pages)
    day_first, dollar = day_first_of(text), dollar_of(text)
    for page in pages:
        found = attempt(models, find_entities, page, entity_model, day_first, dollar, deadline=MODEL_SECONDS)
        if isinstance(found, SheafError):
            problems[page.number] = found
        else:
            entities += found
    entities = list(with_short_names(pages, entities))
    ends = [*pages[:FIRST_PAGES], *pages[FIRST_PAGES:][-LAST_PAGES:]]
    numbers = {page.number for page in ends}
    there = [entity for entity in entities if entity.spans[0].page in numbers]
    whole = attempt(models, understand_document, ends, there, media_type, types, deadline=MODEL_SECONDS)
    if isinstance(whole, SheafError):
        problems.setdefault(pages[0].number, whole)
        return Understanding(UNKNOWN, (), tuple(entities)), problems
    return Understanding(whole.type, whole.fields, tuple(entities)), problems


def understand_document(
    pages: Sequence[Page], entities: Sequence[Entity], media_type: str, types: Path | None
) -> Understanding:
    """Type and fields of a document by its pages; runs in the model child."""
    kind = TYPES_OF_FILES.get(media_type) or find_type(pages, entities, types)
    return Understanding(kind, find_fields(kind, pages, entities, types), ())
