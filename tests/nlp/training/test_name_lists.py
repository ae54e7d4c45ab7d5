"""Names to invent paperwork of: the same in every process, and none that teaches that people are companies."""

from __future__ import annotations

import os
import random
import subprocess
import sys

from nlp.training.inventions import Inventions
from nlp.training.name_lists import LISTED

DIGEST = """
import hashlib, json
from nlp.training.name_lists import name_lists
lists = {kind: sorted(names) for kind, names in name_lists(7).items()}
print(hashlib.sha256(json.dumps(lists).encode()).hexdigest(), len(lists["ORG"]), "Dos Santos" in lists["ORG"])
"""


def told(hash_seed: str) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    run = subprocess.run([sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True)
    return run.stdout.split()


def test_lists_are_the_same_in_every_process() -> None:
    digest, companies, has_family_name = told("1")
    assert told("2") == [digest, companies, has_family_name]
    assert int(companies) > 3000
    assert has_family_name == "False"


def test_companies_as_papers_call_them_are_listed_ones() -> None:
    names = {"ORG": ["Colas Salmon SARL"], LISTED: ["Tesco", "Morgan Stanley"]}
    invent = Inventions(random.Random(1), names)
    assert {invent.listed() for _ in range(40)} == set(names[LISTED])
