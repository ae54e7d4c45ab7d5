"""Makes small documents for tests. What is in them is the caller's choice, so that a test can look for it."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas


def pdf(*pages: Sequence[str]) -> bytes:
    """A born-digital PDF; each page is a list of lines."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True)
    for lines in pages:
        canvas.setFont("Helvetica", 12)
        for number, text in enumerate(lines):
            canvas.drawString(72, 770 - 18 * number, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def pages_with_tables(*pages: Sequence[Sequence[str]]) -> bytes:
    """A born-digital PDF; each page has a line of text and a ruled table of these rows of two columns, if any."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True)
    for rows in pages:
        canvas.drawString(60, 780, "INVOICE No: NP-2291, total: GBP 88.00, for what is in the table below.")
        if rows:
            canvas.grid((60, 300, 480), [700 - 30 * row for row in range(len(rows) + 1)])
        for row, texts in enumerate(rows):
            for left, text in zip((66, 306), texts, strict=True):
                canvas.drawString(left, 680 - 30 * row, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def heavy(text: str, side: int = 1800) -> bytes:
    """A page of text with a stamp of noise that cannot be compressed: about three bytes times the side squared."""
    noise = Image.frombytes("RGB", (side, side), random.Random(5).randbytes(3 * side * side))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True, pageCompression=0)
    canvas.drawString(72, 770, text)
    canvas.drawImage(ImageReader(noise), 72, 72, 40, 40)
    canvas.save()
    return out.getvalue()


def picture(*lines: str, width: int = 1000, height: int = 600, format: str = "PNG") -> bytes:
    """A clean scan: black letters on white."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=36)
    for number, text in enumerate(lines):
        draw.text((60, 60 + 60 * number), text, fill=0, font=font)
    out = io.BytesIO()
    image.save(out, format)
    return out.getvalue()


INVOICE = (
    "Northwind Paper Ltd",
    "12 Mill Lane, Leeds LS1 4AB, United Kingdom",
    "INVOICE",
    "Invoice No: NP-2291",
    "Invoice Date: 14 March 2025",
    "Bill to: Jane Hartley, Contoso GmbH, Berlin",
    "Printing paper A4, 40 boxes   1,000.00",
    "Net 1,000.00",
    "VAT 20% 200.00",
    "Total: GBP 1,200.00",
    "Please pay to IBAN GB33BUKB20201555555555 within 30 days.",
    "Questions: billing@northwind-paper.example",
)


def invoice(mark: str = "") -> bytes:
    """An invoice of one page; `mark` makes its bytes, and one line, differ."""
    return pdf([*INVOICE, mark])
