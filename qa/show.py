"""What the program read in a document, as a person can check it: blocks, headings, tables, metadata and its origins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import click
from rich.text import Text

from corpus.errors import InvalidInput
from corpus.language import language_of
from corpus.records import DocumentRecord
from corpus.types import Block, BlockKind, Confidence, Document, Metadata
from qa.cite import json_text
from qa.console import Output
from qa.duplicates import PATIENT, Twins, alike, twin_to_json
from qa.terminal import count_of, document_to_json, printable

_STYLES = {
    BlockKind.HEADING: "bold cyan",
    BlockKind.TABLE_HEADER: "bold",
    BlockKind.CAPTION: "italic",
    BlockKind.FOOTNOTE: "dim italic",
    BlockKind.BOILERPLATE: "dim",
}
_MARKS = {
    BlockKind.LIST_ITEM: "•",
    BlockKind.NUMBERED: "¶",
    BlockKind.FOOTNOTE: "†",
    BlockKind.TABLE_HEADER: "╤",
    BlockKind.TABLE_ROW: "│",
    BlockKind.CAPTION: "▫",
    BlockKind.BOILERPLATE: "✂",
}


_ALWAYS = ("publisher", "published", "language")
"""What is told as unknown, too."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A document, what the library says about it, and the documents that say the same.

    `others` is how many documents there are besides it where that is more than it was compared with, else 0.
    """

    document: Document
    record: DocumentRecord
    twins: Sequence[Twins] = ()
    others: int = 0


def print_document(shown: Shown, *, page: int | None = None, boilerplate: bool = False) -> None:
    """Print metadata with origins, notes, then every block (of one page); boilerplate only when asked for.

    Raises InvalidInput for a page that the document has not.
    """
    document = shown.document
    numbers = _page_numbers(shown, page)
    console = Output(highlight=False)
    for words in _head(shown, len(numbers)):
        console.print(words, soft_wrap=True)
    left_out = 0
    last: int | None = None
    for block, pages in _blocks(document, page):
        if block.kind is BlockKind.BOILERPLATE and not boilerplate:
            left_out += 1
            continue
        if pages and pages[0] != last:
            last = pages[0]
            console.print(Text(f"\n── page {last} ──", style="dim"), soft_wrap=True)
        console.print(_block(document, block), soft_wrap=True)
    if left_out:
        line = f"{count_of(left_out, 'block')} of boilerplate left out; see them with --boilerplate"
        console.print(Text(f"\n{line}", style="dim"), soft_wrap=True)


def print_json(shown: Shown, *, page: int | None = None, boilerplate: bool = False) -> None:
    """Print the same as one JSON object; raises InvalidInput for a page that the document has not."""
    document = shown.document
    numbers = _page_numbers(shown, page)
    blocks = [
        {
            "start": block.start,
            "end": block.end,
            "kind": block.kind.value,
            "level": 0 if block.kind is BlockKind.NUMBERED else block.level,
            "number": block.level if block.kind is BlockKind.NUMBERED else None,
            "pages": list(pages),
            "language": language_of(document.text[block.start : block.end], document.metadata.language),
            "text": document.text[block.start : block.end],
        }
        for block, pages in _blocks(document, page)
        if boilerplate or block.kind is not BlockKind.BOILERPLATE
    ]
    found = {
        **document_to_json(shown.record),
        "reader": document.reader,
        "pages": len(numbers),
        "notes": list(document.notes),
        "duplicates": [twin_to_json(twins) for twins in shown.twins],
        "blocks": blocks,
    }
    click.echo(json_text(found, indent=2))


def _page_numbers(shown: Shown, page: int | None) -> list[int]:
    """The numbers of the document's pages; raises InvalidInput if the page wanted is not among them."""
    numbers = sorted({stretch.number for stretch in shown.document.pages})
    if page is not None and page not in numbers:
        has = f"has pages {numbers[0]} to {numbers[-1]}" if numbers else "has no pages"
        raise InvalidInput(f"{shown.record.path} {has}; there is no page {page}")
    return numbers


def _blocks(document: Document, page: int | None) -> Iterator[tuple[Block, tuple[int, ...]]]:
    """Every block (of one page), with its pages."""
    for block in document.blocks:
        pages = document.pages_between(block.start, block.end)
        if page is None or page in pages:
            yield block, pages


def _head(shown: Shown, pages: int) -> Iterator[Text]:
    document, record = shown.document, shown.record
    yield Text(printable(document.metadata.title.value), style="bold")
    for name, value, origin in described(document.metadata):
        yield Text.assemble(
            (f"  {name}: ", "dim"), printable(value), (f"  [{origin}]" if origin else "", "dim")
        )
    size = f"{record.bytes:,} bytes, {count_of(len(document.text), 'character')}, {count_of(record.passages, 'passage')}"
    if pages:
        size += f", {count_of(pages, 'page')}"
    for name, value in (
        ("paths", " · ".join(record.paths)),
        ("id", document.id),
        ("read by", f"{document.reader} ({document.media_type}), {size}"),
        ("added", record.added_at.isoformat(timespec="minutes")),
    ):
        yield Text.assemble((f"  {name}: ", "dim"), printable(value))
    for twins in shown.twins:
        yield Text.assemble(("  also: ", "dim"), printable(f"{alike(twins)}  {twins.second.path}"))
    if shown.others:
        compared = f"compared with the {PATIENT:,} of {shown.others:,} documents that are nearest in length"
        yield Text(f"  also: {compared}; all: sourcebook list --duplicates", style="dim")
    for note in document.notes:
        yield Text(f"  note: {printable(note)}", style="yellow")


def described(metadata: Metadata) -> Iterator[tuple[str, str, str]]:
    """Every piece of metadata: its name, its value or "unknown", where it was read and how far it can be relied on."""
    covers, day, authors = metadata.covers, metadata.published, metadata.authors
    fields = (
        ("title", metadata.title, metadata.title.value),
        ("publisher", metadata.publisher, metadata.publisher and metadata.publisher.value),
        ("published", day, day and f"{day.date} (to the {day.date.precision})"),
        ("language", metadata.language, metadata.language and metadata.language.value),
        ("authors", authors, authors and ", ".join(authors.names)),
        ("symbol", metadata.symbol, metadata.symbol and metadata.symbol.value),
        ("address", metadata.source_url, metadata.address),
        ("covers", covers, covers and f"{covers.first} to {covers.last}"),
    )
    for name, stated, value in fields:
        if stated and value:
            certain = stated.confidence is Confidence.CERTAIN
            yield name, value, f"{stated.origin}, {stated.confidence}{'' if certain else ' confidence'}"
        elif name in _ALWAYS:
            yield name, "unknown", ""


def _block(document: Document, block: Block) -> Text:
    words = " ".join(printable(document.text[block.start : block.end]).split())
    mark = "#" * block.level if block.kind is BlockKind.HEADING else _MARKS.get(block.kind, " ")
    indent = "  " * (block.level - 1) if block.kind is BlockKind.LIST_ITEM else ""
    stated = document.metadata.language
    language = language_of(document.text[block.start : block.end], stated)
    other = f"  [{language}]" if language != (stated.value if stated else None) else ""
    style = _STYLES.get(block.kind, "")
    return Text.assemble(
        (f"{block.start:>8,} ", "dim"), (f"{mark} ", "dim"), indent, (words, style), (other, "dim")
    )
