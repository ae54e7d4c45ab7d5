"""Reading a page another way at the desk, in a real browser: what changed is shown, and one click leads back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from reportlab.pdfgen.canvas import Canvas

from frontend import wording
from frontend.components.desk import shown
from frontend.shapes import Changes, Document, Engines, PageSummary, Reading
from frontend.shapes import Page as PageShape
from tests.backend import sent_and_ready
from tests.browser import desk_on
from tests.frontend.test_accessibility import serious
from tests.papers import INVOICE

V1 = "/api/v1"


def covered(more: str = "") -> bytes:
    """An invoice with words that its text layer has, and nobody sees."""
    content = io.BytesIO()
    canvas = Canvas(content)
    for number, line in enumerate([*INVOICE, more]):
        canvas.drawString(72, 740 - 18 * number, line)
    canvas.drawString(72, 200, "three covered words")
    canvas.setFillGray(0)
    canvas.rect(70, 196, 120, 16, stroke=0, fill=1)
    canvas.save()
    return content.getvalue()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, str]]:
    with desk_on(tmp_path_factory.mktemp("readings")) as (backend, address), backend.client() as client:
        yield client, address


def test_a_page_is_read_another_way_and_back(served: tuple[httpx.Client, str], page: Page) -> None:
    client, address = served
    id = sent_and_ready(client, covered(), "covered.pdf", version_of=_same(client))["id"]
    text_layer = now(client, id)
    page.goto(f"{address}/document?id={id}")
    desk = page.locator("section.desk")
    how = desk.locator(".bar .how")
    expect(how).to_have_text("Text layer.")
    desk.locator(".row").first.wait_for()

    page.keyboard.press("i")
    panel = desk.get_by_role("tabpanel")
    expect(panel).to_contain_text("Text layer.")
    page.keyboard.press("Tab")  # the panel, which scrolls, and then the ways
    while page.evaluate(FOCUSED) != "engine":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_label("Tesseract")).to_be_checked()
    assert serious(page) == []
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("eading again")

    notice = desk.get_by_role("status").filter(has_text="was read another way")
    expect(notice).to_contain_text("Page 1 was read another way: ")
    expect(how).to_contain_text("OCR was asked for; Tesseract, confidence 0.")
    assert "three covered words" not in now(client, id)["text"]
    removed = panel.locator("del")
    expect(removed.filter(has_text="three covered words")).to_be_visible()
    expect(panel).to_contain_text("removed")
    assert serious(page) == []

    notice.get_by_role("button", name="Undo").click()
    expect(how).to_have_text("Text layer.")
    expect(removed).to_have_count(0)
    assert now(client, id)["reading_id"] == text_layer["reading_id"]
    page.keyboard.press("i")
    take(panel, "Tesseract")
    expect(how).to_contain_text("Tesseract")


def test_what_another_reading_changed_is_told_after_a_reload(served: tuple[httpx.Client, str], page: Page) -> None:
    client, address = served
    id = sent_and_ready(client, covered("of a page that is left"), "left.pdf", version_of=_same(client))["id"]
    page.goto(f"{address}/document?id={id}")
    desk = page.locator("section.desk")
    desk.locator(".row").first.wait_for()
    page.keyboard.press("i")
    desk.get_by_label("Tesseract").check()
    desk.get_by_role("button", name="Read", exact=True).click()
    expect(desk.get_by_role("tabpanel")).to_contain_text("eading again")
    page.reload()
    expect(desk.get_by_role("status").filter(has_text="Page 1 was read another way: ")).to_be_visible()
    expect(desk.get_by_role("tabpanel").locator("del").filter(has_text="three covered words")).to_be_visible()


#: The name of the control that has the focus, in the desk's own tree.
FOCUSED = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.name ?? "";
}"""


def _same(client: httpx.Client) -> str:
    """A document that was sent before, in the other theme, as what this one is a version of; none at first."""
    items = client.get(f"{V1}/documents").json()["items"]
    return items[0]["id"] if items else ""


def take(panel: Locator, engine: str) -> None:
    reading = panel.locator(".reading").filter(has_text=engine)
    reading.get_by_role("button", name="Take this reading").click()


def now(client: httpx.Client, id: str) -> dict[str, Any]:
    page: dict[str, Any] = client.get(f"{V1}/documents/{id}/pages/1").json()
    return page


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        ((12, 3, 0), "12 words changed, 3 added"),
        ((1, 0, 0), "1 word changed"),
        ((0, 0, 1200), "1,200 words removed"),
        ((0, 1, 2), "1 word added, 2 removed"),
        ((0, 0, 0), "no word changed"),
    ],
)
def test_changes_in_words(counted: tuple[int, int, int], words: str) -> None:
    changed, added, removed = counted
    assert wording.changes(Changes(since="a", changed=changed, added=added, removed=removed, items=[])) == words


PAGE = {
    "number": 1, "status": "read", "error": None, "language": None, "confidence": 0.84, "image_width": 1,
    "image_height": 1, "source": "tesseract", "reason": "", "text": "", "words": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "flags", "said"),
    [
        ("text layer", [], "Text layer."),
        (
            "text layer rejected: 31% unmapped; Tesseract, turned 90°, confidence 0.84",
            [],
            "Text layer rejected: 31% unmapped; Tesseract, turned 90°, confidence 0.84.",
        ),
        ("text layer", ["pictures_not_read"], "Text layer; pictures on it were not read."),
        ("the page is blank", ["blank"], "The page is blank."),
        ("the file is a picture", ["blank"], "The file is a picture; no words on it."),
    ],
)
def test_how_a_page_was_read(reason: str, flags: list[str], said: str) -> None:
    assert wording.how_read(PageSummary.model_validate({**PAGE, "reason": reason, "flags": flags})) == said


def test_a_page_that_nobody_read_says_so() -> None:
    assert wording.how_read(PageSummary.model_validate({**PAGE, "source": None, "reason": None})) == "Not read yet."


def test_only_ways_that_make_sense_are_offered(client: httpx.Client) -> None:
    engines = Engines.model_validate(client.get(f"{V1}/engines").json())
    document = sent_and_ready(client, covered(), languages="deu")
    shape = Document.model_validate(document)

    def offered(has_text: bool, language: str | None) -> tuple[list[str], list[str]]:
        reading = Reading(
            id="a", run=1, engine_version="1", options={"text_layer": has_text}, created_at=datetime.now(UTC),
            seconds=1.0, confidence=1.0, reason="", current=True,
        )  # fmt: skip
        page = PageShape.model_validate({**PAGE, "language": language})
        ways = shown.ways(engines, [reading], page, shape)
        chosen = [one["code"] for one in ways["languages"] if one["chosen"]]
        assert [one["code"] for one in ways["languages"]][: len(chosen)] == chosen, "those chosen come first"
        return [one["title"] for one in ways["engines"]], chosen

    assert offered(True, None) == (["As Sheaf would choose", "Text layer", "Tesseract", "PP-OCR"], ["deu"])
    assert offered(False, "eng+fra") == (["As Sheaf would choose", "Tesseract", "PP-OCR"], ["eng", "fra"])
