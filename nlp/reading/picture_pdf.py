"""Picture files as PDFs that show them: not recompressed where PDF knows their format, else without loss.

Text is put over them by `searchable`.
"""

from __future__ import annotations

import io
import logging
from pathlib import Path

import img2pdf
from pikepdf import Array, Page, Pdf
from PIL import ExifTags, Image

from nlp.reading.image_files import open_image
from nlp.reading.invisible_text import compressed
from nlp.reading.pictures import POINTS_PER_INCH, load_image

log = logging.getLogger(__name__)

#: A page with a side longer than this, in points, comes of an invented resolution: cameras say 72 dpi.
_LARGEST = 20.0 * POINTS_PER_INCH
#: Then the longer side is that of A4; and no side is shorter than this, which is the least a viewer shows well.
_USUAL, _LEAST = 842.0, 36.0
#: By EXIF orientation, from 1: how the unit square of the stored picture is laid on that of the page.
_LAID = (
    (1, 0, 0, 1, 0, 0), (-1, 0, 0, 1, 1, 0), (-1, 0, 0, -1, 1, 1), (1, 0, 0, -1, 0, 1),
    (0, -1, -1, 0, 1, 1), (0, -1, 1, 0, 0, 1), (0, 1, 1, 0, 0, 0), (0, 1, -1, 0, 1, 0),
)  # fmt: skip


def as_pdf(path: Path, media_type: str, pages: int) -> Pdf:
    """A PDF with the picture's first `pages` pages, each upright. Raises SheafError page_damaged or damaged_file."""
    with open_image(path, media_type) as image:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        known = _is_known_to_pdf(image, media_type, orientation, pages)
    if known:
        try:
            made = _made(path.read_bytes(), all_frames=media_type == "image/tiff")
        except Exception as error:  # img2pdf has no one error for what it cannot embed
            log.info("not embedded as it is: %s", error)
        else:
            document = Pdf.open(io.BytesIO(made))
            if 1 < orientation <= len(_LAID):
                _lay(document, document.pages[0], orientation)
            return document
    document = Pdf.new()
    for number in range(1, pages + 1):
        picture, _ = load_image(path, media_type, number, float("inf"))
        content = io.BytesIO()
        picture.save(content, "PNG", **_resolution(picture))
        with Pdf.open(io.BytesIO(_made(content.getvalue(), all_frames=False))) as page:
            document.pages.extend(page.pages)
    return document


def _is_known_to_pdf(image: Image.Image, media_type: str, orientation: int, pages: int) -> bool:
    """Whether the file's own data can stand in a PDF, or bilevel pages as Group 4 fax, which loses nothing either."""
    if media_type == "image/tiff":
        return orientation == 1 and all(_mode(image, number) == "1" for number in range(pages))
    return media_type == "image/jpeg" or (media_type == "image/png" and not image.has_transparency_data)


def _mode(image: Image.Image, frame: int) -> str:
    image.seek(frame)
    return image.mode


def _made(content: bytes, all_frames: bool) -> bytes:
    made: bytes = img2pdf.convert(
        content, layout_fun=_layout, rotation=img2pdf.Rotation["0"], first_frame_only=not all_frames, nodate=True
    )
    return made


def _resolution(picture: Image.Image) -> dict[str, tuple[float, float]]:
    dpi = picture.info.get("dpi")
    return {"dpi": (float(dpi[0]), float(dpi[1]))} if dpi else {}


def _layout(width_px: int, height_px: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
    """Page and picture size in points; img2pdf takes 96 dpi for pictures that say nothing."""
    width, height = (POINTS_PER_INCH * px / per_inch for px, per_inch in zip((width_px, height_px), dpi, strict=True))
    if max(width, height) > _LARGEST:
        width, height = (side * _USUAL / max(width, height) for side in (width, height))
    width, height = max(width, _LEAST), max(height, _LEAST)
    return width, height, width, height


def _lay(document: Pdf, page: Page, orientation: int) -> None:
    """Show the page's one picture as its EXIF orientation wants it."""
    _, _, width, height = (float(side) for side in page.mediabox)
    if orientation >= 5:  # it lies on its side
        width, height = height, width
    page.mediabox = Array([0, 0, width, height])
    (name,) = page.get_images()
    scaled = [part * (width, height)[index % 2] for index, part in enumerate(_LAID[orientation - 1])]
    content = f"q {' '.join(f'{part:.4f}' for part in scaled)} cm {name} Do Q"
    page.obj.Contents = compressed(document, content.encode("ascii"))
