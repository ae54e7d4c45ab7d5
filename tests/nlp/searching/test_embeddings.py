"""Vectors of texts: of length 1, in the order given, near where the meaning is near; and never from the network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from errors import SheafError
from nlp.searching.embeddings import DIMENSIONS, embed, model_folder, model_id


def test_vectors_have_length_one_and_follow_the_meaning() -> None:
    texts = ["The invoice is due in thirty days.", "Payment is expected within a month.", "Giraffes eat leaves."]
    vectors = embed(texts)
    assert vectors.shape == (3, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_a_text_has_its_vector_whatever_it_is_embedded_with() -> None:
    texts = ["short", "a text of middling length, with a comma", "long " * 150, "", "short"]
    together = embed(texts)
    alone = np.concatenate([embed([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-4)


def test_no_texts_have_no_vectors() -> None:
    assert embed([]).shape == (0, DIMENSIONS)


def test_the_name_is_stable_and_tells_the_version() -> None:
    assert model_id().startswith("all-minilm-l6-v2@")
    assert model_id() == model_id()


def test_a_folder_is_named_by_what_is_in_it(tmp_path: Path) -> None:
    same, other = tmp_path / "one" / "mine", tmp_path / "two" / "mine"
    for folder in (same, other):
        shutil.copytree(model_folder(), folder, ignore=shutil.ignore_patterns("*.safetensors"))
        (folder / "model.safetensors").write_bytes(b"weights")
    assert model_id(same) == model_id(other)
    (tmp_path / "three").mkdir()
    changed = other.rename(tmp_path / "three" / "mine")
    (changed / "model.safetensors").write_bytes(b"other weights")
    assert model_id(changed) != model_id(same)
    assert model_id(changed).startswith("mine@")


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    for ask in (model_id, lambda path: embed(["x"], path)):
        with pytest.raises(SheafError) as raised:
            ask(tmp_path / "nothing")
        assert raised.value.code == "model_missing"


def test_a_fresh_process_embeds_without_opening_a_connection() -> None:
    program = """
import socket, sys
def refuse(*_): raise AssertionError("a connection was tried")
socket.socket.connect = socket.getaddrinfo = refuse
from nlp.searching.embeddings import embed, model_id
model_id()
assert "torch" not in sys.modules
assert embed(["x"]).shape == (1, 384)
import torch
assert torch.get_num_threads() == 1
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[3], env=_without_offline())


def _without_offline() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
