"""Index files that may only be read, that are altered, or that the disk has no room for."""

from __future__ import annotations

import errno
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from embeddings.disk import disk_errors, told_by_disk
from embeddings.errors import IndexUnreadable
from embeddings.faiss_index import Codes
from embeddings.lexical import LexicalEntry, LexicalIndex
from embeddings.lexical_files import damaged
from embeddings.segment_builder import SegmentBuilder
from tests.damage import replace_content
from tests.nobody import make_read_only, public_folder, run_as_nobody

READING = """
import os, sys, tempfile
for folder in sys.argv[1:]:
    index = LexicalIndex.open(Path(folder))
    hits = [hit.id for hit in index.search("gate word7", 2)]
    print(len(index), hits, index.search("gate", 9, ["d"])[0].id, index.holds("word3"), index.ids()[:2], index.ghosts)
print(os.listdir(tempfile.gettempdir()))
"""


def entries(count: int) -> Iterator[LexicalEntry]:
    return (LexicalEntry(number, "d", "Title", "Heading", f"gate word{number}") for number in range(count))


def build(folder: Path, count: int = 50) -> LexicalIndex:
    index = LexicalIndex.create(folder)
    index.add(entries(count))
    index.commit()
    return index


def test_an_index_that_may_only_be_read_can_be_searched_and_leaves_nothing_behind() -> None:
    with public_folder() as folder:
        build(folder / "fresh")
        build(folder / "opened")
        LexicalIndex.open(folder / "opened")  # has left its lock
        for name in ("fresh", "opened"):
            make_read_only(folder / name)
        (folder / "passing").mkdir()
        (folder / "passing").chmod(0o777)
        done = run_as_nobody(
            READING,
            *(folder / name for name in ("fresh", "opened")),
            imports="from pathlib import Path; from embeddings.lexical import LexicalIndex; import tantivy",
            TMPDIR=str(folder / "passing"),
        )
    line = "50 [7, 0] 0 True [0, 1] 0\n"
    assert (done.returncode, done.stdout) == (0, f"{line}{line}[]\n"), done.stderr


def test_an_index_that_may_not_be_read_is_not_called_damaged() -> None:
    with public_folder() as folder:
        build(folder / "index")
        (folder / "index" / "meta.json").chmod(0o600)
        make_read_only(folder / "index")
        done = run_as_nobody(
            "import sys\ntry:\n    LexicalIndex.open(Path(sys.argv[1]))\nexcept IndexUnreadable as error: print(error)",
            folder / "index",
            imports="from pathlib import Path; from embeddings.lexical import IndexUnreadable, LexicalIndex; import tantivy",
        )
    assert done.stdout.endswith(
        "cannot be read: permission denied; check who owns the folder and its files\n"
    )


def test_whoever_may_read_the_folder_may_read_all_of_the_index(tmp_path: Path) -> None:
    build(tmp_path / "index")
    allowed = (tmp_path / "index").stat().st_mode & 0o666
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "index").iterdir()} == {allowed}


def look(folder: Path) -> None:
    """All that reads an index."""
    index = LexicalIndex.open(folder)
    index.ids()
    index.search("gate word7", 50)
    index.search("gate", 50, ["d"], ids=np.arange(50))
    index.document_frequency("gate")
    index.holds("gate")


@pytest.mark.parametrize("suffix", ["fast", "idx", "pos", "store", "term"])
def test_altered_files_are_damage_and_are_named(tmp_path: Path, suffix: str) -> None:
    folder = tmp_path / "index"
    index = build(folder)
    index.remove([3])
    index.commit()
    look(folder)
    assert list(damaged(folder)) == [] and len(list(folder.glob("*.del"))) == 1
    (file,) = folder.glob(f"*.{suffix}")
    content = bytearray(file.read_bytes())
    content[: len(content) - 100] = bytes(byte ^ 0x55 for byte in content[: len(content) - 100])
    replace_content(file, bytes(content))
    assert list(damaged(folder)) == [file]
    with pytest.raises(IndexUnreadable, match=r"is damaged .*: sourcebook doctor --repair$"):
        look(folder)


def test_a_single_bit_and_a_missing_end_are_noticed(tmp_path: Path) -> None:
    build(tmp_path / "index")
    (file,) = (tmp_path / "index").glob("*.fieldnorm")
    whole = file.read_bytes()
    for altered in (bytes([whole[0] ^ 1]) + whole[1:], whole[:-1], whole[:5], b"", whole[:-8] + b"\xff" * 8):
        replace_content(file, altered)
        assert list(damaged(tmp_path / "index")) == [file]
    replace_content(file, whole)
    assert list(damaged(tmp_path / "index")) == []


def test_an_interruption_while_reading_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> LexicalIndex:
        raise KeyboardInterrupt

    build(tmp_path / "index")
    monkeypatch.setattr(LexicalIndex, "_open", interrupt)
    with pytest.raises(KeyboardInterrupt):
        LexicalIndex.open(tmp_path / "index")


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """For the length of the block no file can grow beyond so many bytes: what a full disk does, without one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def write_words(folder: Path, count: int) -> None:
    build(folder, count)


def write_vectors(folder: Path, count: int) -> None:
    builder = SegmentBuilder(folder, 8)
    builder.add(np.arange(count), np.ones((count, 8), dtype=np.float32))
    builder.commit()


def write_codes(folder: Path, count: int) -> None:
    Codes.of(np.random.default_rng(0).standard_normal((count, 8)).astype(np.float32)).save(folder)


@pytest.mark.parametrize(
    ("write", "count", "room"),
    [
        (write_words, 1, 0),  # while the index is made
        (write_words, 300, 2_000),  # at the commit
        (write_words, 20_000, 2_000),  # while entries are added
        (write_vectors, 50, 100),  # the vectors
        (write_codes, 300, 100),
    ],
)
def test_what_the_disk_refuses_keeps_its_errno(
    tmp_path: Path, write: Callable[[Path, int], None], count: int, room: int
) -> None:
    with largest_file(room), pytest.raises(OSError, match="File too large") as caught:
        write(tmp_path / "index", count)
    assert caught.value.errno == errno.EFBIG


def test_a_full_disk_is_told_by_the_words_of_other_libraries() -> None:
    for words in (
        "An IO error: 'No space left on device (os error 28)'",
        'message: "No space left on device"',
    ):
        with pytest.raises(OSError, match="No space left") as caught, disk_errors():
            raise ValueError(words)
        assert caught.value.errno == errno.ENOSPC
    with pytest.raises(ValueError, match="another fault"), disk_errors():
        raise ValueError("another fault")
    assert told_by_disk(OSError(errno.EIO, "x")) == errno.EIO
    assert told_by_disk(OSError("no number")) is None
