"""Pages as pictures: PDF pages drawn, image files decoded, neither too large. What people get to see of them is
left to `page_images`, reading to `scans`.
"""

from __future__ import annotations

import atexit
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from PIL import Image, ImageOps
from pypdfium2 import raw as pdfium_c

from errors import SheafError
from nlp.facts import Box
from nlp.reading.image_files import open_image

POINTS_PER_INCH = 72
#: Lines of upright writing make the rows of a picture differ more than its columns. The lowest ratio of the 103 upright
#: pages of the tune parts is .54. Of the few sideways pages at hand three have .35 to .46 and are seen; two with .94
#: are not, and are left to the confidence of their first reading.
_SIDEWAYS = 0.5
#: Pixels of the longer side of a copy that shows how the writing lies: letters are a few of them high.
GLANCE = 1000
_WHOLE = Box(0.0, 0.0, 1.0, 1.0)


#: pdfium keeps the data of all pictures that it has drawn, 5 MB a scanned page: opened anew after so many pages, a
#: bundle of 600 takes no more memory than one of 20.
_PAGES_AT_A_TIME = 20


class _Opened:
    """The PDF that this process opened last: a document of 600 pages is opened 30 times, not 600."""

    key: tuple[str, int, int, int] | None = None
    document: pdfium.PdfDocument | None = None
    given = 0

    @classmethod
    def get(cls, path: Path) -> pdfium.PdfDocument:
        """The document, for one page of it: those of before are closed."""
        state = path.stat()
        key = (str(path), state.st_ino, state.st_size, state.st_mtime_ns)
        if cls.document is None or key != cls.key or cls.given == _PAGES_AT_A_TIME:
            cls.close()
            cls.document, cls.key, cls.given = pdfium.PdfDocument(path), key, 0
        cls.given += 1
        return cls.document

    @classmethod
    def close(cls) -> None:
        if cls.document is not None:
            cls.document.close()
        cls.document = cls.key = None


atexit.register(_Opened.close)


@contextmanager
def pdf_page(path: Path, number: int) -> Iterator[pdfium.PdfPage]:
    """Page `number` (from 1) of a PDF, what is filled into its forms included. Raises SheafError page_damaged."""
    try:
        document = _Opened.get(path)
        page = document[number - 1]
    except (pdfium.PdfiumError, IndexError) as error:
        raise SheafError("page_damaged", detail="it cannot be loaded") from error
    try:
        if _has_annotations(page):
            # Filled-in values and comments live beside the page's content, where neither the text API nor the renderer
            # looks. Flattening draws them onto the page; a page must be loaded anew to show it, as long again.
            flattened = pdfium_c.FPDFPage_Flatten(page.raw, pdfium_c.FLAT_NORMALDISPLAY)
            if flattened == pdfium_c.FLATTEN_SUCCESS:
                page.close()
                page = document[number - 1]
        yield page
    finally:
        page.close()


def _has_annotations(page: pdfium.PdfPage) -> bool:
    """Whether there are any but links, which show nothing."""
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page.raw)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page.raw, index)
        kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
        pdfium_c.FPDFPage_CloseAnnot(annotation)
        if kind != pdfium_c.FPDF_ANNOT_LINK:
            return True
    return False


def render(
    page: pdfium.PdfPage, dpi: float, megapixels: float, least_px: int = 0, part: Box = _WHOLE, grey: bool = False
) -> tuple[Image.Image, float]:
    """`part` of the page as displayed, in mode L if `grey`, else RGB; and the resolution used: `dpi`, or more so that
    the page's longer side has `least_px` pixels, or less where that of the page would exceed `megapixels`.

    Raises SheafError page_damaged.
    """
    width, height = (side / POINTS_PER_INCH for side in page.get_size())
    if width <= 0 or height <= 0:
        raise SheafError("page_damaged", detail="it has no size")
    dpi = max(dpi, least_px / max(width, height))
    dpi = min(dpi, math.sqrt(megapixels * 1e6 / (width * height)))
    edges = part.left * width, (1 - part.bottom) * height, (1 - part.right) * width, part.top * height
    crop = tuple(max(0.0, edge * POINTS_PER_INCH) for edge in edges)
    try:
        bitmap = page.render(
            scale=dpi / POINTS_PER_INCH, crop=crop, may_draw_forms=False, prefer_bgrx=True, grayscale=grey
        )
    except pdfium.PdfiumError as error:
        raise SheafError("page_damaged", detail="it cannot be drawn") from error
    try:
        drawn = bitmap.to_pil()
        return drawn.copy() if grey else drawn.convert("RGB"), dpi
    finally:
        bitmap.close()


def load_image(path: Path, media_type: str, number: int, megapixels: float) -> tuple[Image.Image, tuple[int, int]]:
    """Page `number` of an image file: upright by its EXIF mark, on white, in mode L or RGB, at most `megapixels`.

    Also its size in the file, upright. Raises SheafError page_damaged or damaged_file.
    """
    with open_image(path, media_type) as image:
        try:
            if number > 1:
                image.seek(number - 1)
            image.load()
            ImageOps.exif_transpose(image, in_place=True)
            upright = _plain(image)
        except (OSError, SyntaxError, ValueError, EOFError, LookupError) as error:
            raise SheafError("page_damaged", detail="its pixels cannot be decoded") from error
    size = upright.size
    factor = min(1.0, math.sqrt(megapixels * 1e6 / (size[0] * size[1])))  # of no limit, which is infinite, too
    return _resized(upright, *(math.floor(side * factor + 1e-6) for side in size)), size


def shrunk(image: Image.Image, longest: int) -> Image.Image:
    """The picture with no side longer than `longest` pixels; itself if it is none. A page drawn at another resolution
    comes out as large."""
    return _resized(image, *(round(side * longest / max(image.size)) for side in image.size))


def _resized(image: Image.Image, width: int, height: int) -> Image.Image:
    if width >= image.width and height >= image.height:
        return image
    return image.resize((max(1, width), max(1, height)), Image.Resampling.BOX, reducing_gap=1.0)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type]
        scale = 255 / (high - low or 1)
        return image.convert("F").point(lambda value: value * scale - low * scale).convert("L")
    if image.has_transparency_data:
        on_white = Image.new("RGBA", image.size, "white")
        on_white.alpha_composite(image.convert("RGBA"))
        return on_white.convert("RGB")
    return image if image.mode in ("L", "RGB") else image.convert("L" if image.mode == "1" else "RGB")


def seems_sideways(grey: Image.Image) -> bool:
    """Whether the writing may run up or down. A hint that costs a few milliseconds; no proof."""
    if min(grey.size) < 2:
        return False
    pixels = np.asarray(shrunk(grey, GLANCE), dtype=np.float32)
    rows, columns = (float(np.abs(np.diff(pixels.mean(axis=axis))).mean()) for axis in (1, 0))
    return rows < _SIDEWAYS * columns
