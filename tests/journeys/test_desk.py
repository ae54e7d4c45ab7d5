"""The page in a real browser, started as a person starts it: drop a file, watch it, search, open, correct, undo."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.backend import send, sent_and_ready
from tests.browser import PATIENCE, heard
from tests.journeys.process import Backend
from tests.papers import invoice
from tests.servers import free_port

#: Full of what Streamlit's Markdown would make something else of.
NOTES = "A -> B &amp; 1 -- :material/home: *all*.txt"

#: Whether a box lies in the window of its crop; in one look, for the list may be drawn anew between two.
WITHIN = """box => {
    const [inner, outer] = [box, box.closest(".crop")].map((node) => node.getBoundingClientRect());
    const across = outer.left <= inner.left && inner.right <= outer.right;
    return across && outer.top <= inner.top && inner.bottom <= outer.bottom;
}"""


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    """`sheaf up` with its page."""
    monkeypatch.setenv("SHEAF_PAGE_PORT", str(free_port()))
    backend = Backend(tmp_path)
    try:
        backend.start("--page", "--no-browser")
        yield backend
        backend.end()
    finally:
        if backend.process is not None:
            backend.process.kill()
            backend.process.wait()


@pytest.fixture
def address(backend: Backend) -> str:
    return f"http://localhost:{backend.environment()['SHEAF_PAGE_PORT']}"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    yield page
    context.close()


def test_from_a_dropped_file_to_its_place(page: Page, address: str, backend: Backend) -> None:
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    expect(page.get_by_text("No documents yet.")).to_be_visible()

    files = [
        {"name": "northwind.pdf", "mimeType": "application/pdf", "buffer": invoice("in the browser")},
        {"name": NOTES, "mimeType": "text/plain", "buffer": b"{\\rtf1 only words}"},
    ]
    page.get_by_placeholder("Name of this upload").fill("Post of Monday")
    page.wait_for_timeout(1500)  # nobody drops files faster than what was typed is sent
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)  # type: ignore[arg-type]
    expect(page.get_by_role("alert").filter(has_text=NOTES)).to_contain_text("convert other formats")
    row = page.locator("li").filter(has_text="northwind.pdf")
    expect(row).to_contain_text("Ready")
    expect(row).to_contain_text(re.compile("Invoice, [0-9]+ findings"))
    thumbnail = row.locator("img")
    expect(thumbnail).to_have_js_property("complete", True)
    assert thumbnail.evaluate("image => image.naturalWidth") > 20
    dismiss = page.get_by_role("button", name=re.compile("^Dismiss"))
    shown = dismiss.inner_text().replace("\u2060", "")
    assert shown.endswith(f"Dismiss {NOTES}"), "a name is shown letter by letter, after the icon"
    dismiss.click()
    expect(page.get_by_role("alert")).to_have_count(0)

    assert "batch=" in page.url
    page.reload()
    expect(page.get_by_role("heading", name="Post of Monday")).to_be_visible()
    expect(row).to_contain_text("Ready")

    heard(page).keyboard.press("/")
    search = page.get_by_label("Search all documents")
    expect(search).to_be_focused()
    search.fill("boxes of printing paper")
    search.press("Enter")
    expect(page.locator("mark").filter(has_text="Printing").first).to_be_visible()
    assert page.url == f"{address}/search?q=boxes+of+printing+paper"
    page.reload()
    expect(search).to_have_value("boxes of printing paper")
    hit = page.locator("ol.hits > li").first
    hit.evaluate("hit => { hit.same = true; }")
    page.get_by_role("button", name=re.compile("^Invoice 1")).click()
    expect(page).to_have_url(f"{address}/search?q=boxes+of+printing+paper&type=invoice")
    expect(page.get_by_role("button", name="Clear")).to_be_visible()
    expect(page.get_by_role("link", name="northwind.pdf")).to_have_attribute("href", re.compile("type=invoice"))
    assert hit.evaluate("hit => hit.same"), "a hit that stays is not drawn anew, so no picture flickers"
    crop = page.get_by_alt_text("The place on page 1 of northwind.pdf")
    expect(crop).to_have_js_property("complete", True)
    assert crop.evaluate("image => image.naturalWidth") > 500
    box = page.locator("ol.hits .box").first
    expect(box).to_be_visible()
    assert box.evaluate(WITHIN), "the words asked for lie in the crop"

    page.keyboard.press("j")
    expect(page.get_by_role("link", name="northwind.pdf")).to_be_focused()
    page.keyboard.press("Enter")
    desk = page.locator("section.desk")
    expect(desk.locator(".boxes .found").first).to_be_visible()

    total = desk.locator(".row").filter(has_text="1,200.00").filter(has_text="Total").first
    total.locator(".main").click()
    page.keyboard.press("e")
    expect(desk.get_by_role("dialog", name="Total")).to_be_visible()
    page.keyboard.type("GBP 1,250.50")
    page.keyboard.press("Enter")
    expect(desk).to_have_attribute("data-waiting", "0")
    assert found(backend, "total") == ("corrected", "1250.50")
    page.keyboard.press("u")
    expect(desk.locator(".row").filter(has_text="1,200.00").first).to_be_visible()
    expect(desk).to_have_attribute("data-waiting", "0")
    assert found(backend, "total") == ("found", "1200.00")

    page.keyboard.press("Escape")
    expect(page).to_have_url(f"{address}/search?q=boxes+of+printing+paper&type=invoice")
    expect(page.get_by_role("link", name="northwind.pdf")).to_be_focused()
    page.keyboard.press("Enter")
    expect(desk.locator(".boxes .found").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="northwind.pdf")).to_be_focused()
    ours = (address, f"http://localhost:{backend.port}/api/v1/pictures/", "data:", "blob:")
    assert [url for url in elsewhere if not url.startswith(ours)] == [], "the page asks nobody but Sheaf"


def test_results_are_walked_one_at_a_time_also_when_they_were_narrowed(
    page: Page, address: str, backend: Backend
) -> None:
    with backend.client() as client:
        for number in range(3):
            sent_and_ready(client, invoice(f"to walk over, {number}"), f"paper-{number}.pdf")
    page.goto(f"{address}/search?q=printing+paper")
    page.get_by_role("button", name=re.compile("^Invoice 3")).click()
    links = page.locator("ol.hits a")
    expect(links.nth(2)).to_have_attribute("href", re.compile("type=invoice"))
    for key, number in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(links.nth(number)).to_be_focused()


def test_who_i_am_is_kept_and_keys_walk_the_documents(page: Page, address: str, backend: Backend) -> None:
    with backend.client() as client:
        ids = [send(client, invoice(f"walked {number}"), f"walked-{number}.pdf")["id"] for number in range(3)]
    page.get_by_role("button", name="Who are you?").click()
    page.get_by_label("Your name", exact=True).fill("Zoë Ward")
    page.get_by_label("Your name", exact=True).press("Enter")
    expect(page.get_by_role("button", name="Zoë Ward")).to_be_visible()
    page.wait_for_function("document.cookie.includes('sheaf_actor')")

    page.goto(f"{address}/documents")
    expect(page.get_by_role("button", name="Zoë Ward")).to_be_visible()
    expect(page.locator("li").filter(has_text="walked-")).to_have_count(3)
    heard(page).keyboard.press("?")
    keys = page.get_by_role("dialog")
    expect(keys).to_contain_text("walk")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)

    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.get_by_role("status").filter(has_text="2 selected")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("2 documents are in the trash.")).to_be_visible()
    expect(page.locator("li").filter(has_text="walked-")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("li").filter(has_text="walked-")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/document?id={ids[-1]}")


def test_the_way_back_leads_to_the_list_as_it_was(page: Page, address: str, backend: Backend) -> None:
    with backend.client() as client:
        ids = [send(client, invoice(f"kept {number}"), f"kept-{number}.pdf")["id"] for number in range(2)]
        send(client, invoice("another"), "another.pdf")
    page.goto(f"{address}/documents")
    page.get_by_placeholder("of any name").fill("kept")
    expect(page.locator("li.sheaf-row")).to_have_count(2)
    narrowed = f"{address}/documents?name=kept"
    link = page.get_by_role("link", name="kept-0.pdf")
    for leave in (page.go_back, lambda: page.keyboard.press("Escape")):
        link.click()
        expect(page.locator("section.desk .row").first).to_be_visible()
        expect(page).to_have_url(f"{address}/document?id={ids[0]}")
        heard(page).keyboard.press("/")
        page.keyboard.press("Escape")
        expect(page.locator("section.desk")).to_be_visible()
        leave()
        expect(page).to_have_url(narrowed)
        expect(page.locator("li.sheaf-row")).to_have_count(2)
        expect(link).to_be_focused()


def test_an_unknown_address_is_explained_and_leads_to_the_start(page: Page, address: str) -> None:
    page.goto(f"{address}/invoices")
    expect(page.get_by_role("dialog")).to_contain_text("does not seem to exist")
    page.keyboard.press("Escape")
    expect(page.get_by_text("No documents yet.")).to_be_visible()


def found(backend: Backend, name: str) -> tuple[str, str]:
    """State and amount of a field of the only document, as the API has it now."""
    with backend.client() as client:
        [document] = client.get("/api/v1/documents").json()["items"]
        fields = client.get(f"/api/v1/documents/{document['id']}/fields").json()["items"]
    field = next(field for field in fields if field["name"] == name)
    return field["state"], field["value"]["amount"]
