"""Questions written about passages that their file only points at."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
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


def test_a_document_that_is_not_there_is_told(tmp_path: Path, data: Path) -> None:
    for place in ("wiki/d2", "reports/other.txt:0:5", "ungdc/other.txt:0:5", "elsewhere/other.txt:0:5"):
        with pytest.raises(InvalidInput, match=r"set\.jsonl:1:passage: .*is not in"):
            written(_file(tmp_path, _row(place, "x")), data)


def test_rows_of_the_set_point_at_their_passages(tmp_path: Path, shared_data: Path) -> None:
    lines = [line for line in SET.read_text().splitlines() if '"ungdc/' not in line][::40]
    file = tmp_path / SET.name
    file.write_text("\n".join(lines))
    found = written(file, shared_data)
    assert len(found.asked) == len(lines) > 20
    assert all(asked.question.answers[0].strip() for asked in found.asked if asked.question.answerable)


def test_as_many_questions_have_an_answer_as_have_none() -> None:
    answered = sum('"start"' in line for line in SET.read_text().splitlines())
    assert 0.45 < answered / len(SET.read_text().splitlines()) < 0.55


def test_the_questions_on_the_reports_name_their_places(shared_data: Path) -> None:
    questions = load(REPORTS).questions
    assert {question.split for question in questions} == {"train", "test"}
    for question in questions:
        assert question.answerable is not question.kind.startswith("unanswerable")
        assert all(place.sha256 and place.page for place in question.gold)
    names = sorted({place.document for question in questions for place in question.gold})[::12]
    texts = {name: read((shared_data / "unmik_reports" / name).read_bytes(), name).text for name in names}
    for question in questions:
        place = question.gold[0] if question.gold else None
        if place and place.document in texts and question.answers and question.need == "any":
            assert letters(question.answers[0]) in letters(texts[place.document][place.start : place.end])
