"""Pieces join to the text they were cut from, and carry the right marks."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.types import Span
from qa.app.pieces import excerpt, paragraphs, pieces, quote_pieces
from qa.types import AnswerSpan, Citation, TextSlice


def citation(passage: str, quote: str, answer: str | None = None, offset: int = 100) -> Citation:
    start = passage.index(quote)
    span = None
    if answer is not None:
        at = offset + start + quote.index(answer)
        span = AnswerSpan(at, at + len(answer), answer)
    first, last = offset + start, offset + start + len(quote)
    whole = TextSlice(offset, offset + len(passage), passage)
    return Citation(
        1, "ab" * 32, "a.txt", "A", None, None, None, None, None, first, last, quote, span, whole, 0.5
    )


def test_marks() -> None:
    found = pieces(
        "one two three four", Span(0, 18), [Span(4, 13)], answers=[Span(8, 13)], current=Span(4, 13)
    )
    assert [(piece.text, piece.mark, piece.current) for piece in found] == [
        ("one ", "plain", False),
        ("two ", "quote", True),
        ("three", "answer", True),
        (" four", "plain", False),
    ]


spans = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda pair: Span(min(pair), max(pair)))


@given(st.text(max_size=60), spans, st.lists(spans, max_size=5))
def test_pieces_join_to_the_slice(text: str, span: Span, quotes: list[Span]) -> None:
    found = pieces(text, span, quotes)
    assert "".join(piece.text for piece in found) == text[span.start : span.end]
    for piece in found:
        inside = any(quote.start <= piece.start and piece.end <= quote.end for quote in quotes)
        assert (piece.mark == "quote") == (inside and piece.start < piece.end)


def test_an_excerpt_keeps_the_quote_and_cuts_between_words() -> None:
    passage = "before " * 100 + "The quote has 510 people." + " after" * 100
    cut = excerpt(citation(passage, "The quote has 510 people.", "510"))
    text = "".join(piece.text for piece in cut.pieces)
    assert cut.cut_before and cut.cut_after
    assert text.startswith("before ") and text.rstrip().endswith(" after")
    assert text in passage
    assert [piece.text for piece in cut.pieces if piece.mark != "plain"] == [
        "The quote has ",
        "510",
        " people.",
    ]


def test_a_short_passage_is_not_cut() -> None:
    cut = excerpt(citation("A quote. And more.", "A quote."))
    assert not cut.cut_before and not cut.cut_after
    assert "".join(piece.text for piece in cut.pieces) == "A quote. And more."


def test_a_quote_alone() -> None:
    found = quote_pieces(citation("It had 510 people.", "It had 510 people.", "510"))
    assert [(piece.text, piece.mark) for piece in found] == [
        ("It had ", "plain"),
        ("510", "answer"),
        (" people.", "plain"),
    ]


def test_lines_to_show() -> None:
    assert paragraphs("Heading\n\nA line\ngoes on.") == ["Heading\n\n", "A line\ngoes on."]
    assert paragraphs("| a | b |\n| 1 | 2 |") == ["| a | b |\n", "| 1 | 2 |"]
    assert paragraphs("Year | Troops\n1999 | 50,000\nText") == ["Year | Troops\n", "1999 | 50,000\n", "Text"]
    assert paragraphs("One\r\n\r\nTwo\n\n\n") == ["One\r\n\r\n", "Two\n\n\n"]


@given(st.text(alphabet="a |\n\r", max_size=40))
def test_lines_join_to_the_text(text: str) -> None:
    assert "".join(paragraphs(text)) == text
