"""Finds the fields of a document by the rules of its type. The rules are left to document_types.yaml, candidates to
candidates.py, weighing them to scoring.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from pathlib import Path

from nlp.facts import Candidate, DocumentType, Entity, Field, Page
from nlp.understanding import document_types
from nlp.understanding.candidates import Document
from nlp.understanding.cells import Found, grid
from nlp.understanding.checks import checked
from nlp.understanding.clauses import SAID, Said, find_said
from nlp.understanding.document_types import FieldRules
from nlp.understanding.lines import Line, Part, added_up, certainty, find_lines
from nlp.understanding.scoring import Scored, rank
from nlp.understanding.sums import settled
from nlp.understanding.till_lines import ADDED_UP, ITEM, find_till_lines

#: So many candidates are kept with their reasons; the others have next to no chance.
KEPT = 5


def find_fields(
    type: DocumentType, pages: Sequence[Page], entities: Sequence[Entity], added: Path | None = None
) -> tuple[Field, ...]:
    """The fields that the pages show, at most one of a name, in the order of the YAML.

    A field is said when being there is likelier than not being there. Its confidence is the probability of the place
    times how sure the reader is of its words. Works without entities and without boxes, less well.
    `added` is a file of types besides ours (see document_types).
    """
    catalogue = document_types.load(added)
    rules = catalogue.types.get(type.label, catalogue.types["other"])
    if not rules.fields or not any(page.words for page in pages):
        return ()
    document = Document(pages, entities, grid(pages))
    model = f"rules-{catalogue.version}"
    single = {name: field for name, field in rules.fields.items() if not field.group and field.kind not in SAID}
    ranked = settled({name: rank(field, document) for name, field in single.items()}, document.rates)
    found = (_field(name, *ranked[name], model) for name in single)
    several = (*_lines(rules.fields, document, model), *_sentences(rules.fields, document, model))
    return checked([*(field for field in found if field is not None), *several])


def _lines(rules: Mapping[str, FieldRules], document: Document, model: str) -> Iterator[Field]:
    """The lines of each group of columns, and every amount where a group asks for no more."""
    sums = [field.phrases() for field in rules.values() if field.kind == "money" and not field.group]
    for group in dict.fromkeys(field.group for field in rules.values() if field.group):
        columns = {name: field for name, field in rules.items() if field.group == group and field.labels}
        for row, (line, sure, why) in enumerate(_told(document, columns, reduce(or_, sums, {})) if columns else ()):
            sure *= min(document.legibility(part)[0] for part in line.values())
            for name, part in line.items():
                reasons = (f"below “{part.label}”" if part.label else "", why)
                yield _one(name, part, sure, "; ".join(filter(None, reasons)), model, group, row)
    for name, field in rules.items():
        if field.kind == "money" and field.group and not field.labels:
            amounts = {str(amount.value): amount for amount in reversed(document.amounts)}
            for row, amount in enumerate(reversed(amounts.values())):
                yield _one(name, amount, document.legibility(amount)[0], "an amount", model, field.group, row)


def _told(
    document: Document, columns: Mapping[str, FieldRules], ends: Mapping[str, float]
) -> Iterator[tuple[Line, float, str]]:
    """Lines below a header, or lines without one where those do not add up and these do; how sure each is, and why."""
    lines = find_lines(document, columns, ends)
    bare = find_till_lines(document, ends, added_up(lines)) if set(columns) >= ITEM else []
    if not bare:
        yield from ((line, *certainty(line)) for line in lines)
    whole = added_up(bare)
    yield from ((line, ADDED_UP, f"the lines make {whole}") for line in bare)


def _sentences(rules: Mapping[str, FieldRules], document: Document, model: str) -> Iterator[Field]:
    """What is said in sentences: all of it where the field has a group, else the surest."""
    for name, field in rules.items():
        if field.kind in SAID:
            found = find_said(field.kind, document.pages)
            if not field.group:
                found = sorted(found, key=lambda said: -said.sure)[:1]
            for row, said in enumerate(found):
                sure = said.sure * document.legibility(said)[0]
                yield _one(name, said, sure, said.reason, model, field.group, row if field.group else None)


def _one(
    name: str, found: Part | Found | Said, sure: float, reason: str, model: str, group: str | None, row: int | None
) -> Field:
    """A field of which there was nothing to choose."""
    candidate = Candidate(found.text, found.spans, found.value, round(sure, 3), reason)
    return Field(
        name, found.text, found.spans, found.value, candidate.confidence, "rule", model, group, row, (candidate,)
    )


def _field(name: str, ranked: Sequence[Scored], missing: float, model: str) -> Field | None:
    if not ranked or ranked[0].probability <= missing:
        return None
    best = ranked[0]
    return Field(
        name=name,
        text=best.found.text,
        spans=best.found.spans,
        value=best.found.value,
        confidence=round(best.confidence, 3),
        origin="rule",
        model=model,
        candidates=tuple(_candidate(scored) for scored in ranked[:KEPT]),
    )


def _candidate(scored: Scored) -> Candidate:
    found = scored.found
    return Candidate(found.text, found.spans, found.value, round(scored.confidence, 3), scored.reason)
