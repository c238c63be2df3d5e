"""Question sets: questions with their gold places, and one door that loads any layout; asks nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

from corpus.errors import InvalidInput
from corpus.types import Filters
from qa.time import Period, iso

Need = Literal["any", "all"]


@dataclass(frozen=True, slots=True)
class Gold:
    """One place that answers a question.

    `document` is a path as added, a document id, or the record id of a collection. `start` and `end` are
    code-point offsets into the document's text, or None when the whole document is judged. `sha256` is the
    document id that the offsets were made on. A place without offsets may have a `quote`, which is then
    found by its letters and digits. `grade` is the judgment: 1 is relevant, more is better (BEIR and TREC
    grade; our own sets do not).
    """

    document: str
    start: int | None = None
    end: int | None = None
    quote: str = ""
    page: int | None = None
    sha256: str | None = None
    grade: int = 1

    @property
    def precise(self) -> bool:
        """Whether this is a place in the text and not a whole document."""
        return self.start is not None or bool(self.quote)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and what a right answer to it looks like.

    `as_of` limits what may answer to what was published by then; `about` is the time that the question is about where
    its own words name none. `need` says how many of the gold places an answer must show: "any" makes them
    alternatives, "all" asks for each of them.
    """

    id: str
    text: str
    kind: str = ""
    split: str = ""
    as_of: date | None = None
    answers: tuple[str, ...] = ()
    gold: tuple[Gold, ...] = ()
    need: Need = "any"
    filters: Filters = field(default_factory=Filters)
    about: Period | None = None

    @property
    def answerable(self) -> bool:
        """Whether the documents hold an answer; one without gold and without answers must be declined."""
        return bool(self.gold or self.answers)

    @property
    def stated_time(self) -> str | None:
        """What a row says under "as_of": the day of `as_of`, or the month or year of `about`; None for neither."""
        if self.as_of is not None:
            return self.as_of.isoformat()
        return None if self.about is None else iso(self.about)


@dataclass(frozen=True, slots=True)
class Record:
    """One text of a collection that comes with its questions."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in file order, and the collection they are asked of when they bring one.

    `judged_documents` is set where whole documents are judged, as in BEIR: then a result is relevant by its
    document's id, with the judgment's grade.
    """

    name: str
    questions: tuple[Question, ...]
    collection: tuple[Record, ...] = ()
    judged_documents: bool = False

    def select(self, split: str | None = None, kinds: tuple[str, ...] | None = None) -> QuestionSet:
        """Keep the questions of one split and of some kinds; None is no limit; InvalidInput if none left."""
        chosen = tuple(
            question
            for question in self.questions
            if (split is None or question.split == split) and (kinds is None or question.kind in kinds)
        )
        if not chosen:
            raise InvalidInput(f"{self.name} has no questions {self._limits(split, kinds)}; {self._offers()}")
        return replace(self, questions=chosen)

    @property
    def splits(self) -> tuple[str, ...]:
        """The names of the splits, in order of appearance."""
        return tuple(dict.fromkeys(question.split for question in self.questions if question.split))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of questions, in order of appearance."""
        return tuple(dict.fromkeys(question.kind for question in self.questions if question.kind))

    def _limits(self, split: str | None, kinds: tuple[str, ...] | None) -> str:
        limits = [f"in split {split!r}"] if split is not None else []
        limits += ["of kind " + " or ".join(map(repr, kinds))] if kinds is not None else []
        return " ".join(limits) or "at all"

    def _offers(self) -> str:
        splits, kinds = ", ".join(self.splits) or "none", ", ".join(self.kinds) or "none"
        return f"its splits are: {splits}; its kinds are: {kinds}"


def load(path: Path) -> QuestionSet:
    """Read a question set; the layout is told by the path. All of them are described in docs/questions.md.

    A .jsonl file is ours, a .json file SQuAD's; .csv and .tsv are tables; a folder is BEIR's or TREC's. Raises
    InvalidInput with a sentence that names the file, and for a broken row its line and field.
    """
    loaded = _reader(path)(path)
    if not loaded.questions:
        raise InvalidInput(f"{path} holds no questions")
    _refuse_repeated_ids(path, loaded.questions)
    return loaded


_READABLE = (
    "readable are .jsonl files of ours, SQuAD .json files, .csv and .tsv tables, BEIR and TREC folders"
)


def _reader(path: Path) -> Callable[[Path], QuestionSet]:
    from eval import beir, delimited, jsonl, squad, topics

    if path.is_dir():
        return topics.load if topics.is_layout(path) else beir.load
    if not path.exists():
        raise InvalidInput(f"no question set at {path}; {_READABLE}")
    readers = {".jsonl": jsonl.load, ".json": squad.load, ".csv": delimited.load, ".tsv": delimited.load}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InvalidInput(f"{path} is not a question set: {_READABLE}")
    return reader


def _refuse_repeated_ids(path: Path, questions: tuple[Question, ...]) -> None:
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise InvalidInput(f"{path}: the question id {question.id!r} occurs twice; ids must be unique")
        seen.add(question.id)


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a UTF-8 file that are not blank, with their numbers from 1."""
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise InvalidInput(f"cannot read {path}: {error.strerror}") from error
