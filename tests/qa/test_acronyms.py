"""Acronyms are learnt where documents explain them, and then either form finds the other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from embeddings.errors import IndexUnreadable
from qa.acronyms import Acronyms, explained
from qa.engine import Sourcebook
from qa.generation import ACRONYMS
from qa.stages import Stage
from qa.types import Method
from tests.fakes import FakeEncoder
from tests.qa.material import HARVEST, add, build, write


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        (
            "The Special Representative of the Secretary-General (SRSG) spoke.",
            [("SRSG", "Special Representative of the Secretary-General")],
        ),
        ("Many internally displaced persons (IDPs) left.", [("IDPs", "internally displaced persons")]),
        ("the Housing and Property\nDirectorate (HPD)", [("HPD", "Housing and Property Directorate")]),
        ("The KTA (Kosovo Trust Agency) sold it.", [("KTA", "Kosovo Trust Agency")]),
        ("la Mission des Nations Unies (MNU) arrive", [("MNU", "Mission des Nations Unies")]),
        ("It met the European Union Rule of Law Mission (EULEX, see below).", []),  # X is nowhere in it
        ("The report (Annex) of 2004 (2005) is (see above) long (NO).", []),
        ("He came. Other Groups (KFOR) did not.", []),
        ("the KFOR troops (KFOR)", []),
        ("(", []),
        ("x (ABC", []),
    ],
)
def test_what_a_text_explains(text: str, pairs: list[tuple[str, str]]) -> None:
    assert list(explained(text)) == pairs


def _acronyms(*texts: str) -> Acronyms:
    found = Acronyms()
    for text in texts:
        found.add([text])
    return found


def test_either_form_gives_the_other() -> None:
    acronyms = _acronyms("the Special Representative of the Secretary-General (SRSG) spoke")
    long = "Special Representative of the Secretary-General"
    assert acronyms.other_forms("Who was the SRSG in 2004?") == [long]
    assert acronyms.other_forms("What was the SRSG's view?") == [long]
    assert acronyms.other_forms(f"Who was {long.lower()} then?") == ["SRSG"]
    assert acronyms.other_forms(f"{long} (SRSG)") == []
    assert acronyms.other_forms("Who was the srsg?") == []  # a word in small letters is a word
    assert Acronyms().other_forms("SRSG?") == []
    assert Acronyms({"EU": {"European Union": 2}}).other_forms("What did the European Union say?") == ["EU"]


def test_a_short_form_of_two_meanings_means_nothing() -> None:
    acronyms = _acronyms("the Joint Planning Group (JPG)", "a Joint Photo Group (JPG)")
    assert acronyms.other_forms("What is JPG?") == []
    acronyms.add(["the joint planning group (JPG)"])
    assert acronyms.other_forms("What is JPG?") == ["Joint Planning Group"]


def test_pairs_are_kept_as_they_are(tmp_path: Path) -> None:
    acronyms = _acronyms("the Joint Planning Group (JPG)", "the Kosovo Trust Agency (KTA)")
    acronyms.save(tmp_path / "one.json")
    Acronyms.load(tmp_path / "one.json").save(tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert len(Acronyms.load(tmp_path / "missing.json")) == 0


@pytest.mark.parametrize(
    "saved", ["{", "", "[1]", '{"KTA": 1}', '{"KTA": {}}', '{"KTA": {"Kosovo Trust Agency": "1"}}']
)
def test_damaged_pairs_are_refused(tmp_path: Path, saved: str) -> None:
    (tmp_path / "one.json").write_text(saved)
    with pytest.raises(IndexUnreadable, match="is damaged"):
        Acronyms.load(tmp_path / "one.json")


def test_damaged_pairs_are_learnt_anew_when_a_document_is_added(tmp_path: Path) -> None:
    library = build(tmp_path, {"explains.txt": EXPLAINS})
    os.truncate(library / "generations" / "000001" / ACRONYMS, 10)
    add(library, write(tmp_path / "more", {"harvest.txt": HARVEST}))
    assert Acronyms.load(library / "generations" / "000002" / ACRONYMS).other_forms("What is the RBA?") == [
        "River Bridge Authority"
    ]


EXPLAINS = "The River Bridge Authority (RBA) was founded in the spring. Its office stands beside the mill."
SHORT = "In the summer the RBA bought a crane. The crane came on a barge from the coast."
LONG = "The director of the river bridge authority resigned after the flood and went home."


def test_a_question_in_one_form_finds_the_passage_in_the_other(tmp_path: Path) -> None:
    library = build(tmp_path, {"short.txt": SHORT, "harvest.txt": HARVEST})

    def lexical(question: str) -> list[str]:
        with Sourcebook.open(library, encoder=FakeEncoder()) as book:
            paths = {record.id: record.path for record in book.documents()}
            hits = book.search(question, method=Method.LEXICAL)
            return [paths[hit.passage.document_id] for hit in hits]

    assert lexical("River Bridge Authority") == []
    sources = write(tmp_path / "sources", {"explains.txt": EXPLAINS, "long.txt": LONG})
    add(library, sources)
    assert "short.txt" in lexical("River Bridge Authority")
    assert "long.txt" in lexical("RBA")
    (found,) = sorted((library / "generations").rglob(ACRONYMS))[-1:]
    assert "River Bridge Authority" in found.read_text(encoding="utf-8")


def test_without_the_stage_an_answer_is_found_by_its_own_words_alone(tmp_path: Path) -> None:
    library = build(tmp_path, {"explains.txt": EXPLAINS, "short.txt": SHORT, "harvest.txt": HARVEST})

    def found(*without: Stage) -> set[str]:
        left_out = frozenset({Stage.DENSE, *without})
        with Sourcebook.open(library, encoder=FakeEncoder(), without=left_out) as book:
            answer = book.ask("River Bridge Authority")
        return {citation.path for citation in answer.citations or answer.nearest}

    assert "short.txt" in found()
    assert "short.txt" not in found(Stage.ACRONYMS)
