"""The training project: it runs from raw sets to a promoted model, and what it promoted here is told truthfully."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import spacy
import torch
import yaml
from spacy.util import filter_spans

from nlp.facts import Page
from nlp.training import card, corpus, misreadings
from nlp.training.augment import Noise
from nlp.training.average import mean
from nlp.training.conll import Mention, Sentence, join, read_documents
from nlp.training.examples import Text, examples_of, texts_of
from nlp.training.inventions import Inventions, Person
from nlp.training.name_lists import name_lists
from nlp.training.paperwork import Paperwork
from nlp.training.prose import prose
from nlp.training.scoring import score
from nlp.understanding.crf import tags_of
from nlp.understanding.entities import MODEL, find_entities

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "nlp" / "training"


def test_a_set_is_read_with_its_documents_and_mentions(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text(
        "-DOCSTART- O\n\nAnn\tB-PER\nLee\tI-PER\nof\tO\nBonn\tB-LOC\nRhine\tB-LOC\n\n-DOCSTART- O\n\nBye\tO\n", "utf-8"
    )
    first, second = read_documents(path)
    assert first[0].mentions == (Mention(0, 2, "PER"), Mention(3, 4, "LOC"), Mention(4, 5, "LOC"))
    assert second == [Sentence(("Bye",), ())]


def test_words_are_joined_as_printed_and_their_places_spell_them() -> None:
    words = ["He", "paid", "$", "5", "(", "five", ")", ",", "did", "n't", "he", "?"]
    natural = join(words, natural=True)
    assert natural.text == "He paid $5 (five), didn't he?"
    assert [natural.text[start:end] for start, end in natural.places] == words
    assert join(words).text == " ".join(words)


def test_splits_share_no_document_and_folds_score_each_once() -> None:
    documents = [[Sentence((str(number),), ())] for number in range(200)]
    scored: list[tuple[str, ...]] = []
    for fold in range(5):
        split = corpus.split_documents(documents, 5, fold, random.Random(1))
        parts = [{document[0].words for document in part} for part in (split.train, split.stop, split.score)]
        assert sum(map(len, parts)) == len(set().union(*parts)) == 200
        assert parts[1]
        scored += parts[2]
    assert sorted(scored) == sorted(document[0].words for document in documents)
    assert corpus.split_documents(documents, 5, None, random.Random(1)).score == []


def test_what_all_folds_start_from_saw_no_document_of_them_and_the_same_are_calibrated_by() -> None:
    documents = [[Sentence((str(number),), ())] for number in range(200)]
    start = corpus.split_documents(documents, 5, corpus.EVERY_FOLD, random.Random(1))
    assert (start.train, start.stop, start.score) == ([], [], documents)
    whole, fold = (corpus.split_documents(documents, 5, held, random.Random(1)) for held in (None, 2))
    assert fold.stop == [document for document in whole.stop if document not in fold.score]
    apart = corpus.split_documents(documents, None, corpus.EVERY_FOLD, random.Random(1))
    assert apart == whole  # a set without folds


def test_no_set_that_may_only_be_measured_is_trained_on() -> None:
    sources = yaml.safe_load((PROJECT / "sources.yaml").read_text("utf-8"))
    needed = [*sources["train"], *sources["calibrate"]]
    trained = {source["name"] for source in needed}
    assert not trained & {source["name"] for source in sources["measure"]}
    assert not [name for name in trained if name.endswith("_nc") or name in {"re3d", "gmb_silver"}]
    files = [file for source in needed for file in source["files"]]
    assert len(files) == len(set(files)), "what is calibrated by is not trained on"
    assert not set(files) & {source["file"] for source in sources["score"]}


def test_invented_paperwork_labels_what_it_says() -> None:
    for text, entities in Paperwork(1, {"PERSON": ["Ann Lee"]}).documents(20):
        assert entities
        for start, end, label in entities:
            assert label in corpus.LEARNT
            assert text[start:end].strip() == text[start:end] != ""


def test_a_text_names_the_same_people_and_companies_throughout() -> None:
    invent = Inventions(random.Random(4), {"ORG": ["Tesco PLC", "Barclays"], "PERSON": ["Ann Lee"]})
    seen = Counter[str]()
    for _ in range(300):
        pieces = list(prose(invent))
        assert "{" not in "".join(text for text, _ in pieces)
        assert len({text for text, label in pieces if label == "PERSON"}) <= 4  # one whole, given, family; the other
        assert len({text for text, label in pieces if label == "LOCATION"}) <= 3
        seen.update(label for _, label in pieces)
    assert set(seen) == {"", *corpus.LEARNT}
    assert len({invent.date() for _ in range(20)}) > 10


def test_family_names_stand_first_where_they_do() -> None:
    assert str(Person("Seung-ho", "Yun", family_first=True)) == "Yun Seung-ho"
    assert str(Person("Ann", "Lee")) == "Ann Lee"


def test_noise_in_capitals_and_lines_keeps_the_places_of_names() -> None:
    noise = Noise(random.Random(1), upper=1.0, lower=0.0, breaks=1.0)
    met = Text("We met Ann Lee in Bonn today", ((7, 14, "PERSON"),), ((18, 22),))
    changed = [noise(met) for _ in range(20)]
    assert {text.text.replace("\n", " ") for text in changed} == {"WE MET ANN LEE IN BONN TODAY"}
    assert any("\n" in text.text for text in changed)
    assert {(text.entities, text.unknown) for text in changed} == {(met.entities, met.unknown)}
    street = noise(Text("Straße in Bonn", ()))
    assert street.text.replace("\n", " ") == "Straße in Bonn"  # has no capitals of the same length


def test_misreadings_are_counted_and_done_to_other_texts() -> None:
    seen = misreadings.count([[("modern corn", "modem com"), ("Lee", "Lee")], [("aa\nb", "aa\nb")]])
    assert seen.misread == {"rn": {"m": 2}}
    assert seen.seen == {"rn": 2}
    assert seen.rates == [4 / 14, 0.0]

    read, moved = seen("Bern, barn", random.Random(1))  # a page of the first kind is twice as bad as the mean: both
    assert (read, moved) == ("Bem, bam", [0, 1, 2, 2, 3, 4, 5, 6, 7, 7, 8])
    assert {seen("Bern, barn", random.Random(seed))[0] for seed in range(20)} == {"Bem, bam", "Bern, barn"}


def test_what_is_read_beside_letters_and_line_breaks_leave_the_count_alone() -> None:
    seen = misreadings.count([[("an end\nof it", "a.n end of it")], [("a long word left out", "a out")]])
    assert seen.misread == {"a": {"a.": 1}}


@pytest.mark.parametrize("seed", range(10))
def test_names_keep_to_their_letters_where_they_are_misread(seed: int) -> None:
    table = misreadings.Misreadings({"n": {"ri": 1}, "B": {"": 1}, " ": {"": 1}}, {"n": 2, "B": 1, " ": 2}, [1.0])
    noise = Noise(random.Random(seed), upper=0.0, lower=0.0, breaks=0.0, misread=1.0, misreadings=table)
    text = noise(Text("Ann of B in Bonn", ((0, 3, "PERSON"), (7, 8, "ORG")), ((12, 16),)))
    names = [text.text[start:end] for start, end, label in text.entities if label == "PERSON"]
    assert names[0].rstrip() in {"Ann", "Ariri", "Arin", "Anri"}
    assert all(text.text[start:end].strip() == "B" for start, end, label in text.entities if label == "ORG")
    assert all(text.text[start:end][-1] in "ni" for start, end in text.unknown)


def test_texts_keep_their_mentions_and_what_nobody_knows_is_left_open() -> None:
    first = Sentence(("Ann", "Lee", "(", "Acme", ")"), (Mention(0, 2, "PER"), Mention(3, 4, "group")))
    second = Sentence(("Bonn", "waits", "."), (Mention(0, 1, "LOC"),))
    for seed in range(20):
        texts = list(texts_of([[first, second]], corpus.LEARNT, {"group"}, random.Random(seed)))
        known = [(text.text[a:b], label) for text in texts for a, b, label in text.entities]
        assert known == [("Ann Lee", "PERSON"), ("Bonn", "LOCATION")]
        assert [text.text[a:b] for text in texts for a, b in text.unknown] == ["Acme"]


def test_the_lists_of_names_are_of_many_origins_and_come_again_alike() -> None:
    lists = name_lists(7)
    assert lists == name_lists(7)
    assert all(len(lists[label]) > 1000 for label in corpus.LEARNT)
    assert any(not name.isascii() for name in lists["PERSON"])


def test_an_example_allows_the_right_tags_alone_and_any_where_nobody_knows() -> None:
    text = Text("Ann Lee met Acme in Bonn", ((0, 7, "PERSON"), (20, 24, "LOCATION")), ((12, 16),))
    (example,) = examples_of(spacy.blank("en"), [text], corpus.LEARNT)
    tags = tags_of(corpus.LEARNT)
    allowed = [[tags[at] for at in row.nonzero().flatten()] for row in example.allowed]
    assert allowed == [["B-PERSON"], ["E-PERSON"], ["O"], tags, ["O"], ["S-LOCATION"]]


def test_the_score_is_strict() -> None:
    words = Sentence(("Ann", "Lee", "of", "Bonn"), (Mention(0, 2, "PER"), Mention(3, 4, "LOC")))
    found = [(0, 3, "PERSON", 0.8), (11, 15, "LOCATION", 0.8), (0, 7, "DATE", 0.8)]
    result = score([[words]], lambda texts: [found for _ in texts]).as_json()
    assert (result["precision"], result["recall"], result["f1"]) == (0.5, 0.5, 0.5)
    assert result["calibration_error"] == pytest.approx(0.5)  # a bin each: one is .2 too low, one .8 too high
    assert result["reliability"] == [(0.8, 0.0), (0.8, 1.0)]


@pytest.fixture(scope="module")
def tiny_sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented sets in the places of the real ones."""
    folder = tmp_path_factory.mktemp("sets")
    sources = yaml.safe_load((PROJECT / "sources.yaml").read_text("utf-8"))
    needed = [*sources["train"], *sources["calibrate"]]
    files = [*(f for s in needed for f in s["files"]), *(s["file"] for s in sources["score"])]
    nlp = spacy.blank("en")
    for seed, name in enumerate(files):
        documents = []
        for text, entities in Paperwork(seed, {}).documents(30):
            doc = nlp.make_doc(text.replace("\n", " "))
            spans = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in entities]
            mentions = tuple(
                Mention(span.start, span.end, span.label_[:3]) for span in filter_spans(filter(None, spans))
            )
            documents.append([Sentence(tuple(token.text for token in doc), mentions)])
        path = folder / "entities" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        corpus.write_conll(path, documents)
    return folder


def test_the_mean_of_weights_is_taken_of_fractions_alone() -> None:
    ones, threes = ({"weight": torch.full((2,), value), "places": torch.arange(2)} for value in (1.0, 3.0))
    taken = mean([ones, threes])
    assert taken["weight"].tolist() == [2.0, 2.0]
    assert taken["places"].tolist() == [0, 1]


@pytest.mark.timeout(900)  # four small models are trained
def test_the_project_runs_from_raw_sets_to_a_promoted_model(tiny_sets: Path, tmp_path: Path) -> None:
    variables = {
        "sample": 2,
        "max_steps": 4,
        "pages": 1,
        "folds": 2,
        "corpus": tmp_path / "corpus",
        "work": tmp_path / "work",
        "target": tmp_path / "model",
        "card": tmp_path / "card.md",
        "plot": tmp_path / "plot.svg",
    }
    project = tmp_path / "project"  # a copy, so that no lock file is left beside the real one
    project.mkdir()
    (project / "project.yml").write_text((PROJECT / "project.yml").read_text("utf-8"), "utf-8")
    for file in [*PROJECT.glob("*.py"), *PROJECT.glob("*.yaml")]:
        (project / file.name).write_bytes(file.read_bytes())
    given = [part for name, value in variables.items() for part in (f"--vars.{name}", str(value))]
    done = subprocess.run(
        [sys.executable, "-m", "spacy", "project", "run", "all", str(project), *given],
        env={**os.environ, "SHEAF_EVAL_DATA": str(tiny_sets), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

    meta = json.loads((tmp_path / "model" / "meta.json").read_text("utf-8"))
    assert set(meta["performance"]) == {"uner_ewt", "wnut17"}
    assert {name: len(figures["f1_by_fold"]) for name, figures in meta["folds"].items()} == {
        "wikigold": 2, "sec_filings": 2
    }  # fmt: skip
    assert meta["training"]["seed"] == 7
    assert (tmp_path / "card.md").read_text("utf-8") == card.render(meta)
    assert (tmp_path / "plot.svg").read_text("utf-8").startswith("<?xml")
    page = Page(1, 1.0, 1.0, "Bill To: Acme Ltd\nDate: 25/12/2018", (), "text_layer", "test", 1.0)
    assert "DATE" in [entity.label for entity in find_entities(page, tmp_path / "model")]
    assert corpus.Corpus.read(tmp_path / "corpus").stop


def test_absent_sets_are_said(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nlp.training.corpus", str(tmp_path / "corpus")],
        env={**os.environ, "SHEAF_EVAL_DATA": str(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "SHEAF_EVAL_DATA" in done.stderr


def test_the_promoted_model_is_small_and_tells_all_about_itself() -> None:
    meta = json.loads((MODEL / "meta.json").read_text("utf-8"))
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) < 30e6
    assert meta["license"] == "CC BY-SA 4.0"
    assert {"seed", "wall_seconds", "hardware", "versions"} <= set(meta["training"])
    assert {f"odds {label}" for label in corpus.LEARNT} <= set(meta["confidence"])
    assert len(meta["corpus"]["data_sha256"]) == 64


def test_the_model_card_is_the_one_of_the_promoted_model() -> None:
    meta = json.loads((MODEL / "meta.json").read_text("utf-8"))
    assert (ROOT / "docs" / "models" / "entities.md").read_text("utf-8") == card.render(meta)
