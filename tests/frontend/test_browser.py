"""The page in a real browser, started as a person starts it: drop a file, watch it, search, open the hit."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import absent
from tests.journeys.process import Backend
from tests.papers import invoice
from tests.servers import free_port

#: Milliseconds; models are loaded meanwhile, on a machine that may be busy.
PATIENCE = 120_000

#: Full of what Streamlit's Markdown would make something else of.
NOTES = "A -> B &amp; 1 -- :material/home: *all*.txt"


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """`sheaf up` with its page."""
    port = free_port()
    monkeypatch.setenv("SHEAF_PAGE_PORT", str(port))
    backend = Backend(tmp_path)
    try:
        backend.start("--page", "--no-browser")
        yield f"http://localhost:{port}"
        backend.end()
    finally:
        if backend.process is not None:
            backend.process.kill()
            backend.process.wait()


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        absent("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(address)
        yield page
        browser.close()


def test_from_a_dropped_file_to_its_place(page: Page, address: str) -> None:
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    expect(page.get_by_text("No documents yet.")).to_be_visible()

    files = [
        {"name": "northwind.pdf", "mimeType": "application/pdf", "buffer": invoice("in the browser")},
        {"name": NOTES, "mimeType": "text/plain", "buffer": b"only words"},
    ]
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(files)  # type: ignore[arg-type]
    expect(page.get_by_role("alert").filter(has_text=NOTES)).to_contain_text("convert other formats")
    expect(page.get_by_text(re.compile("Ready · Invoice · 1 page"))).to_be_visible()
    dismiss = page.get_by_role("button", name=re.compile("^Dismiss"))
    shown = dismiss.inner_text().replace("\u2060", "")
    assert shown.endswith(f"Dismiss {NOTES}"), "a name is shown letter by letter, after the icon"
    dismiss.click()
    expect(page.get_by_role("alert")).to_have_count(0)

    search = page.get_by_label("Search all documents")
    search.fill("boxes of printing paper")
    search.press("Enter")
    expect(page.locator("mark").filter(has_text="Printing")).to_be_visible()
    page.get_by_role("button", name="northwind.pdf", exact=True).click()
    expect(page.get_by_alt_text("Page 1")).to_be_visible()
    expect(page.locator('.sheaf-box[title^="Total:"]')).to_be_visible()
    assert "document=" in page.url

    page.reload()
    expect(page.get_by_role("heading", name="northwind.pdf")).to_be_visible()
    page.get_by_role("button", name="Results").click()
    expect(page.locator("mark").filter(has_text="Printing")).to_be_visible()
    foreign = [url for url in elsewhere if not url.startswith((address, "data:", "blob:"))]
    assert foreign == [], "the page asks nobody but its own server"
