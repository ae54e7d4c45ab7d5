"""The fairness probe is balanced, its names were not trained with, and it counts what a pipeline says strictly."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import spacy
import yaml
from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.training import card, promote
from nlp.training.data_report import render
from nlp.training.mistakes import BORDER, LABEL, MISSED, RIGHT
from nlp.training.name_lists import name_lists
from nlp.training.probe import PLAN, probe, trials, wilson
from nlp.understanding.entities import MODEL
from nlp.understanding.names import SURE

ROOT = Path(__file__).resolve().parents[3]
PLANNED = yaml.safe_load(PLAN.read_text("utf-8"))


def test_every_group_has_as_many_names_in_each_text_and_none_twice() -> None:
    tried = list(trials(PLANNED))
    counts = Counter((trial.label, trial.group, trial.kind, trial.sex) for trial in tried)
    assert {(label, sex): set() for label, *_, sex in counts}.keys() == {
        ("PERSON", "female"),
        ("PERSON", "male"),
        ("ORG", ""),
    }
    assert {(key[0], count) for key, count in counts.items()} == {("PERSON", 12), ("ORG", 12)}
    assert len(counts) == 20 * 14 * 2 + 14 * 8
    assert len(set(tried)) == len(tried)
    assert all(len(set(group["last"])) == 24 for group in PLANNED["PERSON"]["groups"].values())


def test_the_places_of_the_names_spell_them() -> None:
    plan = {
        "PERSON": {
            "texts": {"plain": "To {name}!", "alone": "Dr. {last},", "broken": "by {first}\n{last}.", "loud": "{NAME}"},
            "groups": {"here": {"female": ["Ann"], "male": ["Jo Li"], "last": ["Lee", "Öz"]}},
        }
    }
    tried = list(trials(plan))
    assert [trial.text[trial.start : trial.end] for trial in tried] == [
        "Ann Lee", "Jo Li Öz", "Öz", "Lee", "Ann\nLee", "Jo Li\nÖz", "ANN ÖZ", "JO LI LEE",
    ]  # fmt: skip
    assert [trial.text for trial in tried][:5:2] == ["To Ann Lee!", "Dr. Öz,", "by Ann\nLee."]
    assert len(list(trials(plan, sample=1))) == 4


def test_no_name_of_the_probe_is_in_the_lists_that_are_trained_with() -> None:
    lists = name_lists(7)
    words = {word for name in lists["PERSON"] for word in name.split()}
    people = {
        word
        for group in PLANNED["PERSON"]["groups"].values()
        for names in group.values()
        for name in names
        for word in name.split()
    }
    assert people & words == set()
    lists_of_paperwork = yaml.safe_load(PLAN.with_name("paperwork.yaml").read_text("utf-8"))
    own = [*lists_of_paperwork["first"], *lists_of_paperwork["last"]]
    own += [name for origin in lists_of_paperwork["people"].values() for name in origin["given"] + origin["family"]]
    assert people & {word for name in own for word in name.split()} == set()
    companies = {name for group in PLANNED["ORG"]["groups"].values() for name in group["names"]}
    assert companies & lists["ORG"] == set()


def test_the_interval_of_a_share_is_wilsons() -> None:
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)  # R: prop.test(8, 10, correct = FALSE)
    assert wilson(0, 10)[0] == pytest.approx(0)
    assert wilson(10, 10)[1] == pytest.approx(1)


@Language.component("finds_what_is_german")
def finds_what_is_german(doc: Doc) -> Doc:
    german = {name for names in PLANNED["PERSON"]["groups"]["German"].values() for name in names}
    found = [Span(doc, token.i, token.i + 1, "PERSON") for token in doc if token.text in german]
    doc.set_ents(found)
    doc.user_data[SURE] = {(one.start, one.end): 1.0 for one in found}
    return doc


def test_recall_is_told_by_group_kind_and_sex() -> None:
    pipeline = spacy.blank("en")
    pipeline.add_pipe("finds_what_is_german")
    figures = probe(pipeline, sample=2)
    people = figures["PERSON"]
    assert people["by_group"]["German"]["outcomes"] == {
        RIGHT: 4,
        BORDER: 20,
        LABEL: 0,
        MISSED: 4,
    }  # one word, two, capitals
    assert people["by_group"]["Greek"]["recall"] == 0
    assert people["spread"] == people["by_group"]["German"]["recall"] == pytest.approx(4 / 28, abs=1e-4)
    assert {kind for kind, one in people["by_kind"].items() if one["recall"]} == {"cashier", "surname"}
    assert people["by_sex"].keys() == {"female", "male"}
    assert "by_sex" not in figures["ORG"]
    section = card.probe_section(figures)
    assert "| German | 0.143 | 0.057–0.315 | 0.714 | 0.000 | 0.143 |" in section
    assert section.index("| German |") < section.index("| Greek |")
    assert card.probe_section({}) == ""


def test_a_probe_that_was_run_is_promoted_with_the_model(tmp_path: Path) -> None:
    meta = json.loads((MODEL / "meta.json").read_text("utf-8"))
    parts = {
        "scores": meta["performance"], "folds": meta["folds"], "confidence": meta["confidence"],
        "run": meta["training"], "probe": {"PERSON": {"recall": 1.0}},
    }  # fmt: skip
    for name, content in parts.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), "utf-8")
    (tmp_path / "report.json").write_text(json.dumps(meta["corpus"]), "utf-8")
    assert promote.facts(tmp_path, tmp_path, "1")["probe"] == {"PERSON": {"recall": 1.0}}
    (tmp_path / "probe.json").unlink()
    assert promote.facts(tmp_path, tmp_path, "1")["probe"] == {}


def test_the_data_report_is_the_one_of_the_promoted_model() -> None:
    corpus = json.loads((MODEL / "meta.json").read_text("utf-8"))["corpus"]
    assert (ROOT / "docs" / "models" / "data.md").read_text("utf-8") == render(corpus)
