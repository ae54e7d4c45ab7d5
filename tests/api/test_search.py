"""Search over HTTP: hits by words and by meaning, on the words of the page, within filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from starlette.testclient import TestClient

from api.main import create_app
from errors import SheafError
from storage.passage_index import open_index
from tests.backend import sent_and_ready
from tests.papers import invoice, pdf
from tests.servers import chroma
from workers.work import Work

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


@pytest.fixture(scope="module")
def office(client: httpx.Client) -> dict[str, str]:
    """An invoice of March 2025, a letter of May 2025, and a note whose only date is of March or April; all of paper."""
    papers = {
        "invoice": invoice("for the office"),
        "letter": pdf(["Dear Ms Okafor,", "London, 3 May 2025", "the paper was late again.", "Yours sincerely"]),
        "note": pdf(["Where is the paper? Ask reception@office.example.", "It was wanted on 03/04/2025."]),
    }
    sent = {
        name: sent_and_ready(client, content, f"{name}.pdf", collection="office") for name, content in papers.items()
    }
    for name, label in (("invoice", "invoice"), ("letter", "letter")):
        client.put(f"{V1}/documents/{sent[name]['id']}/type", json={"label": label}, headers={"If-Match": "*"})
    fields = client.get(f"{V1}/documents/{sent['letter']['id']}/fields").json()["items"]
    if not [field for field in fields if field["name"] == "date"]:
        added = {"name": "date", "text": "3 May 2025"}
        assert client.post(f"{V1}/documents/{sent['letter']['id']}/fields", json=added).status_code == 201
    return {document["id"]: name for name, document in sent.items()}


def asked(client: httpx.Client, **params: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"{V1}/search", params={"q": "paper", "collection": "office", **params}).json()
    return answer


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({}, {"invoice", "letter", "note"}),
        ({"type": "invoice"}, {"invoice"}),
        ({"type": ["invoice", "letter"]}, {"invoice", "letter"}),
        ({"label": "EMAIL"}, {"invoice", "note"}),
        ({"label": ["IBAN", "nothing"]}, {"invoice"}),
        ({"since": "2025-03-14"}, {"invoice", "letter"}),
        ({"since": "2025-03-15"}, {"letter"}),
        ({"until": "2025-03-14"}, {"invoice"}),
        ({"since": "2025-03-15", "until": "2025-05-02"}, set()),
        ({"label": "EMAIL", "since": "2025-01-01"}, {"invoice"}),
    ],
)
def test_filters_narrow(client: httpx.Client, office: dict[str, str], filters: dict[str, Any], left: set[str]) -> None:
    hits = asked(client, **filters)["hits"]
    assert {office[hit["document_id"]] for hit in hits} == left
    assert len(hits) == len(left)


def test_a_facet_counts_without_its_own_filter(client: httpx.Client, office: dict[str, str]) -> None:
    everything = asked(client)["facets"]
    assert everything["labels"]["EMAIL"] == 2
    assert everything["labels"]["IBAN"] == 1
    assert {name: everything["types"][name] for name in ("invoice", "letter")} == {"invoice": 1, "letter": 1}
    by_type = asked(client, type="invoice")["facets"]
    assert by_type["types"] == everything["types"]
    assert by_type["labels"]["EMAIL"] == 1
    by_label = asked(client, label="IBAN")["facets"]
    assert by_label["types"] == {"invoice": 1}
    assert by_label["labels"] == everything["labels"]


def test_a_hit_has_its_picture_and_its_own_date(client: httpx.Client, office: dict[str, str]) -> None:
    hit = next(hit for hit in asked(client)["hits"] if office[hit["document_id"]] == "invoice")
    assert (hit["date"], hit["type"]) == ("2025-03-14", "invoice")
    page = client.get(f"{V1}/documents/{hit['document_id']}/pages/{hit['page']}").json()
    assert {name: hit[name] for name in ("image_url", "image_width", "image_height")} == {
        name: page[name] for name in ("image_url", "image_width", "image_height")
    }
    assert client.get(hit["image_url"]).status_code == 200


def test_a_hit_tells_the_main_fields_of_its_document(client: httpx.Client, office: dict[str, str]) -> None:
    facts = {office[hit["document_id"]]: hit["facts"] for hit in asked(client)["hits"]}
    told = {fact["name"]: (fact["text"], fact["value"]) for fact in facts["invoice"]}
    assert list(told) == ["vendor", "customer", "total"]
    assert told["vendor"][0] == "Northwind Paper Ltd"
    assert told["total"][1]["amount"] == "1200.00"
    assert facts["letter"] == []


def test_a_persons_date_counts_for_more_than_the_machines(client: httpx.Client) -> None:
    paper = sent_and_ready(client, invoice("redated"), collection="redated")
    fields = client.get(f"{V1}/documents/{paper['id']}/fields").json()["items"]
    date = next(field for field in fields if field["name"] == "date")
    url = f"{V1}/fields/{date['id']}/correct"
    for text, day in (("1 June 2024", "2024-06-01"), ("never", None)):
        client.post(url, json={"text": text}, headers={"If-Match": "*"})
        assert [hit["date"] for hit in asked(client, collection="redated")["hits"]] == [day]
    assert asked(client, collection="redated", since="2000-01-01")["hits"] == []


class NoModel:
    """Children whose model is away, as while it is started again."""

    def call(self, *_: Any, **__: Any) -> None:
        raise SheafError("page_crashed")


@pytest.fixture(params=["model", "vectors"])
def hindered(request: pytest.FixtureRequest, work: Work, tmp_path: Path) -> Iterator[Work]:
    """The same documents, without what a search by meaning needs."""
    if request.param == "model":
        yield replace(work, children=replace(work.children, queries=cast(Any, NoModel())))
    else:
        with chroma(tmp_path) as url:
            index = open_index(url)
        yield replace(work, stores=replace(work.stores, index=index))
        index.close()


def test_words_still_find_when_meaning_cannot_be_asked(hindered: Work, office: dict[str, str]) -> None:
    with TestClient(create_app(hindered), base_url="http://127.0.0.1") as client:
        answer = asked(cast(httpx.Client, client))
    assert answer["ways"] == ["words"]
    assert {office[hit["document_id"]] for hit in answer["hits"]} == {"invoice", "letter", "note"}
    assert {way for hit in answer["hits"] for way in hit["matched"]} == {"words"}


def test_lists_of_documents_are_narrowed(client: httpx.Client, office: dict[str, str]) -> None:
    def listed(**params: Any) -> set[str]:
        found = client.get(f"{V1}/documents", params={"collection": "office", **params}).json()
        assert sum(found["counts"].values()) == len(found["items"])
        return {office[item["id"]] for item in found["items"]}

    everything = set(office.values())
    assert listed(label="EMAIL") == {"invoice", "note"}
    assert listed(label="total") == {"invoice"}
    in_doubt = listed(doubtful=True)
    assert in_doubt == {
        office[item["id"]]
        for item in client.get(f"{V1}/documents", params={"collection": "office"}).json()["items"]
        if item["doubtful"]
    }
    assert "note" in in_doubt
    assert listed(doubtful=False) == everything - in_doubt
    assert (listed(problems=True), listed(problems=False)) == (set(), everything)
