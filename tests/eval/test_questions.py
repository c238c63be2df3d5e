"""Loaders: what they read, and what they say about rows they cannot use."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import InvalidInput
from eval.questions import Gold, Question, load
from qa.time import Period

ROW: dict[str, object] = {
    "id": "s1",
    "split": "dev",
    "kind": "date",
    "question": "When was Gate 2 declared?",
    "as_of": "2007-12-31",
    "answers": ["3 May"],
    "need": "all",
    "gold": [{"document": "a/b.md", "sha256": "ab", "start": 10, "end": 15, "quote": "3 May"}],
}


def jsonl(folder: Path, *rows: Mapping[str, object] | str) -> Path:
    path = folder / "set.jsonl"
    path.write_text(
        "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8"
    )
    return path


def test_reads_every_field_of_our_rows(tmp_path: Path) -> None:
    loaded = load(jsonl(tmp_path, ROW))

    gold = Gold("a/b.md", 10, 15, "3 May", None, "ab")
    assert loaded.name == "set"
    assert loaded.questions == (
        Question(
            "s1", "When was Gate 2 declared?", "date", "dev", date(2007, 12, 31), ("3 May",), (gold,), "all"
        ),
    )


def test_a_month_is_asked_about_and_limits_nothing(tmp_path: Path) -> None:
    (question,) = load(jsonl(tmp_path, ROW | {"as_of": "2007-12"})).questions

    assert question.as_of is None
    assert question.about == Period(date(2007, 12, 1), date(2007, 12, 31))


def test_id_and_question_are_enough_and_mean_unanswerable(tmp_path: Path) -> None:
    (question,) = load(jsonl(tmp_path, {"id": "x", "question": "Why?"})).questions

    assert (question.need, question.as_of, question.gold) == ("any", None, ())
    assert not question.answerable


def test_a_place_may_be_a_file_with_page_and_quote(tmp_path: Path) -> None:
    gold = [{"file": "report.pdf", "page": 3, "quote": "only 18 vehicles"}]
    (question,) = load(jsonl(tmp_path, {"id": "x", "question": "How many?", "gold": gold})).questions

    assert question.gold == (Gold("report.pdf", quote="only 18 vehicles", page=3),)
    assert question.gold[0].precise


def test_unknown_fields_are_notes_but_misspelt_ones_are_not(tmp_path: Path) -> None:
    assert load(jsonl(tmp_path, {**ROW, "note": "checked"})).questions
    row = {key: value for key, value in ROW.items() if key != "answers"} | {"anwsers": ["3 May"]}
    with pytest.raises(InvalidInput, match=r"set\.jsonl:1:anwsers: .*did you mean 'answers'"):
        load(jsonl(tmp_path, row))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"id": None}, "2:id: is missing"),
        ({"id": 7}, "2:id: must be a string, not a number"),
        ({"question": "  "}, "2:question: is empty"),
        ({"need": "some"}, '2:need: must be "any" or "all", not \'some\''),
        ({"as_of": "last May"}, "2:as_of: not a date of the form"),
        ({"as_of": "2007-13"}, "2:as_of: "),
        ({"answers": "3 May"}, "2:answers: must be a list, not a string"),
        ({"answers": ["a", None]}, "2:answers[1]: must be a string, not null"),
        ({"gold": ["a"]}, "2:gold[0]: must be an object, not a string"),
        ({"gold": [{"start": 1, "end": 2}]}, "2:gold[0].document: is missing"),
        ({"gold": [{"document": "a", "start": 1}]}, "2:gold[0].end: is missing"),
        ({"gold": [{"document": "a", "start": 5, "end": 5}]}, "2:gold[0].end: must be greater than start"),
        ({"gold": [{"document": "a", "start": -1, "end": 5}]}, "2:gold[0].start: must be a whole number"),
        (
            {"gold": [{"document": "a", "start": 1, "end": 3, "quote": "abc"}]},
            "2:gold[0].quote: has 3 characters",
        ),
        ({"kind": "unanswerable-near"}, "2:kind: is 'unanswerable-near', but the row has gold"),
    ],
)
def test_a_broken_row_is_named_by_file_line_and_field(
    tmp_path: Path, change: dict[str, object], complaint: str
) -> None:
    path = jsonl(tmp_path, {"id": "fine", "question": "Why?"}, {**ROW, **change})
    with pytest.raises(InvalidInput) as error:
        load(path)
    assert str(error.value).startswith(f"{path}:{complaint}")


def test_lines_that_are_no_json_object_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r":2: not JSON: .* at column 2"):
        load(jsonl(tmp_path, ROW, "{id: 1}"))
    with pytest.raises(InvalidInput, match=r":3: a row must be a JSON object, not a list"):
        load(jsonl(tmp_path, ROW, "", "[1]"))


def test_wrong_paths_and_empty_sets_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"no question set at .*missing"):
        load(tmp_path / "missing.jsonl")
    with pytest.raises(InvalidInput, match="holds no questions"):
        load(jsonl(tmp_path, ""))
    with pytest.raises(InvalidInput, match=r"is no BEIR folder: it has no corpus\.jsonl"):
        load(tmp_path)
    (tmp_path / "set.docx").write_text("id,question\n")
    with pytest.raises(InvalidInput, match="not a question set: readable are"):
        load(tmp_path / "set.docx")
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "\xe9"}')
    with pytest.raises(InvalidInput, match="is not UTF-8 text"):
        load(tmp_path / "latin.jsonl")


def test_an_id_may_occur_once(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="question id 's1' occurs twice"):
        load(jsonl(tmp_path, ROW, ROW))


def test_select_by_split_and_kind_or_a_sentence_with_what_there_is(tmp_path: Path) -> None:
    loaded = load(jsonl(tmp_path, ROW, {**ROW, "id": "s2", "split": "test", "kind": "fact"}))

    assert [question.id for question in loaded.select("test").questions] == ["s2"]
    assert [question.id for question in loaded.select(kinds=("date",)).questions] == ["s1"]
    with pytest.raises(
        InvalidInput, match="no questions in split 'train'; its splits are: dev, test; its kinds"
    ):
        loaded.select("train")


def beir(folder: Path, judgments: Sequence[str], **files: Sequence[Mapping[str, object]]) -> Path:
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(judgments) + "\n")
    corpus = [
        {"_id": "d1", "title": "One", "text": "Ann came."},
        {"_id": "d2", "title": "", "text": "Bob left."},
    ]
    queries = [{"_id": "q1", "text": "Who came?"}, {"_id": "q2", "text": "Who left?"}]
    for name, rows in {"corpus": corpus, "queries": queries, **files}.items():
        (folder / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return folder


def test_reads_a_beir_folder_with_grades_and_drops_what_is_not_relevant(tmp_path: Path) -> None:
    loaded = load(beir(tmp_path, ["q1\td1\t2", "q1\td2\t1", "q2\td1\t0"]))

    assert loaded.judged_documents
    assert [(record.id, record.title) for record in loaded.collection] == [("d1", "One"), ("d2", "")]
    (question,) = loaded.questions
    assert question.gold == (Gold("d1", grade=2), Gold("d2", grade=1))
    assert question.split == "test"


def test_beir_spans_and_unanswerable_questions(tmp_path: Path) -> None:
    answers = [{"_id": "q1", "answers": ["Ann"], "spans": [[0, "Ann"], [0, "Ann"]], "doc": "d1"}]
    loaded = load(
        beir(tmp_path, ["q1\td1\t1"], answers=answers, unanswerable=[{"_id": "u1", "text": "Who sang?"}])
    )

    answered, unanswerable = loaded.questions
    assert answered.gold == (Gold("d1", 0, 3, "Ann"),)
    assert answered.answers == ("Ann",)
    assert (unanswerable.kind, unanswerable.split, unanswerable.answerable) == ("unanswerable", "test", False)


@pytest.mark.parametrize(
    ("judgment", "complaint"),
    [
        ("q1\td1", ":2: a judgment has 3 cells"),
        ("q1\td1\thigh", ":2:score: must be a whole number, not 'high'"),
        ("q9\td1\t1", ":2:query-id: 'q9' is not in queries.jsonl"),
        ("q1\td9\t1", ":2:corpus-id: 'd9' is not in corpus.jsonl"),
    ],
)
def test_a_broken_judgment_is_named(tmp_path: Path, judgment: str, complaint: str) -> None:
    with pytest.raises(InvalidInput) as error:
        load(beir(tmp_path, [judgment]))
    assert f"test.tsv{complaint}" in str(error.value)


def test_a_beir_span_that_does_not_stand_there_is_named(tmp_path: Path) -> None:
    answers = [{"_id": "q1", "answers": ["Ann"], "spans": [[1, "Ann"]], "doc": "d1"}]
    with pytest.raises(InvalidInput, match=r"answers\.jsonl:1:spans\[0\]: .*as it stands in 'd1'"):
        load(beir(tmp_path, ["q1\td1\t1"], answers=answers))


def squad(folder: Path, *questions: Mapping[str, object]) -> Path:
    paragraph = {"context": "Ann came on Monday.", "qas": list(questions)}
    value = {"version": "v2.0", "data": [{"title": "Ann_Bee", "paragraphs": [paragraph]}]}
    (folder / "squad.json").write_text(json.dumps(value))
    return folder / "squad.json"


def test_reads_squad_with_and_without_impossible_questions(tmp_path: Path) -> None:
    answers = [{"text": "Ann", "answer_start": 0}, {"text": "Ann", "answer_start": 0}]
    loaded = load(
        squad(
            tmp_path,
            {"id": "1", "question": "Who came?", "answers": answers},
            {"id": "2", "question": "Who left?", "answers": [], "is_impossible": True},
        )
    )

    assert loaded.collection[0].title == "Ann Bee"
    first, second = loaded.questions
    assert first.gold == (Gold(loaded.collection[0].id, 0, 3, "Ann"),)
    assert first.answers == ("Ann",)
    assert not second.answerable


def test_a_broken_squad_answer_is_named_by_its_way(tmp_path: Path) -> None:
    wrong = {"id": "1", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 4}]}
    with pytest.raises(
        InvalidInput,
        match=r"data\[0\]\.paragraphs\[0\]\.qas\[0\]\.answers\[0\]\.answer_start: 'Ann' does not",
    ):
        load(squad(tmp_path, wrong))
    (tmp_path / "squad.json").write_text("[]")
    with pytest.raises(InvalidInput, match="is no SQuAD file"):
        load(tmp_path / "squad.json")


@pytest.mark.parametrize(
    ("name", "questions", "records", "answerable"),
    [
        ("scifact", 1109, 5183, 1109),
        ("squad2_dev_half", 6078, 1216, 2910),
        ("timeqa_human_train", 1171, 15491, 982),
        ("unmik_dev_questions.jsonl", 48, 0, 39),
    ],
)
def test_reads_real_sets(shared_data: Path, name: str, questions: int, records: int, answerable: int) -> None:
    loaded = load(shared_data / name)

    assert (len(loaded.questions), len(loaded.collection)) == (questions, records)
    assert sum(question.answerable for question in loaded.questions) == answerable
