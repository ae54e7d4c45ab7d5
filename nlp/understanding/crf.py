"""A linear-chain conditional random field (Lafferty et al. 2001) over tags of spans: loss, best tags, and how sure each
span is. What the tags are judged by is left to the network before it.

A span of a label is tagged begin, inside, end, or single if it is one word; O is no span. Rows of tags that no spans
have (an end without a begin) are ruled out, in training as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

OUTSIDE = "O"
#: What makes a step impossible: small enough, and finite, so that sums of it stay numbers.
_NEVER = -1e4


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """Words start..end (end exclusive) of a row, and the probability that exactly these carry the label."""

    start: int
    end: int
    label: str
    probability: float


def tags_of(labels: Sequence[str]) -> list[str]:
    return [OUTSIDE, *(f"{part}-{label}" for label in labels for part in "BIES")]


class Crf(nn.Module):
    """Scores of steps between tags. Emissions have shape (rows, words, tags), masks (rows, words), true for words;
    a row has a word at least, and its words come first."""

    _bar_steps: Tensor
    _bar_first: Tensor
    _bar_last: Tensor

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__()
        self.tags = tags_of(labels)
        count = len(self.tags)
        self.steps = nn.Parameter(torch.zeros(count, count))
        self.first = nn.Parameter(torch.zeros(count))
        self.last = nn.Parameter(torch.zeros(count))
        opens = torch.tensor([tag[0] in "BI" for tag in self.tags])
        goes_on = torch.tensor([tag[0] in "IE" for tag in self.tags])
        label = torch.tensor([labels.index(tag[2:]) if tag[2:] else -1 for tag in self.tags])
        fits = (opens[:, None] & goes_on & (label[:, None] == label)) | (~opens[:, None] & ~goes_on)
        for name, possible in (("steps", fits), ("first", ~goes_on), ("last", ~opens)):
            self.register_buffer(f"_bar_{name}", torch.where(possible, 0.0, _NEVER), persistent=False)

    def loss(self, emissions: Tensor, mask: Tensor, allowed: Tensor) -> Tensor:
        """Negative log-likelihood of each row, (rows,). `allowed` marks, as emissions do, the tags that may be right:
        one of a word, or several where nobody knows."""
        emissions = emissions.float()
        free = self._whole(self._forward(emissions, mask))
        held = self._whole(self._forward(emissions.masked_fill(~allowed, _NEVER), mask))
        return free - held

    @torch.no_grad()
    def spans(self, emissions: Tensor, mask: Tensor) -> list[list[TaggedSpan]]:
        """The spans of the best tags of each row, in order."""
        emissions = emissions.float()
        before, after = self._forward(emissions, mask), self._backward(emissions, mask)
        whole = self._whole(before)
        paths = self._best(emissions, mask)
        step = self.steps + self._bar_steps
        # Of the best path: what leads to each word, the word itself with the step to it, and what follows it.
        at = paths[:, :, None]
        led = before.gather(2, at)[:, :, 0]
        own = emissions.gather(2, at)[:, :, 0]
        own[:, 1:] += step[paths[:, :-1], paths[:, 1:]]
        follows = after.gather(2, at)[:, :, 0]
        summed = own.cumsum(1)
        found = []
        for row, (path, words) in enumerate(zip(paths.tolist(), mask.sum(1).tolist(), strict=True)):
            spans, start = [], 0
            for word, tag in enumerate(self.tags[tag] for tag in path[:words]):
                start = word if tag[0] in "BS" else start
                if tag[0] in "ES":
                    inside = led[row, start] + summed[row, word] - summed[row, start] + follows[row, word] - whole[row]
                    spans.append(TaggedSpan(start, word + 1, tag[2:], min(1.0, float(inside.exp()))))
            found.append(spans)
        return found

    def _forward(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Log-sums over all ways to each tag of each word, its own emission included."""
        step = self.steps + self._bar_steps
        score = self.first + self._bar_first + emissions[:, 0]
        scores = [score]
        for word in range(1, emissions.shape[1]):
            onward = torch.logsumexp(score[:, :, None] + step, 1) + emissions[:, word]
            score = torch.where(mask[:, word, None], onward, score)  # past its end a row keeps what it had
            scores.append(score)
        return torch.stack(scores, 1)

    def _backward(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """Log-sums over all ways from each tag of each word to the end, its own emission left out."""
        step = self.steps + self._bar_steps
        score = (self.last + self._bar_last).expand(len(emissions), -1)
        scores = [score]
        for word in range(emissions.shape[1] - 1, 0, -1):
            back = torch.logsumexp(step + (emissions[:, word] + score)[:, None], 2)
            score = torch.where(mask[:, word, None], back, score)
            scores.append(score)
        return torch.stack(scores[::-1], 1)

    def _whole(self, forward: Tensor) -> Tensor:
        return torch.logsumexp(forward[:, -1] + self.last + self._bar_last, -1)

    def _best(self, emissions: Tensor, mask: Tensor) -> Tensor:
        """The likeliest tags (Viterbi), (rows, words)."""
        step = self.steps + self._bar_steps
        score = self.first + self._bar_first + emissions[:, 0]
        stay = torch.arange(len(self.tags)).expand(len(emissions), -1)
        back = []
        for word in range(1, emissions.shape[1]):
            best, came = (score[:, :, None] + step).max(1)
            score = torch.where(mask[:, word, None], best + emissions[:, word], score)
            back.append(torch.where(mask[:, word, None], came, stay))
        tag = (score + self.last + self._bar_last).argmax(-1)
        path = [tag]
        for came in reversed(back):
            tag = came.gather(1, tag[:, None])[:, 0]
            path.append(tag)
        return torch.stack(path[::-1], 1)
