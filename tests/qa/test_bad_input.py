"""Odd questions on the command line and from the page: each gets a sentence or an honest decline, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.errors import InvalidInput
from embeddings.encode import default_encoder
from qa.app.request import read_ask
from qa.cli import cli
from qa.editing import edit_document, parse_edit
from qa.engine import Sourcebook
from qa.indexing import add_paths
from qa.question import understand
from qa.time import as_of_or_about
from tests.fakes import FakeEncoder
from tests.qa.material import DOCUMENTS, build, write

NO_QUESTIONS = ["", "   ", "?!…", "\x00\x1b[31m\x07", "\u202e\u2066", "—" * 50]
FOREIGN_TO_THE_DOCUMENTS = [
    "{{7*7}}",
    "${jndi:ldap://example.invalid/x}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "' OR 1=1; DROP TABLE documents; --",
    'SELECT * FROM passages WHERE text MATCH "a" NEAR/2 "b"',
    "<script>alert(1)</script>",
    "../../etc/passwd %00 %s%n",
    "科索沃有多少士兵？",
    "Сколько солдат служит на озере?",
    "كم عدد الجنود؟",
    "asdf qwer zxcv " * 100,
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small documents, with the vectors of the bundled model."""
    folder = tmp_path_factory.mktemp("odd")
    report = add_paths(folder / "library", [write(folder / "sources", DOCUMENTS)], default_encoder())
    assert not report.failed
    return folder / "library"


@pytest.mark.parametrize("text", NO_QUESTIONS)
def test_what_is_no_question_gets_a_sentence(text: str, library: Path) -> None:
    result = CliRunner().invoke(cli, ["ask", text, "--library", str(library)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "The question is empty: write what you want to know, in words." in result.stderr
    with pytest.raises(InvalidInput, match="question"):
        understand(read_ask({"question": text}).question)


def test_twenty_thousand_characters_get_a_sentence(library: Path) -> None:
    result = CliRunner().invoke(cli, ["ask", "why " * 5_000, "--library", str(library)])
    assert result.exit_code == 1
    assert "The question has 19,999 characters; at most 10,000 are read." in result.stderr
    with pytest.raises(InvalidInput, match="19,999 characters, and the limit here is 1,000"):
        read_ask({"question": "why " * 5_000})


@pytest.mark.parametrize("question", [None, 7, ["a"], {"a": 1}, True])
def test_what_is_no_text_is_no_question(question: object) -> None:
    with pytest.raises(InvalidInput, match="Write a question first"):
        read_ask({"question": question})


@pytest.mark.parametrize("text", FOREIGN_TO_THE_DOCUMENTS, ids=lambda text: text[:12])
def test_what_the_documents_know_nothing_of_is_declined(text: str, library: Path) -> None:
    with Sourcebook.open(library) as book:
        answer = book.ask(text)
    assert not answer.answered
    assert answer.reason
    assert answer.reason.startswith("Not in these 5 documents: ")


def test_terminal_sequences_are_no_part_of_a_question() -> None:
    assert understand("\x1b[1;31mKFOR\x1b[0m\x07 soldiers\x1b[2J?").text == "KFOR soldiers ?"


@pytest.mark.parametrize("stated", ["0001", "9999", "0001-01-02", "9999-12-31"])
def test_the_ends_of_the_calendar_can_be_asked_about(tmp_path: Path, stated: str) -> None:
    library = build(tmp_path, {"old.txt": "The bridge was opened to traffic.\n"})
    edit_document(library, "old.txt", parse_edit(published="0001-01-01"))
    as_of, about = as_of_or_about(stated)
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        assert book.ask("Was the bridge opened?", as_of=as_of, about=about).searched.documents == 1
