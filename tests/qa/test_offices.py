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
    "question",
    [
        "How did the police change from 2003 to 2009?",
        "Which bridges were built over the years?",
        "What role did the president play over the years?",
    ],
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
        (HEAD, "UNMIK opened an office in\nthe north; its head, Anna Keller, left.", ["Anna Keller"]),
        (HEAD, "UNMIK opened an office with the OSCE; its head, Boris Rossi, left.", []),
        (HEAD, "UNMIK asked the ministry, its head, Boris Rossi, and others.", []),
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


OSCE = "Who was the head of the OSCE Mission in Kosovo?"
LEADER = "Who was the leader of the Lake Party of Orlen?"


@pytest.mark.parametrize(
    ("question", "text", "names"),
    [
        ("Who was SRSG in 2004?", "My Special Representative, Anna Keller, arrived.", ["Anna Keller"]),
        ("Who was the SRSG of UNMIK in 2004?", "The SRSG, Anna Keller, arrived.", ["Anna Keller"]),
        ("In 2004, who was the Special Representative?", "The SRSG, Anna Keller, left.", ["Anna Keller"]),
        ("Who was the EU Special Representative?", "My Special Representative, Anna Keller, left.", []),
        ("Who was the EU Special Representative?", "The EU Special Representative, Boris Rossi, left.",
         ["Boris Rossi"]),
        (OSCE, "The Head of the OSCE Mission in Kosovo, Boris Rossi, met my Special Representative, Anna Keller.",
         ["Boris Rossi"]),
        (LEADER, "My Special Representative, Anna Keller, met the leader of the Lake Party.", []),
        (LEADER, "The leader of the Lake Party, Boris Rossi, agreed.", ["Boris Rossi"]),
        (LEADER, "Lake Party leader Boris Rossi agreed.", ["Boris Rossi"]),
        (LEADER, "The leader of the Lake Party of Tarn, Clara Moss, agreed.", []),
        (LEADER, "The Hill Party (HPO) and its leader, Clara Moss, agreed.", []),
        ("Who was the deputy special representative in 2004?",
         "My Special Representative, Anna Keller, met the Principal Deputy Special Representative, Boris Rossi.",
         ["Boris Rossi"]),
        ("Who was the former president of Orlen?", "The President of Orlen, Anna Keller, resigned.", []),
        ("Who was the former president of Orlen?", "The former President of Orlen, Boris Rossi, spoke.",
         ["Boris Rossi"]),
        ("Who was Orlen's foreign minister?", "The Minister of Culture of Orlen, Boris Rossi, spoke.", []),
        ("Who was Orlen's foreign minister?", "The Foreign Minister of Orlen, Anna Keller, spoke.",
         ["Anna Keller"]),
        ("Who was president of Orlen?", "The President of the Assembly of Orlen, Boris Rossi, spoke.", []),
        ("Who was president of the Assembly?", "The President of the Assembly of Orlen, Boris Rossi, spoke.",
         ["Boris Rossi"]),
        ("Who was Special Representative when Anna Keller was minister?",
         "My Special Representative, Anna Keller, met the SRSG, Boris Rossi.", ["Boris Rossi"]),
        ("Who was prime minister in May 2006?", "The Prime Minister, Theresa May, spoke.", ["Theresa May"]),
        ("Who commanded KFOR in 2004?", "The Commander of KPC, Boris Rossi, met him.", []),
        ("Who commanded KFOR in 2004?", "The KPC Commander, Boris Rossi, met him.", []),
        ("Who was the commander of the Lake Protection Corps?", "The LPC Commander, Boris Rossi, left.",
         ["Boris Rossi"]),
        ("Who commanded LPC?", "The Commander of the Lake Protection Corps, Boris Rossi, left.", ["Boris Rossi"]),
        ("Who commanded KFOR?", "The KFOR Commander, Lieutenant General Luc Bout de Mar, left.",
         ["Luc Bout de Mar"]),
        ("Who was the ombudsperson?", "The Ombudsperson, Marek Antoni Kowal, resigned.", ["Marek Antoni Kowal"]),
        ("Who was the ombudsperson?", "Yesterday Marek Antoni Kowal, the Ombudsperson, resigned.",
         ["Marek Antoni Kowal"]),
        ("Who was the ombudsperson?", "Ombudsperson Anna Keller Monday told UNMIK so.", ["Anna Keller"]),
        ("Who was head of UNMIK until June 2004?", "My Special Representative, Anna Keller, left.", ["Anna Keller"]),
        ("who was head of unmik in 2003", "My Special Representative, Anna Keller, left.", ["Anna Keller"]),
    ],
)  # fmt: skip
def test_only_the_office_asked_for_and_the_whole_name(question: str, text: str, names: list[str]) -> None:
    wanted = office_asked(understand(question))
    assert wanted is not None
    found = wanted.holders(text, frozenset({"yesterday"}))
    assert [text[span.start : span.end] for span in found] == names


@pytest.mark.parametrize(
    "question",
    [
        "When was the prime minister elected?",
        "Who built the bridge?",
        "Who criticized the Special Representative?",
        "Who did the Special Representative meet in June 2004?",
        "Who appointed the ombudsperson?",
        "Who chooses the mayor in Tarn?",
        "Who killed the president's brother?",
        "Who was shot by the commander?",
        "Who was the brother of the president?",
        "Who ran for president in 2004?",
        "Who was Special Representative before Anna Keller?",
        "Who was president of Orlen after Rossi?",
        "Who took over from Anna Keller as Special Representative?",
        "Who heads the Lake Police Service?",
        "Who headed the UNMIK Office for Returns?",
        "Who led the protest against UNMIK?",
        "Who was appointed head coach of the team?",
    ],
)
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
