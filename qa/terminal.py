"""Answers and documents as a person reads them in a terminal; document text is made harmless here."""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from corpus.records import DocumentRecord
from corpus.types import Authors, Coverage, Metadata, Published, Sourced
from qa.answer import strength
from qa.console import Output
from qa.copies import sources_words
from qa.places import default_library
from qa.types import Answer, Citation, Comparison, Copy

_UNSEEN = frozenset("\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
_EMPTY_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
_WIDEST = 100
"""Lines longer than this are hard to read, however wide the terminal is."""
_WIDTH_OF_FILES = 160
_SHOWN_NEAREST = 3
_ADDRESS = "http://127.0.0.1:7860/"


def printable(text: str) -> str:
    """Text that cannot steer a terminal: control characters (escape sequences, direction marks) become a space."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") or c in _UNSEEN else c for c in text)


def count_of(number: int, noun: str) -> str:
    """A number with its noun: "1 document", "2,000 documents"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def print_answer(answer: Answer, library: Path) -> None:
    """Print numbered quotes with their sources, or why there is none."""
    console = Output(highlight=False)
    console.width = min(console.width, _WIDEST)
    searched = answer.searched
    where = f"{count_of(searched.documents, 'document')}, {count_of(searched.passages, 'passage')} searched"
    if searched.undated:
        where += f"; {count_of(searched.undated, 'document')} without a known date left out"
    if answer.time:
        where += f"; about {answer.time.start} to {answer.time.end}"
    if answer.answered:
        if answer.answer:
            console.print(Text(printable(answer.answer), style="bold green"))
        word = strength(answer.confidence, answer.threshold).capitalize()
        rests = f"{word} match; {sources_words(answer.sources)}; {where}"
        console.print(Text(rests, style="dim"))
    else:
        console.print(Text(printable(answer.reason or ""), style="bold yellow"))
        console.print(Text(where, style="dim"))
        if answer.nearest:
            console.print(Text("\nNearest passages, not answers:", style="dim"))
    if answer.comparison:
        console.print()
        console.print(_comparison(answer.comparison))
    shown = answer.citations or answer.nearest[:_SHOWN_NEAREST]
    for citation in shown:
        console.print()
        console.print(_citation(citation, styled=console.color_system is not None))
    if shown:
        _print_way_on(console, shown[0], library)


def _print_way_on(console: Console, first: Citation, library: Path) -> None:
    named = "" if library == default_library() else f" --library {shlex.quote(str(library))}"
    place = f"{_ADDRESS}?doc={first.document_id}&start={first.start}&end={first.end}"
    for line in (f"\nTo read on: sourcebook serve{printable(named)}", f"and open    {place}"):
        console.print(Text(line, style="dim"), soft_wrap=True)


def _citation(citation: Citation, *, styled: bool) -> RenderableType:
    """The number, and beside it title, source and words."""
    title = Text(printable(citation.title), style="bold cyan")
    words = _passage(citation) if styled else Text(f"“{_one_line(citation.quote)}”")
    grid = Table.grid(padding=(0, 1))
    grid.add_column(justify="right", min_width=2)
    grid.add_column()
    table = [Text(_one_line(part.text), style="dim") for part in (citation.caption, citation.header) if part]
    lines = [title, Text(source_line(citation)), *table, words]
    if citation.also_in:
        lines.append(Text(f"Also in: {'; '.join(map(copy_line, citation.also_in))}", style="dim"))
    grid.add_row(Text(f"{citation.rank}.", style="bold"), Group(*lines))
    return grid


def _comparison(comparison: Comparison) -> RenderableType:
    """The different values under their label, in order of time."""
    grid = Table.grid(padding=(0, 2))
    for value in comparison.values:
        what = f"{value.value} {value.unit}" if value.unit else value.value
        when = f"{value.date} ({value.dated.value})" if value.date and value.dated else "date unknown"
        row = (
            _one_line(what),
            when,
            _one_line(value.publisher or "publisher unknown"),
            f"citation {value.rank}",
        )
        grid.add_row("", *map(Text, row))
    return Group(Text(comparison.label.value.capitalize(), style="bold magenta"), grid)


def copy_line(copy: Copy) -> str:
    """Publisher, date and path of a copy: what is known, in that order."""
    parts = [copy.publisher, copy.published or "date unknown", copy.path]
    return printable(", ".join(part for part in parts if part))


def source_line(citation: Citation) -> str:
    """Publisher, date, page, path: what is known, in that order."""
    parts = [citation.publisher, citation.published or "date unknown"]
    parts += [f"{pages_in_words(citation.pages)}" if citation.pages else None]
    parts += [f"para. {citation.paragraph}" if citation.paragraph is not None else None]
    sure = citation.ocr_confidence
    parts += [f"read from a scan, {sure:.0%} sure of its words" if sure is not None else None]
    parts += [citation.path if citation.path != citation.title else None]
    return printable(" · ".join(part for part in parts if part))


def pages_in_words(pages: Sequence[int]) -> str:
    """Page numbers as citations have them: "p. 3", "pp. 3-4"."""
    if len(pages) == 1:
        return f"p. {pages[0]}"
    joint = "-" if list(pages) == list(range(pages[0], pages[-1] + 1)) else ", "
    return f"pp. {joint.join(map(str, (pages[0], pages[-1]) if joint == '-' else pages))}"


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())


def _passage(citation: Citation) -> Text:
    """The passage, dim, with the quote bright and the answer span underlined; every character keeps its place."""
    passage = citation.passage
    characters = list(printable(passage.text))
    for gap in _EMPTY_LINE.finditer(passage.text):
        characters[gap.end() - 1] = "\n"
    text = Text("".join(characters), style="dim")
    text.stylize("not dim bold", citation.start - passage.start, citation.end - passage.start)
    if citation.answer:
        text.stylize(
            "underline green", citation.answer.start - passage.start, citation.answer.end - passage.start
        )
    return text


def print_documents(records: Sequence[DocumentRecord]) -> None:
    """Print a table of documents, each with its title and, below, where it comes from."""
    console = Output(highlight=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH_OF_FILES)
    if not records:
        console.print("The library is empty; run: sourcebook add PATH")
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("id", "date", "lang"):
        table.add_column(name, no_wrap=True)
    table.add_column("passages", justify="right", no_wrap=True)
    table.add_column("title", overflow="fold")
    for record in records:
        metadata = record.metadata
        table.add_row(
            record.id[:8],
            f"{metadata.published.date}" if metadata.published else "unknown",
            Text(printable(metadata.language.value) if metadata.language else "?"),
            f"{record.passages:,}",
            _title(record),
        )
    console.print(table)
    total = sum(record.passages for record in records)
    console.print(f"\n{count_of(len(records), 'document')}, {count_of(total, 'passage')}")


def _title(record: DocumentRecord) -> Text:
    publisher = record.metadata.publisher
    parts = [publisher.value if publisher else "publisher unknown", *record.paths]
    return Text.assemble(
        (printable(record.metadata.title.value), "cyan"), "\n", (printable(" · ".join(parts)), "dim")
    )


def document_to_json(record: DocumentRecord) -> dict[str, Any]:
    """A document's record as JSON values."""
    return {
        "document_id": record.id,
        "paths": list(record.paths),
        **_metadata_to_json(record.metadata),
        "media_type": record.media_type,
        "passages": record.passages,
        "characters": record.characters,
        "added_at": record.added_at.isoformat(),
    }


def _metadata_to_json(metadata: Metadata) -> dict[str, Any]:
    """Every field with its origin and confidence; null where it is unknown."""
    published, authors, covers = metadata.published, metadata.authors, metadata.covers
    fields: dict[str, tuple[Any, Sourced | Published | Authors | Coverage | None]] = {
        "title": (metadata.title.value, metadata.title),
        "publisher": (metadata.publisher.value if metadata.publisher else None, metadata.publisher),
        "published": (str(published.date) if published else None, published),
        "language": (metadata.language.value if metadata.language else None, metadata.language),
        "authors": (list(authors.names) if authors else None, authors),
        "symbol": (metadata.symbol.value if metadata.symbol else None, metadata.symbol),
        "source_url": (metadata.address, metadata.source_url),
        "covers": ([str(covers.first), str(covers.last)] if covers else None, covers),
    }
    found: dict[str, Any] = {}
    for name, (value, stated) in fields.items():
        found[name] = value
        found[f"{name}_origin"] = stated.origin.value if stated else None
        found[f"{name}_confidence"] = stated.confidence.value if stated else None
    found["published_precision"] = published.date.precision if published else None
    return found
