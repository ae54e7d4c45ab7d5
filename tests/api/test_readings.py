"""Reading a page another way: by which engine and in which languages, what changed, and going back."""

from __future__ import annotations

from typing import Any

import httpx

from nlp.reading import ocr
from nlp.reading.engines import installed
from tests.backend import sent_and_ready, wait
from tests.papers import invoice, pdf, picture

V1 = "/api/v1"


def read(client: httpx.Client, id: str, **wanted: Any) -> dict[str, Any]:
    assert client.post(f"{V1}/documents/{id}/read", json=wanted).status_code == 202
    document = wait(client, id)
    assert document["status"] == "ready"
    return document


def page_of(client: httpx.Client, id: str) -> dict[str, Any]:
    page: dict[str, Any] = client.get(f"{V1}/documents/{id}/pages/1").json()
    return page


def test_a_page_is_read_by_the_engine_that_is_asked_for(client: httpx.Client) -> None:
    id = sent_and_ready(client, pdf(["Read me in every way."]))["id"]
    assert (page_of(client, id)["source"], page_of(client, id)["reason"]) == ("text_layer", "text layer")
    for engine, title in (("tesseract", "Tesseract"), ("rapidocr", "PP-OCR")):
        read(client, id, engine=engine)
        page = page_of(client, id)
        assert (page["source"], page["text"]) == (engine, "Read me in every way.")
        assert page["reason"].startswith(f"OCR was asked for; {title}, confidence ")
    read(client, id)
    assert page_of(client, id)["reason"] == "text layer"


def test_a_rejected_text_layer_may_be_asked_for(client: httpx.Client) -> None:
    id = sent_and_ready(client, pdf(["Words 12", "}{|~ #~|/ <>+=! @$%^& *(/){ ;:|}~ [=]+#"]))["id"]
    rejected = page_of(client, id)
    assert rejected["reason"].startswith("text layer rejected: ")
    assert "Tesseract" in rejected["reason"] or "PP-OCR" in rejected["reason"]
    read(client, id, engine="text_layer")
    page = page_of(client, id)
    assert (page["source"], page["text"][:8]) == ("text_layer", "Words 12")
    assert page["reason"].startswith("text layer, as it was asked for, and else text layer rejected: ")


def test_where_there_is_no_text_layer_another_way_is_taken(client: httpx.Client) -> None:
    id = sent_and_ready(client, picture("Only a picture", "of some words"), "picture.png")["id"]
    read(client, id, engine="text_layer")
    page = page_of(client, id)
    assert page["text"].startswith("Only a picture")
    (reading, _) = client.get(f"{V1}/documents/{id}/pages/1/readings").json()["items"]
    assert (reading["options"]["text_layer"], reading["language"]) == (False, "eng")


def test_what_changed_is_told_and_can_be_taken_back(client: httpx.Client) -> None:
    id = sent_and_ready(client, invoice("read two ways"))["id"]
    url = f"{V1}/documents/{id}"
    before = page_of(client, id)
    total = next(field for field in client.get(f"{url}/fields").json()["items"] if field["name"] == "total")
    match = {"If-Match": f'"{total["version"]}"'}
    client.post(f"{V1}/fields/{total['id']}/correct", json={"text": "GBP 7.00"}, headers=match).raise_for_status()
    read(client, id, engine="tesseract")
    after = page_of(client, id)
    told = client.get(f"{url}/pages/1/readings/{after['reading_id']}/changes", params={"since": before["reading_id"]})
    changes = told.json()
    assert (changes["reading_id"], changes["since"]) == (after["reading_id"], before["reading_id"])
    rebuilt, at = "", 0
    for change in changes["items"]:
        assert after["text"][change["after"]["start"] : change["after"]["end"]] == change["after"]["text"]
        rebuilt += before["text"][at : change["before"]["start"]] + f" {change['after']['text']} "
        at = change["before"]["end"]
    assert (rebuilt + before["text"][at:]).split() == after["text"].split()

    answer = client.post(f"{url}/pages/1/readings/{before['reading_id']}/take")
    assert answer.status_code == 202
    assert wait(client, id)["status"] == "ready"
    assert {**page_of(client, id), "image_url": "", "thumbnail_url": ""} == {
        **before, "image_url": "", "thumbnail_url": ""
    }  # fmt: skip
    readings = client.get(f"{url}/pages/1/readings").json()["items"]
    assert [(one["engine"], one["current"]) for one in readings] == [("tesseract", False), ("text_layer", True)]
    fields = client.get(f"{url}/fields").json()["items"]
    assert [(one["text"], one["state"]) for one in fields if one["name"] == "total"] == [("GBP 7.00", "corrected")]
    assert {one["reading_id"] for one in fields if one["state"] == "found" and one["spans"]} == {before["reading_id"]}
    hits = client.get(f"{V1}/search", params={"q": "read two ways"}).json()["hits"]
    assert before["reading_id"] in {hit["reading_id"] for hit in hits if hit["document_id"] == id}


def test_readings_of_other_pages_are_not_there(client: httpx.Client) -> None:
    id = sent_and_ready(client, pdf(["The first page."], ["The second page."]))["id"]
    url = f"{V1}/documents/{id}/pages"
    first, second = (client.get(f"{url}/{number}").json()["reading_id"] for number in (1, 2))
    assert client.post(f"{url}/1/readings/{second}/take").json()["code"] == "not_found"
    strange = client.get(f"{url}/1/readings/{first}/changes", params={"since": second})
    assert strange.json()["code"] == "not_found"


def test_engines_are_told_with_their_languages(client: httpx.Client) -> None:
    told = client.get(f"{V1}/engines").json()
    here = installed()
    assert [(one["name"], one["version"], tuple(one["languages"])) for one in told["items"]] == [
        (one.name, one.version, one.languages) for one in here
    ]
    assert {"tesseract", "rapidocr"} <= {one["name"] for one in told["items"]} <= set(ocr.ENGINES)
    names = {one["code"]: one["name"] for one in told["languages"]}
    assert (names["eng"], names["deu"], names["chi_sim"]) == ("English", "German", "Chinese (Simplified)")
    assert list(names.values()) == sorted(names.values())
    assert told["default_languages"] == ["eng"]


def test_an_unknown_language_is_refused_by_name(client: httpx.Client) -> None:
    document = sent_and_ready(client, pdf(["In which language?"]))
    form = {"languages": "eng+tlh"}
    answers = [
        client.post(f"{V1}/documents", files={"file": ("a.pdf", pdf(["nuqneH"]))}, data=form),
        client.post(f"{V1}/documents/{document['id']}/read", json={"languages": ["tlh"]}),
        client.post(f"{V1}/batches", json={"name": "Klingon", "languages": ["tlh"]}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_language")
        assert answer.json()["message"].endswith("reads this language: tlh.")
        assert " eng, " in answer.json()["advice"]
    assert (
        client.post(f"{V1}/documents/{document['id']}/read", json={"engine": "psychic"}).json()["code"] == "bad_request"
    )


def test_a_batch_keeps_the_languages_of_its_documents(client: httpx.Client) -> None:
    batch = client.post(f"{V1}/batches", json={"name": "Post", "languages": ["deu", "eng"]}).json()
    assert client.get(f"{V1}/batches/{batch['id']}").json()["languages"] == ["deu", "eng"]
    plain = sent_and_ready(client, picture("Kein Wort zu viel", "und keins zu wenig"), "a.png", batch_id=batch["id"])
    own = sent_and_ready(client, picture("Ein anderes", "Bild"), "b.png", batch_id=batch["id"], languages="fra")
    assert (plain["languages"], own["languages"]) == (["deu", "eng"], ["fra"])
    assert page_of(client, plain["id"])["language"] == "deu+eng"
    read(client, plain["id"], languages=["eng"])
    assert page_of(client, plain["id"])["language"] == "eng"
