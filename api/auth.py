"""Who asks, and whether they may. Every route calls `authorize`; the embedded world has one user and allows all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Action = Literal["list", "read", "add", "change", "review", "delete", "purge", "operate"]


@dataclass(frozen=True)
class Actor:
    """A person or program at the door, as the audit trail names them."""

    name: str


def authorize(actor: Actor, action: Action, thing: str) -> None:
    """Raise SheafError forbidden unless the actor may do this to the thing ("document 1f…", "batches").

    The embedded installation answers only this machine and allows everything; rights come with authentication.
    """
    del actor, action, thing
