"""Different values for one thing are set side by side; what only looks alike is left alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.library import Library
from corpus.types import Span
from qa.cite import answer_to_json
from qa.compare import compare
from qa.engine import Sourcebook
from qa.numerals import number_in
from qa.quantities import quantities, same_value
from qa.question import understand
from qa.stages import Stage
from qa.statements import statements
from qa.terminal import print_answer
from qa.types import Compared, Dated, Difference
from qa.verify import verify_file
from tests.fakes import FakeEncoder
from tests.qa.material import build

STRENGTH = "How many troops does Lake Force have in the valley?"


def _news(publisher: str, date: str, number: str) -> str:
    body = f"Lake Force has {number} troops in the valley. They guard the old mill and the road to the dam."
    return f"---\ntitle: Lake Force in {date}\npublisher: {publisher}\ndate: {date}\nlanguage: en\n---\n\n{body}\n"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        "one.md": _news("Force Monitor", "2010-03-01", "5,000"),
        "two.md": _news("Coast Herald", "2012-06-01", "3,800"),
    }
    return build(tmp_path_factory.mktemp("compare"), files)


@pytest.mark.parametrize(
    "question",
    [
        "How did the number of troops of Lake Force in the valley change over time?",
        "How has the number of Lake Force troops developed over the years?",
    ],
)
def test_a_question_about_change_gets_the_values_too(library: Path, question: str) -> None:
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        comparison = book.ask(question).comparison
    assert comparison is not None
    assert comparison.label is Difference.CHANGED
    assert [value.value for value in comparison.values] == ["5,000", "3,800"]


def test_the_most_since_a_year_is_of_the_day_it_was_written(tmp_path: Path) -> None:
    files = {
        "one.md": _news("Force Monitor", "2010-03-01", "5,000"),
        "two.md": _news("Coast Herald", "2012-06-01", "3,800").replace(
            "valley.", "valley, the most since 2001."
        ),
    }
    with Sourcebook.open(build(tmp_path, files), encoder=FakeEncoder()) as book:
        comparison = book.ask(STRENGTH).comparison
    assert comparison is not None
    assert [(value.value, value.date) for value in comparison.values] == [
        ("5,000", "2010-03-01"),
        ("3,800", "2012-06-01"),
    ]


@pytest.mark.parametrize(
    "question",
    [
        "How did Lake Force's troop strength fall between 2010 and 2012?",
        "How did the strength of Lake Force evolve from year to year?",
        "What was the trend in the number of Lake Force troops?",
    ],
)
def test_words_of_change_need_not_be_said(question: str) -> None:
    (stated,) = statements(understand(question), "Lake Force has 5,000 troops.", "")
    assert stated.span == Span(15, 20)


def test_personnel_and_troops_are_not_one_strength() -> None:
    asked = understand("How did the strength of Lake Force change over time?")
    of = {
        text: statements(asked, text, "")[0].about
        for text in (
            "Lake Force has 5,000 troops.",
            "Lake Force has 3,800 soldiers.",
            "Lake Force has 7,100 personnel.",
        )
    }
    troops, soldiers, personnel = of.values()
    assert troops == soldiers != personnel


def test_an_answer_sets_the_values_of_two_years_side_by_side(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        answer = book.ask(STRENGTH)
        assert answer.answered
        assert answer.comparison is not None
        assert (answer.comparison.label, answer.comparison.kind) == (Difference.CHANGED, Compared.QUANTITY)
        first, second = answer.comparison.values
        assert (first.value, first.unit, first.date, first.dated) == (
            "5,000",
            "troops",
            "2010-03-01",
            Dated.PUBLISHED,
        )
        assert (second.value, second.publisher) == ("3,800", "Coast Herald")
        for value in answer.comparison.values:
            document = book.document(answer.citations[value.rank - 1].document_id)
            assert document.text[value.start : value.end] == value.value
        print_answer(answer, library)
    shown = " ".join(capsys.readouterr().out.split())
    assert "Changed over time" in shown
    assert "5,000 troops 2010-03-01 (published) Force Monitor citation" in shown


def test_without_the_stage_nothing_is_compared(library: Path) -> None:
    with Sourcebook.open(library, encoder=FakeEncoder(), without=frozenset({Stage.COMPARISON})) as book:
        answer = book.ask(STRENGTH)
    assert answer.answered
    assert answer.comparison is None


def test_a_question_about_one_year_compares_nothing(library: Path) -> None:
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        assert book.ask("How many troops does Lake Force have in the valley in 2010?").comparison is None


@pytest.mark.parametrize(
    ("asked", "compared"),
    [
        ("after 2008", ["5,000", "3,800"]),
        ("since 2009", ["5,000", "3,800"]),
        ("from 2009 onwards", ["5,000", "3,800"]),
        ("before 2014", ["5,000", "3,800"]),
        ("after 2011", []),
        ("before 2009", []),
    ],
)
def test_a_time_open_on_one_side_limits_what_is_compared(
    library: Path, asked: str, compared: list[str]
) -> None:
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        comparison = book.ask(f"How many troops did Lake Force have in the valley {asked}?").comparison
    assert ([value.value for value in comparison.values] if comparison else []) == compared


def test_a_changed_value_does_not_verify(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.jsonl"
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        values = answer_to_json(book.ask(STRENGTH))
    with Library.open(library) as opened:
        file.write_text(json.dumps(values))
        assert not verify_file(opened, file).failures
        values["comparison"]["values"][0]["value"] = "6,000"
        file.write_text(json.dumps(values))
        (failure,) = verify_file(opened, file).failures
    assert "the compared value '6,000' is not what stands at" in failure


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("5,000", 5000), ("5 000", 5000), ("5.000", 5000), ("5’000", 5000), ("1.5", 1.5), ("45,4", 45.4)),
        *(("twelve", 12), ("twenty-one", 21), ("one thousand two hundred", 1200), ("quatre cents", 400)),
        *(
            ("1.2 million", 1_200_000),
            ("two million", 2_000_000),
            ("3 milliards", 3e9),
            ("1,305,000", 1_305_000),
        ),
    ],
)
def test_numerals_of_several_languages(text: str, value: float) -> None:
    assert number_in(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("About 5,000 refugees and 43% of voters", ["About 5,000", "43%"]),
        ("Between 2,000 and 3,000 marched", ["Between 2,000 and 3,000"]),
        ("€33 million and 30.5 million euros", ["€33 million", "30.5 million euros"]),
        ("between €5 million and €7 million, or $5-$7", ["between €5 million and €7 million", "$5-$7"]),
        ("resolution 1244 of 10 June 1999, paragraph 4", []),
        ("since 2001, a 34-year-old man at Camp 9", []),
    ],
)
def test_quantities_and_what_only_looks_like_one(text: str, found: list[str]) -> None:
    assert [text[q.span.start : q.span.end] for q in quantities(text)] == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("5,000", "4,987", True),
        ("5,000", "4,600", False),
        ("about 5,000", "4,800", True),
        ("4,987", "4,986", False),
        ("more than 500", "550", True),
        ("more than 500", "450", False),
        ("between 2,000 and 3,000", "2,500", True),
        ("€2 million", "2,000,000 euros", True),
    ],
)
def test_rounded_values_say_the_same(one: str, other: str, same: bool) -> None:
    assert same_value(quantities(one)[0], quantities(other)[0]) is same


def test_a_sentence_about_a_resolution_can_be_compared(tmp_path: Path) -> None:
    files = {"one.txt": "Resolution 1244 gave Lake Force 500 troops in the valley.\n"}
    with Sourcebook.open(build(tmp_path, files), encoder=FakeEncoder()) as book:
        assert book.ask(STRENGTH).comparison is None


def test_nothing_to_compare_without_citations() -> None:
    assert compare(understand(STRENGTH), (), {}) is None


def test_what_befell_some_is_no_value_of_all() -> None:
    found = statements(
        understand("How many soldiers does KFOR have?"), "KFOR has 5,000 soldiers.", ""
    ) + statements(understand("How many soldiers does KFOR have?"), "Of KFOR two soldiers were shot.", "")
    assert len({statement.about for statement in found}) == len(found)


def test_another_countrys_office_is_not_compared() -> None:
    asked = understand("Who was prime minister of Kosovo in 2006?")
    assert not statements(asked, "The Prime Minister of Serbia, Boris Rossi, visited Kosovo.", "")
    (own,) = statements(asked, "The Prime Minister of Kosovo, Anna Keller, spoke in Kosovo.", "")
    assert own.value == "keller"
    envoy = understand("Who was the Special Representative in Kosovo in 2006?")
    said = "The Special Representative of the Secretary-General, Anna Keller, spoke in Kosovo."
    assert [statement.value for statement in statements(envoy, said, "")] == ["keller"]


@pytest.mark.parametrize(
    ("question", "text", "names"),
    [
        (
            "Who was the leader of the LPO?",
            "The Hill Party (HPO) and its party leader, Anna Keller, left the LPO.",
            [],
        ),
        ("Who was the leader of the LPO?", "The leader of the LPO, Anna Keller, left.", ["keller"]),
        ("Who was the leader of the LPO?", "LPO leader Anna Keller left.", ["keller"]),
        (
            "Who was the leader of the Lake Party of Orlen?",
            "The leader of the Hill Alliance of Orlen, Anna Keller, met the Lake Party.",
            [],
        ),
        (
            "Who was the commander of the Lake Corps?",
            "The Commander of HILLFOR, Anna Keller, and the Commander of the Lake Corps, Boris Rossi, met.",
            ["rossi"],
        ),
        ("Who was prime minister of Orlen?", "The Orlen Prime Minister Anna Keller left.", ["keller"]),
        ("Who was prime minister of Orlen?", "The Tarnish Prime Minister Anna Keller came to Orlen.", []),
    ],
)
def test_all_that_an_office_is_of_is_what_the_question_names(
    question: str, text: str, names: list[str]
) -> None:
    assert [statement.value for statement in statements(understand(question), text, "")] == names
