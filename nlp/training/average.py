"""Averages the weights of the folds' models into the one that is shipped: better than each of them, and no larger.

Run as `python -m nlp.training.average WORK`; reads WORK/fold*, which all went on from one start (nlp.training.train),
and writes WORK/model and WORK/run.json. Models that share a start can be averaged, others cannot: Wortsman et al.,
"Model soups" (2022).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import spacy
import torch
import typer
from torch import Tensor

from nlp.training.evaluate import folds_in
from nlp.understanding.names import FACTORY, Names


def average(work: Path) -> None:
    """Write WORK/model and WORK/run.json; the time in it is that of all folds."""
    folders = folds_in(work)
    pipelines = [spacy.load(folder / "model") for folder in folders]
    taggers = [names.tagger for pipeline in pipelines if isinstance(names := pipeline.get_pipe(FACTORY), Names)]
    taggers[0].load_trained_weights(mean([tagger.trained_weights() for tagger in taggers]))
    pipelines[0].to_disk(work / "model", exclude=["vocab"])
    runs = [json.loads((folder / "run.json").read_text("utf-8")) for folder in folders]
    run = {**runs[0], "averaged": len(runs), "wall_seconds": sum(run["wall_seconds"] for run in runs)}
    (work / "run.json").write_text(json.dumps(run, indent=1) + "\n", "utf-8")


def mean(weights: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of each; what is no fraction is the same in all."""
    return {
        name: torch.stack([one[name] for one in weights]).mean(0) if first.is_floating_point() else first
        for name, first in weights[0].items()
    }


if __name__ == "__main__":
    typer.run(average)
