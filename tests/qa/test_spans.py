"""The few words that answer: known answers for each kind, and what is no answer."""

from __future__ import annotations

import pytest

from qa.question import understand
from qa.spans import answer_span, free_numbers
from qa.words import Words
from tests.qa.test_words import Vocabulary


def _answer(question: str, text: str) -> str | None:
    asked = understand(question)
    span = answer_span(asked, text, Words(asked.text, Vocabulary()))
    return None if span is None else text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("The conference took place on 11-12 June 2009 in the capital.", "11-12 June 2009"),
        ("The conference took place on 28 February 2011.", "28 February 2011"),
        ("The conference took place on February 28, 2011.", "February 28, 2011"),
        ("The conference took place in 2007.", "2007"),
        ("The conference took place in June 2009.", "June 2009"),
        ("The conference took place on the 3rd of March in the capital.", "3rd of March"),
        ("The conference took place on the 3rd of March.", "3rd of March"),
        ("The conference took place on 2009-06-11.", "2009-06-11"),
        ("The conference took place in the spring of 2001.", "spring of 2001"),
        ("La conference eut lieu le 4 mai 2012.", "4 mai 2012"),
        ("The conference took place in late October.", "late October"),
        ("The conference took place on 12.5.2004.", "12.5.2004"),
        ("The conference took place on 12/05/2004.", "12/05/2004"),
        ("The conference took place in June/July 2006.", "June/July 2006"),
        ("The conference took place between 5 May and 6 June 2004.", "between 5 May and 6 June 2004"),
        ("The conference took place in 2003/04.", "2003/04"),
        ("The conference took place; its plan is X/2004/348, annex.", None),
        ("The conference took place with 2000 people on 5 May 2004.", "5 May 2004"),
        ("In 2000 people met and the conference took place.", "2000"),
        ("The 2004 people met and the conference took place.", "2004"),
        ("The conference took place; under resolution 1999 it could.", None),
        ("The conference took place.", None),
    ],
)
def test_dates(text: str, span: str | None) -> None:
    assert _answer("When did the conference take place?", text) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("The force had 16,000 soldiers.", "16,000"),
        ("The force had 16 000 soldiers.".replace("16 0", "16\u00a00"), "16\u00a0000"),
        ("The force had twelve soldiers.", "twelve"),
        ("The force had twenty-five soldiers.", "twenty-five"),
        ("The force had 3.5 million soldiers.", "3.5 million"),
        ("Under resolution 1244 the force had 50 soldiers.", "50"),
        ("On 12 June 1999 the force had 50 soldiers.", "50"),
        ("In 1999 the soldiers of the force, under resolution 1244, entered Gate 2.", None),
        ("The force had many soldiers.", None),
        ("30. The force had many soldiers.", None),
        ("30. The force had 50 soldiers.", "50"),
        ("Two hundred and seventy-two soldiers are in the force.", "Two hundred and seventy-two"),
        ("The force had five thousand two hundred soldiers.", "five thousand two hundred"),
        ("The force had several hundred soldiers.", "several hundred"),
        ("The force had two dozen soldiers.", "two dozen"),
        ("The force had 2000 soldiers.", "2000"),
        ("The force had 4,500-5,000 soldiers.", "4,500-5,000"),
        ("The force had 10–12 soldiers.", "10–12"),
        ("The force had 10 to 12 soldiers.", "10 to 12"),
        ("The force had between 4,500 and 5,000 soldiers.", "between 4,500 and 5,000"),
        ("The force fell from 17,500 to 15,000 soldiers.", "15,000"),
        ("The force rose from about 5,000 to 9,000 soldiers.", "9,000"),
        ("The force gave 1,000 to 300 soldiers.", "300"),
        ("17-01779 The force had 50 soldiers.", "50"),
        ("Due to the storm the soldiers of the force left.", None),
        ("Soldiers of the force, led by Otto Dix, seize the mill.", None),
        ("At 10:30 soldiers of the force left.", None),
        ("At 10.30 a.m. soldiers of the force left.", None),
        ("The force has zero tolerance for such soldiers.", None),
    ],
)
def test_numbers(text: str, span: str | None) -> None:
    assert _answer("How many soldiers did the force have?", text) == span


@pytest.mark.parametrize(
    ("question", "text", "span"),
    [
        ("What did the bridge cost?", "In 7 months the bridge was built for €40,000.", "€40,000"),
        ("What did the bridge cost?", "The bridge was built in 7 months.", None),
        (
            "What percentage of the houses was rebuilt?",
            "Of 120 houses 40 per cent were rebuilt.",
            "40 per cent",
        ),
        ("What percentage of the houses was rebuilt?", "Of 80 houses, 50% were rebuilt.", "50%"),
        (
            "What was the total number of posts in the budget?",
            "The budget had a total number of 45 posts.",
            "45",
        ),
        ("What was the strength of the force that was paid?", "It had a strength of 500 soldiers.", "500"),
        ("How long is the border with Albania?", "The border with Albania is 114 km long.", "114"),
        ("How large an army did the king raise?", "The king had an army of 4,000.", "4,000"),
        ("How long a sentence did the man get?", "The man, aged 40, got a sentence of 12 years.", "12"),
    ],
)
def test_numbers_of_a_form(question: str, text: str, span: str | None) -> None:
    assert _answer(question, text) == span


@pytest.mark.parametrize(
    ("question", "text", "span"),
    [
        ("How much did the bridge cost?", "The bridge cost €2 million.", "€2 million"),
        ("How much did the bridge cost?", "The bridge cost 40,000 euros.", "40,000 euros"),
        ("What share of the vote did it win?", "It won 92 per cent of the vote.", "92 per cent"),
        ("What percentage did the party win?", "The party won 92.5% of the vote.", "92.5%"),
    ],
)
def test_amounts_keep_their_unit(question: str, text: str, span: str) -> None:
    assert _answer(question, text) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("The mission is headed by Peter Due.", "Peter Due"),
        ("The mission is headed by Mr. Lamberto Zannier.", "Lamberto Zannier"),
        ("The head of the mission, Mr. Zannier, spoke.", "Zannier"),
        ("Special Representative Ann Bee heads the mission.", "Ann Bee"),
        ("The United Nations Security Council heads the mission.", None),
        ("Nobody heads the mission.", None),
        ("Anna Keller était là; elle heads the mission.", "Anna Keller"),
        ("Álvaro Šimić heads the mission.", "Álvaro Šimić"),
    ],
)
def test_persons(text: str, span: str | None) -> None:
    assert _answer("Who heads the mission?", text) == span


def test_the_nearest_candidate_answers() -> None:
    text = "The budget was 12 million in all, with 300 vehicles; the force had 16,000 soldiers in 1999."
    assert _answer("How many soldiers did the force have?", text) == "16,000"
    assert _answer("How many vehicles were there?", text) == "300"
    dates = "The talks began on 1 May 2005 and, after long delays, ended on 7 June 2007."
    assert _answer("When did the talks begin?", dates.replace("began", "begin")) == "1 May 2005"


def test_what_the_question_names_is_no_answer() -> None:
    assert _answer("How many of the 16,000 soldiers left?", "Of 16,000 soldiers, 400 left.") == "400"
    assert _answer("How many of the 16,000 soldiers left?", "16.000 soldiers left.") is None
    assert (
        _answer("When in 2007 did the talks end?", "The talks of 2007 ended on 7 June at night.") == "7 June"
    )
    riots = "When did the riots of 17 March 2004 end?"
    assert _answer(riots, "The riots of 17 March 2004 end on 19 March.") == "19 March"
    assert _answer(riots, "The riots of 17 March did end.") is None
    assert _answer(riots, "The riots of March did end on 7 March.") == "7 March"
    start = "When in March 2004 did the riots start?"
    assert _answer(start, "The riots of March 2004 start on 17 March.") == "17 March"
    assert _answer(start, "The riots start in March.") is None
    assert _answer("Who met Peter Due?", "Peter Due met Anna Keller.") == "Anna Keller"


def test_ranges_of_ranges_are_one() -> None:
    for text in ("0.5-1.5 to 2 per cent", "4,500-5,000 to 6,000"):
        assert [text[span.start : span.end] for span in free_numbers(text)] == [text]


def test_a_space_separates_thousands() -> None:
    assert _answer("How many soldiers left?", "16 000 soldiers left.") == "16 000"


def test_a_candidate_without_a_word_of_the_question_is_not_sure_enough() -> None:
    assert _answer("When did the conference take place?", "It rained on 3 May 2004.") is None


def test_other_questions_have_no_span() -> None:
    assert _answer("Why did the talks end?", "The talks ended on 7 June 2007.") is None
    assert _answer("What did the report say?", "The report said 12 things.") is None
