"""Answers and documents as a person reads them in a terminal; document text is made harmless here."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from corpus.records import DocumentRecord
from qa.types import Answer, Citation

_UNSEEN = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
_STRENGTH = ((0.8, "strong"), (0.6, "partial"), (0.0, "weak"))


def printable(text: str) -> str:
    """Text that cannot steer a terminal: control characters (escape sequences, direction marks) become a space."""
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") or c in _UNSEEN else c for c in text)


def strength(confidence: float) -> str:
    """A plain word for a probability that the documents hold the answer."""
    return next(word for bound, word in _STRENGTH if confidence >= bound)


def print_answer(answer: Answer, library: Path) -> None:
    """Print numbered quotes with their sources, or why there is none."""
    console = Console(highlight=False)
    searched = f"{answer.searched.documents:,} documents, {answer.searched.passages:,} passages searched"
    if answer.answered:
        head = Text.assemble((printable(answer.answer or ""), "bold green"), "  " if answer.answer else "")
        console.print(head.append(f"({strength(answer.confidence)} match; {searched})", style="dim"))
    else:
        console.print(Text(printable(answer.reason or ""), style="bold yellow"))
        console.print(Text(searched, style="dim"))
        if answer.nearest:
            console.print(Text("Nearest passages, not answers:", style="dim"))
    for citation in answer.citations or answer.nearest[:3]:
        console.print(_citation(citation))
    shown = answer.citations or answer.nearest
    if shown:
        first = shown[0]
        where = f"?doc={first.document_id[:12]}&start={first.start}&end={first.end}"
        console.print(
            Text(
                f"\nTo read on: sourcebook serve --library {library}, then http://127.0.0.1:7860/{where}",
                style="dim",
            )
        )


def _citation(citation: Citation) -> Group:
    source = Text(source_line(citation), style="cyan")
    return Group(
        Text(""),
        Text(f"{citation.rank}. ", style="bold").append_text(source),
        Padding(_passage(citation), (0, 0, 0, 3)),
    )


def source_line(citation: Citation) -> str:
    """Publisher, title, date, page, path: what is known, in that order."""
    parts = [citation.publisher, citation.title, citation.published or "date unknown"]
    parts += [f"p. {citation.page}" if citation.page else None, citation.path]
    return printable(" · ".join(part for part in parts if part))


def _passage(citation: Citation) -> Text:
    """The passage, dim, with the quote bright and the answer span underlined."""
    passage = citation.passage
    text = Text(printable(passage.text), style="dim")
    text.stylize("not dim bold", citation.start - passage.start, citation.end - passage.start)
    if citation.answer:
        text.stylize(
            "underline green", citation.answer.start - passage.start, citation.answer.end - passage.start
        )
    return text


def print_documents(records: Sequence[DocumentRecord]) -> None:
    """Print a table of documents."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("id", "title", "publisher", "date", "lang"):
        table.add_column(
            name, overflow="fold" if name == "title" else "ellipsis", no_wrap=name in ("id", "date")
        )
    table.add_column("passages", justify="right")
    table.add_column("path", overflow="fold")
    for record in records:
        metadata = record.metadata
        table.add_row(
            record.id[:8],
            Text(printable(metadata.title.value)),
            Text(printable(metadata.publisher.value) if metadata.publisher else "unknown"),
            f"{metadata.published.date}" if metadata.published else "unknown",
            Text(metadata.language.value if metadata.language else "unknown"),
            str(record.passages),
            Text(printable(record.path)),
        )
    console = Console(highlight=False)
    console.print(table if records else "The library is empty; run: sourcebook add PATH")
    console.print(f"{len(records):,} documents, {sum(record.passages for record in records):,} passages")


def document_to_json(record: DocumentRecord) -> dict[str, Any]:
    """A document's record as JSON values."""
    metadata = record.metadata
    return {
        "document_id": record.id,
        "paths": list(record.paths),
        "title": metadata.title.value,
        "title_origin": metadata.title.origin.value,
        "publisher": metadata.publisher.value if metadata.publisher else None,
        "published": str(metadata.published.date) if metadata.published else None,
        "published_origin": metadata.published.origin.value if metadata.published else None,
        "language": metadata.language.value if metadata.language else None,
        "media_type": record.media_type,
        "passages": record.passages,
        "characters": record.characters,
        "added_at": record.added_at.isoformat(),
    }
