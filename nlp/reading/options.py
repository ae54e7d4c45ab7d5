"""How a document is to be read, as passed in from the settings and the order. What it means is left to the readers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """How to read: OCR `languages`, `dpi` and `megapixels` at which PDF pages are drawn for OCR, longest sides of the
    `thumbnail` and the page `image` in pixels.

    `engine`: None for what suits the page; one of `ocr.ENGINES`, also where the file has the text; or
    `text_layer.SOURCE` for the text in the file and nothing else, also where it would be rejected.
    """

    languages: tuple[str, ...] = ("eng",)
    dpi: int = 300
    megapixels: float = 40.0
    engine: str | None = None
    thumbnail_px: int = 240
    image_px: int = 1600
