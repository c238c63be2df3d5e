"""Who held an office one after another: the names that texts give to it, and no others."""

from __future__ import annotations

import pytest

from qa.offices import succession
from qa.question import understand

PREMIERS = "Who were the prime ministers of Kosovo one after another from 2004 to 2011?"
ENVOYS = "Which people held the post of UN special representative in Kosovo one after another?"


@pytest.mark.parametrize(
    ("question", "text", "names"),
    [
        (PREMIERS, "The Prime Minister of Kosovo, Anna Keller, resigned.", ["Anna Keller"]),
        (PREMIERS, "It was opened by Prime Minister Anna Keller.", ["Anna Keller"]),
        (PREMIERS, "It was opened by Kosovo Prime Minister Anna Keller.", ["Anna Keller"]),
        (PREMIERS, "It was opened by Serbian Prime Minister Boris Rossi.", []),
        (PREMIERS, "The Prime Minister of Serbia, Boris Rossi, agreed.", []),
        (PREMIERS, "The former Prime Minister, Anna Keller, was heard.", []),
        (PREMIERS, "The Deputy Prime Minister, Anna Keller, was heard.", []),
        (PREMIERS, "Anna Keller, the new Prime Minister, spoke.", ["Anna Keller"]),
        (PREMIERS, "The Prime Minister met Boris Rossi.", []),
        (ENVOYS, "my Special Representative and Head of UNMIK, Lamberto Rossi, said", ["Lamberto Rossi"]),
        (
            ENVOYS,
            "In May, I appointed Farid Keller of Chad to succeed Lamberto Rossi of Peru as my Special Representative.",
            ["Farid Keller"],
        ),
        (
            "Which heads of UNMIK succeeded each other?",
            "my Special Representative, Anna Keller",
            ["Anna Keller"],
        ),
    ],
)
def test_holders_of_an_office(question: str, text: str, names: list[str]) -> None:
    wanted = succession(understand(question))
    assert wanted is not None
    assert [text[span.start : span.end] for span in wanted.holders(text)] == names


@pytest.mark.parametrize(
    "question", ["How did the police change from 2003 to 2009?", "Which bridges were built over the years?"]
)
def test_no_office(question: str) -> None:
    assert succession(understand(question)) is None
