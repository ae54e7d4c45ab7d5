"""What a browser decided, taken to the API once and in order; what others did meanwhile; how it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from frontend.api_client import ApiClient, Away
from frontend.components.desk import decisions, script, seen, shown
from frontend.components.desk.seen import Seen
from frontend.shapes import Review
from tests.backend import sent_and_ready
from tests.papers import invoice

# The client sets deadlines, which mean nothing without a network.
pytestmark = pytest.mark.filterwarnings("ignore:You should not use the 'timeout' argument")

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Window:
    """A browser window as the server side sees it: it sends events by number, and is shown what came of them."""

    def __init__(self, api: ApiClient, document_id: str, me: str) -> None:
        self.api, self.me, self.number = api, me, 0
        self.sent: list[dict[str, Any]] = []
        self.seen: Seen = seen.opened(api, document_id, 1)

    def send(self, *events: dict[str, Any], again: int = 0) -> dict[str, Any]:
        """Send events, and before them the last `again` ones, as a browser does that heard nothing of them."""
        new = [{"number": self.number + index, **event} for index, event in enumerate(events, 1)]
        self.sent = [*(self.sent[-again:] if again else []), *new]
        self.number += len(new)
        message = {"client": "c", "document": self.seen.ledger.document.id, "events": self.sent}
        decisions.take(self.api, self.seen.ledger, message)
        return self.look()

    def look(self) -> dict[str, Any]:
        seen.refresh(self.api, self.seen, 1, self.me)
        return seen.data(self.seen, lambda path: path, self.me, [])

    def finding(self, name: str) -> dict[str, Any]:
        return next(one for one in self.look()["findings"] if one["name"] == name)


@pytest.fixture
def window(client: httpx.Client, request: pytest.FixtureRequest) -> Callable[..., Window]:
    """Opens a window of Ana, or of another, on one document of this test."""
    document = sent_and_ready(client, invoice(f"decisions {request.node.name}"), "decided.pdf")
    return lambda me="Ana": Window(ApiClient(client, me), document["id"], me)


def test_events_are_taken_once_and_later_ones_know_of_earlier_ones(window: Callable[..., Window]) -> None:
    ana = window()
    total = ana.finding("total")
    about = {"id": total["id"], "version": total["version"]}
    ana.send({"do": "accept", **about})
    data = ana.send({"do": "correct", **about, "changes": {"text": "GBP 5.00"}}, again=1)
    assert (data["done"], data["failures"], data["news"]) == (2, [], [])
    assert ana.finding("total")["value"] == "5.00 GBP"
    assert [line["what"] for line in data["history"]] == ["corrected Total", "accepted Total"]
    assert (data["history"][0]["before"], data["history"][0]["after"]) == ("1,200.00", "GBP 5.00")


def test_what_was_added_can_be_decided_under_its_made_up_name(window: Callable[..., Window]) -> None:
    ana = window()
    spans = [{"page": 1, "start": 0, "end": 9}]
    data = ana.send(
        {"do": "add", "id": "new-1", "kind": "entity", "name": "PERSON", "spans": spans},
        {"do": "correct", "id": "new-1", "version": 0, "changes": {"label": "ORG"}},
    )
    added = next(one for one in data["findings"] if one["id"] == data["ids"]["new-1"])
    assert (added["name"], added["text"], added["state"]) == ("ORG", "Northwind", "corrected")
    data = ana.send({"do": "undo"}, {"do": "undo"})
    assert data["ids"]["new-1"] not in {one["id"] for one in data["findings"]}
    assert data["news"] == []


def test_who_comes_second_is_told_who_was_first_and_what_it_is_now(window: Callable[..., Window]) -> None:
    ana, ben = window(), window("Ben")
    total = ana.finding("total")
    about = {"id": total["id"], "version": total["version"]}
    ana.send({"do": "correct", **about, "changes": {"text": "139.00"}})
    data = ben.send({"do": "accept", **about}, {"do": "reviewed", "value": True})
    [failure] = data["failures"]
    assert failure["number"] == 1
    assert "Ana corrected Total: 1,200.00 → 139.00" in failure["text"]
    assert data["document"]["reviewed"], "what comes after a refusal is taken"
    assert [one["text"] for one in data["news"]] == ["Ana corrected Total: 1,200.00 → 139.00."]
    assert [one["text"] for one in ana.look()["news"]] == ["Ben marked it as reviewed: Unreviewed → Reviewed."]


def test_an_api_that_is_away_stops_the_queue_and_nothing_is_done_twice(
    window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = window()
    total = ana.finding("total")
    accept = ana.api.accept

    def answered_by_nobody(finding: Any) -> None:
        accept(finding)  # it arrives; its answer does not
        raise Away

    with monkeypatch.context() as patched:
        patched.setattr(ana.api, "accept", answered_by_nobody)
        data = ana.send(
            {"do": "accept", "id": total["id"], "version": total["version"]}, {"do": "reviewed", "value": True}
        )
        assert (data["done"], data["away"], data["document"]["reviewed"]) == (0, True, False)
        assert data["news"] == [], "its own decision, answered or not"
    data = ana.send(again=2)
    assert (data["done"], data["away"], data["document"]["reviewed"], data["failures"]) == (2, False, True, [])
    assert len(data["history"]) == 2
    assert data["news"] == []
    assert not +ana.seen.ledger.own


def test_a_text_is_worth_what_the_api_says(window: Callable[..., Window]) -> None:
    data = window().send({"do": "preview", "kind": "field", "name": "date", "text": "24 Dec 2025"})
    assert data["preview"] == {"text": "24 Dec 2025", "value": "2025-12-24"}
    assert data["history"] == []


def review(id: int, action: str, actor: str = "Ana", about: str | None = "f", **snapshots: Any) -> Review:
    return Review(
        id=id, subject="field", finding_id=about, action=action, actor=actor, at=NOON, undoes=None,
        before=snapshots.get("before"), after=snapshots.get("after"),
    )  # fmt: skip


def test_only_what_this_window_did_not_do_is_news() -> None:
    own = Counter({("accept", "f"): 1, ("undo", None): 1})
    reviews = [
        review(5, "accept"), review(4, "undo", about="g"), review(3, "accept", actor="Ben"), review(2, "accept"),
        review(1, "reject"),
    ]  # fmt: skip
    assert [one.id for one in seen.strangers(reviews, 1, own, "Ana")] == [3, 5]
    assert not +own


TOTAL = {"name": "total", "text": "193.00", "state": "found"}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (review(1, "correct", before=TOTAL, after=TOTAL | {"text": "139.00"}), "Ana corrected Total: 193.00 → 139.00."),
        (review(1, "accept", before=TOTAL, after=TOTAL), "Ana accepted Total: 193.00."),
        (review(1, "accept", after=TOTAL | {"text": "Verdier S.A."}), "Ana accepted Total: Verdier S.A."),
        (review(1, "reject", before=TOTAL, after=TOTAL), "Ana rejected Total: 193.00."),
        (review(1, "add", after=TOTAL), "Ana added Total: 193.00."),
        (review(1, "add", actor="local", after=TOTAL), "Somebody added Total: 193.00."),
        (review(1, "add", actor="Ben", after=TOTAL), "In another window, you added Total: 193.00."),
        (
            review(1, "correct", before={"name": "ORG", "text": "Ann"}, after={"name": "PERSON", "text": "Ann"}),
            "Ana corrected Person: Organisation: Ann → Person: Ann.",
        ),
        (
            review(1, "type", about=None, before={"type": "letter"}, after={"type": "invoice"}),
            "Ana set the type: Letter → Invoice.",
        ),
    ],
)
def test_decisions_of_others_are_told_in_a_sentence(line: Review, text: str) -> None:
    assert shown.news(line, "Ben")["text"] == text


def test_the_modules_are_joined_to_one_script() -> None:
    joined = script()
    assert "import " not in joined.replace("imports", "")
    assert joined.count("export ") == 1
    assert "export default function" in joined
