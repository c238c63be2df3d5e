"""A document is laid out whole: headings, lists, tables, pages; nothing is lost or changed."""

from __future__ import annotations

from dataclasses import replace

from corpus.types import BlockKind, Document, Page, Span
from qa.app.structure import Marks, Node, cells, layout, part_at, parts
from tests.qa.app.fakes import PARAGRAPH, make_document, sample_documents


def row(text: str, columns: int = 0) -> list[str]:
    return [text[cell.start : cell.end] for cell in cells(text, Span(0, len(text)), columns)]


NOTHING = Marks()


def whole(document: Document, marks: Marks = NOTHING) -> list[Node]:
    """The nodes of all parts."""
    return [node for part in parts(document) for node in layout(document, part, marks)]


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
        shown = whole(document)
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
    nodes = whole(document)
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
    nodes = whole(document)
    assert [node.kind for node in nodes] == ["table", "table", "paragraph"]


def test_quotes_are_marked_across_blocks() -> None:
    document = make_document([(PARAGRAPH, "First block."), (PARAGRAPH, "Second block.")], "Two")
    section = whole(document, Marks((Span(0, 5),), Span(6, 20)))
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
    nodes = whole(replace(blocks, pages=fragments))
    assert [node.page for node in nodes if node.kind == "page"] == [1, 2]


def test_a_long_document_is_cut_into_parts_that_hold_it_all() -> None:
    rows = [(BlockKind.TABLE_ROW, f"{number}|x") for number in range(100)]
    lines = [(PARAGRAPH, f"Paragraph {number}.") for number in range(130)]
    document = make_document([*lines[:50], (BlockKind.TABLE_HEADER, "A|B"), *rows, *lines[50:]], "Long")
    cut = parts(document)
    assert cut[0].start == 0 and cut[-1].end == len(document.text)
    assert [part.end for part in cut[:-1]] == [part.start for part in cut[1:]]
    assert [part.last - part.first for part in cut] == [151, 60, 20], "a table is not cut"
    assert [part_at(cut, offset) for offset in (0, cut[1].start - 1, cut[1].start, len(document.text))] == [
        0,
        0,
        1,
        2,
    ]
    assert [node.kind for node in layout(document, cut[0], Marks())] == ["paragraph"] * 50 + ["table"]


def test_a_very_long_table_is_cut() -> None:
    rows = [(BlockKind.TABLE_ROW, f"{number}|x") for number in range(500)]
    document = make_document([(BlockKind.TABLE_HEADER, "A|B"), *rows], "Table")
    assert [part.last - part.first for part in parts(document)] == [200, 200, 101]


def test_pages_are_marked_in_the_part_where_they_begin() -> None:
    document = make_document([(PARAGRAPH, f"Paragraph {number}.") for number in range(180)], "Pages")
    starts = [block.start for block in document.blocks]
    pages = (Page(1, 0, starts[60]), Page(2, starts[60], starts[90]), Page(3, starts[90], len(document.text)))
    paged = replace(document, pages=pages)
    shown = [
        [node.page for node in layout(paged, part, Marks()) if node.kind == "page"] for part in parts(paged)
    ]
    assert shown == [[1], [2, 3], []]
