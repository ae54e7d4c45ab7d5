"""Draws a document and remembers every line it drew, in reading order. What to draw is left to the layouts."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Literal

from reportlab.lib.colors import HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from samples.fonts import font

Align = Literal["left", "right", "centre"]
Cell = tuple[float, str, Align]

A4 = (595.0, 842.0)
LETTER = (612.0, 792.0)


class Sheet:
    """Pages in points with the origin at the top left; `y` is a baseline. `lines` holds the text of each page."""

    def __init__(self, size: tuple[float, float], title: str, ink: str = "#111111") -> None:
        self.width, self.height = size
        self.lines: list[list[str]] = [[]]
        self._ink = ink
        self._bytes = BytesIO()
        self._canvas = Canvas(self._bytes, pagesize=size, invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setAuthor("Sheaf samples")

    def text(
        self,
        x: float,
        y: float,
        text: str,
        face: str = "sans",
        size: float = 10,
        align: Align = "left",
        ink: str | None = None,
    ) -> float:
        """One line of its own; returns the baseline a usual distance below."""
        self.row(y, [(x, text, align)], face, size, ink)
        return y + size * 1.35

    def row(
        self, y: float, cells: Sequence[Cell], face: str = "sans", size: float = 10, ink: str | None = None
    ) -> None:
        """Cells on one baseline, read as one line from left to right. `x` of a cell is its left, right or middle."""
        for x, text, align in cells:
            self._draw(x, y, text, face, size, align, ink)
        self.lines[-1].append(" ".join(text for _, text, _ in cells if text))

    def block(
        self, x: float, y: float, lines: Sequence[str], face: str = "sans", size: float = 10, align: Align = "left"
    ) -> float:
        for line in lines:
            y = self.text(x, y, line, face, size, align)
        return y

    def paragraph(
        self, x: float, y: float, width: float, text: str, face: str = "sans", size: float = 10, leading: float = 1.4
    ) -> float:
        """Text broken at `width`; returns the baseline where the next paragraph may start."""
        for line in simpleSplit(text, font(face), size, width):
            self._draw(x, y, line, face, size, "left", None)
            self.lines[-1].append(line)
            y += size * leading
        return y + size * 0.5

    def rule(
        self, x0: float, y0: float, x1: float, y1: float, width: float = 0.6, dash: tuple[int, int] = (1, 0)
    ) -> None:
        self._canvas.setLineWidth(width)
        self._canvas.setStrokeColor(HexColor(self._ink))
        self._canvas.setDash(*dash)
        self._canvas.line(x0, self.height - y0, x1, self.height - y1)
        self._canvas.setDash()

    def box(
        self, x: float, y: float, width: float, height: float, fill: str | None = None, stroke: float = 0.6
    ) -> None:
        """A rectangle whose top left corner is x, y; `stroke` 0 draws no border."""
        self._canvas.setLineWidth(stroke)
        self._canvas.setStrokeColor(HexColor(self._ink))
        if fill:
            self._canvas.setFillColor(HexColor(fill))
        self._canvas.rect(
            x, self.height - y - height, width, height, stroke=int(stroke > 0), fill=int(fill is not None)
        )

    def scribble(self, points: Sequence[tuple[float, float]], ink: str = "#1b2f8a", width: float = 1.1) -> None:
        """A smooth pen stroke through the points: a signature, not text."""
        self._canvas.setStrokeColor(HexColor(ink))
        self._canvas.setLineWidth(width)
        path = self._canvas.beginPath()
        path.moveTo(points[0][0], self.height - points[0][1])
        for a, b, c in zip(points[1::3], points[2::3], points[3::3], strict=False):
            path.curveTo(*(side for x, y in (a, b, c) for side in (x, self.height - y)))
        self._canvas.drawPath(path, stroke=1, fill=0)

    def next_page(self) -> None:
        self._canvas.showPage()
        self.lines.append([])

    def save(self) -> bytes:
        self._canvas.save()
        return self._bytes.getvalue()

    def _draw(self, x: float, y: float, text: str, face: str, size: float, align: Align, ink: str | None) -> None:
        self._canvas.setFont(font(face), size)
        self._canvas.setFillColor(HexColor(ink or self._ink))
        left = x - stringWidth(text, font(face), size) * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
        self._canvas.drawString(left, self.height - y, text)


def signature(sheet: Sheet, x: float, y: float, seed: float) -> None:
    """An unreadable signature of about 90 by 30 points; `seed` bends it."""
    points = [(x, y)]
    for step in range(1, 19):
        lift = 16 if step % 3 == 1 else (-9 if step % 3 == 2 else 2)
        points.append((x + step * 5.0, y - lift * (0.6 + ((step * seed) % 1.0))))
    sheet.scribble(points)
