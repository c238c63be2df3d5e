"""A document is laid out whole: headings, lists, tables, pages; nothing is lost or changed."""

from __future__ import annotations

from dataclasses import replace

from corpus.types import BlockKind, Page, Span
from qa.app.structure import Marks, cells, layout
from tests.qa.app.fakes import PARAGRAPH, make_document, sample_documents


def row(text: str, columns: int = 0) -> list[str]:
    return [text[cell.start : cell.end] for cell in cells(text, Span(0, len(text)), columns)]


def test_cells() -> None:
    assert row("| Year | Troops |") == ["Year", "Troops"]
    assert row("Year\tTroops\t") == ["Year", "Troops", ""]
    assert row("Year | Troops") == ["Year", "Troops"]
    assert row(r"| a \| b |  | c |") == [r"a \| b", "", "c"]
    assert row("no border") == ["no border"]
    assert row("|") == []
    assert row("| 1999 | 5", 3) == ["", "1999", "5"]
    assert row("x | 2000 |", 3) == ["x", "2000", ""]
    assert row("| | 1999 | 5 |", 3) == ["", "1999", "5"]


def test_every_block_is_shown_once_in_order() -> None:
    for document in sample_documents().values():
        shown = [node for section in layout(document, Marks()) for node in section]
        kept = "".join(
            piece.text
            for node in shown
            for part in (node.pieces, *(c for r in node.rows for c in r.cells))
            for piece in part
        )
        expected = "".join(
            "".join(row(document.text[block.start : block.end]))
            if block.kind in (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
            else document.text[block.start : block.end]
            for block in document.blocks
        )
        assert kept == expected


def test_kinds_pages_and_tables() -> None:
    document = sample_documents()["reports/mission.txt"]
    nodes = [node for section in layout(document, Marks()) for node in section]
    assert [node.kind for node in nodes[:3]] == ["page", "boilerplate", "heading"]
    assert [node.page for node in nodes if node.kind == "page"] == [1, 2]
    (table,) = [node for node in nodes if node.kind == "table"]
    assert [row.header for row in table.rows] == [True, False, False]
    assert [cell[0].text for cell in table.rows[1].cells] == ["1999", "50,000"]


def test_two_tables_in_a_row_stay_two() -> None:
    header, entry = BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW
    document = make_document(
        [(header, "A|B"), (entry, "1|2"), (header, "C|D"), (entry, "3|4"), (PARAGRAPH, "end")], "Tables"
    )
    nodes = [node for section in layout(document, Marks()) for node in section]
    assert [node.kind for node in nodes] == ["table", "table", "paragraph"]


def test_quotes_are_marked_across_blocks() -> None:
    document = make_document([(PARAGRAPH, "First block."), (PARAGRAPH, "Second block.")], "Two")
    (section,) = layout(document, Marks((Span(0, 5),), Span(6, 20)))
    marked = [(piece.text, piece.mark, piece.current) for node in section for piece in node.pieces]
    assert marked == [
        ("First", "quote", False),
        (" ", "plain", False),
        ("block.", "quote", True),
        ("Second", "quote", True),
        (" block.", "plain", False),
    ]


def test_a_page_in_several_fragments_is_marked_once() -> None:
    blocks = make_document([(PARAGRAPH, "one"), (PARAGRAPH, "two"), (PARAGRAPH, "three")], "Pages")
    starts = [block.start for block in blocks.blocks]
    fragments = (Page(1, 0, starts[1]), Page(2, starts[1], starts[2]), Page(1, starts[2], len(blocks.text)))
    nodes = [node for section in layout(replace(blocks, pages=fragments), Marks()) for node in section]
    assert [node.page for node in nodes if node.kind == "page"] == [1, 2]
