"""The page's library is the engine's: uploads land in it and are answered from at once, originals come back whole."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from corpus.errors import InvalidInput
from corpus.library import Library
from corpus.workers import shared_pool
from qa import sources as sources_module
from qa.app.book import Added, Outcome, Step, Upload, path_of
from qa.app.wiring import adder
from qa.engine import Sourcebook
from tests.fakes import FakeEncoder

STORKS = b"# Storks\n\nSeven storks nest on the town hall of Prizren.\n"


def upload(folder: Path, name: str, data: bytes) -> Upload:
    file = folder / hashlib.sha256(name.encode()).hexdigest()
    file.write_bytes(data)
    return Upload(name, file)


def test_uploads_are_added_and_asked(tmp_path: Path) -> None:
    library = tmp_path / "library"
    Library.create(library).close()
    with Sourcebook.open(library, encoder=FakeEncoder()) as sourcebook:
        book, add, steps = sourcebook, adder(library, sourcebook), list[Step]()
        assert book.records() == []
        files = [upload(tmp_path, "storks.md", STORKS), upload(tmp_path, "scan.xyz", b"\x00\x01")]
        outcomes = add(files, steps.append)
        assert [(item.name, item.outcome) for item in outcomes] == [
            ("storks.md", Outcome.ADDED),
            ("scan.xyz", Outcome.FAILED),
        ]
        assert outcomes[1].reason
        assert (steps[-1].done, steps[-1].total, steps[-1].outcomes) == (2, 2, tuple(outcomes))
        (record,) = book.records()
        assert (record.path, record.metadata.title.value) == ("storks.md", "Storks")
        assert path_of(book, record.id) == "storks.md"
        assert book.original(record.id) == STORKS
        assert "Seven storks" in book.document(record.id).text
        answer = book.ask("How many storks nest on the town hall?")
        assert (answer.citations or answer.nearest)[0].path == "storks.md"
        assert add(files[:1], steps.append) == [Added("storks.md", Outcome.UNCHANGED)]
        changed = upload(tmp_path, "storks.md", STORKS.replace(b"Seven", b"Eight"))
        assert add([changed], steps.append) == [Added("storks.md", Outcome.REPLACED)]
        assert len(book.records()) == 1


def test_an_unknown_document_is_a_sentence(tmp_path: Path) -> None:
    Library.create(tmp_path / "library").close()
    with (
        Sourcebook.open(tmp_path / "library", encoder=FakeEncoder()) as sourcebook,
        pytest.raises(InvalidInput),
    ):
        path_of(sourcebook, "ab" * 32)


def test_files_of_a_job_are_read_when_their_turn_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a job brings may be larger than the memory: while a file is added, only few others are there as bytes.

    Those that wait for their vectors are as few as the bytes of one group.
    """
    monkeypatch.setattr("qa.encoding.MOST_BYTES", 60)
    held: dict[str, int] = {}
    read = sources_module.read_file

    def reading(path: Path, name: str | None = None) -> bytes:
        data = read(path, name)
        held[name or path.name] = len(data)
        return data

    monkeypatch.setattr(sources_module, "read_file", reading)
    library = tmp_path / "library"
    Library.create(library).close()
    many = [upload(tmp_path, f"{n:02}.txt", b"Heron number %d stands at the pond.\n" % n) for n in range(40)]
    ahead: list[int] = []

    def watch(step: Step) -> None:
        ahead.append(len(held) - step.done)

    with Sourcebook.open(library, encoder=FakeEncoder()) as sourcebook:
        outcomes = adder(library, sourcebook)(many, watch)
    assert [item.outcome for item in outcomes] == [Outcome.ADDED] * 40
    assert sum(held.values()) == sum(one.file.stat().st_size for one in many)  # each once
    assert max(ahead) <= shared_pool().ahead + 1 + 2 * 2  # two files of 34 bytes are more than a group takes


def test_an_upload_that_is_gone_is_told_by_its_name(tmp_path: Path) -> None:
    library = tmp_path / "library"
    Library.create(library).close()
    gone = Upload("storks.md", tmp_path / "1")
    with Sourcebook.open(library, encoder=FakeEncoder()) as sourcebook:
        (outcome,) = adder(library, sourcebook)([gone], lambda step: None)
    assert outcome == Added(
        "storks.md", Outcome.FAILED, "storks.md cannot be opened: no such file or directory."
    )


def test_an_archive_under_another_name_is_taken_apart(tmp_path: Path) -> None:
    library, packed = tmp_path / "library", BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("storks.md", STORKS)
    Library.create(library).close()
    with Sourcebook.open(library, encoder=FakeEncoder()) as sourcebook:
        outcomes = adder(library, sourcebook)(
            [upload(tmp_path, "s.docx", packed.getvalue())], lambda step: None
        )
    assert outcomes == [Added("s.docx/storks.md", Outcome.ADDED)]
