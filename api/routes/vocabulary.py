"""What people may choose from, what they may send, how it can be read, and what a text would be worth.

Names and values are told by vocabulary.py, kinds of files and engines by nlp.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from api import schemas, vocabulary
from api.auth import authorize
from api.dependencies import ActorDep, WorkDep
from api.engines import installed_engines
from nlp.reading import office
from nlp.reading.engines import language_name
from nlp.reading.media_types import CONVERTED, MEDIA_TYPES
from nlp.understanding import document_types
from nlp.understanding.document_types import TypeRules
from storage.findings import prevailing_currency

router = APIRouter(tags=["vocabulary"])
Name = Annotated[str | None, Query(max_length=60)]


@router.get("/vocabulary")
def get_vocabulary(work: WorkDep, actor: ActorDep) -> schemas.Vocabulary:
    """The document types with their fields, and the labels of entities. Others may be used; these are known."""
    authorize(actor, "read", "vocabulary")
    types = document_types.load(work.settings.document_types()).types
    labels = vocabulary.labels(work.settings.entity_model())
    return schemas.Vocabulary(
        types=[schemas.TypeKnown(name=name, fields=_fields(known)) for name, known in types.items()],
        labels=[schemas.NameKnown(name=name, kind=kind) for name, kind in labels.items()],
    )


@router.get("/formats")
def get_formats(actor: ActorDep) -> schemas.FormatList:
    """The kinds of files that are taken in."""
    authorize(actor, "read", "vocabulary")
    has_office = office.program() is not None
    return schemas.FormatList(
        items=[
            schemas.FormatPublic(
                media_type=known.media_type,
                name=known.name,
                suffixes=list(known.suffixes),
                way=known.way,
                ready=has_office or known.way not in CONVERTED,
            )
            for known in MEDIA_TYPES.values()
        ]
    )


@router.get("/engines")
def get_engines(work: WorkDep, actor: ActorDep) -> schemas.EngineList:
    """The OCR engines that are installed, with their languages."""
    authorize(actor, "read", "vocabulary")
    engines = installed_engines(work)
    names = {code: language_name(code) for engine in engines for code in engine.languages}
    return schemas.EngineList(
        items=[schemas.EnginePublic(**asdict(engine)) for engine in engines],
        languages=[
            schemas.LanguagePublic(code=code, name=names[code]) for code in sorted(names, key=names.__getitem__)
        ],
        default_languages=list(work.settings.languages()),
    )


@router.get("/values")
def get_value(
    work: WorkDep,
    actor: ActorDep,
    text: Annotated[str, Query(min_length=1, max_length=10_000)],
    label: Name = None,
    field: Name = None,
    document_id: Name = None,
) -> schemas.ValuePreview:
    """What a text would be worth as this label or field; nothing is kept. Without either, as plain text.

    An amount that names no currency is in that of the document, where one is given.
    """
    authorize(actor, "read", "vocabulary")
    kind, name = ("field", field) if field else ("entity", label or "")
    currency = None
    if document_id:
        with work.stores.database.read() as session:
            currency = prevailing_currency(session, document_id)
    value = vocabulary.value_of(kind, name, text, currency, work.settings.document_types())
    return schemas.ValuePreview(text=text, value=value)


def _fields(known: TypeRules) -> list[schemas.FieldKnown]:
    return [schemas.FieldKnown(name=name, kind=one.kind, group=one.group) for name, one in known.fields.items()]
