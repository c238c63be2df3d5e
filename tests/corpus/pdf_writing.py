"""Writes small PDF files with reportlab, as other programs write reports: for tests of what is read from them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import LETTER
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = LETTER
Draw = Callable[[Canvas], None]


def pdf(
    *pages: Draw, password: str | None = None, title: str | None = None, author: str | None = None
) -> bytes:
    """A PDF with these pages; the same call gives the same bytes."""
    target = io.BytesIO()
    encryption = StandardEncryption(password) if password else None
    canvas = Canvas(target, pagesize=LETTER, encrypt=encryption, invariant=1)
    if title:
        canvas.setTitle(title)
    if author:
        canvas.setAuthor(author)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def text(
    lines: Sequence[str],
    *,
    left: float = 90,
    top: float = 700,
    pitch: float = 13,
    size: float = 10.5,
    font: str = "Helvetica",
) -> Draw:
    """Lines one under the other; an empty one leaves half a line free."""

    def draw(canvas: Canvas) -> None:
        height = top
        for line in lines:
            if not line:
                height -= pitch / 2
                continue
            canvas.setFont(font, size)
            canvas.drawString(left, height, line)
            height -= pitch

    return draw


def at(left: float, height: float, words: str, *, size: float = 10.5, font: str = "Helvetica") -> Draw:
    """Words at one place."""
    return text([words], left=left, top=height, size=size, font=font)


def right(edge: float, height: float, words: str, *, size: float = 9) -> Draw:
    """Words that end at one place."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        canvas.drawRightString(edge, height, words)

    return draw


def picture(
    path: Path | io.BytesIO, left: float = 0, bottom: float = 0, width: float = WIDTH, height: float = HEIGHT
) -> Draw:
    """A picture, by default over the whole page."""

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(path), left, bottom, width, height)

    return draw


def both(*parts: Draw) -> Draw:
    """All of these on one page."""

    def draw(canvas: Canvas) -> None:
        for part in parts:
            part(canvas)

    return draw


def justified(
    words: str, *, left: float, top: float, width: float, pitch: float = 13, size: float = 10.5
) -> Draw:
    """A paragraph broken into lines at a width, as a typesetter breaks it."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and stringWidth(longer, "Helvetica", size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return text(lines, left=left, top=top, pitch=pitch, size=size)
