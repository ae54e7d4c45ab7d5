"""What nearly equals one another never lies in two parts of the corpus, and the data report tells of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

from nlp.training import corpus
from nlp.training.conll import Mention, Sentence, read_documents
from nlp.training.data_report import counted, render
from nlp.training.duplicates import Texts, leaders, shingles

LONG = "The lender Acme Trust of Bonn shall pay to Ann Lee within thirty days of the date of this notice"
OTHER = "Nobody at the harbour had seen the grey cat that slept on the roof of the old customs house last winter"


def sentence(text: str) -> Sentence:
    words = tuple(text.split())
    return Sentence(words, (Mention(0, 1, "PER"),))


def unlike(number: int) -> list[Sentence]:
    """A document that no other equals."""
    return [sentence(" ".join(f"w{number}x{at}" for at in range(20)))]


def test_texts_are_alike_when_half_of_the_shorter_one_stands_in_the_other() -> None:
    texts = Texts()
    texts.add(shingles([sentence(f"{LONG} {OTHER}")]))
    assert texts.like(shingles([sentence(LONG.upper() + " .")])) == [0]
    assert texts.contain(shingles([sentence(LONG)]))
    assert texts.like(shingles([sentence(" ".join(LONG.split()[:9]))])) == []  # a phrase
    more = shingles([sentence(LONG), *unlike(1), *unlike(2)])
    assert texts.like(more) == []
    twice = Texts()
    twice.add(shingles([sentence(LONG)]))
    assert twice.like(more) == [0]
    assert not twice.contain(more)  # the longer one is no part of it


def test_documents_that_are_alike_by_way_of_others_have_one_leader() -> None:
    first, second = [sentence(LONG)], [sentence(OTHER)]
    assert leaders([unlike(1), first, second, unlike(2), [*first, *second], [*second, *unlike(3)]]) == [
        0,
        1,
        1,
        3,
        1,
        1,
    ]


def test_near_duplicates_of_a_set_go_together_whatever_the_dice_say() -> None:
    documents = [unlike(number // 2) if number % 40 < 2 else unlike(1000 + number) for number in range(200)]
    first = leaders(documents)
    assert [index for index, leader in enumerate(first) if leader < index] == [1, 41, 81, 121, 161]
    for fold in (None, 0, 1, 2, 3, 4):
        for seed in range(20):
            split = corpus.split_documents(documents, 5, fold, random.Random(seed), first)
            parts = [{document[0].words for document in part} for part in (split.train, split.stop, split.score)]
            assert sum(map(len, parts)) == len(set().union(*parts)) == 195
    apart = [corpus.split_documents(documents, 5, 1, random.Random(seed)) for seed in range(20)]
    assert any({d[0].words for d in split.train} & {d[0].words for d in split.score} for split in apart)


def test_what_others_are_scored_or_calibrated_by_is_not_trained_on() -> None:
    scored, calibrated = [sentence(LONG)], [sentence(OTHER)]
    mine = corpus.Split(train=[scored, [*calibrated, *unlike(1), *unlike(2)], unlike(3)], stop=[scored, unlike(4)])
    yours = corpus.Split(train=[unlike(5)], stop=[calibrated])
    theirs = corpus.Split(calibrate=[scored, unlike(6)])
    dropped = corpus.drop_duplicates({"mine": mine, "yours": yours, "theirs": theirs}, [[scored]])
    assert theirs.calibrate == [unlike(6)]
    assert mine.train == [[*unlike(1), *unlike(2)], unlike(3)]
    assert mine.stop == [unlike(4)]
    assert (yours.train, yours.stop) == ([unlike(5)], [calibrated])
    assert dropped == {
        "mine": {"documents_dropped": 2, "sentences_dropped": 1},
        "yours": {"documents_dropped": 0, "sentences_dropped": 0},
        "theirs": {"documents_dropped": 1, "sentences_dropped": 0},
    }


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """Sets of thirty documents each, in the places of the real ones; two of the first stand in others as well."""
    sources = yaml.safe_load((corpus.HERE / "sources.yaml").read_text("utf-8"))
    files = [file for source in sources["train"] + sources["calibrate"] for file in source["files"]]
    scored = [source["file"] for source in sources["score"] + sources["measure"]]
    for number, name in enumerate([*files, *scored]):
        documents = [unlike(100 * number + at) for at in range(30)]
        if name == files[0]:
            documents[3] = [sentence(LONG)]
            documents[4] = [*unlike(99), sentence(f"{OTHER} again"), *unlike(98)]
        if name == scored[-1]:
            documents[0] = [sentence(f"{LONG} indeed"), sentence(OTHER)]
        path = tmp_path / "entities" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        corpus.write_conll(path, documents)
    return tmp_path / "entities"


def test_the_build_leaves_out_near_duplicates_counts_them_and_says_so(sets: Path, tmp_path: Path) -> None:
    report = corpus.build(sets, tmp_path / "corpus")
    told = {row["set"]: row["near_duplicates"] for row in report["sets"]}
    assert told["uner_ewt"] == {"documents_kept_together": 0, "documents_dropped": 1, "sentences_dropped": 1}
    words = {
        word
        for file in (tmp_path / "corpus").glob("*.conll")
        for document in read_documents(file)
        for one in document
        for word in one.words
    }
    assert {"w98x0", "w99x0"} <= words
    assert not words & {"harbour", "lender"}
    read = (tmp_path / "corpus" / "data.md").read_text("utf-8")
    assert read == render(report)
    assert "| uner_ewt | 0 | 1 | 1 |" in read
    assert corpus.build(sets, tmp_path / "again") == report
    assert (tmp_path / "again" / "uner_ewt.train.conll").read_bytes() == (
        tmp_path / "corpus" / "uner_ewt.train.conll"
    ).read_bytes()


def test_the_report_has_labels_lengths_licences_and_uses(sets: Path, tmp_path: Path) -> None:
    report = corpus.build(sets, tmp_path / "corpus", fold=0)
    (wikigold,) = [row for row in report["sets"] if row["set"] == "wikigold"]
    assert {part: wikigold[part]["documents"] for part in ("train", "stop", "score")} == {
        "train": 30 - 6 - wikigold["stop"]["documents"], "stop": wikigold["stop"]["documents"], "score": 6
    }  # fmt: skip
    read = render(report)
    assert "| wikigold | scored | 6 | 6 | 120 | 6 (100%) | 0 (0%) | 0 (0%) | 0 | 5.0 |" in read
    assert "| re3d | mixed | measured only: the licence allows no training |" in read
    mixed = counted([[Sentence(("a",) * 4, (Mention(0, 1, "PER"), Mention(1, 2, "song"))), Sentence(("b",) * 8, ())]])
    assert mixed == {
        "documents": 1, "sentences": 2, "words": 12, "PERSON": 1, "others": 1,
        "words_a_document": [12, 12, 12], "words_a_sentence": [6, 8, 8],
    }  # fmt: skip


def test_a_set_that_is_not_there_is_named_with_where_it_comes_from(sets: Path, tmp_path: Path) -> None:
    (sets / "wikigold" / "train.conll").unlink()
    with pytest.raises(FileNotFoundError, match=r"SHEAF_EVAL_DATA.*\n- WikiGold .*https://") as told:
        corpus.build(sets, tmp_path / "corpus")
    assert "CrossNER" not in str(told.value)
