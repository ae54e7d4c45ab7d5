"""How many of the hits of the rules' labels are right on real text, by a list of hits judged one by one.

Run by `make bench`. gold/rule_labels.jsonl holds for each hit its set, id, range, label, a digest of its text and
value, and whether label, borders and value are right; the texts are in the shared data. Hits are drawn by a hash of
their place, so that a change of the rules changes the sample only where it changes hits; those that are not in the list
are counted as not judged. Dates and amounts have a list of their own (bench_dates_and_amounts).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from nlp.understanding import rules
from nlp.understanding.entities import Candidate, resolve
from nlp.understanding.pipeline import BLOCK_BREAK
from tests.benchmarks.measure import say
from tests.benchmarks.rule_texts import Text, texts

GOLD = Path(__file__).parent / "gold" / "rule_labels.jsonl"
PRECISION = 0.98
#: The share of a label's hits that is drawn, about 200 of them; of labels not named, all. Tweets are full of links.
SHARES = {
    "PERCENT": 0.045,
    "URL": 0.14,
    "EMAIL": 0.35,
    "PHONE": 0.16,
    "TAX_ID": 0.41,
    "INVOICE_NUMBER": 0.65,
    "ADDRESS": 0.125,
}
LINKS_IN_SENTENCES = 0.01


def test_the_labels_of_rules_on_real_text(eval_data: Path) -> None:
    judged = {tuple(row["hit"]): row["right"] for row in map(json.loads, GOLD.read_text("utf-8").splitlines())}
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    unjudged: Counter[str] = Counter()
    for text in texts(eval_data):
        for key in drawn(text):
            verdict = judged.get(key)
            (unjudged if verdict is None else right if verdict else wrong)[key[4]] += 1
    for label in sorted({*right, *wrong, *unjudged}):
        precision = right[label] / max(1, right[label] + wrong[label])
        counted = f"{right[label]} of {right[label] + wrong[label]} right"
        say(f"{label}: {counted}, {precision:.3f} (goal {PRECISION}), {unjudged[label]} not judged")
    for label in sorted({*right, *wrong}):
        assert right[label] >= PRECISION * (right[label] + wrong[label]), label


def drawn(text: Text) -> Iterator[tuple[str, str, int, int, str, str]]:
    """The hits of the sample in a text: set, id, first and last character, label, digest of the text and value."""
    name, id, content = text
    found = (
        Candidate(hit.start, hit.end, hit.label, hit.value, hit.confidence, "rule", hit.validated)
        for hit in _book().find(content)
        if BLOCK_BREAK not in content[hit.start : hit.end]
    )
    for hit in resolve(found):
        if _in_sample(hit.label, name, id, hit.start):
            meant = json.dumps([content[hit.start : hit.end], hit.value], sort_keys=True)
            digest = hashlib.sha256(meant.encode()).hexdigest()[:16]
            yield name, id, hit.start, hit.end, hit.label, digest


def _in_sample(label: str, name: str, id: str, start: int) -> bool:
    share = LINKS_IN_SENTENCES if (label, name) == ("URL", "entities") else SHARES.get(label, 1.0)
    return int(hashlib.sha256(f"{label} {name} {id} {start}".encode()).hexdigest()[:8], 16) < share * 16**8


def _book() -> rules.RuleBook:
    book = rules.load()
    return rules.RuleBook(book.version, tuple(rule for rule in book.rules if rule.label not in ("DATE", "MONEY")))
