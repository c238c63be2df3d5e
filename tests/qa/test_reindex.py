"""A library made anew by another model, newer readers or other rules: whole, interruptible, never mixed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import LibraryIncompatible, UnreadableDocument
from corpus.library import Library
from corpus.workers import InProcess
from corpus.writer import Writer
from qa.doctor import examine
from qa.engine import Sourcebook
from qa.reindex import ReindexReport, reindex
from tests.fakes import FakeEncoder
from tests.qa.material import (
    DOCUMENTS,
    CountingEncoder,
    Observed,
    add,
    build,
    contents,
    listed,
    must_not_be_called,
    write,
)

QUESTION = "When was the bridge over the Ibar reopened to traffic?"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return build(tmp_path)


def _other(**options: Any) -> CountingEncoder:
    return CountingEncoder(model="other", dimension=32, max_tokens=100, **options)


def _reindex(library: Path, encoder: FakeEncoder, **options: Any) -> ReindexReport:
    return reindex(library, encoder, reading=InProcess(), **options)


def test_a_library_of_another_model_equals_one_built_with_it(library: Path, tmp_path: Path) -> None:
    report = _reindex(library, _other())
    assert (report.encoded, report.reread, report.kept, report.published) == (len(DOCUMENTS), 0, 0, True)
    assert examine(library).sound  # nothing is left of what was shown before
    fresh = build(tmp_path / "fresh", encoder=_other())
    found, expected = contents(library), contents(fresh)
    found.pop("sources"), expected.pop("sources")
    assert found == expected
    with Sourcebook.open(library, encoder=_other()) as one, Sourcebook.open(fresh, encoder=_other()) as two:
        assert one.ask(QUESTION) == two.ask(QUESTION)
    assert len(add(library, tmp_path / "sources", encoder=_other()).unchanged) == len(DOCUMENTS)


def test_a_document_that_cannot_be_cut_is_named_and_the_old_index_stays(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise IndexError("off by one")

    before = contents(library)
    monkeypatch.setattr("qa.cutting.chunk", broken)
    with pytest.raises(UnreadableDocument, match=r"^bridge\.txt cannot be cut into passages: IndexError"):
        _reindex(library, _other())
    assert contents(library) == before


def test_nothing_to_change_changes_nothing(library: Path) -> None:
    encoder = CountingEncoder()
    before = contents(library)
    with Library.open(library).snapshot() as snapshot:
        number = snapshot.generation.number
    report = _reindex(library, encoder)
    assert (report.kept, report.encoded, report.published, encoder.calls) == (len(DOCUMENTS), 0, False, 0)
    with Library.open(library).snapshot() as snapshot:
        assert snapshot.generation.number == number
    assert contents(library) == before


def test_newer_readers_read_the_archived_originals_again(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in (tmp_path / "sources").rglob("*.*"):
        file.unlink()
    calls: list[str] = []
    with Library.open(library).snapshot() as snapshot:
        (record,) = [record for record in snapshot.documents() if record.path == "bridge.txt"]
    newer = record.reader.partition("/")[0] + "/99"
    monkeypatch.setattr(
        "qa.reindex.newest_reader", lambda r, data=None: newer if r.path == "bridge.txt" else r.reader
    )
    report = reindex(library, FakeEncoder(), reading=Observed(calls.append))
    assert (calls, report.reread, report.kept) == (["bridge.txt"], 1, len(DOCUMENTS) - 1)


def test_an_original_that_is_gone_is_told_and_its_document_stays(library: Path) -> None:
    with Library.open(library).snapshot() as snapshot:
        (record,) = [record for record in snapshot.documents() if record.path == "bridge.txt"]
    (library / "originals" / record.id[:2] / record.id).unlink()
    report = _reindex(library, FakeEncoder())
    (failure,) = report.failed
    assert failure.path == "bridge.txt" and failure.reason.startswith(
        "keeps the text it has: the archived original"
    )
    assert report.kept == len(DOCUMENTS)


def test_a_new_rule_of_cutting_cuts_anew(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.generation.CHUNKER", "structure/99")
    with pytest.raises(LibraryIncompatible, match="run: sourcebook reindex"):
        add(library, tmp_path / "sources")
    assert _reindex(library, FakeEncoder()).encoded == len(DOCUMENTS)
    assert len(add(library, tmp_path / "sources").unchanged) == len(DOCUMENTS)


def test_interrupted_it_goes_on_and_adding_meanwhile_mixes_nothing(library: Path, tmp_path: Path) -> None:
    def interrupt(path: str, done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    before = contents(library)
    report = _reindex(library, _other(), progress=interrupt)
    assert report.interrupted and report.encoded == 3 and not report.published
    assert contents(library) == before
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        assert book.ask(QUESTION).answered
    with pytest.raises(LibraryIncompatible):
        add(library, tmp_path / "sources", encoder=_other())
    more = write(tmp_path / "more", {"new.txt": "A wholly new text about salt mines.\n"})
    assert add(library, more).added == ["new.txt"]
    assert not examine(library).sound  # readings that nothing shows
    report = _reindex(library, _other())
    assert (report.kept, report.encoded, report.published) == (3, len(DOCUMENTS) - 2, True)
    assert examine(library, repair=True).sound and examine(library).wrong == []
    with Library.open(library).snapshot() as snapshot:
        assert all(len(snapshot.vectors(r.id)) == r.passages * 32 * 4 for r in snapshot.documents())
    assert set(listed(library)) == {*DOCUMENTS, "new.txt"}


def test_ctrl_c_before_the_old_readings_are_gone_is_told_and_mended(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.reindex.drop_unused", _interrupt)
    report = _reindex(library, _other())
    assert report.interrupted and report.published
    monkeypatch.undo()
    assert not examine(library).sound  # readings that nothing shows
    assert examine(library, repair=True).sound
    report = _reindex(library, _other())
    assert (report.kept, report.published, report.interrupted) == (len(DOCUMENTS), False, False)


def test_a_reindex_that_has_nothing_to_do_keeps_one_that_was_stopped(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = 0

    def stop(path: str, done: int, total: int) -> None:
        nonlocal begun
        begun += 1
        if begun == 4:
            raise KeyboardInterrupt

    assert reindex(library, _other(), reading=InProcess(), progress=stop).interrupted
    assert not _reindex(library, FakeEncoder()).published
    assert _reindex(library, _other()).kept == 3


def test_ctrl_c_at_the_end_of_the_publication_is_told(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flip = Writer._flip

    def flipped(*arguments: Any) -> None:
        flip(*arguments)
        _interrupt()

    monkeypatch.setattr(Writer, "_flip", flipped)
    report = _reindex(library, _other())
    assert report.interrupted and report.published
    with Library.open(library) as opened:
        assert opened.settings is not None and opened.settings.model == "other"


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_publication_that_fails_leaves_the_old_index(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(dimension: int) -> Any:
        def build(*arguments: object) -> None:
            raise OSError(28, "No space left on device")

        return build

    before = contents(library)
    monkeypatch.setattr("qa.reindex.builder", broken)
    with pytest.raises(Exception, match="the disk is full"):
        _reindex(library, _other())
    monkeypatch.undo()
    assert contents(library) == before
    encoder = _other()
    assert _reindex(library, encoder).published and encoder.calls == 0


def test_what_was_removed_before_does_not_come_back_with_old_vectors(library: Path, tmp_path: Path) -> None:
    from qa.indexing import remove_sources

    remove_sources(library, ["bridge.txt"])
    _reindex(library, _other())
    encoder = _other()
    assert add(library, tmp_path / "sources", encoder=encoder).added == ["bridge.txt"]
    assert encoder.calls == 1
    assert examine(library, repair=True).sound


def test_an_open_reader_is_told_and_never_mixes(library: Path) -> None:
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        assert book.ask(QUESTION).answered
        _reindex(library, _other())
        with pytest.raises(LibraryIncompatible, match=r"made with other \(32 dimensions.* this is fake \(64"):
            book.ask(QUESTION)


def test_questions_are_answered_meanwhile(library: Path) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def wait(path: str, done: int, total: int) -> None:
        if done == 2:
            inside.set()
            go_on.wait(20)

    thread = threading.Thread(target=_reindex, args=(library, _other()), kwargs={"progress": wait})
    thread.start()
    try:
        assert inside.wait(20)
        with Sourcebook.open(library, encoder=FakeEncoder()) as book:
            assert book.ask(QUESTION).answered
    finally:
        go_on.set()
        thread.join()


def test_an_altered_original_keeps_its_text_and_is_told(library: Path) -> None:
    with Library.open(library).snapshot() as snapshot:
        (record,) = [record for record in snapshot.documents() if record.path == "bridge.txt"]
    original = library / "originals" / record.id[:2] / record.id
    original.chmod(0o600)
    original.write_bytes(b"Something else.")
    report = reindex(library, _other(), reading=Observed(must_not_be_called))
    assert [failure.path for failure in report.failed] == ["bridge.txt"]
    assert "keeps the text it has" in report.failed[0].reason and report.published
    assert "bridge.txt" in listed(library)
