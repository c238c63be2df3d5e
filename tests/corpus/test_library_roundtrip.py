"""Whatever can be a document comes out of the library as it went in."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.library import Library
from corpus.packing import from_sql, pack_blocks, pack_spans, to_sql, unpack_blocks, unpack_passage
from corpus.records import Source
from corpus.types import (
    Authors,
    Block,
    BlockKind,
    Confidence,
    Coverage,
    Document,
    Metadata,
    Origin,
    Page,
    PartialDate,
    Passage,
    Published,
    Sourced,
    Span,
)
from tests.corpus import library_driver as driver

NASTY = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cs"]),
        st.sampled_from("\x00\r\n\ufeff\u0301\u202e\u2028'\"\\%_;-\U0001f600\U0010ffff"),
    ),
    max_size=40,
)


@st.composite
def spans(draw: st.DrawFn, length: int) -> Span:
    start = draw(st.integers(0, length - 1))
    return Span(start, draw(st.integers(start + 1, length)))


@st.composite
def metadata(draw: st.DrawFn) -> Metadata:
    origin, judged = st.sampled_from(Origin), st.none() | st.sampled_from(Confidence)
    sourced = st.none() | st.builds(Sourced, NASTY, origin, judged)
    dates = st.dates().map(lambda day: PartialDate(day.year, day.month, day.day))
    partial = dates | st.builds(PartialDate, st.integers(1, 9999), st.none() | st.integers(1, 12))
    return Metadata(
        title=Sourced(draw(NASTY), draw(st.sampled_from(Origin))),
        publisher=draw(sourced),
        published=draw(st.none() | st.builds(Published, partial, origin, judged)),
        language=draw(sourced),
        authors=draw(
            st.none() | st.builds(Authors, st.lists(NASTY, min_size=1, max_size=3).map(tuple), origin, judged)
        ),
        source_url=draw(sourced),
        symbol=draw(sourced),
        covers=draw(st.none() | st.builds(Coverage, partial, partial, origin, judged)),
    )


@st.composite
def documents(draw: st.DrawFn) -> tuple[bytes, Document, tuple[Passage, ...]]:
    text = draw(NASTY)
    original = text.encode("utf-8", "surrogatepass")
    span = spans(len(text)) if text else st.nothing()
    optional = st.none() | span if text else st.none()
    blocks = st.builds(
        lambda place, kind, level, header: Block(place.start, place.end, kind, level, header),
        span,
        st.sampled_from(BlockKind),
        st.integers(0, 6),
        optional,
    )
    pages = st.builds(
        lambda place, number: Page(number, place.start, place.end), span, st.integers(1, 100_000)
    )
    few = 4 if text else 0
    document = Document(
        id=driver.digest(original),
        text=text,
        blocks=tuple(draw(st.lists(blocks, max_size=few))),
        metadata=draw(metadata()),
        media_type="text/plain",
        reader="nasty/1",
        pages=tuple(draw(st.lists(pages, max_size=few))),
    )
    passages = tuple(
        Passage(
            document.id,
            place.start,
            place.end,
            tuple(draw(st.lists(span, max_size=few))),
            tuple(draw(st.lists(span, max_size=few))),
            draw(optional),
            draw(st.none() | st.integers(1, 100_000)),
        )
        for place in sorted(draw(st.sets(span, max_size=few)))
    )
    return original, document, passages


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(documents(), min_size=1, max_size=4), NASTY, NASTY)
def test_documents_and_passages_come_back_as_they_went_in(
    stored: list[tuple[bytes, Document, tuple[Passage, ...]]], key: str, path: str
) -> None:
    with tempfile.TemporaryDirectory() as folder, Library.create(Path(folder) / "library") as library:
        with library.writer() as writer:
            writer.configure(driver.SETTINGS)
            for number, (original, document, passages) in enumerate(stored):
                source = Source(f"{key}{number}", f"{path}{number}")
                writer.stage(source, original, document, passages, bytes(16 * len(passages)))
            writer.publish(lambda *_: None)
        first = {document.id: (original, document, passages) for original, document, passages in stored[::-1]}
        with library.snapshot() as snapshot:
            for original, document, passages in first.values():
                assert snapshot.document(document.id) == document
                assert snapshot.original(document.id) == original
                assert snapshot.document_passages(document.id) == passages
                assert snapshot.passages([p.id for p in passages]) == {p.id: p for p in passages}
            assert {record.id: record.metadata for record in snapshot.documents()} == {
                document.id: document.metadata for _, document, _ in first.values()
            }
            assert [(record.key, record.path) for record in snapshot.sources()] == sorted(
                (f"{key}{number}", f"{path}{number}") for number in range(len(stored))
            )
            facets = snapshot.facets()
            publishers = [document.metadata.publisher for _, document, _ in first.values()]
            assert {facet.value for facet in facets.publishers} == {p.value for p in publishers if p}


@given(NASTY)
def test_any_string_can_be_a_value_in_the_database(text: str) -> None:
    assert from_sql(to_sql(text)) == text


def test_packed_forms_are_what_they_were_when_libraries_were_made() -> None:
    blocks = (Block(0, 4, BlockKind.HEADING, 2), Block(5, 9, BlockKind.TABLE_ROW, header=Span(1, 3)))
    packed = pack_blocks(blocks)
    assert packed == b'["heading", "table-row"]\n' + b"".join(
        number.to_bytes(4, "little", signed=True) for number in (0, 4, 0, 2, -1, -1, 5, 9, 1, 0, 1, 3)
    )
    assert unpack_blocks(packed) == blocks
    passage = Passage("d", 100, 200, (Span(100, 150), Span(151, 200)), (Span(0, 9),), Span(20, 30), 7)
    assert pack_spans(passage) == "[[0,50,51,100],[0,9],[20,30]]"
    assert unpack_passage("d", 100, 200, 7, pack_spans(passage)) == passage
    assert pack_spans(Passage("d", 1, 2, ())) == "[]"


def test_a_text_of_five_million_characters_comes_back(tmp_path: Path) -> None:
    text = "Zeile \U0001f600 \x00" * 555_556
    document = driver.make_document(text.encode())
    passage = Passage(document.id, 4_999_990, 5_000_000, (Span(4_999_990, 5_000_000),))
    with Library.create(tmp_path / "library") as library:
        with library.writer() as writer:
            writer.configure(driver.SETTINGS)
            writer.stage(Source("/big", "big"), text.encode(), document, (passage,), bytes(16))
            writer.publish(lambda *_: None)
        with library.snapshot() as snapshot:
            assert snapshot.document(document.id).text == text
            assert snapshot.passages([passage.id]) == {passage.id: passage}
            assert snapshot.document(document.id) is snapshot.document(document.id), "kept in memory"
