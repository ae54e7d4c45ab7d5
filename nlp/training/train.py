"""Trains the entity model by config.cfg, as `spacy train` would, and notes how: time, versions, hardware.

Run as `python -m nlp.training.train CORPUS OUTPUT`; writes OUTPUT/model-best and OUTPUT/run.json.
"""

from __future__ import annotations

import json
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from spacy.cli.train import train as spacy_train

import nlp.training.augment  # noqa: F401  registers the augmenter that config.cfg names

CONFIG = Path(__file__).with_name("config.cfg")


def train(
    corpus: Path,
    output: Path,
    vectors: Annotated[Path | None, typer.Option(help="Pipeline with word vectors; default: OUTPUT/vectors")] = None,
    seed: int = 7,
    max_steps: Annotated[int, typer.Option(help="Stop after so many steps; 0: as config.cfg says")] = 0,
) -> None:
    """Train on CORPUS/train.spacy, stop by CORPUS/stop.spacy, write the best model to OUTPUT/model-best."""
    overrides: dict[str, Any] = {
        "paths.train": str(corpus / "train.spacy"),
        "paths.dev": str(corpus / "stop.spacy"),
        "paths.vectors": str(vectors or output / "vectors"),
        "system.seed": seed,
    }
    if max_steps:
        overrides |= {"training.max_steps": max_steps, "training.eval_frequency": max(1, max_steps // 2)}
    started = time.perf_counter()
    spacy_train(CONFIG, output, overrides=overrides)
    run = {
        "seed": seed,
        "wall_seconds": round(time.perf_counter() - started),
        "hardware": f"{platform.machine()}, {os.cpu_count()} cores, {os.environ.get('OMP_NUM_THREADS', 'all')} used",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("spacy", "thinc", "numpy")},
    }
    (output / "run.json").write_text(json.dumps(run, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    typer.run(train)
