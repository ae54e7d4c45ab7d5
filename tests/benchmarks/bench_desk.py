"""From a key to what it changes being painted, and being confirmed by the server, while two children read scans.

In a real Chromium, over `sheaf up`. Prints median and 95th percentile in milliseconds; nothing is asserted about speed.
"""

from __future__ import annotations

import io
import os
import statistics
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.backend import send, sent_and_ready
from tests.browser import chromium
from tests.journeys.process import Backend
from tests.papers import INVOICE, pdf, picture
from tests.servers import free_port

TIMES = 50
#: Milliseconds.
PATIENCE = 60_000

FOCUS = "before.focus !== now.focus"
PICTURE = "now.picture && before.picture !== now.picture"

#: Resolves with the milliseconds from the next key to the frame after `changed` holds, and to all being confirmed.
WATCH = """(changed) => {
  const desk = () => [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
    .map((host) => host.shadowRoot?.querySelector(".desk")).find(Boolean);
  const state = () => ({
    focus: desk()?.querySelector(".row.focus")?.textContent ?? "", page: desk()?.querySelector(".number")?.textContent,
    picture: desk()?.querySelector(".sheet.loading") ? "" : desk()?.querySelector("img")?.currentSrc,
    text: desk()?.querySelector(".panel")?.textContent, title: document.querySelector("h1")?.textContent,
  });
  const before = state(), holds = new Function("before", "now", `return ${changed}`);
  window.measured = new Promise((resolve) => document.addEventListener("keydown", (event) => {
    let painted = 0;
    const look = () => requestAnimationFrame(() => {
      if (!painted && holds(before, state())) painted = -1;
      else if (painted === -1) painted = performance.now() - event.timeStamp;
      if (painted > 0 && desk()?.dataset.waiting === "0") resolve([painted, performance.now() - event.timeStamp]);
      else look();
    });
    look();
  }, { once: true, capture: true }));
}"""


#: The same for hits, from Enter in the search field to other words marked.
HITS = """() => {
  const marked = () => [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
    .flatMap((host) => [...(host.shadowRoot?.querySelectorAll("ol.hits mark") ?? [])])
    .map((mark) => mark.textContent).join();
  const before = marked();
  window.measured = new Promise((resolve) => document.addEventListener("keydown", (event) => {
    const look = () => requestAnimationFrame(() => {
      if (marked() && marked() !== before) requestAnimationFrame(() => resolve(performance.now() - event.timeStamp));
      else look();
    });
    look();
  }, { once: true, capture: true }));
}"""


@cache
def scans(pages: int) -> bytes:
    """Pages that must be recognised from their pictures."""
    images = [
        Image.open(io.BytesIO(picture(*INVOICE, f"Sheet {number}", width=1600, height=1000))) for number in range(pages)
    ]
    out = io.BytesIO()
    images[0].save(out, "PDF", save_all=True, append_images=images[1:])
    return out.getvalue()


def test_from_key_to_painted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("SHEAF_PAGE_PORT", str(port))
    backend = Backend(tmp_path)
    backend.start("--page", "--no-browser")
    try:
        with backend.client() as client, chromium() as browser:
            many = [f"Paid {number}.00 EUR on {number % 28 + 1} March 2025 by Jane Hartley" for number in range(1, 31)]
            papers = [sent_and_ready(client, pdf([*INVOICE, f"Copy {n}"], many), f"paper-{n}.pdf") for n in range(6)]
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(PATIENCE)
            page.goto(f"http://localhost:{port}/document?id={papers[-1]['id']}&page=2")
            expect(page.locator(".desk .row").first).to_be_visible(timeout=PATIENCE)
            page.locator(".sheet:not(.loading)").wait_for()
            keep_reading(client)
            measure(page, client)
            measure_search(page, client, f"http://localhost:{port}/search?q=paper")
    finally:
        backend.end()


def measure(page: Page, client: httpx.Client) -> None:
    if page.locator(".fold[aria-expanded=false]").count():
        page.keyboard.press("c")
    page.locator(".row.of-money .main").first.click()
    expect(page.locator(".row.focus.of-money")).to_be_visible()

    def timed(key: str, changed: str) -> tuple[float, float]:
        keep_reading(client)
        page.evaluate(WATCH, changed)
        page.keyboard.press(key)
        painted, confirmed = page.evaluate("window.measured")
        return painted, confirmed

    say(f"milliseconds, n = {TIMES} each, {os.cpu_count()} cores")
    decisions = [
        (timed("Enter", FOCUS), timed("u", FOCUS), timed("j", FOCUS)) for _ in range(TIMES)
    ]  # what is accepted is taken back, so that there is always one to accept
    for name, found in zip(("accept", "undo", "next finding"), zip(*decisions, strict=True), strict=True):
        report(name, found)
    report("turn the page", [timed("[" if turn % 2 == 0 else "]", PICTURE) for turn in range(TIMES)])
    opened = []
    for _ in range(TIMES):
        opened.append(timed("d", f"before.title !== now.title && {PICTURE}"))
        reopen(client)
    report("done, next document opened", opened)


def measure_search(page: Page, client: httpx.Client, address: str) -> None:
    page.goto(address)
    expect(page.locator("ol.hits mark").first).to_be_visible(timeout=PATIENCE)

    def timed(query: str) -> tuple[float, float]:
        keep_reading(client)
        page.get_by_label("Search all documents").fill(query)
        page.evaluate(HITS)
        page.keyboard.press("Enter")
        painted = page.evaluate("window.measured")
        return painted, painted

    report("search", [timed("Jane Hartley" if turn % 2 else "printing paper") for turn in range(TIMES)])


def report(name: str, found: Sequence[tuple[float, float]]) -> None:
    painted, confirmed = zip(*found, strict=True)
    load = os.getloadavg()[0]
    say(f"{name:28} painted {spread(painted)}   confirmed {spread(confirmed)}   load {load:.0f}")


def reopen(client: httpx.Client) -> None:
    """Make every paper one to be reviewed again."""
    found = client.get("/api/v1/documents", params={"name": "paper-", "review_state": "reviewed"}).json()["items"]
    for paper in found:
        match = {"If-Match": f'"{paper["version"]}"'}
        client.delete(f"/api/v1/documents/{paper['id']}/reviewed", headers=match).raise_for_status()


def say(line: str) -> None:
    sys.stdout.write(f"\n{line}")
    sys.stdout.flush()


def spread(found: Sequence[float]) -> str:
    return f"median {statistics.median(found):5.0f}, p95 {statistics.quantiles(found, n=20)[-1]:5.0f}"


def keep_reading(client: httpx.Client, least: int = 20) -> None:
    """See that there is always something to read: another pile of scans when few pages are left."""
    items = client.get("/api/v1/documents", params={"name": "pile-", "status": ["queued", "reading"]}).json()["items"]
    left = sum((item["progress"]["pages"] or least) - item["progress"]["read"] for item in items)
    if left < least:
        name = f"pile-{time.monotonic_ns()}"
        send(client, scans(60) + f"\n% {name}".encode(), f"{name}.pdf")
