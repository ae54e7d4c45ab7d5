"""Every view in both themes under axe-core, in its states: nothing that it finds serious or critical."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.backend import send, sent_and_ready, wait
from tests.browser import desk_on
from tests.papers import invoice, pdf

SERIOUS = ("serious", "critical")


@dataclass(frozen=True)
class Desk:
    address: str
    documents: dict[str, str]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A page over a backend with documents in all states that last."""
    with desk_on(tmp_path_factory.mktemp("accessible")) as (backend, address), backend.client() as client:
        batch = client.post("/api/v1/batches", json={"name": "Monday's post"}).json()["id"]
        ready = sent_and_ready(client, invoice("to look at"), "invoice.pdf", batch_id=batch)["id"]
        stopped = send(client, pdf(*([f"Sheet {number}"] for number in range(80))), "stopped.pdf")["id"]
        client.post(f"/api/v1/documents/{stopped}/cancel")
        thrown = sent_and_ready(client, invoice("thrown away"), "thrown.pdf")["id"]
        client.delete(f"/api/v1/documents/{thrown}")
        wait(client, stopped)
        yield Desk(address, {"batch": batch, "ready": ready, "cancelled": stopped, "deleted": thrown, "none": "0" * 32})


@pytest.mark.parametrize(
    ("path", "sign"),
    [
        ("", "A whole folder"),
        ("?batch={batch}", "invoice.pdf"),
        ("documents", "invoice.pdf"),
        ("documents?name=no-such-name", "Nothing fits"),
        ("search", "Find the page that answers."),
        ("search?q=printing+paper", "Has words asked for"),
        ("search?q=printing&since=2090-01-01", "with these filters"),
        ("document?id={ready}", "Mark reviewed"),
        ("document?id={ready}&q=paper&mark=0-9", "Results"),
        ("document?id={cancelled}", "stopped.pdf"),
        ("document?id={deleted}", "How it was read"),
        ("document?id={none}", "no document"),
    ],
)
def test_no_serious_finding(desk: Desk, page: Page, path: str, sign: str) -> None:
    page.goto(f"{desk.address}/{path.format(**desk.documents)}")
    expect(page.get_by_text(sign).locator("visible=true").first).to_be_visible()
    expect(page.locator('[data-testid="stApp"]')).to_have_attribute("data-test-script-state", "notRunning")
    assert serious(page) == []


def serious(page: Page) -> list[str]:
    """What axe-core finds, a line each: rule, place, why."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for rule in violations
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]
