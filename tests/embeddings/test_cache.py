"""The vector cache: what is known is not encoded again, and nothing that befalls its file can change a vector."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.cache import FILE_NAME, CachedEncoder, VectorCache, cached
from embeddings.encode import default_encoder
from tests.fakes import FakeEncoder

TEXTS = [f"The bridge number {number} was opened in {1900 + number}." for number in range(60)]


def encoded(
    folder: Path, texts: list[str], encoder: FakeEncoder | None = None
) -> tuple[NDArray[np.float32], int]:
    """The vectors of texts through the cache in a folder, and how many texts were encoded for them."""
    encoder = encoder or FakeEncoder()
    before = len(encoder.encoded)
    with cached(encoder, folder) as kept:
        vectors = kept.encode_documents(texts)
    return vectors, len(encoder.encoded) - before


def expected(texts: list[str]) -> NDArray[np.float32]:
    return FakeEncoder().encode_documents(texts)


def test_a_known_text_is_not_encoded_again(tmp_path: Path) -> None:
    first, number = encoded(tmp_path, TEXTS[:40])
    assert number == 40
    second, number = encoded(tmp_path, [*TEXTS[20:], TEXTS[3], TEXTS[3]])
    assert number == 20
    assert np.array_equal(first, expected(TEXTS[:40]))
    assert np.array_equal(second, expected([*TEXTS[20:], TEXTS[3], TEXTS[3]]))


def test_a_text_that_comes_twice_at_once_is_encoded_once(tmp_path: Path) -> None:
    vectors, number = encoded(tmp_path, ["one", "two", "one"])
    assert number == 2
    assert np.array_equal(vectors, expected(["one", "two", "one"]))


def test_no_texts_give_no_vectors(tmp_path: Path) -> None:
    assert encoded(tmp_path, [])[0].shape == (0, 64)


def test_a_vector_belongs_to_its_model_revision_and_precision(tmp_path: Path) -> None:
    encoded(tmp_path, TEXTS[:5])
    other_model = FakeEncoder(model="another")
    other_revision, other_precision = FakeEncoder(), FakeEncoder()
    other_revision.revision, other_precision.precision = "fake-2", "coarse"
    for encoder in (other_model, other_revision, other_precision, FakeEncoder(dimension=32)):
        assert encoded(tmp_path, TEXTS[:5], encoder)[1] == 5
    assert encoded(tmp_path, TEXTS[:5])[1] == 0


def test_a_cut_text_is_another_matter_than_a_whole_one(tmp_path: Path) -> None:
    encoder = FakeEncoder(max_tokens=3)
    with cached(encoder, tmp_path) as kept:
        kept.encode_documents(["one two three four"], truncate=True)
        with pytest.raises(ValueError, match="the model reads 3"):
            kept.encode_documents(["one two three four"])


def test_questions_go_past_it_and_without_a_folder_all_does(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    with cached(encoder, tmp_path) as kept:
        assert np.array_equal(kept.encode_query("When?"), encoder.encode_query("When?"))
    assert not list(tmp_path.iterdir())
    with cached(encoder, None) as kept:
        assert kept is encoder


def test_the_encoder_is_the_same_in_all_else(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    with cached(encoder, tmp_path) as kept:
        assert isinstance(kept, CachedEncoder)
        for name in ("model", "revision", "precision", "dimension", "max_tokens"):
            assert getattr(kept, name) == getattr(encoder, name)
        assert kept.token_offsets("a b") == encoder.token_offsets("a b")


def test_the_bundled_models_vectors_are_the_same_to_the_last_bit(tmp_path: Path) -> None:
    encoder = default_encoder()
    plain = encoder.encode_documents(TEXTS[:20])
    for _ in range(2):
        with cached(encoder, tmp_path) as kept:
            assert np.array_equal(kept.encode_documents(TEXTS[:20]), plain)
            assert np.array_equal(kept.encode_documents(TEXTS[10:30]), encoder.encode_documents(TEXTS[10:30]))


def test_it_stays_within_its_size_and_forgets_the_oldest(tmp_path: Path) -> None:
    limit = 1_000_000
    cache = VectorCache(tmp_path / FILE_NAME, limit)
    keys = [number.to_bytes(20, "big") for number in range(3000)]
    for start in range(0, 3000, 50):
        cache.put({key: bytes(1536) for key in keys[start : start + 50]})
        assert (tmp_path / FILE_NAME).stat().st_size <= limit
    kept = cache.get(keys)
    cache.close()
    assert 200 < len(kept) < 700
    assert keys[0] not in kept
    assert set(keys[-150:]) <= set(kept)


def test_many_short_runs_stay_within_its_size(tmp_path: Path) -> None:
    most = 400_000
    for run in range(30):
        with closing(VectorCache(tmp_path / FILE_NAME, most)) as cache:
            cache.put({bytes([run, number]) * 10: bytes(1536) for number in range(20)})
    assert (tmp_path / FILE_NAME).stat().st_size < 1.5 * most


@pytest.mark.parametrize("value", ["'text'", "cast(x'ff80' as text)", "17", "2.5", "zeroblob(3)"])
def test_what_is_no_vector_is_not_found(tmp_path: Path, value: str) -> None:
    encoded(tmp_path, TEXTS[:5])
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as damaged, damaged:
        damaged.execute(f"UPDATE vectors SET value = {value}")
    vectors, number = encoded(tmp_path, TEXTS[:5])
    assert number == 5 and np.array_equal(vectors, expected(TEXTS[:5]))


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_cache_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    encoded(tmp_path, TEXTS)
    vectors, _ = encoded(tmp_path, TEXTS)
    assert np.array_equal(vectors, expected(TEXTS))
    encoded(tmp_path, TEXTS)
    assert encoded(tmp_path, TEXTS)[1] == 0


def test_a_file_of_another_form_is_begun_anew(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("CREATE TABLE vectors (mine TEXT)")
    connection.close()
    encoded(tmp_path, TEXTS)
    assert encoded(tmp_path, TEXTS)[1] == 0


def test_damage_that_stands_in_the_message_about_it_is_damage(tmp_path: Path) -> None:
    encoded(tmp_path, TEXTS)
    file = tmp_path / FILE_NAME
    data = file.read_bytes()
    assert data.count(b"tablevectorsvectors") == 1
    file.write_bytes(data.replace(b"tablevectorsvectors", b"tablev\xf3ctorsv\xf3ctors"))
    for known in (0, len(TEXTS)):
        vectors, number = encoded(tmp_path, TEXTS)
        assert np.array_equal(vectors, expected(TEXTS)) and number == len(TEXTS) - known


@pytest.mark.parametrize("seed", range(12))
def test_damage_anywhere_never_gives_another_vector(tmp_path: Path, seed: int) -> None:
    encoded(tmp_path, TEXTS)
    generator = random.Random(seed)
    file = tmp_path / FILE_NAME
    data = bytearray(file.read_bytes())
    if seed % 3 == 0:
        del data[generator.randrange(len(data)) :]
    for _ in range(200 if seed % 2 else 3):
        if data:
            data[generator.randrange(len(data))] ^= 1 << generator.randrange(8)
    file.write_bytes(data)

    for _ in range(3):
        assert np.array_equal(encoded(tmp_path, TEXTS)[0], expected(TEXTS))
    assert encoded(tmp_path, TEXTS)[1] == 0


def test_a_vector_of_another_length_is_none(tmp_path: Path) -> None:
    with cached(FakeEncoder(), tmp_path) as kept:
        assert isinstance(kept, CachedEncoder)
        (key,) = kept._keys(["one"], truncate=False)
    cache = VectorCache(tmp_path / FILE_NAME)
    cache.put({key: b"1234"})
    cache.close()
    assert encoded(tmp_path, ["one"])[1] == 1


def test_a_place_that_cannot_be_written_is_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    vectors, number = encoded(tmp_path / "file" / "folder", TEXTS)
    assert np.array_equal(vectors, expected(TEXTS))
    assert number == len(TEXTS)
    (tmp_path / "taken" / FILE_NAME).mkdir(parents=True)
    assert np.array_equal(encoded(tmp_path / "taken", TEXTS)[0], expected(TEXTS))


def test_a_file_that_another_process_holds_for_long_is_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.cache._WAIT_SECONDS", 0.05)
    encoded(tmp_path, TEXTS[:30])
    holder = sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    vectors, number = encoded(tmp_path, TEXTS)
    holder.close()
    assert np.array_equal(vectors, expected(TEXTS))
    assert number in (30, 60)


def _work(folder: Path, seed: int) -> bool:
    texts = TEXTS[:]
    random.Random(seed).shuffle(texts)
    good = True
    for start in range(0, len(texts), 7):
        vectors, _ = encoded(folder, texts[start : start + 7])
        good = good and np.array_equal(vectors, expected(texts[start : start + 7]))
    return good


def test_several_processes_share_it(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        assert all(pool.starmap(_work, [(tmp_path, seed) for seed in range(8)]))
    assert encoded(tmp_path, TEXTS)[1] == 0


WRITER = """
import sys
from pathlib import Path
from embeddings.cache import FILE_NAME, VectorCache
cache = VectorCache(Path(sys.argv[1]) / FILE_NAME)
print("ready", flush=True)
for number in range(10**9):
    cache.put({number.to_bytes(20, "big"): number.to_bytes(1536, "big")})
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.wait()


def test_a_writer_that_is_killed_leaves_a_sound_cache(tmp_path: Path, writer: subprocess.Popen[str]) -> None:
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    keys = [number.to_bytes(20, "big") for number in range(200)]
    cache = VectorCache(tmp_path / FILE_NAME)
    deadline = time.monotonic() + 30
    while len(cache.get(keys)) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()

    found = cache.get(keys)
    cache.close()
    assert len(found) >= 20
    assert all(value == int.from_bytes(key, "big").to_bytes(1536, "big") for key, value in found.items())
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
