"""What the program read in a document, as a person can check it: blocks, headings, tables, metadata and its origins."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord
from corpus.types import Block, BlockKind, Document, Metadata
from qa.terminal import count_of, printable

_STYLES = {
    BlockKind.HEADING: "bold cyan",
    BlockKind.TABLE_HEADER: "bold",
    BlockKind.CAPTION: "italic",
    BlockKind.BOILERPLATE: "dim",
}
_MARKS = {
    BlockKind.LIST_ITEM: "•",
    BlockKind.TABLE_HEADER: "╤",
    BlockKind.TABLE_ROW: "│",
    BlockKind.CAPTION: "▫",
    BlockKind.BOILERPLATE: "✂",
}


def print_document(
    document: Document, record: DocumentRecord, *, page: int | None = None, boilerplate: bool = False
) -> None:
    """Print metadata with origins, notes, then every block (of one page); boilerplate only when asked for.

    Raises InvalidInput for a page that the document has not.
    """
    numbers = sorted({stretch.number for stretch in document.pages})
    if page is not None and page not in numbers:
        has = f"has pages {numbers[0]} to {numbers[-1]}" if numbers else "has no pages"
        raise InvalidInput(f"{record.path} {has}; there is no page {page}")
    console = Console(highlight=False)
    for words in _head(document, record, len(numbers)):
        console.print(words, soft_wrap=True)
    left_out = 0
    last: int | None = None
    for block in document.blocks:
        pages = document.pages_between(block.start, block.end)
        if page is not None and page not in pages:
            continue
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


def _head(document: Document, record: DocumentRecord, pages: int) -> Iterator[Text]:
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
    for note in document.notes:
        yield Text(f"  note: {printable(note)}", style="yellow")


def described(metadata: Metadata) -> Iterator[tuple[str, str, str]]:
    """Every piece of metadata: its name, its value or "unknown", and where it was read."""
    yield "title", metadata.title.value, metadata.title.origin
    for name, sourced in (("publisher", metadata.publisher), ("language", metadata.language)):
        yield name, sourced.value if sourced else "unknown", sourced.origin if sourced else ""
    published = metadata.published
    yield "published", str(published.date) if published else "unknown", published.origin if published else ""
    if metadata.covers:
        yield "covers", f"{metadata.covers[0]} to {metadata.covers[1]}", ""
    for name, value in (
        ("authors", ", ".join(metadata.authors)),
        ("symbol", metadata.symbol),
        ("address", metadata.source_url),
    ):
        if value:
            yield name, value, ""


def _block(document: Document, block: Block) -> Text:
    words = " ".join(printable(document.text[block.start : block.end]).split())
    mark = "#" * block.level if block.kind is BlockKind.HEADING else _MARKS.get(block.kind, " ")
    indent = "  " * (block.level - 1) if block.kind is BlockKind.LIST_ITEM else ""
    return Text.assemble(
        (f"{block.start:>8,} ", "dim"), (f"{mark:<2}", "dim"), indent, (words, _STYLES.get(block.kind, ""))
    )
