"""The desk in a real browser over a real backend: by mouse and by keys, two people at once, reloads, a lost API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.backend import sent_and_ready
from tests.browser import PATIENCE, desk_on
from tests.journeys.process import Backend
from tests.papers import INVOICE, invoice, pages_with_tables, pdf

V1 = "/api/v1"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Backend, str]]:
    with desk_on(tmp_path_factory.mktemp("desk")) as started:
        yield started


@pytest.fixture(scope="module")
def backend(served: tuple[Backend, str]) -> Backend:
    return served[0]


@pytest.fixture(scope="module")
def http(backend: Backend) -> Iterator[httpx.Client]:
    with backend.client() as client:
        yield client


@pytest.fixture(scope="module")
def address(served: tuple[Backend, str]) -> str:
    return served[1]


@dataclass
class Desk:
    """One browser at one document."""

    page: Page
    http: httpx.Client
    id: str

    @property
    def root(self) -> Locator:
        return self.page.locator("section.desk")

    @property
    def focus(self) -> Locator:
        return self.root.locator(".row.focus")

    def row(self, label: str, text: str = "") -> Locator:
        rows = self.root.locator(".row").filter(has=self.page.locator(f".label:text-is('{label}')"))
        return rows.filter(has_text=text).first

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def saved(self) -> None:
        """Wait until the server has dealt with everything."""
        expect(self.root).to_have_attribute("data-waiting", "0")

    def select(self, label: str, text: str = "") -> Locator:
        self.row(label, text).locator(".main").click()
        expect(self.focus).to_contain_text(label)
        return self.focus

    def drag(self, first: str, last: str, shift: bool = False) -> None:
        """Draw the mouse from one word of the page to another."""
        words = self.http.get(f"{V1}/documents/{self.id}/pages/1").json()["words"]
        sheet = self.root.locator(".sheet").bounding_box()
        assert sheet
        spots = []
        for text in (first, last):
            left, top, right, bottom = next(word["box"] for word in words if word["text"] == text)
            spots.append(
                (sheet["x"] + (left + right) / 2 * sheet["width"], sheet["y"] + (top + bottom) / 2 * sheet["height"])
            )
        if shift:
            self.page.keyboard.down("Shift")
        self.page.mouse.move(*spots[0])
        self.page.mouse.down()
        self.page.mouse.move(*spots[1], steps=5)
        self.page.mouse.up()
        if shift:
            self.page.keyboard.up("Shift")

    def found(self, name: str, text: str | None = None) -> dict[str, Any]:
        """A field or an entity, as the API has it now."""
        return next(
            one for one in self.all() if name == (one.get("name") or one.get("label")) and text in (None, one["text"])
        )

    def all(self) -> list[dict[str, Any]]:
        nouns = ("fields", "entities")
        return [one for noun in nouns for one in self.http.get(f"{V1}/documents/{self.id}/{noun}").json()["items"]]

    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = self.http.get(f"{V1}/documents/{self.id}").json()
        return document

    def reviews(self) -> list[dict[str, Any]]:
        return list(self.http.get(f"{V1}/documents/{self.id}/reviews").json()["items"])


Open = Callable[..., Desk]


@pytest.fixture
def open_desk(browser: Browser, address: str, http: httpx.Client) -> Iterator[Open]:
    """Opens a document, sent for this test unless its id is given, in a browser of its own; `who` sits there."""
    contexts = []

    def opened(content: bytes = b"", id: str = "", who: str = "", query: str = "") -> Desk:
        id = id or sent_and_ready(http, content, "paper.pdf")["id"]
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        if who:
            context.add_cookies([{"name": "sheaf_actor", "value": who, "url": address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/document?id={id}{query}")
        desk = Desk(page, http, id)
        expect(desk.root.locator(".row").first).to_be_visible()
        expect(desk.root.locator(".sheet.loading, .sheet.broken")).to_have_count(0)
        return desk

    yield opened
    for context in contexts:
        context.close()


def test_page_list_and_text_are_linked_by_hover_and_focus(open_desk: Open) -> None:
    desk = open_desk(invoice("linked"))
    total = desk.found("total")
    desk.row("Total").hover()
    expect(desk.root.locator(f".box.hot[data-id='{total['id']}']")).to_have_count(1)
    expect(desk.root.locator("mark.hot")).to_contain_text(total["text"])
    box = desk.root.locator(f".box[data-id='{desk.found('number')['id']}']").bounding_box()
    assert box
    desk.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(desk.root.locator(".row.hot, mark.hot").first).to_contain_text("NP-2291")
    desk.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(desk.focus).to_contain_text("NP-2291")
    expect(desk.root.locator(".box.focus")).to_have_count(1)
    desk.root.locator("mark").filter(has_text="1,200.00").first.click()
    expect(desk.focus).to_contain_text("1,200.00")


def test_undo_leads_back_to_the_page_of_what_was_decided(open_desk: Open) -> None:
    desk = open_desk(pdf([*INVOICE, "two pages"], ["Paid 5.00 EUR on 3 March 2025 by Jane Hartley"]), query="&page=2")
    if desk.root.locator(".fold[aria-expanded=false]").count():
        desk.press("c")
    desk.select("Amount", "5.00")
    desk.press("Enter")
    desk.saved()
    desk.press("[")
    expect(desk.root.locator(".number")).to_contain_text("1")
    expect(desk.root.locator(".row.focus.of-money")).to_have_count(0)
    desk.press("u")
    expect(desk.focus).to_contain_text("5.00")
    expect(desk.root.locator(".number")).to_contain_text("2 /")
    desk.saved()
    assert desk.found("MONEY", "5.00 EUR")["state"] == "found"


def test_accept_reject_correct_and_undo_by_keys(open_desk: Open) -> None:
    desk = open_desk(invoice("by keys"))
    desk.select("Total")
    desk.press("Enter")
    desk.saved()
    assert desk.found("total")["state"] == "accepted"
    expect(desk.row("Total")).to_contain_text("accepted")
    desk.press("u")
    desk.saved()
    assert desk.found("total")["state"] == "found"
    expect(desk.focus).to_contain_text("Total")
    desk.press("e")
    editor = desk.root.get_by_role("dialog", name="Total")
    expect(editor.locator(".crop img")).to_be_visible()
    desk.page.keyboard.type("GBP 1,250.50")
    expect(editor).to_contain_text("→ 1250.50 GBP")
    desk.press("Enter")
    desk.saved()
    total = desk.found("total")
    assert (total["state"], total["text"], total["value"]["amount"]) == ("corrected", "GBP 1,250.50", "1250.50")
    expect(desk.row("Total")).to_contain_text("1250.50 GBP")
    desk.select("Total")
    desk.press("x")
    desk.saved()
    assert desk.found("total")["state"] == "rejected"
    expect(desk.row("Total")).to_contain_text("not found")
    desk.press("u", "u")
    desk.saved()
    assert (desk.found("total")["state"], desk.found("total")["text"]) == ("found", "1,200.00")
    assert [review["action"] for review in desk.reviews()][:2] == ["undo", "undo"]


def test_words_are_added_by_dragging_and_a_digit(open_desk: Open) -> None:
    desk = open_desk(invoice("dragged"))
    desk.drag("Printing", "A4,")
    menu = desk.root.get_by_role("dialog", name="What is “Printing paper A4,”?")
    expect(menu).to_be_visible()
    expect(desk.root.locator(".lit .word")).to_have_count(1)
    desk.press("2")
    expect(menu).to_have_count(0)
    desk.saved()
    added = desk.found("ORG", "Printing paper A4,")
    assert (added["state"], added["origin"]) == ("added", "human")
    assert len(added["spans"]) == 1
    desk.drag("40", "boxes", shift=True)
    desk.saved()
    assert desk.found("ORG", "Printing paper A4, 40 boxes")["state"] == "corrected"
    desk.press("3")
    desk.saved()
    assert desk.found("LOCATION", "Printing paper A4, 40 boxes")["state"] == "corrected", "a digit changes the label"


def test_a_missing_field_is_dragged_without_a_question_and_words_are_chosen_by_keys(open_desk: Open) -> None:
    desk = open_desk(invoice("missing field"))
    all_missing = desk.root.locator(".row").filter(has_text="(not found)")
    assert "Unit price" not in all_missing.locator(".label").all_inner_texts(), "a column is missing in no document"
    missing = all_missing.first
    label = missing.locator(".label").inner_text()
    missing.locator(".main").click()
    desk.drag("14", "2025")
    desk.saved()
    expect(desk.focus).to_contain_text("14 March 2025")
    assert [one["name"] for one in desk.all() if one["state"] == "added"] == [label.lower().replace(" ", "_")]
    desk.select("Total")
    desk.press("a", "ArrowUp", "ArrowUp", "Shift+ArrowRight", "Enter")
    menu = desk.root.get_by_role("dialog", name="What is")
    said = menu.locator(".over-title").inner_text()
    desk.press("1")
    desk.saved()
    text = said.removeprefix("What is “").removesuffix("”?")
    assert len(text.split()) == 2
    assert [one["text"] for one in desk.all() if one["state"] == "added" and "label" in one] == [text]


def test_type_and_reviewed_by_keys(open_desk: Open) -> None:
    desk = open_desk(invoice("its type"))
    types = [one["name"] for one in desk.http.get(f"{V1}/vocabulary").json()["types"]]
    desk.press("t", str(types.index("receipt") + 1))
    expect(desk.root.get_by_role("button", name=re.compile("^Receipt"))).to_be_visible()
    desk.saved()
    assert desk.document()["type"] == {"label": "receipt", "confidence": 1.0, "origin": "human"}
    desk.press("v")
    expect(desk.root.get_by_role("button", name="✓ Reviewed")).to_be_visible()
    desk.saved()
    assert desk.document()["review_state"] == "reviewed"
    desk.press("v")
    desk.saved()
    assert desk.document()["review_state"] == "unreviewed"


def test_nothing_is_decided_about_a_document_in_the_trash(open_desk: Open) -> None:
    desk = open_desk(invoice("in the trash"))
    desk.select("Total")
    expect(desk.focus.get_by_role("button", name="Reject")).to_be_visible()
    desk.http.delete(f"{V1}/documents/{desk.id}")
    expect(desk.page.get_by_text("This document is in the trash.")).to_be_visible()
    expect(desk.focus.get_by_role("button", name="Reject")).to_have_count(0)
    desk.press("x", "Enter", "e", "v")
    expect(desk.root.get_by_role("dialog")).to_have_count(0)
    desk.saved()
    assert desk.reviews() == []


def test_done_marks_reviewed_and_shows_the_next_one(open_desk: Open) -> None:
    other = sent_and_ready(open_desk(invoice("older")).http, invoice("newer"), "newer.pdf")
    desk = open_desk(id=other["id"])
    desk.press("d")
    desk.page.wait_for_url(lambda url: other["id"] not in url)
    assert desk.document()["review_state"] == "reviewed"
    expect(desk.page.get_by_role("heading", name="paper.pdf")).to_be_visible()


def test_keys_pressed_faster_than_the_server_answers_are_all_taken_once(open_desk: Open) -> None:
    desk = open_desk(invoice("in a hurry"))
    desk.root.locator(".row .main").first.click()
    assert desk.root.locator(".row:not(:has(.missing))").count() >= 5
    desk.press("x", "x", "x", "x", "x", "u", "u")
    desk.saved()
    assert [review["action"] for review in reversed(desk.reviews())] == ["reject"] * 5 + ["undo"] * 2
    assert len([one for one in desk.all() if one["state"] == "rejected"]) == 3


def test_two_people_see_each_other_and_overwrite_nothing(open_desk: Open) -> None:
    ana = open_desk(invoice("two people"), who="Ana")
    ben = open_desk(id=ana.id, who="Ben")
    ben.select("Total")
    ben.press("e")
    ben.page.keyboard.type("9.99")
    ana.select("Total")
    ana.press("e")
    ana.page.keyboard.type("1,300.00")
    ana.press("Enter")
    ana.saved()
    expect(ben.root.locator(".notice.news")).to_contain_text("Ana corrected Total: 1,200.00 → 1,300.00")
    expect(ben.row("Total")).to_contain_text("1,300.00")
    expect(ben.root.get_by_role("dialog").get_by_role("textbox")).to_have_value("9.99")
    ben.press("Enter")
    refusal = ben.root.get_by_role("alert")
    expect(refusal).to_contain_text("Not saved: Ana corrected Total: 1,200.00 → 1,300.00")
    expect(refusal).to_contain_text("You wrote: 9.99")
    expect(ben.row("Total")).to_contain_text("1,300.00")
    assert ana.found("total")["text"] == "1,300.00"
    expect(ana.root.locator(".notice")).to_have_count(0)


def test_a_reload_in_mid_edit_loses_nothing(open_desk: Open) -> None:
    desk = open_desk(invoice("reloaded"))
    desk.select("Total")
    desk.press("e")
    desk.page.keyboard.type("1,234.")
    desk.page.reload()
    field = desk.root.get_by_role("dialog", name="Total").get_by_role("textbox")
    expect(field).to_have_value("1,234.")
    field.press("End")
    desk.page.keyboard.type("56")
    desk.press("Enter")
    desk.saved()
    assert desk.found("total")["text"] == "1,234.56"
    desk.page.reload()
    expect(desk.row("Total")).to_contain_text("1,234.56")
    expect(desk.root.get_by_role("dialog")).to_have_count(0)


def test_pages_are_turned_and_their_findings_listed(open_desk: Open) -> None:
    desk = open_desk(pdf(INVOICE, ["Second sheet", "Signed by Margaret Atwood in Toronto"]))
    desk.select("Total")
    desk.press("1")
    expect(desk.root.locator(".keys")).to_contain_text("A field keeps its name.")
    desk.press("]")
    expect(desk.root.locator(".number")).to_have_text("2 / 2")
    expect(desk.root.locator(".row :focus")).to_have_count(0)
    expect(desk.root.get_by_role("tabpanel")).to_contain_text("Second sheet")
    desk.page.wait_for_url(re.compile("page=2"))
    expect(desk.root.get_by_role("button", name=re.compile("^Page 1:"))).to_be_visible()
    desk.row("Total").locator(".main").click()
    expect(desk.root.locator(".number")).to_have_text("1 / 2")
    expect(desk.root.locator(".box.focus")).to_have_count(1)


def test_mentions_of_one_thing_are_one_row_lit_together_and_walked_across_pages(open_desk: Open) -> None:
    desk = open_desk(pdf([*INVOICE, "mentions"], ["This order was packed by Northwind Paper Limited in Leeds."]))
    if desk.root.locator(".fold[aria-expanded=false]").count():
        desk.press("c")
    amounts = desk.root.locator(".row.of-money", has_text=re.compile("^Amount.*1,000"))
    expect(amounts).to_have_count(1)  # it stands twice on the page
    expect(amounts.locator(".times")).to_have_text("×2")
    amounts.locator(".main").click()
    expect(desk.focus.locator(".mentions")).to_have_text("2 mentions:p. 1 ×2")
    expect(amounts).to_have_count(2)
    expect(desk.root.locator(".box.same")).to_have_count(1)
    expect(desk.root.locator("mark.same")).to_have_text("1,000.00")
    desk.press("j")
    expect(amounts.nth(1)).to_have_class(re.compile(r"\bfocus\b"))
    desk.press("j")
    expect(amounts).to_have_count(1)
    expect(desk.focus).not_to_contain_text("1,000.00")

    desk.select("Organisation", "Northwind Paper Ltd")
    expect(desk.focus.locator(".mentions")).to_have_text("2 mentions:p. 1p. 2")
    desk.press("m")
    expect(desk.root.locator(".number")).to_have_text("2 / 2")
    expect(desk.focus).to_contain_text("Northwind Paper Limited")
    expect(desk.root.locator(".spoken")).to_contain_text("Northwind Paper Limited, 2 mentions.")
    desk.press("m")
    expect(desk.root.locator(".number")).to_have_text("1 / 2")
    desk.focus.get_by_role("button", name="p. 2").click()
    expect(desk.root.locator(".number")).to_have_text("2 / 2")
    expect(desk.focus).to_contain_text("Northwind Paper Limited")
    desk.press("x")
    desk.saved()
    desk.press("[")
    expect(desk.root.locator(".number")).to_have_text("1 / 2")
    desk.select("Organisation", "Northwind Paper Ltd")
    expect(desk.root.locator(".mentions")).to_have_count(0)
    desk.press("m")
    expect(desk.root.locator(".keys")).to_contain_text("It is not mentioned elsewhere in this document.")


def test_tables_of_the_page_are_shown_with_their_places_and_as_csv(open_desk: Open) -> None:
    rows = [["Item", "Price"], ["Paper", "12.00"], ["Ink, black", "75.50"]]
    desk = open_desk(pages_with_tables(rows, []))
    desk.press("b")
    panel = desk.root.get_by_role("tabpanel")
    assert [row.locator("td").all_inner_texts() for row in panel.locator("tr").all()] == rows
    panel.get_by_text("75.50").hover()
    box, cell = desk.root.locator(".lit .word"), desk.http.get(f"/api/v1/documents/{desk.id}/tables").json()["items"][0]
    expect(box).to_have_count(1)
    left = cell["cells"][-1]["box"][0]
    assert float(box.evaluate("node => parseFloat(node.style.left)")) == pytest.approx(100 * left, abs=0.01)
    with desk.page.expect_download() as download:
        panel.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.endswith("-table-1.csv")
    desk.press("]")
    expect(panel).to_have_text("No table was found on this page.")


def test_the_words_of_a_search_are_shown_in_their_place(open_desk: Open) -> None:
    document = sent_and_ready(open_desk(invoice("unmarked")).http, invoice("marked"), "marked.pdf")
    desk = open_desk(id=document["id"], query="&q=northwind&mark=0-9")
    expect(desk.root.locator(".box, .found").first).to_have_class("found")


def test_what_is_written_in_a_document_stays_text(open_desk: Open) -> None:
    desk = open_desk(pdf(["<img src=x onerror=document.title='broken'> & more", *INVOICE]))
    desk.drag("<img", "more")
    expect(desk.root.get_by_role("dialog")).to_contain_text("<img src=x onerror=document.title='broken'> & more")
    desk.press("1")
    desk.saved()
    expect(desk.focus).to_contain_text("<img src=x onerror=document.title='broken'> & more")
    assert desk.root.locator(".facts img").count() == 0
    assert desk.page.title() != "broken"


def test_decisions_wait_while_the_api_is_away(open_desk: Open, backend: Backend) -> None:
    desk = open_desk(invoice("patience"))
    desk.select("Total")
    backend.end()
    desk.press("Enter")
    expect(desk.row("Total")).to_contain_text("accepted")
    expect(desk.root.locator(".state")).to_contain_text("Sheaf does not answer. 1 kept here")
    backend.start()
    desk.saved()
    expect(desk.root.locator(".notice")).to_have_count(0)
    assert desk.found("total")["state"] == "accepted"
    assert [review["action"] for review in desk.reviews()] == ["accept"]
