"""Search over HTTP: hits by words and by meaning, on the words of the page, within filters."""

from __future__ import annotations

import httpx
import pytest

from tests.backend import sent_and_ready
from tests.papers import pdf

V1 = "/api/v1"


@pytest.fixture(scope="module")
def library(client: httpx.Client) -> dict[str, str]:
    papers = {
        "lease": ["Lease agreement.", "The tenant shall water the garden and trim the hedges every second week."],
        "boiler": ["Maintenance report.", "The heating furnace in the cellar leaks and must be replaced."],
        "award": ["Dear Ms Okafor,", "we congratulate you on winning the regional baking contest."],
    }
    return {
        name: sent_and_ready(client, pdf(lines), f"{name}.pdf", collection="library")["id"]
        for name, lines in papers.items()
    }


def hits(client: httpx.Client, query: str, **params: str) -> list[dict[str, object]]:
    answer = client.get(f"{V1}/search", params={"q": query, "collection": "library", **params})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["hits"]
    return found


def test_words_find_their_page(client: httpx.Client, library: dict[str, str]) -> None:
    best = hits(client, "hedges")[0]
    assert best["document_id"] == library["lease"]
    assert "words" in best["matched"]  # type: ignore[operator]
    assert "hedges" in str(best["snippet"])


def test_meaning_finds_what_words_do_not(client: httpx.Client, library: dict[str, str]) -> None:
    best = hits(client, "broken central warming system")[0]
    assert best["document_id"] == library["boiler"]
    assert best["matched"] == ["meaning"]


def test_a_hit_is_a_place(client: httpx.Client, library: dict[str, str]) -> None:
    best = hits(client, "baking contest")[0]
    page = client.get(f"{V1}/documents/{best['document_id']}/pages/{best['page']}").json()
    assert page["text"][best["start"] : best["end"]] == best["snippet"]
    assert best["boxes"]


def test_other_collections_stay_out(client: httpx.Client, library: dict[str, str]) -> None:
    assert hits(client, "hedges", collection="nowhere") == []


@pytest.mark.parametrize("query", ['"', "NEAR(", "a OR", "*", "…", "'; DROP TABLE documents; --", "-"])
def test_no_query_is_an_error(client: httpx.Client, library: dict[str, str], query: str) -> None:
    hits(client, query)
