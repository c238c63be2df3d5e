"""TREC folders and tables of questions, the documented schema, and that broken files of any layout end in a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import InvalidInput
from eval.command import SAMPLE_SET
from eval.jsonl import GOLD_FIELDS, QUESTION_FIELDS
from eval.judge import Shown, same_document
from eval.questions import Gold, Question, QuestionSet, load
from qa.time import Period
from qa.types import TextSlice

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCHEMA = json.loads((DOCS / "question.schema.json").read_text(encoding="utf-8"))
TAGGED = """<top>
<num> Number: 301
<title> Bridge opening
<desc> Description:
When was the granite bridge opened?
<narr> Narrative:
Anything else.
</top>
<top><num> Number: 302 </num><title>Ships &amp; ports</title></top>
"""
XML = """<?xml version="1.0"?>
<topics task="COVID">
  <topic number="1"><query>bridge</query><question>When was the bridge opened?</question></topic>
  <topic number="2"><query>ships</query></topic>
</topics>
"""
QRELS = "301 0 d1 2\n301 0 d2 0\n302 0 d2 1\n"
CORPUS = '{"_id": "d1", "title": "One", "text": "Ann came."}\n{"_id": "d2", "text": "Bob left."}\n'


def trec(folder: Path, topics: str, **files: str) -> Path:
    (folder / "topics.txt").write_text(topics, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name.replace('_', '.')}.txt").write_text(text)
    return folder


def table(folder: Path, text: str, name: str = "set.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_tagged_topics_with_judgments(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text(CORPUS)
    loaded = load(trec(tmp_path, TAGGED, qrels_test=QRELS))

    assert loaded.judged_documents
    assert [record.id for record in loaded.collection] == ["d1", "d2"]
    assert loaded.questions == (
        Question("301", "Bridge opening", split="test", gold=(Gold("d1", grade=2),)),
        Question("302", "Ships & ports", split="test", gold=(Gold("d2"),)),
    )


def test_xml_topics_ask_their_question_and_files_of_judgments_are_splits(tmp_path: Path) -> None:
    judged = {"qrels_dev": "1 0 report 1\n", "qrels_test": "2 0 report 1\n"}
    loaded = load(trec(tmp_path, XML, **judged))

    assert [(q.id, q.text, q.split) for q in loaded.questions] == [
        ("1", "When was the bridge opened?", "dev"),
        ("2", "ships", "test"),
    ]


def test_topics_as_lines_and_documents_of_a_library(tmp_path: Path) -> None:
    (question,) = load(trec(tmp_path, "7\tWhen was it opened?\n", qrels="7 Q0 report 1\n")).questions

    assert (question.id, question.text, question.split) == ("7", "When was it opened?", "")
    shown = Shown("ab" * 32, "files/report.txt", TextSlice(0, 0, ""))
    assert same_document(question.gold[0], shown)
    assert not same_document(Gold("port"), shown)


@pytest.mark.parametrize(
    ("topics", "qrels", "complaint"),
    [
        (
            TAGGED,
            "301 0 d1",
            "qrels.txt:1: a judgment has 4 cells (topic, iteration, document, grade), not 3",
        ),
        (TAGGED, "301 0 d1 high", "qrels.txt:1:grade: must be a whole number, not 'high'"),
        (TAGGED, "9 0 d1 1", "qrels.txt:1:topic: '9' is not among the topics"),
        ("no topics", QRELS, "topics.txt:1: a topic needs a number and a question"),
        ("<top><title>x</title></top>", QRELS, "topics.txt: topic 1: a topic needs a number"),
        ("1\ta\n1\tb\n", QRELS, "topics.txt:2: the topic '1' occurs twice"),
        ("", QRELS, "topics.txt holds no topics"),
    ],
)
def test_broken_topics_and_judgments_are_named(
    tmp_path: Path, topics: str, qrels: str, complaint: str
) -> None:
    with pytest.raises(InvalidInput, match=re.escape(complaint)):
        load(trec(tmp_path, topics, qrels=qrels))


def test_judgments_of_records_that_are_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text(CORPUS)
    with pytest.raises(InvalidInput, match=r"qrels\.txt:1:document: 'd9' is not in corpus\.jsonl"):
        load(trec(tmp_path, TAGGED, qrels="301 0 d9 1\n"))
    (tmp_path / "topics.old.txt").write_text(TAGGED)
    with pytest.raises(InvalidInput, match="must hold one file of topics, not 2"):
        load(tmp_path)


def test_a_table_with_three_columns(tmp_path: Path) -> None:
    text = (
        "question,answer,source\n"
        '"When was it opened, then?",May 2007|2007,a/report.txt\n'
        "Who left?,,report.txt\n"
        "How is bread baked?,,\n"
    )
    loaded = load(table(tmp_path, text))

    assert loaded.questions == (
        Question(
            "1", "When was it opened, then?", answers=("May 2007", "2007"), gold=(Gold("a/report.txt"),)
        ),
        Question("2", "Who left?", gold=(Gold("report.txt"),)),
        Question("3", "How is bread baked?"),
    )


def test_a_spreadsheet_with_every_column_and_a_place_a_row(tmp_path: Path) -> None:
    text = (
        "\ufeffID;Question;Answer;Source;Kind;Split;As_of;Need;Quote;Page;Remark\r\n"
        'x1;"When was\r\nit opened?";2007;a.pdf;date;dev;2008;all;opened in 2007;3;mine\r\n'
        ";When was it opened?;2008;b.pdf;;;2008;;opened in 2008;;\r\n"
    )
    (question,) = load(table(tmp_path, text)).questions

    gold = (Gold("a.pdf", quote="opened in 2007", page=3), Gold("b.pdf", quote="opened in 2008"))
    assert (question.id, question.as_of, question.need) == ("x1", None, "all")
    assert question.about == Period(date(2008, 1, 1), date(2008, 12, 31))
    assert (question.kind, question.split, question.answers) == ("date", "dev", ("2007", "2008"))
    assert question.gold == gold
    assert load(table(tmp_path, text.replace(";", "\t"), "set.tsv")).questions[0].gold == gold


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "id,text\n1,Why?\n",
            "csv:1: the first row must name the columns, among them question, and answer or",
        ),
        ("question\nWhy?\n", "it names 'question'"),
        ("question,answer,answer\nWhy?,a,b\n", "csv:1: the column 'answer' is there twice"),
        ("question,answer,source\nWhy, then?,a,b\n", "csv:2: has 4 cells, but there are 3 columns"),
        ("question,answer,source\n\n ,a,b\n", "csv:3:question: is missing"),
        ('question,answer,source\n"a\nb",c,d\n"open,a,b\n', "csv:4: not a table that can be read"),
        ("question,answer,source,page\nWhy?,a,b,three\n", "csv:2:page: must be a whole number, not 'three'"),
        (
            "question,answer,source,page\nWhy?,a,,3\n",
            "csv:2:source: is empty, but the row has a quote or a page",
        ),
        ("question,answer,source,as_of\nWhy?,a,b,May\n", "csv:2:as_of: not a date of the form"),
        ("question,answer,source,need\nWhy?,a,b,some\n", 'csv:2:need: must be "any" or "all"'),
        ("question,answer,source\nWhy?,a,b\nwhy?,,\n", "csv:3:question: asks what an earlier row asks"),
        ("", "holds no questions"),
        ("question,answer\n", "holds no questions"),
    ],
)
def test_a_broken_table_is_named_by_file_line_and_column(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(complaint)):
        load(table(tmp_path, text))


def test_a_table_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    (tmp_path / "set.csv").write_bytes("question,answer\nWo?,Zürich\n".encode("cp1252"))
    with pytest.raises(InvalidInput, match=r"is not UTF-8 text: .*; save it as CSV UTF-8"):
        load(tmp_path / "set.csv")


def test_the_documented_schema_is_what_is_read() -> None:
    assert tuple(SCHEMA["properties"]) == QUESTION_FIELDS
    assert tuple(SCHEMA["properties"]["gold"]["items"]["properties"]) == GOLD_FIELDS
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for line in SAMPLE_SET.read_text(encoding="utf-8").splitlines():
        validator.validate(json.loads(line))


def test_every_example_in_the_documentation_is_read(tmp_path: Path) -> None:
    text = (DOCS / "questions.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL))
    ours = load(table(tmp_path, blocks["json"], "set.jsonl"))
    theirs = load(table(tmp_path, blocks["csv"]))
    for line in blocks["json"].splitlines():
        jsonschema.validate(json.loads(line), SCHEMA)
    assert len(ours.questions) == len(theirs.questions) == 3
    topics, _, judgments = blocks["text"].partition("\n\n")
    assert len(load(trec(tmp_path, topics, qrels=judgments)).questions) == 1


def _jsonl(folder: Path, data: bytes) -> Path:
    (folder / "set.jsonl").write_bytes(data)
    return folder / "set.jsonl"


def _squad(folder: Path, data: bytes) -> Path:
    (folder / "set.json").write_bytes(data)
    return folder / "set.json"


def _csv(folder: Path, data: bytes) -> Path:
    (folder / "set.csv").write_bytes(data)
    return folder / "set.csv"


def _topics(folder: Path, data: bytes) -> Path:
    (folder / "topics.txt").write_bytes(data)
    (folder / "qrels.txt").write_text(QRELS)
    return folder


def _qrels(folder: Path, data: bytes) -> Path:
    (folder / "topics.txt").write_text(TAGGED)
    (folder / "qrels.txt").write_bytes(data)
    return folder


def _beir(folder: Path, data: bytes) -> Path:
    (folder / "qrels").mkdir(exist_ok=True)
    (folder / "corpus.jsonl").write_text(CORPUS)
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "Who came?"}')
    (folder / "qrels" / "test.tsv").write_text("q1\td1\t1\n")
    (folder / "answers.jsonl").write_bytes(data)
    return folder


GOOD: list[tuple[Callable[[Path, bytes], Path], bytes]] = [
    (
        _jsonl,
        b'{"id": "a", "question": "Why?", "gold": [{"document": "d", "start": 1, "end": 4, "quote": "abc"}]}',
    ),
    (
        _squad,
        b'{"data": [{"title": "T", "paragraphs": [{"context": "Ann came.", "qas": [{"id": "1", "question": "Who?",'
        b' "is_impossible": false, "answers": [{"text": "Ann", "answer_start": 0}]}]}]}]}',
    ),
    (_csv, b'question,answer,source,page\n"Why, then?",a|b,c.pdf,3\n'),
    (_topics, TAGGED.encode()),
    (_qrels, QRELS.encode()),
    (_beir, b'{"_id": "q1", "answers": ["Ann"], "spans": [[0, "Ann"]], "doc": "d1"}'),
]


@pytest.mark.parametrize("number", range(len(GOOD)))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.floats(0, 1),
    removed=st.integers(0, 12),
    put=st.one_of(
        st.binary(max_size=6),
        st.sampled_from(
            [b'"', b"[", b"{", b"null", b"-1", b"9" * 5000, b"[" * 5000, b"\n", b"\t", b"\0", b'"\\ud800"']
        ),
    ),
)
def test_whatever_is_broken_ends_in_a_sentence(
    tmp_path: Path, number: int, place: float, removed: int, put: bytes
) -> None:
    write, good = GOOD[number]
    at = int(place * len(good))
    broken = good[:at] + put + good[at + removed :]
    try:
        loaded = load(write(tmp_path, broken))
    except InvalidInput as error:
        assert str(error)
    else:
        assert isinstance(loaded, QuestionSet)
