"""Questions written for the reader about passages that the set only points at: no text of the documents is in it.

A row has a question, where its passage stands (`FOLDER/DOCUMENT:START:END`, or `FOLDER/RECORD` for a collection), the
first digits of that text's SHA-256, and the answer's offsets in it; none where the passage only looks as if it answered.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
from collections.abc import Container, Iterable, Iterator, Mapping
from io import TextIOWrapper
from pathlib import Path

import eval.sets
from corpus.formats import read
from corpus.types import Span
from eval.fields import Row, read_rows
from eval.questions import Gold, Question, Record
from eval.reader_data import Asked, Collection

ARCHIVES = {"ungdc": "ungdc.tar.xz"}
"""Folders whose documents are text files in an archive; other folders hold documents, or a collection."""
_SLICE = re.compile(r"(.+):(\d+):(\d+)")
WRITTEN = Path(eval.sets.__file__).with_name("reader.jsonl")
"""Our own set."""


def questions_written() -> frozenset[str]:
    """The questions of our own set, which the reader was trained on."""
    return frozenset(row.text("question") for row in read_rows(WRITTEN))


def passages_written() -> dict[str, list[Span]]:
    """Where the passages of our own set stand, by the name of their document."""
    places: dict[str, list[Span]] = {}
    for row in read_rows(WRITTEN):
        if found := _SLICE.fullmatch(row.text("passage").partition("/")[2]):
            places.setdefault(found[1], []).append(Span(int(found[2]), int(found[3])))
    return places


def written(file: Path, data: Path) -> Collection:
    """The questions of a file with their passages, all for training; raises InvalidInput for one that is not as it was.

    `data` holds the folders and archives that the rows name.
    """
    rows = list(read_rows(file))
    wanted: dict[str, set[str]] = {}
    for row in rows:
        folder, _, place = row.text("passage").partition("/")
        if folder not in ARCHIVES and not (data / folder).is_dir():
            raise row.error("passage", f"{folder} is not in the data folder {data}")
        wanted.setdefault(folder, set()).add(place)
    records = {
        record.id: record for folder, places in wanted.items() for record in _passages(data, folder, places)
    }
    return Collection(file.stem, records, tuple(_asked(row, records, file.stem) for row in rows))


def _asked(row: Row, records: Mapping[str, Record], name: str) -> Asked:
    place, start, end = row.text("passage"), row.whole("start"), row.whole("end") or 0
    record = records.get(place)
    if record is None:
        raise row.error("passage", f"{place} is not in the data folder")
    if not hashlib.sha256(record.text.encode()).hexdigest().startswith(row.text("sha256")):
        raise row.error("passage", f"{place} is no longer the text that the question was written for")
    if start is not None and not start < end <= len(record.text):
        raise row.error(
            "end", f"must be greater than start and within the passage's {len(record.text)} characters"
        )
    gold = () if start is None else (Gold(place, start, end),)
    answers = () if start is None else (record.text[start:end],)
    question = Question(row.text("id"), row.text("question"), gold=gold, answers=answers)
    return Asked(name, question, "train", (), record)


def _passages(data: Path, folder: str, places: Iterable[str]) -> Iterator[Record]:
    """The passages of one folder that are there."""
    if (collection := data / folder / "corpus.jsonl").is_file():
        wanted = set(places)
        for row in read_rows(collection):
            if row.text("_id") in wanted:
                yield Record(f"{folder}/{row.text('_id')}", row.text("title", ""), row.text("text"))
        return
    slices = {place: found.groups() for place in places if (found := _SLICE.fullmatch(place))}
    names = {name for name, _, _ in slices.values()}
    texts = dict(
        _of_archive(data / ARCHIVES[folder], names) if folder in ARCHIVES else _of_files(data / folder, names)
    )
    for place, (name, start, end) in slices.items():
        if name in texts:
            title, text = texts[name]
            yield Record(f"{folder}/{place}", title, text[int(start) : int(end)])


def _of_files(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Name, title and text of documents."""
    for name in names:
        if (file := folder / name).is_file():
            document = read(file.read_bytes(), name)
            yield name, (document.metadata.title.value, document.text)


def _of_archive(file: Path, names: Container[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Name, title (the name again) and text of members; the archive is read once, from front to back."""
    if not file.is_file():
        return
    with tarfile.open(file) as archive:
        for member in archive:
            name = Path(member.name).name
            if name in names and (stream := archive.extractfile(member)):
                with TextIOWrapper(stream, encoding="utf-8", errors="replace") as text:
                    yield name, (Path(name).stem, text.read())
