"""Whether a number counts what is asked for."""

from __future__ import annotations

import pytest

from qa.counting import asks_for_a_unit, counts_what_is_asked
from qa.question import understand


@pytest.mark.parametrize(
    ("question", "text", "counted"),
    [
        ("How many rounds did the unit fire?", "The unit fired 36 rounds.", True),
        ("How many rounds did the unit fire?", "The unit fired thirty-six rubber rounds.", True),
        ("How many rounds did the unit fire?", "The 36 officers of the unit fired rounds.", False),
        ("How many rounds did the unit fire?", "The unit fired rounds on 10 February 2007.", False),
        ("How many rounds did the unit fire?", "Unit | 36\nrounds", False),
        ("How many soldiers were there?", "There were 500 troops.", True),
        ("What percentage of the seats is theirs?", "Theirs are 20 per cent of them.", True),
        ("What percentage of the seats is theirs?", "Theirs are 20 seats.", False),
        ("How much did the plant cost?", "The plant cost €30.3 million.", True),
        ("How much did the plant cost?", "The plant cost 30 jobs.", False),
        ("What did it cost to repair the bridge?", "The repair took 7 months.", False),
        ("What did it cost to repair the bridge?", "The repair took 700,000 German marks.", True),
        ("What did it cost to repair the bridge?", "The repair took DM 700,000.", True),
        ("How long a sentence did he get?", "He got 9 years.", True),
        ("How long a sentence did he get?", "He got 9 fines.", False),
        ("What jail sentence did he get?", "He got 18 months.", True),
        ("How long were the jail terms?", "They were of 18 months.", True),
        ("What percentage of the houses was rebuilt?", "Of 80 houses, 50% were.", True),
        ("What percentage of the houses was rebuilt?", "Of 80 houses, 50 were.", False),
        ("What did the bridge cost?", "12 soldiers | 500", False),
        ("What did the bridge cost?", "It took 30 million convertible marks.", True),
        ("How long did it last?", "It lasted 45 seconds.", True),
        ("How long did it last?", "9 men, and years of work.", False),
        ("Who fired rounds?", "The unit fired 36 rounds.", False),
    ],
)
def test_what_a_number_counts(question: str, text: str, counted: bool) -> None:
    assert counts_what_is_asked(understand(question), text) is counted


@pytest.mark.parametrize(
    "question", ["Who fired rounds?", "What was the strength?", "How many people work there?"]
)
def test_questions_whose_number_may_stand_with_any_noun(question: str) -> None:
    assert not asks_for_a_unit(understand(question))


@pytest.mark.parametrize(
    "question", ["What did it cost?", "How many rounds were fired?", "How long did it last?"]
)
def test_questions_that_name_what_the_number_is_of(question: str) -> None:
    assert asks_for_a_unit(understand(question))
