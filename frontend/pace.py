"""How fast pages are being read, and so how long what is left will take. Saying it is left to wording.py."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from frontend.shapes import Document

#: Seconds over which the pace is measured, and the least before it is believed.
WINDOW, LEAST = 45.0, 3.0


class Pace:
    """Pages a second, from what was seen of one set of documents."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def see(self, documents: Sequence[Document], now: float) -> None:
        pages = sum(map(_done, documents))
        if self._seen and pages < self._seen[-1][1]:  # other documents, or read from the start again
            self._seen.clear()
        self._seen.append((now, pages))
        while now - self._seen[0][0] > WINDOW:
            self._seen.popleft()

    def left(self, documents: Sequence[Document]) -> dict[str, float]:
        """Seconds until each unfinished document is read, the first come first; empty until that is known."""
        (since, before), (until, after) = self._seen[0], self._seen[-1]
        if until - since < LEAST or after == before:
            return {}
        rate, ahead, left = (after - before) / (until - since), 0, {}
        for document in sorted(documents, key=lambda document: document.created_at):
            if document.active and (pages := (document.progress.pages or 1) - _done(document)):
                ahead += pages
                left[document.id] = ahead / rate
        return left


def _done(document: Document) -> int:
    return document.progress.read + document.progress.problems
