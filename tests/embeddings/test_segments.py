"""Segments on disk: shared between generations, joined when small, coded when many, never with ghosts."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings import segment_builder, segments
from embeddings.errors import IndexUnreadable
from embeddings.faiss_index import Codes
from embeddings.index import ExactIndex, Scored
from embeddings.segments import MANIFEST, SegmentedIndex
from tests.damage import replace_content
from tests.embeddings.growing import Growing

DIMENSION = 32


def ids(*numbers: int) -> NDArray[np.int64]:
    return np.array(numbers, dtype=np.int64)


def vectors(count: int, seed: int = 0, dimension: int = DIMENSION) -> NDArray[np.float32]:
    """Unit vectors in a few hundred clouds, as texts lie."""
    generator = np.random.default_rng(seed)
    centres = generator.standard_normal((200, dimension))
    found = centres[generator.integers(0, 200, count)] + 0.7 * generator.standard_normal((count, dimension))
    unit: NDArray[np.float32] = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A large index begins at 1,000 vectors."""
    for module in (segments, segment_builder):
        monkeypatch.setattr(module, "EXACT_ROWS", 1_000)
        monkeypatch.setattr(module, "CODED_ROWS", 500)
    monkeypatch.setattr(segments, "CANDIDATES", 200)
    monkeypatch.setattr(segments, "FILTERED_ROWS", 1_000)
    monkeypatch.setattr(segment_builder, "TAIL_ROWS", 100)


def files(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_ino for file in folder.iterdir()}


def test_few_vectors_are_searched_exactly_and_many_by_codes_with_refinement(small_limits: None) -> None:
    index, reference, data = Growing(DIMENSION), ExactIndex(DIMENSION), vectors(6_000)
    index.add(np.arange(900), data[:900])
    assert index.index.coded == 0
    index.add(np.arange(900, 6_000), data[900:])
    reference.add(np.arange(6_000), data)
    assert index.index.coded == 6_000
    queries = vectors(50, seed=1)
    shared = 0
    for query in queries:
        found, best = index.search(query, 10), reference.search(query, 10)
        assert [hit.id for hit in index.index.exact(query, 10)] == [hit.id for hit in best]
        scores = dict(reference.search(query, 6_000))
        assert all(hit.score == pytest.approx(scores[hit.id], abs=1e-6) for hit in found)
        shared += len({hit.id for hit in found} & {hit.id for hit in best})
    assert shared / 500 >= 0.98


def test_a_growing_index_shares_its_large_segments(small_limits: None) -> None:
    index = Growing(DIMENSION)
    index.add(np.arange(5_000), vectors(5_000))
    before = files(index.folder)
    index.add(np.arange(5_000, 5_020), vectors(20, seed=1))
    after = files(index.folder)
    assert {name: after[name] for name in before if name != MANIFEST} == {
        name: inode for name, inode in before.items() if name != MANIFEST
    }
    for number in range(30):
        index.add(np.arange(10_000 + 20 * number, 10_020 + 20 * number), vectors(20, seed=number))
    assert len(index) == 5_620
    assert len(index.index.segments) <= 4  # small ones were joined
    assert {name: files(index.folder)[name] for name in before if name != MANIFEST} == {
        name: inode for name, inode in before.items() if name != MANIFEST
    }


def test_what_is_removed_is_found_by_no_path_and_may_come_again(small_limits: None) -> None:
    index, data = Growing(DIMENSION), vectors(3_000)
    index.add(np.arange(3_000), data)
    previous = index.folder
    best = [hit.id for hit in index.search(data[7], 5)]
    assert best[0] == 7
    assert index.remove(np.array(best)) == 5
    for allowed in (None, np.arange(3_000), np.arange(2_000), ids(*best)):
        assert not {hit.id for hit in index.search(data[7], 500, allowed)} & set(best)
    assert index.remove(np.array(best)) == 0
    assert not set(best) & set(index.index.ids().tolist())
    assert not {hit.id for hit in index.index.exact(data[7], 3_000)} & set(best)
    index.add(ids(7), data[8:9])
    assert [hit.id for hit in index.search(data[8], 2)] == [7, 8]
    assert len(index) == 2_996
    assert [hit.id for hit in SegmentedIndex.open(previous).search(data[7], 5)] == best  # as it was


def test_a_segment_that_is_mostly_removed_is_written_anew(small_limits: None) -> None:
    index, data = Growing(DIMENSION), vectors(4_000)
    index.add(np.arange(4_000), data)
    index.remove(np.arange(500))
    assert [len(one.removed) for one in index.index.segments] == [500]
    index.remove(np.arange(500, 1_500))
    assert [(len(one.ids), len(one.removed)) for one in index.index.segments] == [(2_500, 0)]
    assert index.index.coded == 2_500
    assert index.search(data[2_000], 1)[0].id == 2_000
    index.remove(np.arange(4_000))
    assert len(index) == 0 and index.search(data[0], 3) == []


@pytest.mark.parametrize("share", [0.01, 0.2, 0.6])
def test_filters_lose_nothing(small_limits: None, share: float) -> None:
    data = vectors(4_000)
    index, reference = Growing(DIMENSION), ExactIndex(DIMENSION)
    index.add(np.arange(4_000), data)
    reference.add(np.arange(4_000), data)
    generator, shared = np.random.default_rng(2), 0
    for query in vectors(30, seed=3):
        allowed = np.flatnonzero(generator.random(4_000) < share)
        found = [hit.id for hit in index.search(query, 10, allowed)]
        best = [hit.id for hit in reference.search(query, 10, allowed)]
        if len(allowed) <= 1_000:
            assert found == best  # a narrow filter is searched exactly
        shared += len(set(found) & set(best))
    assert shared >= 0.98 * 300


def test_a_wide_filter_far_from_the_question_is_searched_until_enough_is_found(small_limits: None) -> None:
    data = np.concatenate([vectors(4_000), vectors(1_500) - 2 * np.eye(1, DIMENSION, dtype=np.float32)])
    index = Growing(DIMENSION)
    index.add(np.arange(5_500), data)
    far = np.arange(4_000, 5_500)
    found = index.search(np.eye(1, DIMENSION, dtype=np.float32)[0], 10, far)
    assert len(found) == 10 and all(hit.id >= 4_000 for hit in found)


def test_an_index_of_format_1_opens_and_searches(tmp_path: Path) -> None:
    import faiss

    old = faiss.IndexIDMap2(faiss.IndexFlatIP(2))
    old.add_with_ids(np.array([[1, 0], [0, 1]], dtype=np.float32), ids(9, 4))
    faiss.write_index(old, str(tmp_path / "vectors.faiss"))
    index = SegmentedIndex.open(tmp_path / "vectors")
    assert index.search(np.array([1, 2], dtype=np.float32), 2) == [Scored(4, 2), Scored(9, 1)]
    faiss.write_index(faiss.IndexFlatL2(4), str(tmp_path / "vectors.faiss"))
    with pytest.raises(IndexUnreadable, match="another kind"):
        SegmentedIndex.open(tmp_path / "vectors")
    (tmp_path / "vectors.faiss").write_bytes(b"nonsense")
    with pytest.raises(
        IndexUnreadable, match=r"damaged .*; build the index again: sourcebook doctor --repair$"
    ):
        SegmentedIndex.open(tmp_path / "vectors")


def test_damaged_and_missing_files_are_named(small_limits: None, tmp_path: Path) -> None:
    index = Growing(DIMENSION)
    index.add(np.arange(2_000), vectors(2_000))
    index.remove(ids(3))
    names = sorted(file.name for file in index.folder.iterdir())
    assert [name.partition(".")[2] for name in names] == ["codes", "ids", "removed", "vectors", "json"]
    for number, name in enumerate(names):
        content = (index.folder / name).read_bytes()
        for harm in (b"", b"hello, world", content[: len(content) // 2], None):
            folder = tmp_path / f"{number}-{len(harm) if harm is not None else 'none'}"
            shutil.copytree(index.folder, folder)
            (folder / name).unlink()
            if harm is not None:
                replace_content(folder / name, harm)
            with pytest.raises(
                IndexUnreadable, match=r"; build the index again: sourcebook doctor --repair$"
            ):
                SegmentedIndex.open(folder)
    with pytest.raises(IndexUnreadable, match="there is no index at"):
        SegmentedIndex.open(tmp_path / "missing")


def test_removed_rows_that_are_none_are_damage(tmp_path: Path) -> None:
    index = Growing(DIMENSION, tmp_path)
    index.add(np.arange(100), vectors(100))
    index.remove(ids(3))
    (file,) = index.folder.glob("*.removed")
    for row in (-1, 100, 2**40):
        file.unlink()
        replace_content(file, ids(row).tobytes())
        with pytest.raises(IndexUnreadable, match="is damaged"):
            SegmentedIndex.open(index.folder)


def test_vectors_are_compared_to_the_bit() -> None:
    index, data = Growing(DIMENSION), vectors(300)
    index.add(np.arange(100), data[:100])
    index.add(np.arange(100, 300), data[100:])
    index.remove(ids(7))
    assert index.index.matching(np.arange(300), data) == 299
    data[250] = -data[250]
    assert index.index.matching(np.arange(300)[::-1], data[::-1]) == 298
    assert index.index.matching(np.arange(200, 400), data[100:]) == 0


def test_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text('{"format": 9}')
    with pytest.raises(
        IndexUnreadable, match=r"has format 9; build the index again: sourcebook doctor --repair$"
    ):
        SegmentedIndex.open(tmp_path)


def test_codes_of_other_rows_are_refused(tmp_path: Path) -> None:
    Codes.of(vectors(100)).save(tmp_path / "codes")
    assert len(Codes.load(tmp_path / "codes", 100, DIMENSION)) == 100
    for rows, dimension in ((99, DIMENSION), (100, DIMENSION - 2)):
        with pytest.raises(IndexUnreadable, match="another kind"):
            Codes.load(tmp_path / "codes", rows, dimension)


def test_an_odd_dimension_is_always_searched_exactly(small_limits: None) -> None:
    index, data = Growing(DIMENSION - 1), vectors(1_500, dimension=DIMENSION - 1)
    index.add(np.arange(1_500), data)
    assert index.index.coded == 0
    assert index.search(data[5], 1)[0].id == 5


def test_the_same_id_twice_in_one_builder_is_refused(tmp_path: Path) -> None:
    builder = segment_builder.SegmentBuilder(tmp_path / "new", 2)
    builder.add(ids(1), np.ones((1, 2), dtype=np.float32))
    builder.add(ids(1), np.ones((1, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="added twice"):
        builder.commit()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are counted in /proc")
def test_a_builder_that_is_given_up_leaves_no_file_open(tmp_path: Path) -> None:
    def opened() -> list[str]:
        return [
            str(link.readlink())
            for link in Path("/proc/self/fd").iterdir()
            if link.exists() and link.is_symlink()
        ]

    builder = segment_builder.SegmentBuilder(tmp_path / "new", 2)
    builder.add(ids(1), np.ones((1, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="dimension"):
        builder.add(ids(2), np.ones((1, 3), dtype=np.float32))
    assert not [file for file in opened() if file.startswith(str(tmp_path))]


def test_a_sample_is_spread_over_the_index() -> None:
    index, data = Growing(DIMENSION), vectors(1_000)
    index.add(np.arange(1_000), data)
    rows = list(index.index.sample(10))
    assert len(rows) == 10 and np.array_equal(rows[3], data[300])
    assert len(list(index.index.sample(5_000))) == 1_000
