"""PP-OCRv6 as an OCR engine, through rapidocr on ONNX Runtime: the better and dearer reader. The interface is `ocr`'s.

The models are inside rapidocr's wheel. Against its defaults: one thread (parallelism is by processes), no classifier of
upside-down lines (pages are turned upright before), one line at a time at its own width. On receipts of
the tune part that takes 1.3 core-seconds a page where the defaults take 3.7, for the same word F1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from math import exp, log, prod
from operator import attrgetter
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nlp.reading.faint_blanks import FaintBlanks
from nlp.reading.layout import Block, Sides, Token, arrange

_TUNED = {
    "Global.log_level": "error",
    "Global.use_cls": False,
    "Det.limit_type": "max",
    "Rec.rec_batch_num": 1,
    "Rec.rec_img_shape": [3, 48, 32],
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
}
#: Lines of a page, or of a part of one, are looked for at this resolution, and of anything else with so many pixels on
#: the longer side; beside them the room left around a line. Whole pages have small letters: with 1280 pixels and the
#: first room instead of the second pair word F1 on the tune parts was .996 for .989 on clean pages, .937 for .934 on
#: forms, .981 for .983 on 6 pages. Receipts want the second: .951 for .949.
_PAGE_DPI, _PAGE_ROOM = 113, 1.6
_ANY_SIDE, _ANY_ROOM = 960, 1.8
#: Pages above A3 have no more pixels than these on the longer side: with 3,200 the detector takes 1.6 GB, and as much
#: again when a page is tried upside down.
_MOST_SIDE = 1920
#: Lines that the recogniser itself doubts more than this are rather pictures than writing.
_LEAST_SCORE = 0.5
#: With more letters than one in two columns the recogniser cannot tell double letters from single ones: "will" becomes
#: "wil". Such lines are read again, wider. On 8 clean pages of the tune part .979 became .995, with 29 % of the lines
#: read again; receipts, forms and pages have few such lines and stay as they are. Lines that others found have more
#: room around them and seem denser: .6 gives the same F1 there for a sixth less time.
_DENSE, _DENSE_STRETCH, _WIDER = 0.5, 0.6, 1.3
#: Of the logistic curve from the product of the letters' probabilities to the share of words that were right.
_SLOPE, _OFFSET = 0.575, 0.57
#: A line this much higher than wide runs downwards.
_UPRIGHT = 1.5
#: Tesseract's names of the languages whose letters the model knows: Latin and Greek script, Chinese, Japanese.
_LANGUAGES = "afr cat ces chi_sim chi_tra cym dan deu ell eng est eus fin fra gle glg hrv hun ind isl ita jpn"
_LANGUAGES += " lat lav lit msa nld nor pol por ron slk slv spa sqi swe tur"


class Rapid:
    """See `ocr.Engine` and `ocr.LineReader`."""

    title = "PP-OCR"

    def version(self) -> str:
        return f"{version('rapidocr')} (PP-OCRv6 small)"

    def languages(self) -> frozenset[str]:
        return frozenset(_LANGUAGES.split())

    def recognise(self, image: Image.Image, languages: Sequence[str], dpi: int | None) -> list[Block]:
        engine, pixels = _engine(), _pixels(image)
        detector = engine.text_det
        side = _ANY_SIDE if dpi is None else round(max(image.size) * min(1.0, _PAGE_DPI / dpi))
        detector.limit_side_len = min(side, _MOST_SIDE)
        detector.postprocess_op.unclip_ratio = _ANY_ROOM if dpi is None else _PAGE_ROOM
        found = detector(pixels)
        if found.boxes is None:
            return []
        lines = _read(engine, engine.crop_text_regions(pixels, found.boxes), _DENSE)
        return arrange(
            token
            for quad, line in zip(found.boxes, lines, strict=True)
            for token in _words(quad, line, _runs_down(quad))
        )

    def read_lines(self, image: Image.Image, lines: Sequence[Sides]) -> list[list[Token]]:
        pixels = _pixels(image)
        crops = [pixels[top:bottom, left:right] for left, top, right, bottom in lines]
        corners = [((left, top), (right, top), (right, bottom), (left, bottom)) for left, top, right, bottom in lines]
        quads = np.array(corners, dtype=np.float32)
        read = _read(_engine(), crops, _DENSE_STRETCH)
        return [list(_words(quad, line, False)) for quad, line in zip(quads, read, strict=True)]


@dataclass(frozen=True, slots=True)
class _Line:
    """What the recogniser saw: `layout` says in which of the `line_txt_len` columns of the line each letter was."""

    text: str
    score: float
    layout: Any

    def density(self) -> float:
        """Letters a column."""
        columns: float = self.layout.line_txt_len
        return sum(not letter.isspace() for letter in self.text) / max(1.0, columns)


def _pixels(grey: Image.Image) -> NDArray[np.uint8]:
    return np.repeat(np.asarray(grey)[:, :, None], 3, axis=2)


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(params=_TUNED)
    engine._load_det_model()
    engine._load_rec_model()
    recogniser = engine.text_rec
    recogniser.postprocess_op = FaintBlanks(recogniser.postprocess_op)
    return engine


def _read(engine: Any, crops: Sequence[NDArray[Any]], most_dense: float) -> list[_Line]:
    lines = _recognised(engine, crops)
    dense = [index for index, line in enumerate(lines) if line.density() > most_dense]
    widened = [cv2.resize(crops[index], None, fx=_WIDER, fy=1.0, interpolation=cv2.INTER_CUBIC) for index in dense]
    for index, line in zip(dense, _recognised(engine, widened), strict=True):
        lines[index] = max(lines[index], line, key=attrgetter("score"))
    return lines


def _recognised(engine: Any, crops: Sequence[NDArray[Any]]) -> list[_Line]:
    from rapidocr.ch_ppocr_rec.typings import TextRecInput

    if not crops:
        return []
    read = engine.text_rec(TextRecInput(img=list(crops), return_word_box=True))
    return [_Line(*line) for line in zip(read.txts, read.scores, read.word_results, strict=True)]


def _runs_down(quad: NDArray[np.float32]) -> bool:
    """Whether the line was laid flat before it was read, as rapidocr does with those much higher than wide."""
    top_left, top_right, _, bottom_left = quad
    return bool(np.linalg.norm(top_left - bottom_left) >= _UPRIGHT * np.linalg.norm(top_left - top_right))


def _words(quad: NDArray[np.float32], line: _Line, downwards: bool) -> Iterator[Token]:
    """The words of a line; `quad`, shape (4, 2), are its corners from the top left clockwise."""
    if line.score < _LEAST_SCORE or not line.text.strip():
        return
    top_left, top_right, bottom_right, bottom_left = quad
    # From the beginning of the line to its end, on both of its sides.
    sides = (
        ((top_left, bottom_left), (top_right, bottom_right))
        if downwards
        else ((top_left, top_right), (bottom_left, bottom_right))
    )
    layout = line.layout
    sureness = iter([sure for sure, letter in zip(layout.confs, line.text, strict=True) if not letter.isspace()])
    for letters, columns in zip(layout.words, layout.word_cols, strict=True):
        first = max(0.0, (columns[0] - 0.5) / layout.line_txt_len)
        last = min(1.0, (columns[-1] + 1.5) / layout.line_txt_len)
        corners = np.array([start + (end - start) * at for start, end in sides for at in (first, last)])
        (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        confidence = _confidence([next(sureness) for _ in letters])
        yield Token("".join(letters), left, top, right, bottom, confidence, direction=int(downwards))


def _confidence(sureness: Sequence[float]) -> float:
    """How sure the word is, of how sure each letter is: the chance that all are right, less what the model overrates.

    Fitted on receipts of the tune part. Calibration error there .016, on forms of the tune part .011; of the mean over
    the letters .043 and .057.
    """
    right = min(1 - 1e-4, max(1e-4, prod(sureness)))
    return 1 / (1 + exp(-(_SLOPE * log(right / (1 - right)) + _OFFSET)))
