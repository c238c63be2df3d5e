"""Corrections by a person: shown, filtered by, kept when the file changes, taken back."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.edits import UNKNOWN, Edit
from corpus.errors import InvalidInput
from corpus.library import Library
from corpus.records import DocumentRecord
from corpus.types import Authors, Confidence, Coverage, Filters, Origin, PartialDate, Sourced
from qa.editing import edit_document, parse_edit
from qa.engine import Sourcebook
from qa.reindex import reindex
from tests.fakes import FakeEncoder
from tests.qa.material import BRIDGE, HARVEST, add, answers, build, write

QUESTION = "When was the bridge over the Ibar reopened to traffic?"
EDIT = Edit(
    *("The bridge", "Valley News", "de", PartialDate(1999, 5)),
    authors=("Ana Gashi", "Ben Hoxha"),
    symbol="VN/1999/5",
    source_url="https://valley.example/bridge",
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return build(tmp_path)


def _record(library: Path, path: str = "bridge.txt") -> DocumentRecord:
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        return next(record for record in snapshot.documents() if path in record.paths)


def _is_edited(record: DocumentRecord) -> bool:
    about = record.metadata
    assert about.publisher and about.published and about.language
    values = (about.title.value, about.publisher.value, str(about.published.date), about.language.value)
    origins = {about.title.origin, about.publisher.origin, about.published.origin, about.language.origin}
    assert about.authors == Authors(("Ana Gashi", "Ben Hoxha"), Origin.USER)
    assert about.symbol == Sourced("VN/1999/5", Origin.USER)
    assert about.source_url == Sourced("https://valley.example/bridge", Origin.USER)
    assert about.source_url.confidence is Confidence.CERTAIN
    return values == ("The bridge", "Valley News", "1999-05", "de") and origins == {Origin.USER}


def test_an_edit_is_shown_filtered_by_and_cited(library: Path) -> None:
    before = _record(library)
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        assert book.ask(QUESTION).citations[0].publisher is None
        assert _is_edited(edit_document(library, "bridge.txt", EDIT))
        assert _is_edited(_record(library))
        assert book.document(before.id).metadata.title.value == "The bridge"
        citation = book.ask(QUESTION).citations[0]  # the open reader sees it
        assert (citation.publisher, citation.title) == ("Valley News", "The bridge")
        facets = book.facets()
        assert "Valley News" in {facet.value for facet in facets.publishers}
        assert "1999" in {facet.value for facet in facets.years}
        assert "de" in {facet.value for facet in facets.languages}
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        assert set(snapshot.select(Filters(publishers=("Valley News",))) or ()) == {before.id}
        assert before.id in (snapshot.select(Filters(published_to=date(1999, 12, 31))) or ())
        assert before.id not in (snapshot.select(Filters(published_from=date(2000, 1, 1))) or ())
        assert snapshot.counts().earliest == PartialDate(1999, 5)
        assert snapshot.document(before.id, edited=False).metadata == before.metadata


def test_an_edit_survives_a_changed_file_a_removal_and_a_reindex(library: Path, tmp_path: Path) -> None:
    edit_document(library, "bridge.txt", EDIT)
    write(tmp_path / "sources", {"bridge.txt": BRIDGE + "\nIt is painted green.\n"})
    assert add(library, tmp_path / "sources").replaced == ["bridge.txt"]
    assert _is_edited(_record(library))
    reindex(library, FakeEncoder(model="other", dimension=32))
    assert _is_edited(_record(library))
    record = edit_document(library, "bridge.txt", Edit(), reset=True)
    assert record.metadata.title.value == "Bridge over the river reopened"
    assert record.metadata.title.origin is not Origin.USER


def test_later_words_join_earlier_ones_and_reset_takes_all_back(library: Path) -> None:
    before = _record(library)
    edit_document(library, "bridge.txt", Edit(title="One"))
    record = edit_document(library, before.id[:8], Edit(publisher="Two"))
    assert (record.metadata.title.value, record.metadata.publisher and record.metadata.publisher.value) == (
        "One",
        "Two",
    )
    record = edit_document(library, "bridge.txt", Edit(language="fr"), reset=True)
    assert record.metadata.title == before.metadata.title and record.metadata.language
    assert record.metadata.language.value == "fr"
    assert edit_document(library, "bridge.txt", Edit(), reset=True).metadata == before.metadata


@pytest.mark.parametrize(
    "edit",
    [
        Edit(symbol="S/1"),
        Edit(authors=("A",)),
        Edit(source_url="https://a.example"),
        Edit(language=UNKNOWN),
        Edit(covers=(PartialDate(2011, 1), PartialDate(2011, 3))),
    ],
)
def test_each_word_alone_is_an_edit(library: Path, edit: Edit) -> None:
    assert edit_document(library, "bridge.txt", edit).metadata == edit.over(_record(library).metadata)
    assert _record(library).metadata != edit_document(library, "bridge.txt", Edit(), reset=True).metadata


def test_an_unknown_language_and_a_period_survive_what_happens_to_the_file(
    library: Path, tmp_path: Path
) -> None:
    edit_document(library, "bridge.txt", parse_edit(language="unknown", covers=("2011-01", "2011-03-12")))
    _assert_unknown(library)
    write(
        tmp_path / "sources",
        {"bridge.txt": BRIDGE + "\nA line more in English, to be sure of the language.\n"},
    )
    assert add(library, tmp_path / "sources").replaced == ["bridge.txt"]
    _assert_unknown(library)
    reindex(library, FakeEncoder())
    _assert_unknown(library)
    edit_document(library, "bridge.txt", Edit(), reset=True)
    about = _record(library).metadata
    assert about.language is not None and about.covers is None


def _assert_unknown(library: Path) -> None:
    record = _record(library)
    assert record.metadata.language is None
    assert record.metadata.covers == Coverage(PartialDate(2011, 1), PartialDate(2011, 3, 12), Origin.USER)
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        assert "" not in [facet.value for facet in snapshot.facets().languages]
        assert record.id not in (snapshot.select(Filters(languages=("en",))) or ())


def test_answers_are_the_same_after_an_edit_is_taken_back(library: Path) -> None:
    before = answers(library, [QUESTION])
    edit_document(library, "bridge.txt", EDIT)
    assert answers(library, [QUESTION]) != before
    edit_document(library, "bridge.txt", Edit(), reset=True)
    assert answers(library, [QUESTION]) == before


def test_an_edit_of_a_document_with_two_paths_holds_for_both(tmp_path: Path) -> None:
    library = build(tmp_path, {"a.txt": HARVEST, "b.txt": HARVEST})
    assert edit_document(library, "b.txt", Edit(title="Fruit")).metadata.title.value == "Fruit"
    assert _record(library, "a.txt").metadata.title.value == "Fruit"


def test_hostile_words_are_stored_as_they_are(library: Path) -> None:
    title = "'; DROP TABLE edits; -- \udce9 <b>"
    assert edit_document(library, "bridge.txt", Edit(title=title)).metadata.title.value == title
    with sqlite3.connect(library / "library.db") as connection:
        assert connection.execute("SELECT count(*) FROM edits").fetchone() == (1,)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"title": " "}, "the title needs 1 to 500"),
        ({"publisher": "x" * 501}, "the publisher needs"),
        ({"published": "May 2001"}, "is no date; write it as 2007"),
        ({"published": "2001-02-30"}, "is no date"),
        ({"language": "English"}, "is no language code"),
        ({"covers": ("2011", "spring")}, "'spring' is no date"),
        ({"covers": ("2011-03", "2010")}, "a period that ends on 2010 cannot begin on 2011-03"),
        ({"symbol": "  "}, "the symbol needs 1 to 500"),
        ({"source_url": "javascript:alert(1)"}, "is no address of the web; write it as https"),
        ({"source_url": "example.org/report"}, "is no address of the web"),
    ],
)
def test_impossible_words_are_refused(words: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        parse_edit(**words)


def test_authors_are_names_in_their_order_each_once() -> None:
    assert parse_edit(authors=["Ana  Gashi", "Ben Hoxha", "Ana Gashi"]).authors == ("Ana Gashi", "Ben Hoxha")
    for impossible in ([], [" "], ["x" * 501], ["a"] * 101):
        with pytest.raises(InvalidInput, match="author"):
            parse_edit(authors=impossible)


def test_a_name_of_nothing_or_of_several_is_refused(library: Path) -> None:
    with pytest.raises(InvalidInput, match="Nothing in the library is named"):
        edit_document(library, "missing.txt", EDIT)
    with pytest.raises(InvalidInput, match=r"names 5 documents, name one of them: .*bridge\.txt \("):
        edit_document(library, str(library.parent / "sources"), EDIT)
