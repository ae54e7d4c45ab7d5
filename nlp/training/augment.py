"""Noise of paperwork while training: capitals, small letters, line breaks. Importing this registers it with spaCy."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from spacy.language import Language
from spacy.training import Example
from spacy.util import filter_spans, registry

Augmenter = Callable[[Language, Example], Iterator[Example]]


@registry.augmenters("sheaf.paperwork_noise.v1")  # type: ignore[untyped-decorator]
def paperwork_noise(upper: float, lower: float, breaks: float, seed: int) -> Augmenter:
    """Each example as it is or, by these chances, in capitals, in small letters, with blanks turned into line breaks.

    Every change keeps the length of the text, so the entities keep their places.
    """
    dice = random.Random(seed)

    def augment(nlp: Language, example: Example) -> Iterator[Example]:
        text = example.reference.text
        changed = text
        roll = dice.random()
        if roll < upper:
            changed = text.upper()
        elif roll < upper + lower:
            changed = text.lower()
        if dice.random() < breaks:
            changed = "".join("\n" if sign == " " and dice.random() < 0.12 else sign for sign in changed)
        yield example if changed == text or len(changed) != len(text) else _moved(nlp, changed, example)

    return augment


def _moved(nlp: Language, text: str, example: Example) -> Example:
    reference = nlp.make_doc(text)
    spans = [
        reference.char_span(entity.start_char, entity.end_char, label=entity.label_, alignment_mode="expand")
        for entity in example.reference.ents
    ]
    reference.set_ents(filter_spans([span for span in spans if span is not None]))
    return Example(nlp.make_doc(text), reference)
