"""A real browser at the real page: Chromium, and the page as a process of its own, so that it outlives the API."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cli.host import web_page
from tests.backend import settings_for
from tests.conftest import absent
from tests.journeys.process import Backend, backend
from tests.servers import free_port

#: Milliseconds; models are loaded meanwhile, on a machine that may be busy.
PATIENCE = 120_000


@contextmanager
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        absent("chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


def heard(page: Page) -> Page:
    """The page, once it listens to keys: its script comes after what is first seen, and a key before it is lost."""
    page.locator("html[data-sheaf-keys=heard]").wait_for(state="attached")
    return page


# Not for the whole session: while Playwright runs, nothing else in this thread can start an event loop.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@contextmanager
def desk_on(folder: Path) -> Iterator[tuple[Backend, str]]:
    """A backend of its own on the folder, and the address of its page."""
    with backend(folder) as running:
        settings = settings_for(folder, sheaf_port=running.port, sheaf_page_port=free_port())
        with web_page(settings) as address:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                with suppress(httpx.TransportError):
                    if httpx.get(f"{address}/_stcore/health").is_success:
                        break
                time.sleep(0.1)
            yield running, address
