"""Searchable copies of documents: the pages as they are, with the words that OCR read on them as invisible text.

Reading is done before, by `pages`; where a word stands on a PDF page is left to `invisible_text`. Runs in a sandbox
child.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pikepdf import PasswordError, Pdf, PdfError, StreamDecodeLevel

from errors import SheafError
from nlp.facts import Page, Word
from nlp.reading import pictures, text_layer
from nlp.reading.invisible_text import InvisibleText
from nlp.reading.media_types import Way, way_of
from nlp.reading.muted_text import MutedText
from nlp.reading.picture_pdf import as_pdf


def write(
    original: Path, working: Path | None, media_type: str, count: int, pages: Iterable[Page], target: Path
) -> None:
    """Write the searchable copy of a document of `count` pages to `target`.

    `working` is the copy that was read where the original cannot be; of `pages` those count that `has_ocr`. What a page
    says by a text layer of its own stays, but where OCR read all of the page, that is not found any more. The data of
    pictures is not touched. Raises SheafError protected, damaged_file, page_damaged or not_possible_now.
    """
    with _opened(original, working, media_type, count) as document:
        if len(document.pages) != count:
            raise SheafError("damaged_file", detail="its pages can be counted in more than one way")
        text, muted = InvisibleText(document), MutedText(document)
        for page in filter(has_ocr, pages):
            shown = document.pages[page.number - 1]
            if page.source == text_layer.SOURCE:
                text.add(shown, _beyond_text_layer(page, working or original))
            else:
                muted.mute(shown)
                text.add(shown, page.words, direction=-int(page.options.get("turned", 0)) // 90 % 4)
        text.finish()
        document.save(target, compress_streams=False, stream_decode_level=StreamDecodeLevel.none, deterministic_id=True)


def has_ocr(page: Page) -> bool:
    """Whether OCR read words on the page: on all of it, or in pictures on a page with a text layer."""
    return bool(page.words) and (page.source != text_layer.SOURCE or "pictures" in page.options)


def _beyond_text_layer(page: Page, path: Path) -> list[Word]:
    """The words of the page that its text layer has not: those that OCR read in its pictures."""
    with pictures.pdf_page(path, page.number) as pdf_page:
        own = {_known_by(word) for word in text_layer.extract(pdf_page, page.number).page.words}
    return [word for word in page.words if _known_by(word) not in own]


def _known_by(word: Word) -> tuple[str, ...]:
    return word.text, *(f"{side:.3f}" for side in word.box.as_list())


def _opened(original: Path, working: Path | None, media_type: str, count: int) -> Pdf:
    """The document as a PDF. What its author protected is never given out without that protection."""
    way = way_of(media_type)
    if way is Way.PICTURE:
        return as_pdf(original, media_type, count)
    if way is Way.PDF:
        try:
            document = Pdf.open(original)
        except PasswordError as error:
            raise SheafError("protected") from error
        except PdfError as error:
            if working is None:
                raise SheafError("damaged_file", detail="the PDF has no readable structure") from error
        else:
            if document.is_encrypted:
                raise SheafError("protected")
            if working is None:
                return document
    if working is None:
        raise SheafError("not_possible_now", detail="the document has no pages of its own")
    return Pdf.open(working)
