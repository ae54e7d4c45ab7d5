"""Builds the training corpus from labelled sets. Which sets, and for what, sources.yaml says.

Run as `python -m nlp.training.corpus OUTPUT`; see project.yml. Writes for each set
the documents to train on, to calibrate by (never trained on; or all of a set that is for nothing else) and held out to
be scored, as *.conll; names.json, names to invent paperwork of and to put in the place of others; report.json with
counts, licences, near-duplicates and a hash of the data, and the same to be read, data.md. Which texts are
near-duplicates is left to duplicates, how the report looks to data_report.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from nlp.training.conll import OURS, Sentence, read_documents
from nlp.training.data_report import counted, render, where_to_get
from nlp.training.duplicates import Held, leaders
from nlp.training.name_lists import name_lists

HERE = Path(__file__).parent
LEARNT = ("PERSON", "ORG", "LOCATION")
HELD_SHARE = 0.06
FEWEST_TO_HOLD = 20
SAMPLE_SENTENCES = 10
#: What becomes of the documents of a set to train on; those of one to calibrate by are all "calibrate".
USES = ("train", "stop", "score")
#: In the place of a fold: all documents of the sets that have folds are held out.
EVERY_FOLD = -1
Documents = list[list[Sentence]]


@dataclass
class Split:
    """The documents of one set by use."""

    train: Documents = field(default_factory=list)
    stop: Documents = field(default_factory=list)
    score: Documents = field(default_factory=list)
    calibrate: Documents = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """Documents of one set. Of what the set calls by a name in `unknown` nobody knows whether it is one of ours.
    `folded`: cross-validation holds documents of it out. `labels`: those of ours that it means as we do."""

    name: str
    documents: Documents
    unknown: frozenset[str]
    folded: bool = False
    labels: frozenset[str] = frozenset(LEARNT)


@dataclass(frozen=True, slots=True)
class Corpus:
    """What `build` wrote: documents to train on and to calibrate by, and names by label."""

    train: tuple[Part, ...]
    stop: tuple[Part, ...]
    names: dict[str, list[str]]

    @classmethod
    def read(cls, folder: Path) -> Corpus:
        names = json.loads((folder / "names.json").read_text("utf-8"))
        return cls(parts_of(folder, "train"), parts_of(folder, "stop"), names)


def parts_of(folder: Path, use: str) -> tuple[Part, ...]:
    """The documents of each set for one of USES, as `build` wrote them."""
    sources = yaml.safe_load((HERE / "sources.yaml").read_text("utf-8"))
    listed = sources["calibrate"] if use == "calibrate" else sources["train"]
    files = ((source, folder / f"{source['name']}.{use}.conll") for source in listed)
    return tuple(
        Part(
            source["name"],
            list(read_documents(file)),
            frozenset(source.get("unknown", ())),
            "folds" in source,
            frozenset(source.get("labels", LEARNT)),
        )
        for source, file in files
        if file.is_file()
    )


def build(data: Path, output: Path, seed: int = 7, sample: int = 0, fold: int | None = None) -> dict[str, Any]:
    """Write the corpus below `output` and return its report.

    `fold` holds out every fifth document, from that one on, of the sets that have folds; None holds out none and
    EVERY_FOLD all of them, for the model that all folds start from. `sample` keeps ten times so many shortened
    documents of each set. Raises FileNotFoundError, which says where they are to be had, when files of a set to train
    on or to calibrate by are missing.
    """
    sources = yaml.safe_load((HERE / "sources.yaml").read_text("utf-8"))
    needed = [*sources["train"], *sources["calibrate"]]
    if missing := [s["name"] for s in needed if not all((data / file).is_file() for file in s["files"])]:
        raise FileNotFoundError(where_to_get(data, missing))
    names = name_lists(seed)
    digest = hashlib.sha256()
    output.mkdir(parents=True, exist_ok=True)
    splits, grouped = {}, {}
    for source in needed:
        files = [data / name for name in source["files"]]
        for file in files:
            digest.update(file.read_bytes())
        documents = [document for file in files for document in read_documents(file)]
        if source in sources["calibrate"]:  # each message for itself: those that follow have nothing to do with it
            messages = [[sentence] for document in documents for sentence in document]
            splits[source["name"]] = Split(calibrate=messages[: sample * SAMPLE_SENTENCES] if sample else messages)
            grouped[source["name"]] = 0
            continue
        if sample:
            documents = [document[:SAMPLE_SENTENCES] for document in documents[: sample * 10]]
        first = leaders(documents)
        dice = random.Random(f"{seed} {source['name']}")  # the same documents are calibrated by, whatever the fold
        splits[source["name"]] = split_documents(documents, source.get("folds"), fold, dice, first)
        grouped[source["name"]] = sum(leader < index for index, leader in enumerate(first))
    scored = {
        (use, source["name"]): (source, list(read_documents(data / source["file"])))
        for use in ("score", "measure")
        for source in sources[use]
        if (data / source["file"]).is_file()
    }
    dropped = drop_duplicates(splits, [documents for _, documents in scored.values()])
    rows = []
    for source in needed:
        name = source["name"]
        for use in USES if source in sources["train"] else ("calibrate",):
            write_conll(output / f"{name}.{use}.conll", getattr(splits[name], use))
        collect_names(splits[name].train, names)
        duplicates = {"documents_kept_together": grouped[name], **dropped[name]}
        rows.append({"set": name, "licence": source["licence"], **counts(splits[name]), "near_duplicates": duplicates})
    (output / "names.json").write_text(json.dumps({label: sorted(found) for label, found in names.items()}), "utf-8")
    report = {
        "seed": seed,
        "fold": fold,
        "data_sha256": digest.hexdigest(),
        "labels": LEARNT,
        "sets": rows,
        "measured": [
            {"set": name, "licence": source["licence"], "use": use, **counted(documents)}
            for (use, name), (source, documents) in scored.items()
        ],
    }
    (output / "report.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    (output / "data.md").write_text(render(report), "utf-8")
    return report


def split_documents(
    documents: Documents, folds: int | None, fold: int | None, dice: random.Random, first: Sequence[int] | None = None
) -> Split:
    """By document: the fold's to be scored, HELD_SHARE of the rest to calibrate by, what is left to train on.

    A document goes where the one goes that `first` names for it, the first of those that it nearly equals.
    """
    split = Split()
    parts: list[Documents] = []
    for index, document in enumerate(documents):
        leader = index if first is None else first[index]
        drawn = dice.random() < HELD_SHARE
        if folds and fold is not None and (fold == EVERY_FOLD or leader % folds == fold):
            part = split.score
        elif len(documents) >= FEWEST_TO_HOLD and drawn:
            part = split.stop
        else:
            part = split.train
        parts.append(part if leader == index else parts[leader])
        parts[-1].append(document)
    return split


def drop_duplicates(splits: Mapping[str, Split], scored: Iterable[Documents]) -> dict[str, dict[str, int]]:
    """Leave out what nearly equals a text of another part, in whatever set: scored before calibrated by, that before
    trained on. How much was left out by set: documents, and sentences of the others."""
    held = Held()
    for documents in [*scored, *(split.score for split in splits.values())]:
        held.add(documents)
    dropped = {name: Counter(documents=0, sentences=0) for name in splits}

    def leave_out(use: str) -> None:
        for name, split in splits.items():
            kept, documents_dropped, sentences_dropped = held.without(getattr(split, use))
            setattr(split, use, kept)
            dropped[name].update(documents=documents_dropped, sentences=sentences_dropped)

    leave_out("stop")
    leave_out("calibrate")
    for split in splits.values():
        held.add([*split.stop, *split.calibrate])
    leave_out("train")
    return {name: {f"{what}_dropped": count for what, count in taken.items()} for name, taken in dropped.items()}


def collect_names(documents: Documents, names: dict[str, set[str]]) -> None:
    """Add the names of two words and more to `names`: material for invented paperwork."""
    for sentence in (sentence for document in documents for sentence in document):
        for mention in sentence.mentions:
            words = sentence.words[mention.start : mention.end]
            label = OURS.get(mention.label)
            if label in names and 1 < len(words) < 5 and all(word[:1].isupper() for word in words):
                names[label].add(" ".join(words))


def counts(split: Split) -> dict[str, Any]:
    parts = {use: getattr(split, use) for use in (*USES, "calibrate")}
    return {use: counted(documents) for use, documents in parts.items() if documents}


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


def data_folder() -> Path:
    """entities/ of SHEAF_EVAL_DATA, default ../shared/data beside the repository."""
    default = HERE.parent.parent.parent / "shared" / "data"
    return Path(os.environ.get("SHEAF_EVAL_DATA", default)) / "entities"


def main(
    output: Path,
    seed: int = 7,
    sample: Annotated[int, typer.Option(help="Keep ten times so many shortened documents a set; 0: all")] = 0,
    fold: Annotated[int | None, typer.Option(help="Hold out this fold, from 0; -1: all; default: none")] = None,
) -> None:
    """Build the corpus below OUTPUT."""
    try:
        report = build(data_folder(), output, seed, sample, fold)
    except FileNotFoundError as error:
        sys.exit(str(error))
    sys.stdout.write(json.dumps(report["sets"], indent=1) + "\n")


if __name__ == "__main__":
    typer.run(main)
