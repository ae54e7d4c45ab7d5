"""Puts the trained pipeline where the product looks for it, with a meta.json that tells all; writes its model card and
the data report beside that, and draws its confidences.

Run as `python -m nlp.training.promote CORPUS WORK TARGET CARD PLOT VERSION`; refuses what is larger than MAX_MEGABYTES.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import typer

from nlp.training.card import write_card
from nlp.training.data_report import render
from nlp.training.plot import draw_reliability

MAX_MEGABYTES = 30
LICENCE = "CC BY-SA 4.0"
"""Share-alike, because uner_ewt is."""


def promote(corpus: Path, work: Path, target: Path, card: Path, plot: Path, version: str) -> None:
    """Copy WORK/model to TARGET with its full meta.json, and make CARD, data.md beside it, and PLOT of that."""
    model = work / "model"
    size = sum(file.stat().st_size for file in model.rglob("*") if file.is_file()) / 1e6
    if size > MAX_MEGABYTES:
        sys.exit(f"The model is {size:.1f} MB; no more than {MAX_MEGABYTES} may be kept in the repository.")
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(model, target)
    meta = {**_json(target / "meta.json"), **facts(corpus, work, version), "megabytes": round(size, 1)}
    (target / "meta.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False) + "\n", "utf-8")
    write_card(meta, card)
    card.with_name("data.md").write_text(render(meta["corpus"]), "utf-8")
    draw_reliability(meta["performance"], plot)


def facts(corpus: Path, work: Path, version: str) -> dict[str, Any]:
    """What meta.json says beyond spaCy's own: sources and licences, the run, scores, confidences."""
    report = _json(corpus / "report.json")
    sources = [{"name": row["set"], "license": row["licence"]} for row in report["sets"]]
    return {
        "name": "sheaf_entities",
        "version": version,
        "description": "PERSON, ORG and LOCATION in English documents",
        "license": LICENCE,
        "sources": [*sources, {"name": "all-MiniLM-L6-v2", "license": "Apache 2.0"}],
        "performance": _json(work / "scores.json"),
        "folds": _json(work / "folds.json"),
        # The probe may follow.
        "probe": _json(work / "probe.json") if (work / "probe.json").is_file() else {},
        "confidence": _json(work / "confidence.json"),
        "corpus": report,
        "training": _json(work / "run.json"),
    }


def _json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


if __name__ == "__main__":
    typer.run(promote)
