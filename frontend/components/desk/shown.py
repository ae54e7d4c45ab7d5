"""What the desk is given to draw, made of what the API said. Fetching it is left to seen.py, drawing to the scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from frontend import wording
from frontend.shapes import Changes, Document, Engines, FieldNamed, Finding, Page, Reading, Review, Table, Vocabulary

#: Kinds of things share a colour: people, organisations, places, dates, amounts, ways to reach, numbers.
COLOURS = {
    "PERSON": "person", "ORG": "org", "LOCATION": "place", "DATE": "date", "MONEY": "money", "EMAIL": "contact",
    "PHONE": "contact", "URL": "contact", "ADDRESS": "place", "IBAN": "number", "INVOICE_NUMBER": "number",
    "TAX_ID": "number", "ORDER_NUMBER": "number", "CONTRACT_NUMBER": "number", "BIC": "number", "CARD_NUMBER": "number",
}  # fmt: skip

DID = {
    "accept": "accepted", "reject": "rejected", "correct": "corrected", "add": "added", "type": "set the type",
    "reviewed": "marked it as reviewed", "reopened": "marked it as not reviewed", "undo": "took back",
}  # fmt: skip

#: So many decisions are shown; the API and the export have all.
MOST_LINES = 100

Picture = Callable[[str | None], str | None]


def colour(kind: str, name: str) -> str:
    return "field" if kind == "field" else COLOURS.get(name, "number")


def vocabulary(words: Vocabulary) -> dict[str, Any]:
    return {
        "types": [
            {"name": one.name, "title": wording.title(one.name), "fields": [_field(field) for field in one.fields]}
            for one in words.types
        ],
        "labels": [
            {"name": one.name, "title": wording.title(one.name), "colour": colour("entity", one.name)}
            for one in sorted(words.labels, key=lambda one: (_rank(one.name), one.name))
        ],
    }


def _rank(label: str) -> int:
    """The best known labels come first: they get the digits."""
    known = list(wording.LABELS)
    return known.index(label) if label in known else len(known)


def _field(field: FieldNamed) -> dict[str, Any]:
    return {"name": field.name, "title": wording.title(field.name), "group": field.group, "colour": "field"}


def document(document: Document) -> dict[str, Any]:
    kind = document.type
    return {
        "id": document.id,
        "name": document.filename,
        "run": document.run,
        "pages": document.progress.pages or 1,
        "type": kind.label if kind else None,
        "sure": _sure(kind.origin, kind.confidence) if kind else "",
        "reviewed": document.review_state == "reviewed",
        "editable": document.deleted_at is None and not document.active,
        "doing": wording.sentence(wording.state(document)) if document.active else "",
    }


def _sure(origin: str, confidence: float) -> str:
    return "said by a person" if origin == "human" else f"{wording.percent(confidence)} sure"


def page(page: Page, picture: Picture) -> dict[str, Any]:
    return {
        "number": page.number,
        "image": picture(page.image_url),
        "shape": page.image_height / page.image_width if page.image_width and page.image_height else None,
        "text": page.text,
        "words": [[word.start, word.end, *(round(side, 5) for side in word.box)] for word in page.words],
        "reading": page.reading_id,
        "trouble": f"{page.error.message} {page.error.advice}" if page.error else "",
        "how": page.error.message if page.error and page.status == "problem" else wording.how_read(page),
        "blank": "There is no picture of this page." if page.source or page.error else "This page is being read.",
    }


def findings(found: Iterable[Finding], page: int) -> list[dict[str, Any]]:
    """The fields of the document, what is named on the page, and decisions that lost their place."""
    return [
        _finding(one)
        for one in found
        if one.kind == "field" or one.conflict or any(span.page == page for span in one.spans)
    ]


def things(found: Iterable[Finding], page: int) -> dict[str, list[dict[str, Any]]]:
    """Where the things are named that are named on the page and more than once: id and page of each mention."""
    mentions: dict[int, list[dict[str, Any]]] = {}
    here = set()
    for one in found:
        if one.thing is not None:
            numbers = [span.page for span in one.spans]
            mentions.setdefault(one.thing, []).append({"id": one.id, "page": numbers[0] if numbers else None})
            here |= {one.thing} if page in numbers else set()
    return {str(thing): mentions[thing] for thing in sorted(here) if len(mentions[thing]) > 1}


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "title": wording.title(one.name),
        "colour": colour(one.kind, one.name),
        "group": one.group,
        "row": one.row,
        "text": one.text,
        "value": wording.value(one),
        "sure": wording.percent(one.confidence),
        "state": one.state,
        "doubtful": one.doubtful,
        "doubt": one.doubt,
        "conflict": one.conflict,
        "thing": one.thing,
        "spans": [span.model_dump() for span in one.spans],
        "version": one.version,
    }


def elsewhere(found: Iterable[Finding]) -> list[dict[str, int]]:
    """How much is named on each page, and how much of it is doubtful."""
    named, doubtful = Counter[int](), Counter[int]()
    for one in found:
        if one.kind == "entity" and one.spans:
            named[one.spans[0].page] += 1
            doubtful[one.spans[0].page] += one.doubtful
    return [{"page": number, "found": named[number], "doubtful": doubtful[number]} for number in sorted(named)]


def tables(found: Iterable[Table], document_id: str, picture: Picture) -> list[dict[str, Any]]:
    return [
        {
            "number": table.number,
            "csv": picture(f"/api/v1/documents/{document_id}/tables/{table.number}.csv"),
            "rows": _rows(table),
        }
        for table in found
    ]


def _rows(table: Table) -> list[list[dict[str, Any]]]:
    """Its cells row by row as HTML has them, with empty ones where there are gaps."""
    covered = {
        (cell.row + down, cell.column + across)
        for cell in table.cells
        for down in range(cell.rows)
        for across in range(cell.columns)
    }
    known = {(cell.row, cell.column): cell.model_dump() for cell in table.cells}
    gap = {"text": "", "rows": 1, "columns": 1, "box": None}
    places = [[(row, column) for column in range(table.columns)] for row in range(table.rows)]
    return [[known.get(place, gap) for place in row if place in known or place not in covered] for row in places]


def readings(made: Iterable[Reading]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "current": one.current,
            "how": wording.sentence(one.reason),
            "detail": f"{one.engine_version} · {one.seconds:.1f} s · {wording.ago(one.created_at)}".removeprefix(" · "),
        }
        for one in made
    ]


def ways(engines: Engines, made: Sequence[Reading], page: Page, document: Document) -> dict[str, Any]:
    """What the page can be read by, and in which languages; those it was read in are chosen."""
    has_text = any(one.options.get("text_layer") for one in made)
    by_title = {engine.title: engine.name for engine in reversed(engines.items)}  # of drivers of one engine, the first
    read_in = page.language.split("+") if page.language else document.languages or engines.default_languages
    return {
        "engines": [
            {"name": None, "title": "As Sheaf would choose"},
            *([{"name": "text_layer", "title": "Text layer"}] if has_text else []),
            *({"name": name, "title": title} for title, name in reversed(by_title.items())),
        ],
        "languages": [
            {"code": language.code, "name": language.name, "chosen": language.code in read_in}
            for language in sorted(engines.languages, key=lambda language: language.code not in read_in)
        ],
    }


def changes(found: Changes | None) -> dict[str, Any] | None:
    """What the page says otherwise than another reading of it: places in its text, and what stood there."""
    if found is None:
        return None
    return {
        "since": found.since,
        "words": wording.changes(found),
        "items": [[one.after.start, one.after.end, one.before.text] for one in found.items],
    }


def history(reviews: Sequence[Review], now: datetime | None = None) -> list[dict[str, Any]]:
    """Who did what, when, from what to what."""
    lines = []
    for review in reviews[:MOST_LINES]:
        before, after = change(review)
        what = " ".join(part for part in (DID.get(review.action, review.action), thing(review)) if part)
        lines.append(
            {
                "who": wording.who(review.actor),
                "what": what,
                "when": wording.ago(review.at, now),
                "before": before,
                "after": after,
            }
        )
    return lines


def news(review: Review, me: str) -> dict[str, Any]:
    """What somebody else did, in a sentence."""
    before, after = change(review)
    did = " ".join(part for part in (DID.get(review.action, review.action), thing(review)) if part)
    who = "In another window, you" if review.actor == me else wording.who(review.actor)
    changed = f": {before} → {after}" if before and after else f": {before or after}" if before or after else ""
    said = f"{who} {did}{changed}"
    return {"id": review.id, "text": said if said.endswith(".") else f"{said}."}


def thing(review: Review) -> str:
    """What a decision was about; nothing where the document itself is meant."""
    known = review.after or review.before or {}
    return wording.title(str(known["name"])) if review.finding_id and "name" in known else ""


def change(review: Review) -> tuple[str, str]:
    """From what to what, as far as it differs."""
    was, became = review.before or {}, review.after or {}
    if not review.finding_id:
        pairs = [(_said(was.get(key)), _said(became.get(key))) for key in ("type", "review_state")]
        return next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
    before, after = _told(was), _told(became)
    if review.action == "accept":
        return "", after
    if review.action == "reject":
        return before, ""
    if was and became and was.get("name") != became.get("name"):
        before = f"{wording.title(str(was['name']))}: {before}"
        after = f"{wording.title(str(became['name']))}: {after}"
    if review.action == "undo" and "rejected" in (was.get("state"), became.get("state")):
        return ("rejected", after) if was.get("state") == "rejected" else (before, "rejected")
    return (before, after) if before != after else ("", after)


def _said(value: object) -> str:
    return wording.title(str(value)) if value else ""


def _told(snapshot: dict[str, Any]) -> str:
    return str(snapshot.get("text") or "")
