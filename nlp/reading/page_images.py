"""Pictures of pages for people to look at: how large, and in which format. Drawing pages is left to `pictures`."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from nlp.reading.pictures import shrunk

#: Clean pages are mostly paper: at least this share of their pixels is of one brightness in sixteen. Few colours show
#: them well, and a PNG with these takes 60 % of the bytes of WebP and half its time; for photographs WebP is smaller.
_PAPER = 0.8
_COLOURS = 32
#: Each so many pixels across and down are enough to judge by and to choose the colours.
_STEP = 4


@dataclass(frozen=True, slots=True)
class PageImages:
    """A page and its thumbnail, both of one media type; width and height in pixels are those of the page."""

    image: bytes
    thumbnail: bytes
    media_type: str
    width: int
    height: int


def page_images(picture: Image.Image, image_px: int, thumbnail_px: int) -> PageImages:
    """The page (mode L or RGB) with no side longer than `image_px` pixels, and its thumbnail likewise."""
    page = shrunk(picture, image_px).convert("RGB")
    sample = page.resize((max(1, page.width // _STEP), max(1, page.height // _STEP)), Image.Resampling.NEAREST)
    both = [page, shrunk(page, thumbnail_px)]
    if _is_clean(sample):
        palette = sample.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE)
        few = [one.quantize(palette=palette, dither=Image.Dither.NONE) for one in both]
        media_type, (image, thumbnail) = "image/png", [_encoded(one, "PNG", compress_level=3) for one in few]
    else:
        media_type, (image, thumbnail) = "image/webp", [_encoded(one, "WEBP", quality=75, method=0) for one in both]
    return PageImages(image, thumbnail, media_type, *page.size)


def _is_clean(page: Image.Image) -> bool:
    counts = page.convert("L").histogram()
    return max(sum(counts[level : level + 16]) for level in range(0, 256, 16)) >= _PAPER * page.width * page.height


def _encoded(image: Image.Image, format: str, **options: int) -> bytes:
    content = io.BytesIO()
    image.save(content, format, **options)
    return content.getvalue()
