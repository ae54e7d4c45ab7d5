"""What the pages of a document say together settles what one page leaves open."""

from __future__ import annotations

from nlp.facts import Page
from nlp.reading.media_types import PDF
from nlp.sandbox import Limits, Sandbox
from workers.understanding import understand_pages


def test_dates_of_one_page_are_read_in_the_order_that_another_shows() -> None:
    texts = ("Contract of 12/25/2018", "Due: 03/02/2019")
    pages = [Page(n, 595.0, 842.0, text, (), "text_layer", "test", 1.0) for n, text in enumerate(texts, 1)]
    models = Sandbox(1, Limits(4096))
    try:
        understanding, problems = understand_pages(models, pages, PDF, None, None)
    finally:
        models.close()
    assert problems == {}
    assert [dict(e.value or {}) for e in understanding.entities if e.label == "DATE"] == [
        {"kind": "date", "iso": "2018-12-25", "ambiguous": False},
        {"kind": "date", "iso": "2019-03-02", "ambiguous": False},
    ]
