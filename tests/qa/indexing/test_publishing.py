"""When what is added is seen: progress, long runs, interruptions, other models, any order."""

from __future__ import annotations

from itertools import accumulate
from pathlib import Path

import pytest

from corpus.errors import LibraryIncompatible
from corpus.library import Library
from qa import indexing
from qa.engine import Sourcebook
from qa.indexing import Outcome, Progress, add_documents
from qa.sources import Source
from tests.fakes import FakeEncoder
from tests.qa.material import (
    DOCUMENTS,
    Observed,
    add,
    build,
    listed,
    texts,
    write,
)


def test_a_document_read_by_an_older_reader_is_read_again(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(library, sources)
    monkeypatch.setattr(
        "qa.ahead.reader_name", lambda name, data=None: "plain/99" if name.endswith(".txt") else "html/4"
    )
    calls: list[str] = []
    add(library, sources, reading=Observed(calls.append))
    assert sorted(calls) == ["bridge.txt", "harvest.txt"]


@pytest.mark.parametrize("together", [1, 2, 256])
def test_progress_tells_each_source_when_it_starts_and_when_it_is_done(
    library: Path, sources: Path, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.encoding.TEXTS", together)
    write(sources, {"empty.txt": ""})
    steps: list[Progress] = []
    add(library, sources, progress=steps.append)
    total, places = len(DOCUMENTS) + 1, {(step.path, step.outcome is None): n for n, step in enumerate(steps)}
    assert len(steps) == len(places) == 2 * total and {step.total for step in steps} == {total}
    assert all(places[path, True] < places[path, False] for path, _ in places)
    done = [step.outcome is not None for step in steps]
    assert [step.done for step in steps] == list(accumulate(done))
    outcomes = {step.path: step.outcome for step in steps if step.outcome is not None}
    assert outcomes.pop("empty.txt") is Outcome.FAILED
    assert set(outcomes.values()) == {Outcome.ADDED}


def test_documents_from_memory_have_their_own_identity(library: Path) -> None:
    first = [Source("note.txt", "upload:note.txt", b"The old note about bread.")]
    second = [Source("note.txt", "upload:note.txt", b"The new note about butter.")]
    assert add_documents(library, first, FakeEncoder()).added == ["note.txt"]
    assert add_documents(library, first, FakeEncoder()).unchanged == ["note.txt"]
    assert add_documents(library, second, FakeEncoder()).replaced == ["note.txt"]
    assert texts(library) == {"note.txt": "The new note about butter."}


def test_a_long_run_publishes_meanwhile(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def watch(step: Progress) -> None:
        if step.outcome is None:
            with Library.open(library).snapshot() as snapshot:
                seen.append(len(snapshot.documents()))

    monkeypatch.setattr(indexing, "PUBLISH_SECONDS", -1.0)
    add(library, sources, progress=watch)
    assert seen == [0, 1, 2, 3, 4]


def test_ctrl_c_publishes_what_is_read(library: Path, sources: Path) -> None:
    begun: list[str] = []

    def interrupt(step: Progress) -> None:
        if step.outcome is None:
            begun.append(step.path)
        if len(begun) == 3:  # from now on whatever is told
            raise KeyboardInterrupt

    report = add(library, sources, progress=interrupt)
    assert report.interrupted
    assert report.added == begun[:2] and sorted(listed(library)) == sorted(begun[:2])
    again = add(library, sources)
    assert (len(again.unchanged), len(again.added), again.interrupted) == (2, 3, False)


def test_nothing_to_add_makes_no_library(library: Path) -> None:
    add(library, library.parent / "missing")
    assert not library.exists()


def test_another_model_is_refused_with_a_sentence_that_names_both(library: Path, sources: Path) -> None:
    add(library, sources, encoder=FakeEncoder(model="first-model"))
    with pytest.raises(LibraryIncompatible) as caught:
        add(library, sources, encoder=FakeEncoder(model="second-model", dimension=32))
    message = str(caught.value)
    assert "first-model (64 dimensions" in message and "second-model (32 dimensions" in message
    assert "--model first-model" in message
    assert set(listed(library)) == set(DOCUMENTS)


def test_other_cutting_rules_are_refused_for_adding_but_not_for_asking(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(library, sources)
    monkeypatch.setattr("qa.generation.CHUNKER", "structure/99")
    with pytest.raises(LibraryIncompatible, match="structure/99"):
        add(library, sources)
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        assert book.ask("When was the bridge over the Ibar reopened to traffic?").answered


def test_the_order_of_adding_makes_no_difference(tmp_path: Path) -> None:
    together = build(tmp_path / "together")
    apart = tmp_path / "apart"
    for name in reversed(DOCUMENTS):
        add(apart, tmp_path / "together" / "sources" / name)
    with Library.open(together).snapshot() as one, Library.open(apart).snapshot() as other:
        assert list(one.passage_ids()) == list(other.passage_ids())
        for record in one.documents():
            assert one.vectors(record.id) == other.vectors(record.id)
