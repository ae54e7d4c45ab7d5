"""Says in plain words what the API says in codes: states, sizes, times, kinds. Layout is left to components."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from frontend.shapes import Changes, Document, Fact, Finding, Hit, PageSummary

LABELS = {
    "PERSON": "Person",
    "ORG": "Organisation",
    "LOCATION": "Place",
    "DATE": "Date",
    "MONEY": "Amount",
    "PERCENT": "Share",
    "EMAIL": "E-mail",
    "PHONE": "Phone",
    "URL": "Web address",
    "ADDRESS": "Address",
    "IBAN": "IBAN",
    "INVOICE_NUMBER": "Invoice number",
    "TAX_ID": "Tax ID",
    "ORDER_NUMBER": "Order number",
    "CONTRACT_NUMBER": "Contract number",
    "BIC": "BIC",
    "CARD_NUMBER": "Card number",
}

#: Names of types and fields that are not written as their letters are.
_SPELT = {"email": "E-mail", "iban": "IBAN", "resume": "Résumé"}

WHY = {
    ("meaning",): "Close in meaning, without the words asked for",
    ("words",): "Has words asked for",
    ("words", "meaning"): "Has words asked for, and is close in meaning",
}

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
#: What Streamlit makes signs of even where it is escaped: arrows and the like, and names between colons. An invisible
#: character after their first one prevents that.
_SIGNS = re.compile(r"(?<!\S)(?:<->|->|<-|--|>=|<=|~=)(?!\S)|:(?=[\w+/-]+:)")
_JOINER = "\u2060"

#: Flags of documents, as one would say them.
NOTES = {
    "repaired": "repaired",
    "restricted": "restricted by its author",
    "misnamed": "its name means another kind of file",
    "animated_first_frame": "only the first frame of a moving picture",
    "javascript": "JavaScript kept out",
    "embedded_files": "embedded files not read",
    "macros": "macros kept out",
    "remote_content": "what it would load from elsewhere kept out",
}

#: What the reason of a reading does not say by itself.
PAGE_NOTES = {
    "pictures_not_read": "pictures on it were not read",
    "drawn_smaller": "read smaller than it is, so small print may be lost",
}

#: Of pages that were read all the same.
LATER = "with trouble after the reading"

#: What the API calls those who give no name.
UNNAMED = "local"


def state(document: Document) -> str:
    """What is happening to the document, as one would say it."""
    progress = document.progress
    if document.deleted_at:
        return "in the trash"
    if document.status == "queued":
        return "waiting to be read"
    if document.status == "reading" and progress.pages and progress.read == progress.pages:
        return "reading again"
    if document.status == "reading" and progress.pages:
        return f"reading page {min(progress.read + progress.problems + 1, progress.pages)} of {progress.pages}"
    if document.status == "ready" and document.review_state == "reviewed":
        return "reviewed"
    words = {"understanding": "finding names, dates and amounts", "indexing": "making it searchable"}
    return words.get(document.status, document.status)


def facts(document: Document) -> str:
    """Type, pages and findings, as far as they are known."""
    known = [title(document.type.label)] if document.type else []
    if document.progress.pages and document.status != "reading":
        known.append(count(document.progress.pages, "page"))
    if document.status == "ready":
        known.append(count(document.findings, "finding"))
    return " · ".join(known)


def noted(document: Document) -> str:
    """What is to be known of the file: how it was opened, and what was kept out."""
    return " · ".join(NOTES[flag] for flag in document.flags if flag in NOTES)


def plain(text: str) -> str:
    """The text for a label, where Streamlit would otherwise read Markdown; on one line."""
    text = _SIGNS.sub(lambda found: found[0][0] + _JOINER + found[0][1:], " ".join(text.split()))
    return _PUNCTUATION.sub(r"\\\g<0>", text)


def who(actor: str, nobody: str = "Somebody") -> str:
    return nobody if actor == UNNAMED else actor


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def title(label: str) -> str:
    """ "vendor_address" as "Vendor address", "ORG" as "Organisation", "iban" as "IBAN"."""
    return LABELS.get(label) or _SPELT.get(label) or label.replace("_", " ").capitalize()


def percent(confidence: float) -> str:
    return f"{confidence:.0%}"


def value(finding: Finding) -> str:
    """The normalised value where it says more than the text."""
    shown = normal(finding.value)
    return shown if shown != finding.text else ""


def fact(fact: Fact) -> str:
    """The value of a field, to be read rather than compared: a date in words, else as normal, else as it stands."""
    shown = normal(fact.value)
    return (day(shown) if (fact.value or {}).get("kind") == "date" and shown else shown) or fact.text


def normal(value: dict[str, Any] | None) -> str:
    """A normalised value as one writes it; "" where there is none, or no form of its own."""
    found = value or {}
    shown = {
        "date": found.get("iso"),
        "money": " ".join(str(part) for part in (found.get("amount"), found.get("currency")) if part),
        "phone": found.get("e164"),
        "iban": found.get("iban"),
        "currency": found.get("currency"),
        "card": found.get("card"),
    }.get(found.get("kind", ""))
    return str(shown or "")


def day(iso: str) -> str:
    """ "2025-03-04" as "4 Mar 2025"; what is no whole date stays."""
    try:
        moment = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{moment.day} {moment:%b %Y}"


def about(hit: Hit) -> str:
    """Kind, page and date of a hit."""
    return " · ".join(
        [*([title(hit.type)] if hit.type else []), f"page {hit.page}", *([day(hit.date)] if hit.date else [])]
    )


def why(hit: Hit) -> str:
    return WHY.get(tuple(hit.matched), " and ".join(hit.matched))


def how_read(page: PageSummary) -> str:
    """How a page was read and why, in a sentence: what the API says, and what it only flags."""
    if page.source is None:
        return "Not read yet."
    reason = page.reason or ""
    notes = [note for flag, note in PAGE_NOTES.items() if flag in page.flags]
    if "blank" in page.flags and "blank" not in reason:
        notes.append("no words on it")
    return sentence("; ".join([reason, *notes]))


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def changes(found: Changes) -> str:
    """ "12 words changed, 3 added": how one reading differs from another."""
    counted = {"changed": found.changed, "added": found.added, "removed": found.removed}
    (what, first), *others = [(what, number) for what, number in counted.items() if number] or [("", 0)]
    if not first:
        return "no word changed"
    return ", ".join([f"{count(first, 'word')} {what}", *(f"{number:,} {what}" for what, number in others)])


def size(number: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit != "MB" else f"{number:.1f} MB"
        number /= 1000
    return f"{number:.1f} GB"


def left(seconds: float) -> str:
    """ "about 3 minutes left"; nothing is promised to the second."""
    if seconds < 5:
        return "a moment left"
    if seconds < 55:
        return f"about {round(seconds / 5) * 5} seconds left"
    return f"about {count(round(seconds / 60), 'minute')} left"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """ "3 minutes ago" for the last day, then the date."""
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{count(int(seconds // 60), 'minute')} ago"
    if seconds < 86400:
        return f"{count(int(seconds // 3600), 'hour')} ago"
    return f"{moment.astimezone():%d %b %Y}"
