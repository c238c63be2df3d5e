"""The doctor finds what is planted, mends what can be mended, and says so."""

from __future__ import annotations

import io
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.library import Library
from embeddings.errors import ModelError
from embeddings.segment_builder import SegmentBuilder
from embeddings.segments import SegmentedIndex
from qa.doctor import Health, examine
from tests.damage import replace_content
from tests.fakes import FakeEncoder
from tests.qa.material import BRIDGE, DOCUMENTS, HARVEST, add, answers, build

QUESTION = "When was the bridge over the Ibar reopened to traffic?"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return build(tmp_path)


def _original(library: Path, path: str) -> Path:
    with Library.open(library).snapshot() as snapshot:
        (record,) = [record for record in snapshot.documents() if path in record.paths]
    return library / "originals" / record.id[:2] / record.id


def _generation(library: Path) -> Path:
    return max((library / "generations").iterdir())


def test_a_sound_library_is_sound(library: Path) -> None:
    found = examine(library)
    assert found.sound and not (found.wrong or found.notes or found.repaired)
    assert f"SHA-256 of {len(DOCUMENTS)} sound originals" in "\n".join(found.checked)


def _remove_vectors(library: Path) -> None:
    shutil.rmtree(_generation(library) / "vectors")


def _damage_vectors(library: Path) -> None:
    replace_content(_generation(library) / "vectors" / "s000001.vectors", b"nonsense")


def _flip(file: Path) -> None:
    """Alter the lowest bit in the middle of a file; readers of the one before keep theirs."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()
    replace_content(file, bytes(content))


def _flip_vectors(library: Path) -> None:
    _flip(_generation(library) / "vectors" / "s000001.vectors")


def _flip_words(library: Path) -> None:
    _flip(next((_generation(library) / "lexical").glob("*.idx")))


def _cut_acronyms(library: Path) -> None:
    (_generation(library) / "acronyms.json").write_text("{")


def _cut_manifest(library: Path) -> None:
    (_generation(library) / "vectors" / "segments.json").write_text("{")


def _remove_ids(library: Path) -> None:
    (_generation(library) / "vectors" / "s000001.ids").unlink()


def _cut_words(library: Path) -> None:
    replace_content(next((_generation(library) / "lexical").glob("*.term")), b"")


def _remove_words(library: Path) -> None:
    shutil.rmtree(_generation(library) / "lexical")


def _damage_acronyms(library: Path) -> None:
    (_generation(library) / "acronyms.json").write_text('{"KTA": {')


def _remove_generation(library: Path) -> None:
    shutil.rmtree(_generation(library))


def _lose_passages(library: Path) -> None:
    folder = _generation(library) / "vectors"
    whole = folder.with_name("whole")
    folder.rename(whole)
    index = SegmentBuilder(folder, 64, whole)
    index.remove(SegmentedIndex.open(whole).ids()[:1])
    index.commit()
    shutil.rmtree(whole)


def _remove_original(library: Path) -> None:
    _original(library, "bridge.txt").unlink()


def _alter_original(library: Path) -> None:
    original = _original(library, "bridge.txt")
    original.chmod(0o600)
    original.write_bytes(b"Something else.")


def _leave_orphan(library: Path) -> None:
    (library / "originals" / "ff").mkdir(exist_ok=True)
    (library / "originals" / "ff" / ("f" * 64)).write_bytes(b"Nobody's.")


def _leave_unfinished(library: Path) -> None:
    (library / "generations" / ".building").mkdir()


@pytest.mark.parametrize(
    ("harm", "word"),
    [
        (_remove_vectors, "index"),
        (_damage_vectors, "index"),
        (_remove_words, "index"),
        (_damage_acronyms, "acronyms.json is damaged"),
        (_remove_generation, "index"),
        (_flip_vectors, "1 other vectors than the database"),
        (_flip_words, r"word index in .* is damaged \(.*\.idx\)"),
        (_cut_acronyms, "acronyms.json is damaged"),
        (_cut_manifest, "index .* is damaged"),
        (_remove_ids, "no index at .*s000001.ids"),
        (_cut_words, r"word index in .* is damaged \(.*\.term\)"),
        (_lose_passages, "not exactly"),
        (_remove_original, "bridge.txt .* is missing"),
        (_alter_original, "bridge.txt .* is altered"),
        (_leave_orphan, "belongs to no document"),
        (_leave_unfinished, "is left over"),
    ],
)
def test_what_is_wrong_is_found_and_repaired(library: Path, harm: Callable[[Path], None], word: str) -> None:
    import re

    before = answers(library, [QUESTION])
    harm(library)
    found = examine(library)
    assert not found.sound and found.repaired == []
    assert re.search(word, "\n".join(found.wrong)), found.wrong
    mended = examine(library, repair=True)
    assert mended.sound and len(mended.repaired) == len(mended.wrong)
    after = examine(library)
    assert after.sound and after.wrong == []
    assert answers(library, [QUESTION]) == before


def test_what_cannot_be_repaired_stays_wrong(library: Path, tmp_path: Path) -> None:
    _remove_original(library)
    (tmp_path / "sources" / "bridge.txt").write_text("Other words.")
    found = examine(library, repair=True)
    assert not found.sound and found.repaired == []


def test_an_original_out_of_an_archive_is_repaired(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("deep/bridge.txt", BRIDGE)
        archive.writestr("harvest.txt", HARVEST)
    library = build(tmp_path, {"old.zip": stream.getvalue()})
    _original(library, "old.zip/deep/bridge.txt").unlink()
    mended = examine(library, repair=True)
    assert mended.sound and mended.repaired == [
        f"archived {tmp_path / 'sources' / 'old.zip'}!/deep/bridge.txt again"
    ]
    assert examine(library).sound


@pytest.mark.parametrize("harm", [_remove_original, _alter_original])
def test_adding_the_file_again_archives_it_again(
    library: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    harm(library)
    assert "bridge.txt" in add(library, tmp_path / "sources").unchanged
    assert examine(library).sound


def test_rows_that_do_not_add_up_are_found(library: Path) -> None:
    with sqlite3.connect(library / "library.db") as connection:
        connection.execute("DELETE FROM passages WHERE ordinal = 0 AND reading = 1")
    connection.close()
    assert any("passages, but not as many rows" in words for words in examine(library).wrong)


def test_stale_readers_are_noted_not_wrong(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.doctor.newest_reader", lambda record: "plain/99")
    monkeypatch.setattr("qa.doctor.CHUNKER", "structure/99")
    found = examine(library)
    assert found.sound and len(found.notes) == 2
    assert all("run: sourcebook reindex" in note for note in found.notes)


def test_the_encoder_and_the_recall_are_told(library: Path) -> None:
    told = "\n".join(examine(library, encoder=FakeEncoder()).checked)
    assert "the encoder: fake, computing as exact" in told
    assert "(all compared exactly): recall@10 is 1.000 over" in told


def test_low_recall_is_noted(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentedIndex, "search", lambda self, query, k: self.exact(query, k)[: k // 5])
    found = examine(library)
    assert found.sound
    assert any("run: sourcebook compact" in note for note in found.notes), found.checked


def test_an_encoder_that_cannot_be_loaded_is_noted(library: Path) -> None:
    class Broken(FakeEncoder):
        def encode_query(self, text: str) -> NDArray[np.float32]:
            raise ModelError("the weights are gone")

    found = examine(library, encoder=Broken())
    assert found.sound and found.notes == ["questions cannot be encoded: the weights are gone"]


def test_health_counts_what_is_left() -> None:
    assert Health(wrong=["a"], repaired=["a"]).sound
    assert not Health(wrong=["a"]).sound
