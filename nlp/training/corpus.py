"""Builds the training corpus from labelled sets. Which sets, and for what, sources.yaml says.

Run as `python -m nlp.training.corpus OUTPUT`; see project.yml. Writes for each set the documents to train on, to
calibrate by (never trained on) and held out to be scored, as *.conll; names.json, names to invent paperwork of and to
put in the place of others; and report.json with counts, licences and a hash of the data.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from nlp.training.conll import OURS, Sentence, read_documents
from nlp.training.name_lists import name_lists

HERE = Path(__file__).parent
LEARNT = ("PERSON", "ORG", "LOCATION")
HELD_SHARE = 0.06
FEWEST_TO_HOLD = 20
SAMPLE_SENTENCES = 10
Documents = list[list[Sentence]]


@dataclass
class Split:
    """The documents of one set by use."""

    train: Documents = field(default_factory=list)
    stop: Documents = field(default_factory=list)
    score: Documents = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """Documents of one set. Of what the set calls by a name in `unknown` nobody knows whether it is one of ours."""

    name: str
    documents: Documents
    unknown: frozenset[str]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What `build` wrote: documents to train on and to calibrate by, and names by label."""

    train: tuple[Part, ...]
    stop: tuple[Part, ...]
    names: dict[str, list[str]]

    @classmethod
    def read(cls, folder: Path) -> Corpus:
        sources = yaml.safe_load((HERE / "sources.yaml").read_text("utf-8"))["train"]

        def parts(use: str) -> tuple[Part, ...]:
            files = ((source, folder / f"{source['name']}.{use}.conll") for source in sources)
            return tuple(
                Part(source["name"], list(read_documents(file)), frozenset(source.get("unknown", ())))
                for source, file in files
                if file.is_file()
            )

        return cls(parts("train"), parts("stop"), json.loads((folder / "names.json").read_text("utf-8")))


def build(data: Path, output: Path, seed: int = 7, sample: int = 0, fold: int | None = None) -> dict[str, Any]:
    """Write the corpus below `output` and return its report.

    `fold` holds out every fifth document, from that one on, of the sets that have folds; None holds out none, for the
    model that is shipped. `sample` keeps ten times so many shortened documents of each set.
    """
    sources = yaml.safe_load((HERE / "sources.yaml").read_text("utf-8"))
    dice = random.Random(seed)
    names = name_lists(seed)
    digest, rows = hashlib.sha256(), []
    output.mkdir(parents=True, exist_ok=True)
    for source in sources["train"]:
        files = [data / name for name in source["files"]]
        for file in files:
            digest.update(file.read_bytes())
        documents = [document for file in files for document in read_documents(file)]
        if sample:
            documents = [document[:SAMPLE_SENTENCES] for document in documents[: sample * 10]]
        split = split_documents(documents, source.get("folds"), fold, dice)
        for use in ("train", "stop", "score"):
            write_conll(output / f"{source['name']}.{use}.conll", getattr(split, use))
        collect_names(split.train, names)
        rows.append({"set": source["name"], "licence": source["licence"], **counts(split)})
    (output / "names.json").write_text(json.dumps({label: sorted(found) for label, found in names.items()}), "utf-8")
    report = {"seed": seed, "fold": fold, "data_sha256": digest.hexdigest(), "sets": rows}
    (output / "report.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    return report


def split_documents(documents: Documents, folds: int | None, fold: int | None, dice: random.Random) -> Split:
    """By document: the fold's to be scored, HELD_SHARE of the rest to calibrate by, what is left to train on."""
    split = Split()
    for index, document in enumerate(documents):
        if folds and fold is not None and index % folds == fold:
            split.score.append(document)
        elif len(documents) >= FEWEST_TO_HOLD and dice.random() < HELD_SHARE:
            split.stop.append(document)
        else:
            split.train.append(document)
    return split


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
    fold: Annotated[int | None, typer.Option(help="Hold out this fold, from 0; default: none")] = None,
) -> None:
    """Build the corpus below OUTPUT."""
    data = data_folder()
    if not data.is_dir():
        sys.exit(
            f"The labelled sets are not at {data}. Set SHEAF_EVAL_DATA to the folder that holds entities/. "
            "The sets are public: UniversalNER English-EWT, WikiGold, SEC filings (Alvarado et al. 2015), CrossNER. "
            "nlp/training/sources.yaml names the files, docs/models/entities.md says where each set comes from."
        )
    report = build(data, output, seed, sample, fold)
    sys.stdout.write(json.dumps(report["sets"], indent=1) + "\n")


if __name__ == "__main__":
    typer.run(main)
