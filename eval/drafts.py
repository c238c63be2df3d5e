"""Drafts on their way to a question set: kept in a file of our layout until a person accepts, edits or drops each one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from corpus.errors import InvalidInput, unwritable
from eval.fields import read_rows
from eval.questions import load
from eval.suggest import Draft
from eval.writing import Written, add_question, own_set, replace_file, row_of
from qa.app.drafts import Waiting
from qa.cite import json_text
from qa.options import check_folder

DRAFTS = "drafts.jsonl"
"""The drafts of a library: this file in its folder."""


def drafts_of(library: Path) -> Path:
    """The file of a library's drafts, which need not be there."""
    return library / DRAFTS


def write_drafts(file: Path, drafts: Sequence[Draft]) -> None:
    """Write drafts, each with a note on how it was made; replaces what is there. Raises InvalidInput."""
    try:
        with _locked(file):
            replace_file(file, (json_text({**row_of(one.question), "note": one.note}) for one in drafts))
    except OSError as error:
        raise unwritable(file, error) from error


def read_drafts(file: Path) -> list[Draft]:
    """The drafts that wait; none where there is no file. Raises InvalidInput for a row that is no draft."""
    if not file.is_file() or file.stat().st_size == 0:
        return []
    notes = {row.text("id"): row.text("note", "") for row in read_rows(file)}
    return [Draft(question, notes[question.id]) for question in load(file).questions]


def accept(
    file: Path, target: Path, identifier: str, text: str = "", answers: Sequence[str] | None = None
) -> Written:
    """Put a draft into a question set, in other words and with other answers where they are given; it waits no longer."""
    question = _draft(file, identifier).question
    given = (
        tuple(answer.strip() for answer in answers if answer.strip())
        if answers is not None
        else question.answers
    )
    asked = " ".join(text.split()) or question.text
    written = add_question(
        target, replace(question, id="", text=asked, answers=given if question.gold else ())
    )
    drop(file, identifier)
    return written


def drop(file: Path, identifier: str) -> None:
    """Take a draft away; InvalidInput where it does not wait any more."""
    _draft(file, identifier)
    with _locked(file):
        kept = [draft for draft in read_drafts(file) if draft.question.id != identifier]
        replace_file(file, (json_text({**row_of(one.question), "note": one.note}) for one in kept))


def _draft(file: Path, identifier: str) -> Draft:
    draft = next((one for one in read_drafts(file) if one.question.id == identifier), None)
    if draft is None:
        raise InvalidInput(f"there is no draft {identifier} any more: somebody has judged it already")
    return draft


def _locked(file: Path) -> FileLock:
    check_folder(file)
    return FileLock(file.with_name(f".{file.name}.lock"))


class LibraryDrafts:
    """The drafts of one library and the set that they go to, as the web page needs them."""

    def __init__(self, library: Path) -> None:
        self._file, self._target = drafts_of(library), own_set(library)

    def waiting(self) -> list[Waiting]:
        """The drafts that wait for a person."""
        return [_waiting(draft) for draft in read_drafts(self._file)]

    def accept(self, identifier: str, text: str, answers: Sequence[str]) -> str:
        """Make it a question; returns its id there."""
        return accept(self._file, self._target, identifier, text, answers).id

    def drop(self, identifier: str) -> None:
        """Take it away."""
        drop(self._file, identifier)


def _waiting(draft: Draft) -> Waiting:
    question = draft.question
    return Waiting(
        id=question.id,
        question=question.text,
        kind=question.kind,
        answers=question.answers,
        quotes=tuple(gold.quote for gold in question.gold),
        sources=tuple(gold.document for gold in question.gold),
        note=draft.note,
    )
