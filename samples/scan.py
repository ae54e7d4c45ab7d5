"""Turns drawn pages into what a scanner, a phone or a fax makes of them. Drawing is left to sheet.py.

Everything random comes from the generator passed in, so a seed gives the same file again.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Rng = np.random.Generator


def render(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Each page of the PDF as a grey image."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]
    finally:
        document.close()


def paper(image: Image.Image, rng: Rng, white: float = 246, ink: float = 38, grain: float = 4.0) -> Image.Image:
    """Off-white paper with slow shading and grain; ink is no longer black."""
    height, width = image.height, image.width
    tone = ink + np.asarray(image, dtype=np.float32) / 255 * (white - ink)
    slow = Image.fromarray(rng.normal(0, 3, (5, 4)).astype(np.float32)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    return _image(tone + np.asarray(slow) + rng.normal(0, grain, (height, width)))


def fade(image: Image.Image, rng: Rng, strength: float = 0.5) -> Image.Image:
    """Thermal print that pales in horizontal bands, `strength` 0..1 at the palest."""
    bands = Image.fromarray(rng.uniform(0, strength, (14, 1)).astype(np.float32))
    pale = np.asarray(bands.resize((1, image.height), Image.Resampling.BICUBIC)).clip(0, 1)
    tone = np.asarray(image, dtype=np.float32)
    return _image(tone + (255 - tone) * pale)


def skew(image: Image.Image, degrees: float, paper_tone: int = 246) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, expand=False, fillcolor=paper_tone)


def soften(image: Image.Image, radius: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(radius))


def speckle(image: Image.Image, rng: Rng, share: float = 0.0004) -> Image.Image:
    """Dust: single dark and light dots on that share of the pixels."""
    tone = np.asarray(image).copy()
    for value in (30, 255):
        where = rng.random(tone.shape) < share
        tone[where] = value
    return Image.fromarray(tone)


def photo(image: Image.Image, rng: Rng, margin: float = 0.09) -> Image.Image:
    """The sheet lying on a dark table, seen a little from the side, lit from one corner."""
    width, height = image.width, image.height
    edge = int(width * margin)
    canvas = (width + 2 * edge, height + 2 * edge)
    corner = rng.uniform(0.2, 0.9, 8) * edge
    target = [
        (corner[0], corner[1]),
        (canvas[0] - corner[2], corner[3]),
        (canvas[0] - corner[4], canvas[1] - corner[5]),
        (corner[6], canvas[1] - corner[7]),
    ]
    source = [(0, 0), (width, 0), (width, height), (0, height)]
    sheet = image.transform(canvas, Image.Transform.PERSPECTIVE, _perspective(target, source), Image.Resampling.BICUBIC)
    inside = Image.new("L", image.size, 255).transform(
        canvas, Image.Transform.PERSPECTIVE, _perspective(target, source)
    )
    grain = rng.normal(0, 6, (canvas[1] // 3 + 1, canvas[0])).repeat(3, axis=0)[: canvas[1]]
    table = np.full((canvas[1], canvas[0]), 84.0) + grain
    mask = np.asarray(inside.filter(ImageFilter.GaussianBlur(1.2)), dtype=np.float32) / 255
    shadow = np.asarray(inside.filter(ImageFilter.GaussianBlur(edge / 5)), dtype=np.float32) / 255
    light = np.linspace(1.0, 0.83, canvas[0])[None, :] * np.linspace(1.0, 0.93, canvas[1])[:, None]
    mixed = np.asarray(sheet, dtype=np.float32) * mask + table * (1 - 0.45 * shadow) * (1 - mask)
    return _image(mixed * light + rng.normal(0, 3, mixed.shape))


def fax(image: Image.Image, rng: Rng) -> Image.Image:
    """Black or white only, with ragged edges, a few lost scan lines and specks."""
    tone = np.asarray(soften(image, 0.7), dtype=np.float32) + rng.normal(0, 14, (image.height, image.width))
    black = tone < 138
    for line in rng.integers(0, image.height, 5):
        black[line, : rng.integers(200, image.width)] = False
    black |= rng.random(black.shape) < 0.00012
    return Image.fromarray(~black).convert("1")


def as_jpeg(image: Image.Image, dpi: int, quality: int = 62) -> bytes:
    return _saved(image, "JPEG", quality=quality, dpi=(dpi, dpi), optimize=True)


def as_png(image: Image.Image, dpi: int, greys: int = 16) -> bytes:
    """A PNG with few greys, as office scanners write them."""
    step = 255 / (greys - 1)
    levels = image.point([round(round(tone / step) * step) for tone in range(256)])
    return _saved(levels, "PNG", dpi=(dpi, dpi), optimize=True)


def as_tiff(images: list[Image.Image], dpi: int) -> bytes:
    return _saved(images[0], "TIFF", save_all=True, append_images=images[1:], compression="group4", dpi=(dpi, dpi))


def as_pdf(images: list[Image.Image], dpi: int, quality: int = 55) -> bytes:
    """A PDF of pictures without a text layer, as a scanner writes it."""
    out = BytesIO()
    canvas = Canvas(out, invariant=1)
    for image in images:
        size = (image.width / dpi * 72, image.height / dpi * 72)
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(BytesIO(as_jpeg(image, dpi, quality))), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def _image(tone: Any) -> Image.Image:
    return Image.fromarray(np.clip(tone, 0, 255).astype(np.uint8))


def _perspective(target: Sequence[tuple[float, float]], source: Sequence[tuple[float, float]]) -> list[float]:
    """Coefficients for Image.transform that bring the corners `source` of a picture to `target`."""
    rows, right = [], []
    for (x, y), (u, v) in zip(target, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(c) for c in np.linalg.solve(np.array(rows), np.array(right))]
