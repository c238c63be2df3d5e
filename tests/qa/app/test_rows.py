"""Quotes that are rows of a table are shown as cells; others are not."""

from __future__ import annotations

from dataclasses import replace

from corpus.types import BlockKind
from qa.app.rows import quoted_rows
from qa.types import AnswerSpan, Citation, TextSlice
from tests.qa.app.fakes import FakeBook, make_document

TABLE = "Head | Country\n|---|---|\nAnn | Italy\nBea | Lebanon | first woman\nCarl | Denmark |\n\nMost were Danes."


def cited(words: str, answer: str | None = None) -> Citation:
    start = 100 + TABLE.index(words)
    span = (
        AnswerSpan(100 + TABLE.index(answer), 100 + TABLE.index(answer) + len(answer), answer)
        if answer
        else None
    )
    citation = FakeBook().ask("personnel").citations[0]
    return replace(
        citation,
        start=start,
        end=start + len(words),
        quote=words,
        answer=span,
        passage=TextSlice(100, 100 + len(TABLE), TABLE),
    )


def test_a_row_comes_with_its_neighbours() -> None:
    found = quoted_rows(cited("Bea | Lebanon | first woman", "Bea"))
    assert found and found.head == ()
    rows = found.rows
    words = [["".join(piece.text for piece in cell) for cell in row] for row in rows]
    assert words == [["Ann", "Italy"], ["Bea", "Lebanon", "first woman"], ["Carl", "Denmark"]]
    assert [piece.mark for cell in rows[1] for piece in cell] == ["answer", "quote", "quote"]
    assert [piece.mark for cell in rows[0] for piece in cell] == ["plain", "plain"]


def test_a_rule_between_rows_is_no_row() -> None:
    for around, expected in ((1, 2), (0, 1)):
        found = quoted_rows(cited("Ann | Italy"), around=around)
        assert found and len(found.rows) == expected


def test_a_sentence_is_no_row() -> None:
    assert quoted_rows(cited("Most were Danes.")) is None
    assert quoted_rows(cited("Denmark |\n\nMost were")) is None


def test_the_names_of_the_columns_come_from_the_document() -> None:
    lines = [(BlockKind.TABLE_HEADER, "| Year | Troops |")]
    lines += [
        (BlockKind.TABLE_ROW, f"| {year} | {number} |") for year, number in ((1999, 50_000), (2010, 10_000))
    ]
    document = make_document(lines, "Strength")
    start = document.text.index("| 2010")
    for begin in (0, start):  # the header is in the passage, or above it
        row = replace(
            cited("Ann | Italy"),
            start=start,
            end=start + len("| 2010 | 10000 |"),
            passage=TextSlice(begin, len(document.text), document.text[begin:]),
        )
        found = quoted_rows(row, document, 0)
        assert found
        assert [cell[0].text for cell in found.head] == ["Year", "Troops"]
        assert [[cell[0].text for cell in cells] for cells in found.rows] == [["2010", "10000"]]
    shown = quoted_rows(replace(row, passage=TextSlice(0, len(document.text), document.text)), document, 5)
    assert shown and len(shown.rows) == 2
