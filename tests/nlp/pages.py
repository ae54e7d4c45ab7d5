"""Pages for tests, set from lines of (left, top, text) on a grid of 100 by 100 characters."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.facts import Box, Page, Word

WIDTH, HEIGHT = 0.01, 0.012


def page(lines: Sequence[tuple[float, float, str] | tuple[float, float, str, float]], number: int = 1) -> Page:
    """A page whose lines stand at the given columns and rows (percent of the page), with an optional size factor."""
    words: list[Word] = []
    texts: list[str] = []
    start = 0
    for left, top, text, *size in lines:
        scale = size[0] if size else 1.0
        at = 0
        for part in text.split(" "):
            x = left / 100 + at * WIDTH * scale
            box = Box(x, top / 100, x + len(part) * WIDTH * scale, top / 100 + HEIGHT * scale)
            words.append(Word(part, start + at, start + at + len(part), box, 0.99))
            at += len(part) + 1
        texts.append(text)
        start += len(text) + 1
    return Page(number, 1000, 1000, "\n".join(texts), tuple(words), "test", "Set by a test.", 0.99)


def without_boxes(given: Page) -> Page:
    """The same page as a reader would give it that knows no places."""
    nowhere = Box(0, 0, 0, 0)
    words = tuple(Word(w.text, w.start, w.end, nowhere, w.confidence) for w in given.words)
    return Page(given.number, given.width, given.height, given.text, words, "test", "Set by a test.", 0.99)


RECEIPT = page(
    [
        (20, 4, "BLUE HERON HARDWARE SDN BHD (123456-X)", 1.3),
        (25, 7, "NO. 12, JALAN MAWAR 3,"),
        (25, 9, "TAMAN MELUR, 81100 JOHOR BAHRU"),
        (30, 11, "TEL: 07-000 0000"),
        (30, 13, "TAX INVOICE"),
        (5, 16, "RECEIPT NO: CS-00417"),
        (5, 18, "DATE: 25/12/2018 18:12"),
        (5, 22, "HAMMER"),
        (60, 22, "35.00"),
        (5, 24, "NAILS 1KG"),
        (60, 24, "12.50"),
        (5, 28, "SUB TOTAL"),
        (60, 28, "47.50"),
        (5, 30, "ROUNDING"),
        (60, 30, "0.00"),
        (5, 32, "TOTAL (RM)"),
        (60, 32, "47.5O"),
        (5, 34, "CASH"),
        (60, 34, "50.00"),
        (5, 36, "CHANGE"),
        (60, 36, "2.50"),
        (10, 40, "THANK YOU, PLEASE COME AGAIN"),
    ]
)

INVOICE = page(
    [
        (5, 4, "Quartz & Fern Ltd", 1.8),
        (5, 8, "8 Sandpiper Road"),
        (5, 10, "Whitby YO21 9ZZ"),
        (70, 4, "INVOICE", 1.6),
        (60, 8, "Invoice number"),
        (80, 8, "QF-2041"),
        (60, 10, "Invoice date"),
        (80, 10, "3 March 2026"),
        (60, 12, "Due date"),
        (80, 12, "2 April 2026"),
        (5, 20, "Bill to"),
        (5, 22, "Meridian Bakery Ltd"),
        (5, 24, "4 Orchard Street"),
        (5, 26, "Leeds LS1 9ZZ"),
        (5, 34, "Paving, 40 m2"),
        (80, 34, "€1,250.00"),
        (5, 38, "Subtotal"),
        (80, 38, "€1,250.00"),
        (5, 40, "VAT 20%"),
        (80, 40, "€250.00"),
        (5, 42, "Total due"),
        (80, 42, "€1,500.00"),
    ]
)
