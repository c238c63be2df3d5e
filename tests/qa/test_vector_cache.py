"""Where the vector cache stands: adding, adding elsewhere and reindexing ask it; answering does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.engine import Sourcebook
from qa.indexing import add_paths, remove_sources
from qa.places import vector_cache
from qa.reindex import reindex
from tests.qa.material import DOCUMENTS, CountingEncoder


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCEBOOK_VECTOR_CACHE", str(tmp_path / "cache"))
    for name, text in DOCUMENTS.items():
        (tmp_path / "documents" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "documents" / name).write_text(text, encoding="utf-8")
    return tmp_path / "documents"


def test_documents_added_elsewhere_or_again_are_not_encoded(documents: Path, tmp_path: Path) -> None:
    first, second = CountingEncoder(), CountingEncoder()
    add_paths(tmp_path / "one", [documents], first)
    assert first.encoded

    add_paths(tmp_path / "two", [documents], second)
    remove_sources(tmp_path / "two", [str(documents)])
    add_paths(tmp_path / "two", [documents], second)
    assert second.calls == 0


def test_two_libraries_answer_alike_with_and_without_it(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_paths(tmp_path / "one", [documents], CountingEncoder())
    add_paths(tmp_path / "two", [documents], CountingEncoder())
    monkeypatch.setenv("SOURCEBOOK_VECTOR_CACHE", "off")
    add_paths(tmp_path / "plain", [documents], CountingEncoder())

    answers = []
    for name in ("one", "two", "plain"):
        with Sourcebook.open(tmp_path / name, encoder=CountingEncoder()) as book:
            answers.append(book.ask("When was the bridge over the Ibar reopened to traffic?"))
    assert answers[0] == answers[1] == answers[2]


def test_a_change_of_one_passage_encodes_that_passage(documents: Path, tmp_path: Path) -> None:
    encoder = CountingEncoder()
    paragraphs = [f"## Part {n}\n\nThe gate number {n} was {'closed and opened ' * 40}.\n" for n in range(12)]
    (documents / "long.md").write_text("\n".join(paragraphs))
    add_paths(tmp_path / "library", [documents / "long.md"], encoder)
    passages = len(encoder.encoded)
    paragraphs[7] = paragraphs[7].replace("gate", "door")
    (documents / "long.md").write_text("\n".join(paragraphs))
    add_paths(tmp_path / "library", [documents / "long.md"], encoder)

    assert passages >= 12
    assert len(encoder.encoded) == passages + 1
    assert "door" in encoder.encoded[-1]


def test_a_library_that_goes_back_to_its_model_encodes_nothing(documents: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    encoder = CountingEncoder()
    add_paths(library, [documents], encoder)
    reindex(library, CountingEncoder(model="another"))
    calls = encoder.calls
    reindex(library, encoder)

    assert encoder.calls == calls


def test_answering_neither_reads_nor_writes_it(documents: Path, tmp_path: Path) -> None:
    add_paths(tmp_path / "library", [documents], CountingEncoder())
    for file in (tmp_path / "cache").iterdir():
        file.unlink()
    with Sourcebook.open(tmp_path / "library", encoder=CountingEncoder()) as book:
        book.ask("When was the bridge over the Ibar reopened to traffic?")
    assert not list((tmp_path / "cache").iterdir())


def test_it_is_switched_off_or_moved_by_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_VECTOR_CACHE", "off")
    assert vector_cache() is None
    monkeypatch.setenv("SOURCEBOOK_VECTOR_CACHE", "/some/folder")
    assert vector_cache() == Path("/some/folder")
    monkeypatch.delenv("SOURCEBOOK_VECTOR_CACHE")
    kept = vector_cache()
    assert kept is not None
    assert kept.parts[-2:] == ("sourcebook", "vectors")
