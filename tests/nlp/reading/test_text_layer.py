"""Text layers: words under their boxes on pages turned and cropped in every way, and layers that lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from nlp.facts import Page
from nlp.places import find_place
from nlp.reading.judgement import Evidence, Judgement, judge
from nlp.reading.pdf_words import decoded
from nlp.reading.text_layer import TextLayer, extract

SIZE = (400, 600)
TEXT = "Invoice 4711\nTotal due 193.00 EUR"


def draw(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 14)
    canvas.drawString(60, 500, "Invoice 4711")
    canvas.drawString(60, 480, "Total due 193.00 EUR")


def write(path: Path, drawing: Callable[[Canvas], object] = draw) -> Path:
    canvas = Canvas(str(path), pagesize=SIZE)
    drawing(canvas)
    canvas.showPage()
    canvas.save()
    return path


@contextmanager
def opened(path: Path, number: int = 1) -> Iterator[pdfium.PdfPage]:
    document = pdfium.PdfDocument(path)
    page = document[number - 1]
    try:
        yield page
    finally:
        page.close()
        document.close()


def layer_of(path: Path, number: int = 1) -> TextLayer:
    with opened(path, number) as page:
        return extract(page, number)


def assert_boxes_spell_the_text(page: Page) -> None:
    for word in page.words:
        assert page.text[word.start : word.end] == word.text
        assert 0 <= word.box.left < word.box.right <= 1
        assert 0 <= word.box.top < word.box.bottom <= 1


def assert_ink_under_boxes(page: Page, pdf_page: pdfium.PdfPage) -> None:
    """There is ink under each word, and next to none elsewhere (for pages of dark text on white)."""
    scale = 3
    bitmap = pdf_page.render(scale=scale)
    ink = np.asarray(bitmap.to_pil().convert("L")) < 128
    bitmap.close()
    height, width = ink.shape
    for word in page.words:
        left, right = int(word.box.left * width), int(np.ceil(word.box.right * width))
        top, bottom = int(word.box.top * height), int(np.ceil(word.box.bottom * height))
        assert ink[top:bottom, left:right].any(), f"no ink under {word.text}"
        margin = 2
        ink[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = False
    assert ink.sum() <= 0.0002 * ink.size, "ink that no word covers"


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, [30, 40, 380, 560], [0, 450, 300, 600]])
@pytest.mark.parametrize("origin", [(0, 0), (100, -50)])
def test_words_lie_where_they_are_seen(
    tmp_path: Path, rotation: int, crop: list[int] | None, origin: tuple[int, int]
) -> None:
    path = tmp_path / "turned.pdf"
    x, y = origin

    def shifted(canvas: Canvas) -> None:
        canvas.translate(x, y)
        draw(canvas)

    with pikepdf.open(write(tmp_path / "a.pdf", shifted)) as document:
        document.pages[0].MediaBox = [x, y, SIZE[0] + x, SIZE[1] + y]
        document.pages[0].Rotate = rotation
        if crop:
            document.pages[0].CropBox = [crop[0] + x, crop[1] + y, crop[2] + x, crop[3] + y]
        document.save(path)
    with opened(path) as pdf_page:
        layer = extract(pdf_page, 1)
        assert layer.page.text == TEXT
        assert (layer.page.width, layer.page.height) == pdf_page.get_size()
        assert_boxes_spell_the_text(layer.page)
        assert_ink_under_boxes(layer.page, pdf_page)
        assert layer.turn == -rotation % 360


def test_words_outside_the_crop_box_are_not_on_the_page(tmp_path: Path) -> None:
    path = tmp_path / "cropped.pdf"
    with pikepdf.open(write(tmp_path / "a.pdf")) as document:
        document.pages[0].CropBox = [0, 492, 400, 600]
        document.save(path)
    assert layer_of(path).page.text == "Invoice 4711"


def test_boxes_find_their_words_again(tmp_path: Path) -> None:
    page = layer_of(write(tmp_path / "a.pdf")).page
    word = next(word for word in page.words if word.text == "193.00")
    span = find_place(page, [word.box])
    assert span is not None
    assert page.text[span.start : span.end] == "193.00"


def test_writing_in_all_directions_is_read_along_itself(tmp_path: Path) -> None:
    def drawing(canvas: Canvas) -> None:
        draw(canvas)
        for angle, words in ((90, "going up"), (180, "upside down"), (270, "going down")):
            canvas.saveState()
            canvas.translate(200, 250)
            canvas.rotate(angle)
            canvas.drawString(20, 0, words)
            canvas.restoreState()

    path = write(tmp_path / "a.pdf", drawing)
    with opened(path) as pdf_page:
        page = extract(pdf_page, 1).page
        assert page.text.startswith(TEXT)
        assert {"going up", "upside down", "going down"} <= set(page.text.split("\n"))
        assert_ink_under_boxes(page, pdf_page)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_two_columns_are_read_one_after_the_other_however_the_page_lies(tmp_path: Path, rotation: int) -> None:
    lines = [f"{number} lines of prose fill it" for number in range(10, 22)]

    def drawing(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for number, line in enumerate(lines):
            canvas.drawString(40 + 180 * (number // 6), 540 - 14 * (number % 6), line)

    with pikepdf.open(write(tmp_path / "a.pdf", drawing), allow_overwriting_input=True) as document:
        document.pages[0].Rotate = rotation
        document.save(tmp_path / "a.pdf")
    assert layer_of(tmp_path / "a.pdf").page.text.replace("\n\n", "\n").split("\n") == lines


def test_a_good_layer_is_trusted(tmp_path: Path) -> None:
    layer = layer_of(write(tmp_path / "a.pdf"))
    assert layer.judgement == Judgement(True, 1.0, "text layer")
    assert layer.page.reason == "text layer"


def test_a_blank_page_needs_no_ocr(tmp_path: Path) -> None:
    path = tmp_path / "blank.pdf"
    document = pikepdf.new()
    document.add_blank_page()
    document.save(path)
    layer = layer_of(path)
    assert layer.judgement == Judgement(True, 1.0, "the page is blank")
    assert layer.page.words == ()


def test_a_drawing_without_text_is_not_trusted(tmp_path: Path) -> None:
    judgement = layer_of(write(tmp_path / "a.pdf", lambda canvas: canvas.circle(200, 300, 50))).judgement
    assert not judgement.trusted
    assert judgement.reason == "no text layer"


def scan(canvas: Canvas, words: str, mode: int, *, under: bool = False) -> None:
    """A picture over the whole page, and words over or under it in a text render mode (3 is invisible)."""
    picture = ImageReader(Image.fromarray(np.random.default_rng(1).integers(0, 255, (60, 40), dtype=np.uint8)))
    if not under:
        canvas.drawImage(picture, 0, 0, *SIZE)
    for number, part in enumerate(words.split("\n")):
        text = canvas.beginText(40, 550 - number * 15)
        text.setTextRenderMode(mode)
        text.textLine(part)
        canvas.drawText(text)
    if under:
        canvas.drawImage(picture, 0, 0, *SIZE)


@pytest.mark.parametrize(("mode", "under"), [(3, False), (0, True)])
def test_the_layer_of_another_ocr_program_is_trusted_and_named(tmp_path: Path, mode: int, under: bool) -> None:
    words = "\n".join(["the quick brown fox jumps over the lazy dog"] * 14)
    layer = layer_of(write(tmp_path / "a.pdf", lambda canvas: scan(canvas, words, mode, under=under)))
    assert layer.judgement.trusted
    assert layer.judgement.quality < 1
    assert "another OCR program" in layer.judgement.reason
    assert layer.page.confidence < 1


@pytest.mark.parametrize(
    ("words", "mode", "said"),
    [("Scanned by X", 0, "only 10 characters"), ("\n".join(["~^ |}{ <>~ ^^_| \\/~"] * 30), 3, "looks like")],
)
def test_a_scan_with_a_useless_layer_is_read_anew(tmp_path: Path, words: str, mode: int, said: str) -> None:
    judgement = layer_of(write(tmp_path / "a.pdf", lambda canvas: scan(canvas, words, mode))).judgement
    assert not judgement.trusted
    assert said in judgement.reason


@pytest.mark.parametrize("letters", ["\ue123\ue124\ue125", "\ufffd\ufffd\ufffd", "(cid:12)(cid:40)"])
def test_unmapped_characters_are_counted(tmp_path: Path, letters: str) -> None:
    """A font whose ToUnicode table maps its letters to nothing readable."""
    path = tmp_path / "unmapped.pdf"
    target = letters.encode("utf-16-be").hex()
    cmap = f"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <41> <{target}> endbfchar
endcmap end end"""
    with pikepdf.open(
        write(tmp_path / "a.pdf", lambda canvas: canvas.drawString(50, 500, "AAAA AAAA plain"))
    ) as document:
        font = next(iter(document.pages[0].Resources.Font.values()))
        font.ToUnicode = document.make_stream(cmap.encode())
        document.save(path)
    layer = layer_of(path)
    assert not layer.judgement.trusted
    assert layer.judgement.quality < 0.5
    assert layer.judgement.reason == f"text layer rejected: {layer.evidence.unmapped:.0%} unmapped"


def test_a_font_that_names_its_letters_wrongly_is_found_out(tmp_path: Path) -> None:
    """Seen: the quick brown fox. In the file: wkh txlfn eurzq ira."""
    sentences = "the quick brown fox jumps over a lazy dog and runs away from the hunters at dawn\n" * 5

    def drawing(canvas: Canvas) -> None:
        for number, line in enumerate(sentences.splitlines()):
            canvas.drawString(40, 550 - 15 * number, line)

    cmap = """/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <00> <FF> endcodespacerange
3 beginbfrange <20> <20> <0020> <61> <77> <0064> <78> <7A> <0061> endbfrange endcmap end end"""
    honest = layer_of(write(tmp_path / "a.pdf", drawing))
    assert honest.judgement.trusted
    with pikepdf.open(tmp_path / "a.pdf", allow_overwriting_input=True) as document:
        font = next(iter(document.pages[0].Resources.Font.values()))
        font.ToUnicode = document.make_stream(cmap.encode())
        document.save(tmp_path / "a.pdf")
    layer = layer_of(tmp_path / "a.pdf")
    assert layer.page.text.startswith("wkh txlfn eurzq ira")
    assert not layer.judgement.trusted
    assert layer.judgement.reason == (
        "text layer rejected: its letters make no words of any language, so its fonts seem to name them wrongly"
    )


def test_a_bullet_of_a_symbol_font_does_no_harm() -> None:
    evidence = Evidence(characters=900, unmapped=0.0, invisible=0.0, plain=0.99, picture=0.1, surprise=None, drawn=True)
    assert judge(evidence).trusted


def test_ligatures_and_soft_hyphens_become_letters() -> None:
    assert decoded("o\ufb03ce") == "office"
    assert decoded("\ud83d\ude00") == "😀"
    assert decoded("a\ud83d") == "a\ufffd"
    assert decoded("a\x13b\x9f") == "a\ufffdb\ufffd", "control characters are no letters"
    assert decoded("x\x02") == decoded("x\ufffe") == "x-"


REAL = ["invoices/AmazonWebServices.pdf", "robustness/pdfplumber/nics-background-checks-2015-11-rotated.pdf",
        "robustness/unstructured/pdf/multi-column-2p.pdf", "robustness/unstructured/pdf/negative-coords.pdf",
        "robustness/pypdf_samples/015-arabic/habibi-rotated.pdf", "filings/adbuy/01.pdf"]  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_pages(eval_data: Path, name: str) -> None:
    """Ink is looked for under the words; these pages have other ink, too."""
    with opened(eval_data / name) as pdf_page:
        page = extract(pdf_page, 1).page
        assert page.words
        assert_boxes_spell_the_text(page)
        bitmap = pdf_page.render(scale=3)
        grey = np.asarray(bitmap.to_pil().convert("L")).astype(int)
        bitmap.close()
        height, width = grey.shape
        inked = [
            np.ptp(
                grey[
                    int(word.box.top * height) : int(word.box.bottom * height) + 1,
                    int(word.box.left * width) : int(word.box.right * width) + 1,
                ]
            )
            > 40
            for word in page.words
        ]
        assert sum(inked) >= 0.98 * len(inked)


def test_two_columns_of_a_real_paper_are_not_mixed(eval_data: Path) -> None:
    text = layer_of(eval_data / "robustness/unstructured/pdf/multi-column-2p.pdf").page.text
    assert "relies on ef-\nficient passage retrieval to select candidate\ncontexts, where traditional sparse" in text
