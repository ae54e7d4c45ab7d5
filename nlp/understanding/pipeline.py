"""The spaCy pipeline of the entities: the trained component, then the rules. Finding them is left to entities.

Importing this imports spaCy. A processed Doc carries its entities in `doc.user_data["entities"]`, as character ranges:
what a rule finds need not begin and end where spaCy's tokens do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from nlp.understanding import rules
from nlp.understanding.companies import told_by_form, told_by_name
from nlp.understanding.confidence import Calibrator
from nlp.understanding.entities import Candidate, resolve
from nlp.understanding.names import SURE
from nlp.understanding.values import text_value

BLOCK_BREAK = "\n\n"


def load(path: Path, weights: Mapping[str, float]) -> Language:
    """The trained pipeline at `path` with the rules as its last component; `weights` are a Calibrator's."""
    pipeline = spacy.load(path)
    pipeline.add_pipe("paperwork", config={"weights": dict(weights)}, last=True)
    return pipeline


@Language.factory("paperwork")
def paperwork(nlp: Language, name: str, weights: dict[str, float]) -> Callable[[Doc], Doc]:
    """Puts what the model and the rules found together; conflicts are settled by nlp.understanding.entities.resolve."""

    calibrator = Calibrator(weights)

    def component(doc: Doc) -> Doc:
        hits = list(_by_rules(doc))
        found = _before(doc.text, hits, _by_model(doc, calibrator))
        names = told_by_form(doc.text, told_by_name(doc.text, found))
        doc.user_data["entities"] = resolve([*names, *hits])
        return doc

    return component


def _by_model(doc: Doc, calibrator: Calibrator) -> Iterator[Candidate]:
    """Names, cut at the border of their block; those without a letter are dropped."""
    for entity in doc.ents:
        text = entity.text.split(BLOCK_BREAK)[0].rstrip()
        if any(sign.isalpha() for sign in text):
            start, sure = entity.start_char, doc.user_data[SURE][entity.start, entity.end]
            confidence = calibrator(entity.label_, text, sure)
            yield Candidate(start, start + len(text), entity.label_, text_value(text), confidence, "model")


def _before(text: str, hits: Sequence[Candidate], names: Iterable[Candidate]) -> Iterator[Candidate]:
    """The names, each ended where it runs on into what a rule found and would give way to that: a town before the
    e-mail address in the line below."""
    for name in names:
        won = (hit for hit in hits if hit.checked or hit.confidence > name.confidence)
        end = min((hit.start for hit in won if name.start < hit.start < name.end <= hit.end), default=name.end)
        own = text[name.start : end].rstrip(" \n,;:(")
        runs_on = end < name.end and any(sign.isalpha() for sign in own)
        yield replace(name, end=name.start + len(own), value=text_value(own)) if runs_on else name


def _by_rules(doc: Doc) -> Iterator[Candidate]:
    for hit in rules.load().find(doc.text, **doc.user_data.get("open_to", {})):
        if BLOCK_BREAK not in doc.text[hit.start : hit.end]:
            yield Candidate(hit.start, hit.end, hit.label, hit.value, hit.confidence, "rule", hit.validated)
