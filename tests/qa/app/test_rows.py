"""Quotes that are rows of a table are shown as cells; others are not."""

from __future__ import annotations

from dataclasses import replace

from qa.app.rows import quoted_rows
from qa.types import AnswerSpan, Citation, TextSlice
from tests.qa.app.fakes import FakeBook

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
    rows = quoted_rows(cited("Bea | Lebanon | first woman", "Bea"))
    words = [["".join(piece.text for piece in cell) for cell in row] for row in rows]
    assert words == [["Ann", "Italy"], ["Bea", "Lebanon", "first woman"], ["Carl", "Denmark"]]
    assert [piece.mark for cell in rows[1] for piece in cell] == ["answer", "quote", "quote"]
    assert [piece.mark for cell in rows[0] for piece in cell] == ["plain", "plain"]


def test_a_rule_between_rows_is_no_row() -> None:
    assert len(quoted_rows(cited("Ann | Italy"))) == 2
    assert len(quoted_rows(cited("Ann | Italy"), 0)) == 1


def test_a_sentence_is_no_row() -> None:
    assert quoted_rows(cited("Most were Danes.")) == ()
    assert quoted_rows(cited("Denmark |\n\nMost were")) == ()
