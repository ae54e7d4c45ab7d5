"""One example of each answer, for the API's description; a test holds them against the shapes.

The shapes are in schemas.py.
"""

from __future__ import annotations

from typing import Any

_SPAN = {"page": 1, "start": 212, "end": 220, "boxes": [[0.72, 0.61, 0.81, 0.63]]}

PROBLEM: dict[str, Any] = {
    "schema": 1,
    "type": "about:blank",
    "title": "The file is protected and needs a password, or the one given is wrong.",
    "status": 422,
    "code": "password_required",
    "message": "The file is protected and needs a password, or the one given is wrong.",
    "advice": "Send it again together with its password.",
}

DOCUMENT: dict[str, Any] = {
    "schema": 1,
    "id": "5f0c2a7be1d94d7a9c0f6a4a2b8c1d3e",
    "filename": "invoice-2291.pdf",
    "media_type": "application/pdf",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "size": 48213,
    "collection": "default",
    "batch_id": None,
    "parent_id": None,
    "path_in_parent": None,
    "parent": None,
    "members": [],
    "version_of": None,
    "source": "api",
    "uploader": "local",
    "languages": [],
    "status": "ready",
    "error": None,
    "flags": [],
    "progress": {"pages": 2, "read": 2, "problems": 0, "warnings": 0},
    "type": {"label": "invoice", "confidence": 0.97, "origin": "rule"},
    "review_state": "unreviewed",
    "reviewed_by": None,
    "reviewed_at": None,
    "findings": 23,
    "doubtful": 2,
    "searchable": False,
    "thumbnail_url": "/api/v1/pictures/WyJkb2N1bWVudHMvNWYwYzJhN2IiLDE3OTU0MzM0MDBd.Qm0rKkPqJ7pP4yq2lGvY3A",
    "run": 1,
    "version": 1,
    "created_at": "2026-11-23T08:00:00Z",
    "updated_at": "2026-11-23T08:00:04Z",
    "ready_at": "2026-11-23T08:00:04Z",
    "deleted_at": None,
}

_FINDING: dict[str, Any] = {
    "schema": 1,
    "id": "0b7c5b0e4a7d5c0e9c6f2f1f6f1d2e3a",
    "document_id": DOCUMENT["id"],
    "text": "1,200.00",
    "value": {"kind": "money", "amount": "1200.00", "currency": "GBP"},
    "confidence": 0.93,
    "origin": "rule",
    "model": "rules 1",
    "reading_id": "6a1e2f7c5d0b5c3f8e9d4b2a1c0f7e6d",
    "state": "found",
    "conflict": False,
    "doubtful": False,
    "doubt": None,
    "spans": [_SPAN],
    "version": 1,
}

ENTITY: dict[str, Any] = {**_FINDING, "label": "MONEY"}
FIELD: dict[str, Any] = {**_FINDING, "name": "total", "group": None, "row": None, "candidates": []}

THINGS: dict[str, Any] = {
    "schema": 1,
    "items": [
        {
            "number": 1,
            "label": "ORG",
            "name": "Northwind Paper Ltd",
            "value": None,
            "mentions": [
                {"entity_id": "5d1f0a3c7b9e4f6d8a2c4e6f8b0d1c3e", "text": "NORTHWIND PAPER", "spans": [_SPAN]},
                {"entity_id": "9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d", "text": "Northwind Paper Ltd", "spans": [_SPAN]},
            ],
        }
    ],
}

SEARCH: dict[str, Any] = {
    "schema": 1,
    "query": "when is the paper invoice due?",
    "seconds": 0.031,
    "hits": [
        {
            "document_id": DOCUMENT["id"],
            "reading_id": "7c9e6679f0b94f0e9d6f0e8b3f0a1c2d",
            "filename": "invoice-2291.pdf",
            "type": "invoice",
            "page": 1,
            "start": 240,
            "end": 301,
            "snippet": "Please pay to IBAN GB33BUKB20201555555555 within 30 days.",
            "boxes": [[0.12, 0.72, 0.66, 0.74]],
            "score": 0.0328,
            "matched": ["words", "meaning"],
            "marks": [],
            "date": "2025-03-14",
            "image_url": DOCUMENT["thumbnail_url"],
            "image_width": 2480,
            "image_height": 3508,
            "facts": [{"name": "vendor", "text": "Northwind Paper Ltd", "value": {"kind": "name"}}],
        }
    ],
    "facets": {"types": {"invoice": 3, "letter": 1}, "labels": {"DATE": 4, "IBAN": 2}},
    "ways": ["words", "meaning"],
}

VOCABULARY: dict[str, Any] = {
    "schema": 1,
    "types": [{"name": "letter", "fields": [{"name": "date", "kind": "date", "group": None}]}],
    "labels": [{"name": "MONEY", "kind": "money"}, {"name": "ORG", "kind": "text"}],
}

VALUE: dict[str, Any] = {
    "schema": 1,
    "text": "15 March 2025",
    "value": {"kind": "date", "iso": "2025-03-15", "ambiguous": False},
}

CONFLICT: dict[str, Any] = {
    **PROBLEM,
    "title": "Someone changed this since you opened it.",
    "status": 412,
    "code": "changed_meanwhile",
    "message": "Someone changed this since you opened it.",
    "advice": "Load it again, look at the change, and repeat yours if it is still wanted.",
    "current": {**ENTITY, "state": "accepted", "version": 2},
}

ENGINES: dict[str, Any] = {
    "schema": 1,
    "items": [
        {"name": "tesseract", "title": "Tesseract", "version": "5.5.0", "languages": ["deu", "eng"]},
        {"name": "rapidocr", "title": "PP-OCR", "version": "3.10.0 (PP-OCRv6 small)", "languages": ["deu", "eng"]},
    ],
    "languages": [{"code": "eng", "name": "English"}, {"code": "deu", "name": "German"}],
    "default_languages": ["eng"],
}

CHANGES: dict[str, Any] = {
    "schema": 1,
    "reading_id": "7c9e6679f0b94f0e9d6f0e8b3f0a1c2d",
    "since": "6a1e2f7c5d0b5c3f8e9d4b2a1c0f7e6d",
    "changed": 1,
    "added": 0,
    "removed": 0,
    "items": [
        {
            "kind": "changed",
            "before": {"start": 412, "end": 418, "text": "193.0O"},
            "after": {"start": 412, "end": 418, "text": "193.00"},
        }
    ],
}

FORMATS: dict[str, Any] = {
    "schema": 1,
    "items": [
        {
            "media_type": "application/pdf",
            "name": "a PDF",
            "suffixes": [".pdf"],
            "way": "its pages are read as they are",
            "ready": True,
        }
    ],
}
