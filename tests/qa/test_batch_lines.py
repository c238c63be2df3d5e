"""Files of questions: JSON lines and tables, good rows and bad, by line."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.errors import InvalidInput
from qa.batch import Line, Row, read_lines


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        (
            "q.csv",
            "id,question,as_of\n1,Who?,2007-12-31\n2,Where?,\n",
            [Line(2, Row("1", "Who?", date(2007, 12, 31))), Line(3, Row("2", "Where?", None))],
        ),
        ("q.CSV", '\ufeffQuestion;ID\r\n"Who; and\nwhy?";7\r\n', [Line(3, Row("7", "Who; and\nwhy?", None))]),
        ("q.tsv", "id\tquestion\n\n1\tWho?\n", [Line(3, Row("1", "Who?", None))]),
        (
            "q.csv",
            "Who led it?\nWhere?\n",
            [Line(1, Row("", "Who led it?", None)), Line(2, Row("", "Where?", None))],
        ),
        ("q.csv", "question\nWho?\n", [Line(2, Row("", "Who?", None))]),
        ("q.csv", "", []),
        ("q.jsonl", '{"id": 1, "question": "Who?"}\n\n', [Line(1, Row("1", "Who?", None))]),
        ("q.jsonl", "nonsense\n", [Line(1, None, "not JSON: Expecting value: line 1 column 1 (char 0)")]),
        (
            "q.csv",
            "id,question,as_of\n1,Who?,31.12.2007\n",
            [
                Line(
                    2,
                    None,
                    '"as_of" is \'31.12.2007\'; write a day, "2007-12-31", or the month asked about, "2007-12"',
                )
            ],
        ),
    ],
)
def test_lines(name: str, text: str, lines: list[Line]) -> None:
    assert read_lines(text.encode(), name) == lines


def test_a_number_of_thousands_of_digits_is_one_bad_row() -> None:
    lines = read_lines(b'{"id": ' + b"1" * 5000 + b'}\n{"question": "When?"}\n', "q.jsonl")
    assert [(line.row is None, line.number) for line in lines] == [(True, 1), (False, 2)]
    assert lines[0].problem is not None and lines[0].problem.startswith("not JSON: ")


def test_files_that_cannot_be_used_are_told() -> None:
    with pytest.raises(InvalidInput, match='has no column "question"; its first line names: id, text'):
        read_lines(b"id,text\n1,Who?\n", "q.csv")
    with pytest.raises(InvalidInput, match="is not UTF-8 text"):
        read_lines(b"\xff\xfe\x00", "q.csv")
