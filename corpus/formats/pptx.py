"""PowerPoint files: every slide is a page, with its title, texts, tables, charts, diagrams and the speaker's notes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from corpus.boilerplate import Place
from corpus.errors import UnreadableDocument
from corpus.formats.compose import compose, flat, table, unread
from corpus.formats.html_table import Piece
from corpus.formats.office_xml import embedded, properties
from corpus.formats.package import names, opened, part, repacked, xml
from corpus.limits import at_page
from corpus.types import BlockKind, Document, Origin, Sourced

if TYPE_CHECKING:
    from lxml.etree import _Element
    from pptx.presentation import Presentation
    from pptx.shapes.autoshape import Shape
    from pptx.shapes.base import BaseShape
    from pptx.shapes.graphfrm import GraphicFrame
    from pptx.slide import Slide
    from pptx.text.text import TextFrame

READER = ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx/3")

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DEPTH = 30
_MARGINS = ("DATE", "FOOTER", "HEADER", "SLIDE_NUMBER")
_BODIES = ("BODY", "OBJECT", "VERTICAL_BODY", "VERTICAL_OBJECT")


def read_pptx(data: bytes, name: str) -> Document:
    """The document in a PowerPoint file.

    Raises UnreadableDocument for what is none, is damaged or locked, or holds no text.
    """
    from lxml.etree import LxmlError
    from pptx import Presentation as open_presentation
    from pptx.exc import PythonPptxError

    with opened(data, name, "a PowerPoint file") as archive:
        try:
            slides = _Slides(open_presentation(io.BytesIO(_mended(archive))))
        except RecursionError as error:
            raise UnreadableDocument(f"{name} cannot be read: its parts are nested too deep") from error
        except (PythonPptxError, LxmlError, KeyError, AttributeError, TypeError) as error:
            raise ValueError(f"its parts do not fit together: {type(error).__name__} {error}") from error
        counts = [*embedded(archive, reads_charts=True), *slides.unread()]
        titles = (Sourced(slides.title, Origin.TEXT),) if slides.title else ()
        claims = properties(archive, titles)
        if any(path.startswith("ppt/comments/") for path in names(archive)):
            counts.append((1, "set of comments"))
        return compose(data, name, slides.pieces, claims, READER, unread(counts), slides.pages, slides.count)


def _mended(archive: zipfile.ZipFile) -> bytes:
    """The file without its pictures and films, and with the shapes that only newer programs show."""
    from lxml import etree

    parts: list[tuple[str, bytes]] = []
    for path in sorted(names(archive)):
        if not path.lower().endswith((".xml", ".rels")):
            parts.append((path, b""))
            continue
        root = xml(part(archive, path))
        for choice in list(root.iter(f"{_MC}AlternateContent")):
            _choose(choice)
        parts.append((path, etree.tostring(root, encoding="UTF-8", standalone=True)))
    return repacked(parts)


def _choose(choice: _Element) -> None:
    """Put the newer of two forms in the place of both; it is the one with words."""
    parent = choice.getparent()
    newer = choice.find(f"{_MC}Choice")
    if parent is None or newer is None:
        return
    for child in list(newer):
        choice.addprevious(child)
    parent.remove(choice)


class _Slides:
    """The pieces of all visible slides, each with the number of its slide."""

    def __init__(self, presentation: Presentation) -> None:
        self.pieces: list[Piece] = []
        self.pages: list[int] = []
        self.title = ""
        self.count = 0
        self._hidden = 0
        self._charts = 0
        for number, slide in enumerate(presentation.slides, 1):
            at_page(number)
            self.count = number
            if slide._element.get("show") in ("0", "false"):
                self._hidden += 1
                continue
            self._add(number, self._slide(slide, first=not self.pieces))

    def unread(self) -> list[tuple[int, str]]:
        """How many things were met that are not read."""
        return [(self._hidden, "hidden slide"), (self._charts, "chart without categories")]

    def _add(self, number: int, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            if piece.text.strip():
                self.pieces.append(piece)
                self.pages.append(number)

    def _slide(self, slide: Slide, *, first: bool) -> Iterator[Piece]:
        title = slide.shapes.title
        text = flat(title.text_frame.text) if title is not None else ""
        if text:
            self.title = self.title or (text if first else "")
            yield Piece(text, BlockKind.HEADING, 1 if first else 2)
        for shape in slide.shapes:
            if title is None or shape.shape_id != title.shape_id:
                yield from self._shape(shape, slide)
        notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
        if notes is not None and notes.text.strip():
            yield Piece("Notes", BlockKind.HEADING, 3)
            yield from _paragraphs(notes)

    def _shape(self, shape: BaseShape, slide: Slide, depth: int = 0) -> Iterator[Piece]:
        if depth > _DEPTH:
            raise ValueError(f"its shapes are nested more than {_DEPTH} deep")
        if hasattr(shape, "shapes"):
            for inner in shape.shapes:
                yield from self._shape(inner, slide, depth + 1)
        elif shape.has_text_frame:
            yield from _text(cast("Shape", shape))
        elif getattr(shape, "has_table", False):
            grid = cast("GraphicFrame", shape).table
            rows = [[flat(cell.text) for cell in row.cells] for row in grid.rows]
            yield from table(rows, int(bool(grid.first_row) and len(rows) > 1))
        elif getattr(shape, "has_chart", False):
            yield from self._chart(cast("GraphicFrame", shape))
        else:
            yield from _diagram(shape, slide)

    def _chart(self, shape: GraphicFrame) -> Iterator[Piece]:
        chart = shape.chart
        if chart.has_title and chart.chart_title.has_text_frame:
            yield Piece(flat(chart.chart_title.text_frame.text), BlockKind.CAPTION)
        plots = list(chart.plots)
        categories = [flat(str(category)) for category in plots[0].categories] if plots else []
        series = [one for plot in plots for one in plot.series if hasattr(one, "values")]
        if not categories or not series:
            self._charts += 1
            return
        columns = [list(one.values) for one in series]
        rows = [["", *(flat(one.name or "") for one in series)]]
        for place, category in enumerate(categories):
            rows.append([category, *(_figure(column, place) for column in columns)])
        yield from table(rows, 1)


def _figure(column: Sequence[float | None], place: int) -> str:
    value = column[place] if place < len(column) else None
    return "" if value is None else f"{value:.15g}"


def _text(shape: Shape) -> Iterator[Piece]:
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    pieces = list(_paragraphs(shape.text_frame))
    if kind is not None and kind.name in _MARGINS:
        for piece in pieces:
            piece.place = Place.CHROME
    listed = kind is not None and kind.name in _BODIES and len(pieces) > 1
    for piece in pieces:
        if listed:
            piece.kind = BlockKind.LIST_ITEM
        else:
            piece.level = 0
    yield from pieces


def _paragraphs(frame: TextFrame) -> Iterator[Piece]:
    for paragraph in frame.paragraphs:
        lines = (flat(line) for line in paragraph.text.replace("\v", "\n").split("\n"))
        if text := "\n".join(filter(None, lines)):
            yield Piece(text, BlockKind.PARAGRAPH, paragraph.level + 1)


def _diagram(shape: BaseShape, slide: Slide) -> Iterator[Piece]:
    """The words of a diagram (SmartArt), in the order in which it keeps them."""
    relations = next(shape._element.iter(f"{_DIAGRAM}relIds"), None)
    reference = relations.get(f"{_RELATION}dm") if relations is not None else None
    if reference is None:
        return
    root = xml(slide.part.related_part(reference).blob)
    for point in root.iter(f"{_DIAGRAM}pt"):
        if text := flat("".join(run.text or "" for run in point.iter(f"{_DRAWING}t"))):
            yield Piece(text, BlockKind.LIST_ITEM, 1)
