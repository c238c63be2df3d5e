"""Documents that say the same are linked by pairs, and all of them stay."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.library import Library
from qa.cli import cli
from qa.duplicates import Twins, find_duplicates, twins_of
from tests.qa.material import BRIDGE, HARVEST, build, listed


def _pairs(library: Path) -> list[Twins]:
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        return find_duplicates(snapshot)


def _twins(library: Path, path: str) -> list[Twins]:
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        (document_id,) = (record.id for record in snapshot.documents() if path in record.paths)
        return twins_of(snapshot, document_id)


def _text(seed: int, words: int = 400) -> list[str]:
    chance = random.Random(seed)
    return [f"word{chance.randint(0, 3000)}" for _ in range(words)]


def test_the_same_text_in_other_bytes_and_nearly_the_same_text_are_linked(tmp_path: Path) -> None:
    base = _text(1)
    near, far = list(base), list(base)
    near[200:203] = ["other", "words", "here"]
    far[::6] = _text(2)[::6]
    files = {
        "a.txt": " ".join(base),
        "b.txt": "  ".join(base).upper() + "\r\n",
        "c.html": f"<html><body><p>{' '.join(base)}</p></body></html>",
        "near.txt": " ".join(near),
        "far.txt": " ".join(far),
        "else.txt": " ".join(_text(3)),
        "bridge.txt": BRIDGE,
        "harvest.txt": HARVEST,
    }
    library = build(tmp_path, files)
    found = {(pair.first.path, pair.second.path): pair for pair in _pairs(library)}
    same = {paths for paths, pair in found.items() if pair.same}
    assert same == {("a.txt", "b.txt"), ("a.txt", "c.html"), ("b.txt", "c.html")}
    nearly = {paths for paths, pair in found.items() if not pair.same}
    assert nearly == {("a.txt", "near.txt"), ("b.txt", "near.txt"), ("c.html", "near.txt")}
    assert all(0.9 < found[paths].share < 1 for paths in nearly)
    assert set(listed(library)) == set(files)
    assert _pairs(library) == _pairs(library)
    for path in files:
        told = {(other.second.path, other.share) for other in _twins(library, path)}
        assert told == {
            (pair.second.path if pair.first.path == path else pair.first.path, pair.share)
            for paths, pair in found.items()
            if path in paths
        }


def test_a_library_without_twins_has_none(tmp_path: Path) -> None:
    assert _pairs(build(tmp_path)) == []


def test_show_tells_where_it_did_not_compare_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{number}.txt": " ".join(_text(number, 60 + 40 * number)) for number in range(6)}
    files["far.txt"] = files["5.txt"] + "."
    library = build(tmp_path, files)
    for nearest, told in ((3, ["5.txt"]), (100, ["5.txt"])):
        monkeypatch.setattr("qa.duplicates.PATIENT", nearest)
        monkeypatch.setattr("qa.show.PATIENT", nearest)
        shown = CliRunner().invoke(cli, ["show", "far.txt", "--library", str(library)]).output
        assert [name for name in told if f"  {name}" in shown] == told
        assert ("compared with the 3 of 6 documents that are nearest in length" in shown) is (nearest == 3)
