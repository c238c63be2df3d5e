"""One public collection measured from its folder to rows of a table: searches, answers, intervals; prints nothing."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from corpus.errors import InvalidInput
from embeddings.encode import Encoder
from eval.about import processor
from eval.collections import Passages, Progress, collection_library
from eval.intervals import Estimate
from eval.published import published
from eval.questions import QuestionSet, load
from eval.run import Run, evaluate, evaluate_retrieval
from eval.writing import replace_file
from qa.engine import Sourcebook
from qa.types import Method

Stage = Callable[[str], AbstractContextManager[Progress | None]]
"""Gives the progress to report to while "indexing", "searching" or "asking" goes on."""

SEARCHES = {Method.DENSE: "dense", Method.LEXICAL: "BM25", Method.FUSED: "fused"}
SEARCH_MEASURES = ("nDCG@10", "success@5")
ANSWER_MEASURES = ("success@1", "success@5", "answer F1")
COLUMNS = (
    *("collection", "measured", "measure", "figure", "95% interval"),
    *("questions", "published by others", "date", "command", "machine and versions"),
)
_PACKAGES = ("numpy", "openvino", "faiss-cpu", "tantivy")
_HEAD = """# Benchmarks

Figures on public collections, written by `sourcebook benchmark` itself: a row is replaced when the same thing is measured
again. The intervals are 95% (bootstrap over questions; exact binomial for rates). "dense", "BM25" and "fused" are the three
searches without a decision; "answers" is the whole program, whose declined questions count as wrong. "whole" keeps a
document as one passage, as published figures do (the encoder sees its first 256 tokens); "cut" is how the program cuts.
Figures of others are quoted, not measured; their source stands beside them.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; the first three cells say what it is, and are the same when it is measured again."""

    collection: str
    measured: str
    measure: str
    figure: str
    interval: str
    questions: str
    others: str
    date: str
    command: str
    machine: str

    def cells(self) -> tuple[str, ...]:
        """The cells, in the order of `COLUMNS`."""
        return (
            *(self.collection, self.measured, self.measure, self.figure, self.interval),
            *(self.questions, self.others, self.date, self.command, self.machine),
        )


def find(data: Path, name: str) -> QuestionSet:
    """The collection of this name in a folder; raises InvalidInput that lists what is there."""
    if not data.is_dir():
        raise InvalidInput(f"no folder of collections at {data}; name it with --data")
    choices = [data / name, *(data / f"{name}{suffix}" for suffix in (".json", ".jsonl"))]
    path = next((one for one in choices if one.exists()), None)
    if path is None or Path(name).name != name:
        there = sorted(
            one.name for one in data.iterdir() if (one / "corpus.jsonl").is_file() or one.suffix == ".json"
        )
        listed = ", ".join(there) or "none"
        raise InvalidInput(f"there is no collection {name!r} in {data}; there are: {listed}")
    loaded = load(path)
    if not loaded.collection:
        raise InvalidInput(
            f"{path} brings no documents of its own; measure it with: sourcebook eval {path} --library DIR"
        )
    return loaded


def measure(
    question_set: QuestionSet,
    encoder: Encoder,
    *,
    passages: Passages,
    answers: bool,
    cache: Path | None = None,
    stage: Stage = lambda what: nullcontext(None),
) -> list[Run]:
    """Build or reuse the collection's library, search it in each way and, with `answers`, ask it."""
    with stage("indexing") as progress:
        library = collection_library(question_set, encoder, passages=passages, cache=cache, progress=progress)
    runs: list[Run] = []
    with Sourcebook.open(library, encoder=encoder) as book:
        with stage("searching") as progress:
            runs += evaluate_retrieval(book, question_set, methods=list(SEARCHES), progress=progress)
        if answers:
            with stage("asking") as progress:
                runs.append(evaluate(book, question_set, progress=progress))
    return runs


def rows(
    runs: Iterable[Run],
    question_set: QuestionSet,
    split: str,
    passages: Passages,
    command: str,
    encoder: Encoder,
) -> list[Row]:
    """The figures of the runs, each with what others published."""
    whole = "whole" if passages is Passages.DOCUMENT else "cut"
    date, machine = f"{datetime.now(UTC):%Y-%m-%d}", _machine(encoder)
    made = []
    for run in runs:
        measured = SEARCHES[run.method] if run.method else "answers"
        for name, estimate in _figures(run):
            others = [
                f"{one.system} {one.value:.3f} ({one.source})"
                for one in published(question_set.name, split, measured, name)
            ]
            cells = [
                f"{question_set.name}, {split}" if split else question_set.name,
                f"{measured}, {whole}",
                name,
            ]
            cells += [f"{estimate.value:.3f}", f"{estimate.low:.3f}–{estimate.high:.3f}", f"{estimate.n:,}"]
            cells += ["; ".join(others), date, f"`{command}`", machine]
            made.append(Row(*(cell.replace("|", "/").replace("\n", " ") for cell in cells)))
    return made


def _figures(run: Run) -> list[tuple[str, Estimate]]:
    group = run.overall
    wanted = SEARCH_MEASURES if run.method else ANSWER_MEASURES
    found = [(name, group.measures[name]) for name in wanted if name in group.measures]
    if group.decision is not None:
        decided = {
            "confidence AUROC": group.decision.auroc,
            "false answers": group.decision.false_answers,
            "false silence": group.decision.false_silence,
        }
        found += [(name, estimate) for name, estimate in decided.items() if estimate is not None]
    return found


def write(file: Path, fresh: Sequence[Row]) -> None:
    """Put rows into the table of a Markdown file, which is made if it is not there; what else stands there stays.

    Raises InvalidInput where the file cannot be read as text, or not be written.
    """
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else _HEAD
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"{file} is no text that can be read: name a Markdown file with --write"
        ) from error
    table = {row.cells()[:3]: row for row in read_table(text)}
    table |= {row.cells()[:3]: row for row in fresh}
    lines = [_line(COLUMNS), _line("-" * 3 for _ in COLUMNS)]
    lines += [_line(row.cells()) for row in sorted(table.values(), key=_order)]
    replace_file(file, _around(text, lines))


def read_table(text: str) -> list[Row]:
    """The rows of our table in a Markdown text."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if _is_row(line) and cells != list(COLUMNS) and not set("".join(cells)) <= {"-", ":"}:
            found.append(Row(*cells))
    return found


def _is_row(line: str) -> bool:
    return line.startswith("|") and line.count("|") == len(COLUMNS) + 1


def _around(text: str, table: Sequence[str]) -> list[str]:
    """The lines of a text with the table in the place of the one that was there, else at the end."""
    lines = text.splitlines()
    first = next((number for number, line in enumerate(lines) if _is_row(line)), None)
    rest = [line for line in lines if not _is_row(line)]
    if first is None:
        return [*rest, *([""] if rest and rest[-1] else []), *table]
    return [*rest[:first], *table, *rest[first:]]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _order(row: Row) -> tuple[object, ...]:
    ways = [f"{way}, {cut}" for cut in ("whole", "cut") for way in (*SEARCHES.values(), "answers")]
    way = ways.index(row.measured) if row.measured in ways else len(ways)
    measures = (*SEARCH_MEASURES, *ANSWER_MEASURES)
    return (
        row.collection,
        way,
        measures.index(row.measure) if row.measure in measures else len(measures),
        row.measure,
    )


def _machine(encoder: Encoder) -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    name = encoder.model.rpartition("/")[2]
    runs_on = f"{processor()}, {os.cpu_count()} cores"
    return f"{runs_on}; {name} in {encoder.precision}; Python {platform.python_version()}, {versions}"
