"""Citations say on which pages the quote stands, and how surely it was read where it was read from a picture."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from corpus.records import DocumentRecord
from corpus.types import Block, BlockKind, Document, Metadata, Origin, Page, Passage, Sourced, Span
from qa.cite import answer_to_json, citation_at, cite
from qa.evidence import Evidence
from qa.export.plain import source_words, table_words
from qa.features import Found
from qa.terminal import pages_in_words, source_line
from qa.types import Answer, Citation, Searched

TEXT = "The first page ends in the middle of a sentence that goes on. The second page."
PAGES = (Page(1, 0, 30, 0.9), Page(2, 30, 61, 0.8), Page(2, 61, len(TEXT)))


def quoted(start: int, end: int, pages: tuple[Page, ...] = PAGES, text: str = TEXT) -> Citation:
    metadata = Metadata(Sourced("A scan", Origin.TEXT))
    block = Block(0, len(text), BlockKind.PARAGRAPH)
    document = Document("ab" * 32, text, (block,), metadata, "application/pdf", "pdf/2", pages)
    passage = Passage(document.id, 0, len(text), (Span(start, end),), page=1)
    record = DocumentRecord(
        document.id, ("a.pdf",), metadata, "application/pdf", "pdf/2", 1, 1, 1, datetime.now(UTC), 1
    )
    found = Found(passage, document, 1, 1, 0.5)
    unused: Any = None
    return cite(1, Evidence(found, Span(start, end), None, 0.5, unused), {record.id: record})


def test_a_sentence_across_two_pages_is_cited_with_both() -> None:
    citation = quoted(0, 61)
    assert (citation.page, citation.pages) == (1, (1, 2))
    assert citation.ocr_confidence == pytest.approx((30 * 0.9 + 31 * 0.8) / 61, abs=1e-4)
    assert source_line(citation) == "date unknown · pp. 1-2 · read from a scan, 85% sure of its words · a.pdf"


def test_what_was_typed_has_no_confidence() -> None:
    citation = quoted(62, 78)
    assert (citation.pages, citation.ocr_confidence) == ((2,), None)
    assert source_line(citation) == "date unknown · p. 2 · a.pdf"
    assert quoted(0, 61, ()).pages == ()


def test_the_json_form_holds_both_and_fits_its_schema() -> None:
    schema = json.loads((Path(__file__).parents[2] / "docs" / "answer.schema.json").read_text())
    answer = Answer("", "Q?", None, True, 0.9, None, None, (quoted(0, 61),), (), Searched(1, 1))
    value = answer_to_json(answer)
    jsonschema.validate(value, schema)
    assert value["citations"][0]["pages"] == [1, 2]
    assert 0.8 < value["citations"][0]["ocr_confidence"] < 0.9


def test_pages_in_words() -> None:
    assert [pages_in_words(pages) for pages in ((3,), (3, 4), (3, 5))] == ["p. 3", "pp. 3-4", "pp. 3, 5"]


def test_a_citation_has_the_language_of_its_passage() -> None:
    french = (
        "La mission a quitté la ville après neuf jours de pourparlers, et personne n'a rien dit à la presse."
    )
    assert quoted(0, 61).language == "en"
    assert quoted(0, len(french), (), french).language == "fr"


NUMBERED = """II. Returns
12. The police counted the returns of the year.
(a) In the north there were few.
1. A note at the foot.
13. Nobody was hurt.
A. Strength of the police
Country | Number
Kenya | 44
 |  | Total | 44
"""


def _at(words: str) -> Citation:
    kinds = [
        (BlockKind.HEADING, 2), (BlockKind.NUMBERED, 12), (BlockKind.LIST_ITEM, 1), (BlockKind.FOOTNOTE, 0),
        (BlockKind.NUMBERED, 13), (BlockKind.HEADING, 3), (BlockKind.TABLE_HEADER, 0), (BlockKind.TABLE_ROW, 0),
        (BlockKind.TABLE_ROW, 0),
    ]  # fmt: skip
    blocks: list[Block] = []
    start = 0
    for line, (kind, level) in zip(NUMBERED.splitlines(), kinds, strict=True):
        header = blocks[6] if kind is BlockKind.TABLE_ROW else None
        span = Span(header.start, header.end) if header else None
        blocks.append(Block(start, start + len(line), kind, level, span))
        start += len(line) + 1
    metadata = Metadata(Sourced("A report", Origin.TEXT))
    document = Document("cd" * 32, NUMBERED, tuple(blocks), metadata, "application/pdf", "pdf/4")
    record = DocumentRecord(
        document.id, ("a.pdf",), metadata, "application/pdf", "pdf/4", 1, 1, 1, datetime.now(UTC), 1
    )
    begin = NUMBERED.index(words)
    place = Span(begin, begin + len(words))
    return citation_at(document, record, place, place, rank=1)


@pytest.mark.parametrize(
    ("words", "number"),
    [("The police counted", 12), ("In the north", 12), ("A note at", None), ("Nobody", 13), ("Kenya", None)],
)
def test_a_quote_knows_the_number_of_its_paragraph(words: str, number: int | None) -> None:
    citation = _at(words)
    assert citation.paragraph == number
    assert ("para. 12" in source_line(citation)) is (number == 12)
    assert (f"paragraph {number}" in source_words(citation)) is (number is not None)


def test_a_row_can_be_read_alone() -> None:
    citation = _at(" |  | Total | 44")
    assert citation.caption is not None and citation.header is not None
    assert (citation.caption.text, citation.header.text) == ("A. Strength of the police", "Country | Number")
    assert table_words(citation) == ["A. Strength of the police", "Country | Number"]
    for part in (citation.caption, citation.header):
        assert NUMBERED[part.start : part.end] == part.text
    assert _at("Nobody").caption is None
