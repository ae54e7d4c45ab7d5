"""Builds the training corpus from labelled sets and invented paperwork. Which sets, and for what, sources.yaml says.

Run as `python -m nlp.training.corpus OUTPUT`; see project.yml. Writes train.spacy and stop.spacy (early stopping; never
scored), the held-out documents as *.conll to be scored, and report.json with counts, licences and a hash of the data.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import spacy
import typer
import yaml
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.util import filter_spans

from nlp.training.conll import OURS, Sentence, join, read_documents
from nlp.training.paperwork import Paperwork

HERE = Path(__file__).parent
LEARNT = ("PERSON", "ORG", "LOCATION")
STOP_SHARE = 0.06
FEWEST_TO_STOP = 20
SAMPLE_SENTENCES = 10
Documents = list[list[Sentence]]


@dataclass
class Split:
    """The documents of one set by use."""

    train: Documents = field(default_factory=list)
    stop: Documents = field(default_factory=list)
    score: Documents = field(default_factory=list)


def build(data: Path, output: Path, seed: int = 7, sample: int = 0, paperwork: int = 900) -> dict[str, Any]:
    """Write the corpus below `output` and return its report.

    `sample` keeps ten times so many shortened documents of each set; `paperwork` is how many documents are invented.
    """
    sources = yaml.safe_load((HERE / "sources.yaml").read_text("utf-8"))
    nlp, dice = spacy.blank("en"), random.Random(seed)
    bins = {"train": DocBin(), "stop": DocBin()}
    names: dict[str, set[str]] = {label: set() for label in LEARNT}
    digest, rows = hashlib.sha256(), []
    output.mkdir(parents=True, exist_ok=True)
    for source in sources["train"]:
        files = [data / name for name in source["files"]]
        for file in files:
            digest.update(file.read_bytes())
        documents = [document for file in files for document in read_documents(file)]
        if sample:
            documents = [document[:SAMPLE_SENTENCES] for document in documents[: sample * 10]]
        split = split_documents(documents, source.get("score_every"), dice)
        for part, documents in (("train", split.train), ("stop", split.stop)):
            for doc in docs_of(nlp, documents, dice):
                bins[part].add(doc)
        collect_names(split.train, names)
        if split.score:
            write_conll(output / f"{source['name']}.conll", split.score)
        rows.append({"set": source["name"], "licence": source["licence"], **counts(split)})
    invented = Paperwork(seed, {label: sorted(found) for label, found in names.items()})
    paperwork = min(paperwork, sample * 5) if sample else paperwork
    for text, entities in invented.documents(paperwork):
        bins["train"].add(labelled(nlp, text, entities))
    for part, docs in bins.items():
        docs.to_disk(output / f"{part}.spacy")
    report = {"seed": seed, "data_sha256": digest.hexdigest(), "invented_documents": paperwork, "sets": rows}
    (output / "report.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return report


def split_documents(documents: Documents, score_every: int | None, dice: random.Random) -> Split:
    """By document: every n-th to be scored, STOP_SHARE of the rest for early stopping, what is left for training."""
    split = Split()
    for index, document in enumerate(documents):
        if score_every and index % score_every == 1:
            split.score.append(document)
        elif len(documents) >= FEWEST_TO_STOP and dice.random() < STOP_SHARE:
            split.stop.append(document)
        else:
            split.train.append(document)
    return split


def docs_of(nlp: Language, documents: Documents, dice: random.Random) -> Iterator[Doc]:
    """Training texts: one to five sentences that follow one another, printed naturally or word by word."""
    for document in documents:
        rest = list(document)
        while rest:
            size = dice.randint(1, 5)
            taken, rest = rest[:size], rest[size:]
            yield _doc(nlp, taken, natural=dice.random() < 0.6, glue=dice.choice(" \n"))


def labelled(nlp: Language, text: str, entities: Iterable[tuple[int, int, str]]) -> Doc:
    doc = nlp.make_doc(text)
    spans = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in entities]
    doc.set_ents(filter_spans([span for span in spans if span is not None]))
    return doc


def collect_names(documents: Documents, names: dict[str, set[str]]) -> None:
    """Add the names of two words and more to `names`: material for invented paperwork."""
    for sentence in (sentence for document in documents for sentence in document):
        for mention in sentence.mentions:
            words = sentence.words[mention.start : mention.end]
            label = OURS.get(mention.label)
            if label in names and 1 < len(words) < 5 and all(word[:1].isupper() for word in words):
                names[label].add(" ".join(words))


def counts(split: Split) -> dict[str, Any]:
    parts = {"train": split.train, "stop": split.stop, "score": split.score}
    return {part: _count(documents) for part, documents in parts.items() if documents}


def write_conll(path: Path, documents: Documents) -> None:
    """The documents in the form of the labelled sets."""
    with path.open("w", encoding="utf-8") as file:
        for document in documents:
            file.write("-DOCSTART- O\n\n")
            for sentence in document:
                tags = ["O"] * len(sentence.words)
                for mention in sentence.mentions:
                    for index in range(mention.start, mention.end):
                        tags[index] = f"{'B' if index == mention.start else 'I'}-{mention.label}"
                file.writelines(f"{word}\t{tag}\n" for word, tag in zip(sentence.words, tags, strict=True))
                file.write("\n")


def _doc(nlp: Language, sentences: Sequence[Sentence], natural: bool, glue: str) -> Doc:
    text, entities = "", []
    for sentence in sentences:
        joined = join(sentence.words, natural)
        text += glue if text else ""
        for mention in sentence.mentions:
            label = OURS.get(mention.label)
            if label in LEARNT:
                start, end = joined.places[mention.start][0], joined.places[mention.end - 1][1]
                entities.append((len(text) + start, len(text) + end, label))
        text += joined.text
    return labelled(nlp, text, entities)


def _count(documents: Documents) -> dict[str, int]:
    sentences = [sentence for document in documents for sentence in document]
    labels = Counter(OURS[m.label] for s in sentences for m in s.mentions if m.label in OURS)
    words = sum(len(sentence.words) for sentence in sentences)
    return {"documents": len(documents), "sentences": len(sentences), "words": words, **dict(sorted(labels.items()))}


def data_folder() -> Path:
    """entities/ of SHEAF_EVAL_DATA, default ../shared/data beside the repository."""
    default = HERE.parent.parent.parent / "shared" / "data"
    return Path(os.environ.get("SHEAF_EVAL_DATA", default)) / "entities"


def main(
    output: Path,
    seed: int = 7,
    sample: Annotated[int, typer.Option(help="Keep ten times so many shortened documents a set; 0: all")] = 0,
) -> None:
    """Build the corpus below OUTPUT."""
    data = data_folder()
    if not data.is_dir():
        sys.exit(
            f"The labelled sets are not at {data}. Set SHEAF_EVAL_DATA to the folder that holds entities/. "
            "The sets are public: UniversalNER English-EWT, WikiGold, SEC filings (Alvarado et al. 2015), CrossNER. "
            "nlp/training/sources.yaml names the files, docs/models/entities.md says where each set comes from."
        )
    report = build(data, output, seed, sample)
    sys.stdout.write(json.dumps(report["sets"], indent=1) + "\n")


if __name__ == "__main__":
    typer.run(main)
