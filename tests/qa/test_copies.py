"""The same story in five papers is one source; the same sentence with another number, or a year later, is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpus.library import Library
from qa.cite import answer_to_json
from qa.copies import sources_words
from qa.engine import Sourcebook
from qa.stages import Stage
from qa.types import Answer, Citation, Sources
from qa.verify import verify_file
from tests.fakes import FakeEncoder
from tests.qa.material import all_citations, build

STORY = """The ferry between Orlen and Vask sank on Tuesday evening after it struck a rock in thick fog. The harbour
master of Orlen said that 48 passengers were taken off the ferry by fishing boats before it went down. Two sailors were
treated for cold in the hospital of Vask, and the company that owns the ferry has stopped its second ship for checks."""
OWN = """The ferry company of Orlen never repaired the radar that failed before its ship sank. Passengers of the ferry told
this newspaper that 51 people were on board, and that the fishing boats took them off within the hour."""
QUESTION = "How many passengers of the ferry were taken off by fishing boats?"


def _paper(publisher: str, date: str, text: str = STORY, title: str = "Ferry sinks in fog") -> str:
    return f"---\ntitle: {title}\npublisher: {publisher}\ndate: {date}\nlanguage: en\n---\n\n{text}\n"


WIRE = {
    "one.md": _paper("Morning Post", "2012-03-07"),
    "two.md": _paper("Coast Herald", "2012-03-07", title="Ferry lost"),
    "three.md": _paper("Vask Courier", "2012-03-08", STORY.replace("in thick fog", "in a thick fog")),
    "four.md": _paper("Evening Mail", "2012-03-08", "Our correspondent writes:\n\n" + STORY),
    "own.md": _paper("Island Weekly", "2012-03-10", OWN, "What the ferry lacked"),
}


def _ask(folder: Path, question: str = QUESTION, *without: Stage) -> Answer:
    with Sourcebook.open(folder, encoder=FakeEncoder(), without=frozenset(without)) as book:
        return book.ask(question)


def _shown(answer: Answer) -> tuple[Citation, ...]:
    return answer.citations or answer.nearest


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wire"), WIRE)


def test_without_the_stage_each_copy_is_shown_for_itself(wire: Path) -> None:
    shown = _shown(_ask(wire, QUESTION, Stage.COPIES))
    assert {citation.path for citation in shown} == set(WIRE)
    assert not any(citation.also_in for citation in shown)


def test_a_wire_story_in_four_papers_is_one_of_two_sources(wire: Path) -> None:
    answer = _ask(wire)
    assert answer.sources == Sources(independent=2, documents=5, copies=3)
    assert sources_words(answer.sources) == "2 independent sources (5 copies)"
    folded = next(citation for citation in _shown(answer) if citation.also_in)
    assert {folded.path, *(copy.path for copy in folded.also_in)} == {
        *("one.md", "two.md", "three.md", "four.md")
    }
    assert len({citation.document_id for citation in _shown(answer)}) == 2


def test_every_copy_is_a_slice_and_verifies(wire: Path, tmp_path: Path) -> None:
    answer = _ask(wire)
    with Sourcebook.open(wire, encoder=FakeEncoder()) as book:
        for citation in all_citations(answer):
            for copy in citation.also_in:
                assert book.document(copy.document_id).text[copy.start : copy.end] == copy.quote
    file = tmp_path / "answers.jsonl"
    values = answer_to_json(answer)
    file.write_text(json.dumps(values))
    with Library.open(wire) as library:
        assert not verify_file(library, file).failures
        folded = next(one for one in values["citations"] or values["nearest"] if one["also_in"])
        folded["also_in"][0]["quote"] = folded["also_in"][0]["quote"].replace("48", "49")
        file.write_text(json.dumps(values))
        (failure,) = verify_file(library, file).failures
    assert "the copy is not what stands at" in failure


def test_another_number_makes_it_another_statement(tmp_path: Path) -> None:
    files = {
        "one.md": _paper("Morning Post", "2012-03-07"),
        "two.md": _paper("Coast Herald", "2012-03-07", STORY.replace("48", "46")),
    }
    answer = _ask(build(tmp_path, files))
    assert answer.sources == Sources(independent=2, documents=2, copies=0)
    assert not any(citation.also_in for citation in _shown(answer))


@pytest.mark.parametrize(("second", "copies"), [("2012-03-07", 1), ("2012-06-07", 0)])
def test_what_one_publisher_says_again_later_stands_for_itself(
    tmp_path: Path, second: str, copies: int
) -> None:
    files = {
        "one.md": _paper("Morning Post", "2012-03-07"),
        "two.md": _paper("Morning Post", second, title="Again"),
    }
    answer = _ask(build(tmp_path, files))
    assert answer.sources == Sources(independent=1, documents=2, copies=copies)
    assert len(_shown(answer)) == 2 - copies


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        (Sources(1, 1, 0), "1 source"),
        (Sources(3, 3, 0), "3 independent sources"),
        (Sources(1, 10, 0), "1 source (10 documents)"),
        (Sources(1, 5, 4), "1 source (5 copies)"),
        (Sources(2, 9, 3), "2 independent sources (9 documents, 3 of them copies)"),
    ],
)
def test_the_count_in_words(sources: Sources, words: str) -> None:
    assert sources_words(sources) == words
