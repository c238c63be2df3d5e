"""Large libraries keep their index files when they grow and shrink; removed passages are found by nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.library import Library
from qa import generation
from qa.compact import compact
from qa.doctor import examine
from qa.engine import Sourcebook
from qa.generation import leftovers
from qa.indexing import remove_sources
from qa.types import Method
from tests.fakes import FakeEncoder
from tests.qa.material import DOCUMENTS, answers, build, write

QUESTION = "How many tonnes of apples did the farmers pick?"


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library that counts as large, and grew from nothing."""
    monkeypatch.setattr(generation, "REBUILT_PASSAGES", 0)
    monkeypatch.setattr(generation, "GHOST_SHARE", 0.5)
    return build(tmp_path)


def _folder(library: Path) -> Path:
    with Library.open(library).snapshot() as snapshot:
        assert snapshot.generation.folder is not None
        return snapshot.generation.folder


def _found(library: Path, method: Method) -> set[str]:
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        hits = book.search(f"{QUESTION} bridge mission force mission juges", method=method, limit=1_000)
        paths = {record.id: record.path for record in book.documents()}
        return {paths[hit.passage.document_id] for hit in hits}


@pytest.mark.parametrize("method", [Method.DENSE, Method.LEXICAL])
def test_removed_passages_are_found_by_neither_search(large: Path, method: Method) -> None:
    assert "nature/harvest.txt" in _found(large, method)
    remove_sources(large, ["nature/harvest.txt"])
    assert leftovers(_folder(large)) > 0
    assert _found(large, method) == set(DOCUMENTS) - {"nature/harvest.txt"}
    assert examine(large).sound


def test_compaction_leaves_the_library_as_if_never_added(large: Path, tmp_path: Path) -> None:
    remove_sources(large, ["nature/harvest.txt"])
    done = compact(large)
    assert done.published and done.passages > 0
    assert leftovers(_folder(large)) == 0
    kept = {name: text for name, text in DOCUMENTS.items() if name != "nature/harvest.txt"}
    clean = build(tmp_path / "clean", kept)
    assert answers(large, [QUESTION]) == answers(clean, [QUESTION])
    assert not compact(large).published


def test_compaction_that_fails_changes_nothing(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove_sources(large, ["nature/harvest.txt"])
    before, folder = answers(large, [QUESTION]), _folder(large)

    def fail(*_: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr("qa.generation.LexicalIndex.commit", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        compact(large)
    assert _folder(large) == folder
    assert answers(large, [QUESTION]) == before
    monkeypatch.undo()
    assert compact(large).published


def test_many_removals_build_the_word_index_anew(large: Path) -> None:
    remove_sources(large, [name for name in DOCUMENTS if name != "bridge.txt"])
    assert leftovers(_folder(large)) == 0


def test_a_library_made_before_segments_opens_grows_and_stays_sound(tmp_path: Path) -> None:
    import faiss

    library = build(tmp_path)
    expected = answers(library, [QUESTION])
    vectors = _folder(library) / "vectors"
    opened = generation.open_vectors(_folder(library))
    old = faiss.IndexIDMap2(faiss.IndexFlatIP(opened.dimension))
    for segment in opened.segments:
        old.add_with_ids(segment.vectors, segment.ids)
    faiss.write_index(old, str(vectors.with_suffix(".faiss")))
    for file in vectors.iterdir():
        file.unlink()
    vectors.rmdir()
    assert answers(library, [QUESTION]) == expected
    assert examine(library).sound
    new = write(tmp_path / "more", {"new.txt": "Pears are picked in October.\n\nThe pear harvest was small."})
    from tests.qa.material import add

    add(library, new)
    assert (_folder(library) / "vectors").is_dir()
    assert examine(library).sound
