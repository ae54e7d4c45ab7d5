"""What every step may know: the stores, the guarded children, and how to send more work.

Made once by the host, passed in everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from errors import SheafError, unexpected
from nlp.reading.intake import IntakeLimits
from nlp.reading.members import UnpackLimits
from nlp.reading.options import ReadingOptions
from nlp.sandbox import ChildLost, Limits, Sandbox, SandboxClosed
from nlp.searching import embeddings
from nlp.understanding import entities
from settings import Settings
from storage.stores import Stores
from workers.claims import Claims

T = TypeVar("T")

#: Seconds for loading a model and answering once; a cold disk may be slow.
MODEL_SECONDS = 180.0


@dataclass(frozen=True)
class Children:
    """The guarded children, by what they do.

    The door and queries have their own, so that nobody waits behind reading.
    """

    door: Sandbox
    readers: Sandbox
    models: Sandbox
    queries: Sandbox

    def close(self) -> None:
        for sandbox in (self.door, self.readers, self.models, self.queries):
            sandbox.close()


@dataclass(frozen=True)
class Work:
    """The context of all steps."""

    settings: Settings
    stores: Stores
    children: Children
    claims: Claims
    #: Hands steps to the queue, by their ids; sending twice does no harm.
    send: Callable[[Sequence[str]], None]

    def intake_limits(self) -> IntakeLimits:
        return intake_limits(self.settings)

    def reading_options(self, languages: Sequence[str], engine: str | None = None) -> ReadingOptions:
        return ReadingOptions(
            languages=tuple(languages) or self.settings.languages(),
            dpi=self.settings.sheaf_render_dpi,
            megapixels=self.settings.sheaf_render_megapixels,
            engine=engine,
        )


def intake_limits(settings: Settings) -> IntakeLimits:
    unpack = UnpackLimits(settings.sheaf_max_members, settings.sheaf_max_file_mb, settings.sheaf_max_unpacked_mb)
    return IntakeLimits(settings.sheaf_max_pages, settings.sheaf_max_megapixels, unpack)


def open_children(settings: Settings, works: bool = True, answers: bool = True) -> Children:
    """Start the children; models are loaded in theirs while the rest goes on.

    What a process does not do (`works`: steps, `answers`: queries) loads no model before it is asked all the same.
    """
    limits = Limits(memory_mb=settings.sheaf_child_memory_mb)
    prompt = Limits(memory_mb=settings.sheaf_child_memory_mb, nice=5)
    load = partial(load_models, settings.entity_model(), settings.embedding_model())
    load_for_queries = partial(load_query_model, settings.embedding_model())
    return Children(
        door=Sandbox(1, prompt),
        readers=Sandbox(settings.sheaf_readers, limits),
        models=Sandbox(1, limits, warm=load if works else None),
        queries=Sandbox(1, prompt, warm=load_for_queries if answers else None),
    )


def load_models(entity_model: Path | None, embedding_model: Path | None) -> None:
    """What the model child keeps in memory; runs in the child."""
    entities.load(entity_model)
    embeddings.load(embedding_model)


def load_query_model(embedding_model: Path | None) -> None:
    """Loaded and used once, so that the first query does not pay for it; runs in the child."""
    embeddings.embed(["warm"], embedding_model)


def attempt(sandbox: Sandbox, function: Callable[..., T], *args: Any, deadline: float) -> T | SheafError:
    """What a child makes of it, or what is wrong with the page; a mistake of ours costs no more than the page either.

    What is the world's fault (no model, no child to be had, closing down) is raised.
    """
    try:
        return sandbox.call(function, *args, deadline=deadline)
    except SheafError as error:
        if error.kind.status >= 500:
            raise
        return error
    except (ChildLost, SandboxClosed):
        raise
    except Exception as error:
        return unexpected(error, function.__qualname__)
