"""Who held an office one after another: the names that texts give to it, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.engine import Sourcebook
from qa.offices import office_asked, succession
from qa.question import understand
from qa.stages import Stage
from tests.fakes import FakeEncoder
from tests.qa.material import build

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


HEAD = "Who headed UNMIK in the spring of 2003?"


@pytest.mark.parametrize(
    ("question", "text", "names"),
    [
        (HEAD, "I thank my Special Representative, Anna Keller, and her staff.", ["Anna Keller"]),
        (HEAD, "The Head of UNMIK, Anna Keller, left.", ["Anna Keller"]),
        (HEAD, "The Deputy Special Representative, Anna Keller, left.", []),
        (HEAD, "Authority remains with my Special Representative.", []),
        (HEAD, "It is reserved to my Special Representative in accordance with the Constitutional Framework.", []),
        (HEAD, "The Special Representative of the Secretary-General Anna Keller left.", ["Anna Keller"]),
        (HEAD, "He met the Minister, Boris Rossi, Head of UNMIK and Special Representative Anna Keller.",
         ["Anna Keller"]),
        (HEAD, "The Special Representative of the European Union, Boris Rossi, left.", []),
        (HEAD, "UNMIK and its head, Anna Keller, agreed.", ["Anna Keller"]),
        (HEAD, "UNMIK chief Anna Keller agreed.", ["Anna Keller"]),
        (HEAD, "The World Bank and its head, Boris Rossi, agreed.", []),
        (HEAD, "UNMIK criticised the Central Bank and its head, Boris Rossi, for it.", []),
        (HEAD, "The UNMIK head of police, Boris Rossi, left.", []),
        (HEAD, "OSCE Mission chief Boris Rossi said so.", []),
        (HEAD, "The Special Representative, European Union officials said, was away.", []),
        ("Who led EULEX in 2014?", "My Special Representative, Anna Keller, and the Head of EULEX, Boris Rossi.",
         ["Boris Rossi"]),
        ("Who commanded KFOR in 2016?", "The KFOR Commander, Major General Boris Rossi, said no.",
         ["Boris Rossi"]),
        ("Who commanded KFOR in 2016?", "The Commander of KFOR, Boris Rossi, said no.", ["Boris Rossi"]),
        ("Who was prime minister in 2006?", "The Prime Minister, Boris Rossi, resigned.", ["Boris Rossi"]),
    ],
)  # fmt: skip
def test_the_holder_of_an_office_at_one_time(question: str, text: str, names: list[str]) -> None:
    wanted = office_asked(understand(question))
    assert wanted is not None
    assert [text[span.start : span.end] for span in wanted.holders(text)] == names


@pytest.mark.parametrize("question", ["When was the prime minister elected?", "Who built the bridge?"])
def test_no_holder_is_asked_for(question: str) -> None:
    assert office_asked(understand(question)) is None


def test_reports_of_the_asked_time_are_searched_for_who_held_the_office(tmp_path: Path) -> None:
    front = "---\ntitle: Report\npublisher: Mission\ndate: 2003-05-0{}\n---\n\n"
    headed = "In spring 2003 UNMIK headed north with the Special Representative of mission {}.\n"
    others = {f"{n}.md": front.format(n % 9 + 1) + headed.format(n) for n in range(120)}
    thanks = "Patience was needed, and so I thank my Special Representative, Anna Keller, for it.\n"
    library = build(tmp_path, {**others, "thanks.md": front.format(2) + thanks})

    def looked_at(*without: Stage) -> bool:
        with Sourcebook.open(library, encoder=FakeEncoder(), without=frozenset(without)) as book:
            weighed = book.weighed(HEAD)
        assert weighed is not None
        return any("Anna Keller" in one.found.document.text for one in weighed[1])

    assert looked_at()
    assert not looked_at(Stage.TIME)
    assert not looked_at(Stage.LEXICAL)


def test_words_that_a_document_writes_small_alone_are_no_holder() -> None:
    wanted = office_asked(understand(HEAD))
    text = "The Special Representative, Administrative Direction, and the Special Representative, Theresa May"
    assert wanted is not None
    found = wanted.holders(text, frozenset({"administrative", "direction", "may"}))
    assert [text[span.start : span.end] for span in found] == ["Theresa May"]
