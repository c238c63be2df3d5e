"""Questions asked by several processes: the same rows to the byte, and a clear end whatever happens to one of them."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from corpus.errors import InvalidInput
from embeddings.encode import default_encoder
from eval import side_by_side
from eval.asking import Desk
from eval.collections import collection_library
from eval.questions import Question
from eval.results import QuestionRow
from eval.session import run_evaluation, settings_of
from eval.side_by_side import Opening, ProcessLost, crew_of
from qa.calibration import FILE as CALIBRATION
from qa.engine import Sourcebook
from qa.stages import Stage
from tests.eval.test_collections import QUESTIONS


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return collection_library(QUESTIONS, default_encoder(), cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "WORTH_A_PROCESS", 5)


@dataclass(frozen=True)
class Dying:
    """A task that ends its process, as the system does when memory runs out."""

    name = "dying"

    def row(self, desk: Desk[Sourcebook], question: Question) -> QuestionRow:
        os._exit(9)


@pytest.mark.usefixtures("worth_it")
@pytest.mark.parametrize("without", [frozenset[Stage](), frozenset({Stage.READER})])
def test_the_rows_are_the_same_to_the_byte(library: Path, tmp_path: Path, without: frozenset[Stage]) -> None:
    opening = Opening(library, without=without)
    written = []
    for at_once in (1, 2):
        with (
            opening.book() as book,
            crew_of(opening, book, at_once, len(QUESTIONS.questions)) as crew,
        ):
            assert crew.size == at_once
            made = run_evaluation(book, QUESTIONS, tmp_path / str(at_once), settings={}, crew=crew)
            assert made.at_once == made.about.settings["asked at once"] == at_once
        written.append((made.folder / "rows.jsonl").read_bytes())
    assert written[0] == written[1]
    assert written[0].count(b"\n") == 4 * len(QUESTIONS.questions)


@pytest.mark.usefixtures("worth_it")
def test_what_there_is_to_tell_is_told_by_the_first_process_alone(
    library: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "library"
    shutil.copytree(library, own)
    (own / CALIBRATION).write_text("no JSON", encoding="utf-8")
    opening = Opening(own)
    with opening.book() as book, crew_of(opening, book, 2, 10) as crew:
        few = replace(QUESTIONS, questions=QUESTIONS.questions[:4])
        run_evaluation(book, few, tmp_path / "run", settings=settings_of(book), crew=crew)
    assert sum("is damaged" in record.message for record in caplog.records) == 1
    assert "is damaged" not in capfd.readouterr().err


@pytest.mark.usefixtures("worth_it")
def test_a_question_that_cannot_be_asked_ends_the_run(library: Path, tmp_path: Path) -> None:
    broken = replace(QUESTIONS, questions=(*QUESTIONS.questions[:9], Question("bad", "?!")))
    opening = Opening(library)
    with (
        pytest.raises(InvalidInput, match="question 'bad' cannot be asked"),
        opening.book() as book,
        crew_of(opening, book, 2, len(broken.questions)) as crew,
    ):
        run_evaluation(book, broken, tmp_path / "run", settings={}, crew=crew)


@pytest.mark.usefixtures("worth_it")
def test_a_process_that_is_killed_is_told_with_the_way_out(library: Path) -> None:
    opening = Opening(library)
    with (
        opening.book() as book,
        crew_of(opening, book, 2, 10) as crew,
        pytest.raises(ProcessLost, match="--at-once 1"),
    ):
        list(crew.rows(Dying(), QUESTIONS.questions[:4]))


def test_few_questions_are_asked_by_this_process_alone(library: Path) -> None:
    opening = Opening(library)
    with opening.book() as book, crew_of(opening, book, 4, 79) as crew:
        assert crew.size == 1
