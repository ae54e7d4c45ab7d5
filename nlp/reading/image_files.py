"""Opens picture files: are they sound, and not too large? Making pages of them is left to `pictures`."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pillow_heif
from PIL import Image, UnidentifiedImageError

from errors import SheafError
from nlp.reading.media_types import MEDIA_TYPES

pillow_heif.register_heif_opener(thumbnails=False)

#: Those that may move. Only their first frame is read, which a reader of papers wants to know.
_MAY_MOVE = {"image/png", "image/webp"}
_DAMAGE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    EOFError,
    LookupError,
    ArithmeticError,
    RuntimeError,
    struct.error,
)


def inspect(path: Path, media_type: str, max_pages: int, max_megapixels: float) -> tuple[int, tuple[str, ...]]:
    """How many pages there are, and flags: animated_first_frame. Every page is decoded once.

    Raises SheafError damaged_file, too_many_pages or too_many_pixels.
    """
    with open_image(path, media_type) as image:
        with _damage("the list of pages"):
            frames = getattr(image, "n_frames", 1)
        pages = frames if media_type == "image/tiff" else 1
        if pages > max_pages:
            raise SheafError("too_many_pages", pages=pages, limit=max_pages)
        for frame in range(pages):
            with _damage(f"page {frame + 1} of {pages}"):
                if pages > 1:
                    image.seek(frame)
                check_pixels(image.size, max_megapixels)  # the header alone: nothing is decoded yet
                image.load()
    return pages, ("animated_first_frame",) if frames > 1 and media_type in _MAY_MOVE else ()


def check_pixels(size: tuple[int, int], max_megapixels: float) -> None:
    """Raises SheafError too_many_pixels."""
    megapixels = size[0] * size[1] / 1e6
    if megapixels > max_megapixels:
        raise SheafError("too_many_pixels", megapixels=round(megapixels, 1), limit=max_megapixels)


@contextmanager
def open_image(path: Path, media_type: str) -> Iterator[Image.Image]:
    """The image, header read and pixels not yet. Pillow's own limit is lifted: ours is checked by `check_pixels`.

    Raises SheafError damaged_file.
    """
    # Pillow maps a file that it is given by its path into memory, and then garbles uncompressed TIFFs that are to be
    # turned; one that is already open it reads.
    Image.MAX_IMAGE_PIXELS = None
    with warnings.catch_warnings(), path.open("rb") as file:
        # Pillow warns of odd metadata; what matters is whether the pixels can be decoded.
        warnings.simplefilter("ignore")
        with _damage("the header"):
            image = Image.open(file, formats=[MEDIA_TYPES[media_type].pillow])
        with image:
            yield image


@contextmanager
def _damage(where: str) -> Iterator[None]:
    """Pillow's many ways to say that a file is damaged, as one."""
    try:
        yield
    except _DAMAGE as error:
        raise SheafError("damaged_file", detail=f"{where} cannot be decoded") from error
