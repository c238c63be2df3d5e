"""Questions written about passages that their file only points at."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import eval.sets
from corpus.errors import InvalidInput
from corpus.formats import read
from eval.judge import letters
from eval.questions import load
from eval.reader_written import written

SET = Path(eval.sets.__file__).with_name("reader.jsonl")
REPORTS = SET.with_name("unmik.jsonl")
TEXT = "The ferry sank in May 1971.\n\nNobody was hurt on it."


def _row(passage: str, text: str, **more: object) -> dict[str, object]:
    digits = hashlib.sha256(text.encode()).hexdigest()[:12]
    return {"id": "r1", "question": "When did the ferry sink?", "passage": passage, "sha256": digits, **more}


def _file(tmp_path: Path, *rows: dict[str, object]) -> Path:
    file = tmp_path / "set.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A collection, a folder of files, and an archive, each with the same text."""
    folder = tmp_path / "data"
    (folder / "wiki").mkdir(parents=True)
    (folder / "wiki" / "corpus.jsonl").write_text(json.dumps({"_id": "d1", "title": "Ferry", "text": TEXT}))
    (folder / "reports").mkdir()
    (folder / "reports" / "ferry.txt").write_text(TEXT)
    with tarfile.open(folder / "ungdc.tar.xz", "w:xz") as archive:
        content = TEXT.replace("\n", "\r\n").encode()
        member = tarfile.TarInfo("TXT/1971/NOR_26_1971.txt")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return folder


def test_passages_come_from_collections_files_and_archives(tmp_path: Path, data: Path) -> None:
    rows = [
        _row("wiki/d1", TEXT, start=18, end=26),
        _row("reports/ferry.txt:0:27", TEXT[:27], start=18, end=26),
        _row("ungdc/NOR_26_1971.txt:29:51", TEXT[29:51]),
    ]
    found = written(_file(tmp_path, *rows), data)
    assert [asked.question.answers for asked in found.asked] == [("May 1971",), ("May 1971",), ()]
    assert [asked.source.text for asked in found.asked if asked.source] == [TEXT, TEXT[:27], TEXT[29:51]]
    assert [record.title for record in found.records.values()][::2] == ["Ferry", "NOR_26_1971"]
    assert {asked.split for asked in found.asked} == {"train"}


def test_a_passage_that_is_no_longer_the_same_is_told(tmp_path: Path, data: Path) -> None:
    file = _file(tmp_path, _row("wiki/d1", "another text", start=0, end=3))
    with pytest.raises(InvalidInput, match=r"set\.jsonl:1:passage: .*no longer the text"):
        written(file, data)


@pytest.mark.parametrize(
    "place",
    [
        "wiki/d2",
        "reports/other.txt:0:5",
        "reports/ferry.txt:0:x",
        "ungdc/other.txt:0:5",
        "elsewhere/other.txt:0:5",
    ],
)
def test_a_passage_that_is_not_there_is_told(tmp_path: Path, data: Path, place: str) -> None:
    with pytest.raises(InvalidInput, match=r"set\.jsonl:1:passage: .*is not in the data folder"):
        written(_file(tmp_path, _row(place, "x")), data)


def test_an_archive_that_is_not_there_is_told(tmp_path: Path, data: Path) -> None:
    (data / "ungdc.tar.xz").unlink()
    with pytest.raises(InvalidInput, match=r"set\.jsonl:1:passage: .*is not in the data folder"):
        written(_file(tmp_path, _row("ungdc/NOR_26_1971.txt:0:5", "x")), data)


@pytest.mark.parametrize("offsets", [{"start": 18, "end": 4}, {"start": 18, "end": 400}, {"start": 18}])
def test_an_answer_outside_its_passage_is_told(tmp_path: Path, data: Path, offsets: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match=r"set\.jsonl:1:end: must be greater than start"):
        written(_file(tmp_path, _row("wiki/d1", TEXT, **offsets)), data)


def test_rows_of_the_set_point_at_their_passages(tmp_path: Path, shared_data: Path) -> None:
    lines = [line for line in SET.read_text().splitlines() if '"ungdc/' not in line][::40]
    file = tmp_path / SET.name
    file.write_text("\n".join(lines))
    found = written(file, shared_data)
    assert len(found.asked) == len(lines) > 20
    assert all(asked.question.answers[0].strip() for asked in found.asked if asked.question.answerable)


def test_questions_about_other_things_are_of_two_splits_and_stand_once() -> None:
    questions = load(SET.with_name("far.jsonl")).questions
    assert Counter(question.split for question in questions) == {"train": 120, "test": 44}
    assert {question.kind for question in questions} == {"unanswerable-far"}
    assert len({question.text.casefold() for question in questions}) == len(questions)
    assert not [question.text for question in questions if "kosov" in question.text.casefold()]
    assert sum(question.text.islower() for question in questions) > 25


def test_as_many_questions_have_an_answer_as_have_none() -> None:
    answered = sum('"start"' in line for line in SET.read_text().splitlines())
    assert 0.45 < answered / len(SET.read_text().splitlines()) < 0.55


def test_no_question_stands_twice_on_a_passage() -> None:
    rows = [json.loads(line) for line in SET.read_text().splitlines()]
    assert len({(row["question"], row["passage"]) for row in rows}) == len(rows)


def test_the_questions_on_the_reports_have_their_kinds_and_splits() -> None:
    questions = load(REPORTS).questions
    counted = Counter(question.split for question in questions)
    assert counted == {"train": 474, "dev": 136, "test": 234}
    for question in questions:
        assert question.answerable is not question.kind.startswith("unanswerable")
        assert all(place.sha256 and place.page for place in question.gold)


def test_the_places_on_the_reports_hold_the_answers(shared_data: Path) -> None:
    @cache
    def text(name: str) -> str:
        return read((shared_data / "unmik_reports" / name).read_bytes(), name).text

    one_place = [q for q in load(REPORTS).questions if q.need == "any" and q.answers and q.gold]
    documents = sorted({q.gold[0].document for q in one_place})[::6]
    for question in one_place:
        place = question.gold[0]
        if place.document in documents:
            assert letters(question.answers[0]) in letters(text(place.document)[place.start : place.end])
