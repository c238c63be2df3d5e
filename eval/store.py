"""A run as a folder: rows first, one line as soon as a question is done, then figures, TREC files and the report.

rows.jsonl     a line for each question and run (a search, or "answers"); the same answers give the same bytes
times.jsonl    how long each took
figures.json   what it was made of, averages with intervals, and the curves
NAME.run.txt, NAME.qrels.txt   for trec_eval and its kin
report.html    all of it to read, without any other file
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from corpus.errors import InvalidInput, unwritable
from eval import rows as row_format
from eval.about import About
from eval.asking import ANSWERS
from eval.curves import Curves
from eval.fields import read_rows
from eval.intervals import Estimate
from eval.results import QuestionRow
from eval.run import Run
from eval.summary import Group
from eval.trec import write_trec

FORMAT = 2
"""Version of figures.json and rows.jsonl; it grows when a field changes its meaning."""
ROWS, TIMES, FIGURES, REPORT = "rows.jsonl", "times.jsonl", "figures.json", "report.html"


class RunFolder:
    """A folder that a run is written to while it goes on."""

    def __init__(self, folder: Path) -> None:
        """Make the folder ready; raises InvalidInput where it holds something that is no run, or cannot be written."""
        self.path = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            strange = [found.name for found in folder.iterdir() if not (folder / ROWS).exists()]
            if strange:
                raise InvalidInput(
                    f"{folder} holds {strange[0]} and no run; name an empty or a new folder with --out"
                )
            for old in (FIGURES, REPORT):
                (folder / old).unlink(missing_ok=True)
            self._rows: TextIO = (folder / ROWS).open("w", encoding="utf-8")
            self._times: TextIO = (folder / TIMES).open("w", encoding="utf-8")
        except OSError as error:
            raise unwritable(folder, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows.close()
        self._times.close()

    def add(self, run: str, row: QuestionRow) -> None:
        """Write one row through to the file."""
        self._rows.write(_line(row_format.to_json(run, row)))
        self._rows.flush()
        self._times.write(
            _line({"run": run, "id": row.question.id, "milliseconds": round(row.milliseconds, 3)})
        )
        self._times.flush()

    def finish(self, about: About, runs: Sequence[Run], drawn: Mapping[str, Curves], report: str) -> None:
        """Write what is made from the rows; figures.json comes last and tells that the run is whole."""
        for run in runs:
            write_trec(self.path, run)
        (self.path / REPORT).write_text(report, encoding="utf-8")
        text = json.dumps(figures(about, runs, drawn), ensure_ascii=False, indent=1)
        (self.path / FIGURES).write_text(text + "\n", encoding="utf-8")


def write_baseline(file: Path, rows: Sequence[QuestionRow]) -> None:
    """Write the answers' rows with what a later run is compared with, and no more."""
    text = "".join(_line(row_format.to_baseline_json(ANSWERS, row)) for row in rows)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise unwritable(file, error) from error


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run as it lies on disk: its rows by the run's name, and what it was made of where that is known."""

    path: Path
    rows: Mapping[str, tuple[QuestionRow, ...]]
    about: About | None


def load_run(path: Path) -> StoredRun:
    """Read a run's folder, or a file of rows such as a baseline; raises InvalidInput with a sentence."""
    file = path / ROWS if path.is_dir() else path
    if not file.is_file():
        raise InvalidInput(f"no run at {path}; make one with: sourcebook eval --out {path}")
    times = _times(path / TIMES) if path.is_dir() else {}
    rows: dict[str, list[QuestionRow]] = {}
    for line in read_rows(file):
        key = (line.text("run"), line.text("id"))
        name, row = row_format.from_json(line, times.get(key, 0.0))
        rows.setdefault(name, []).append(row)
    if not rows:
        raise InvalidInput(f"{file} holds no rows: the run was stopped before its first question was done")
    about = _read_about(path / FIGURES) if path.is_dir() else None
    return StoredRun(path, {name: tuple(kept) for name, kept in rows.items()}, about)


def _times(path: Path) -> dict[tuple[str, str], float]:
    if not path.is_file():
        return {}
    found = {}
    for line in read_rows(path):
        value = line.values.get("milliseconds")
        found[line.text("run"), line.text("id")] = float(value) if isinstance(value, int | float) else 0.0
    return found


def _read_about(path: Path) -> About | None:
    """What a finished run was made of; None for a run that was stopped."""
    if not path.is_file():
        return None
    try:
        value: Any = json.loads(path.read_text(encoding="utf-8"))
        return About(**value["about"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{path} is not the figures of a run: {error}") from error


def figures(about: About, runs: Sequence[Run], drawn: Mapping[str, Curves]) -> dict[str, object]:
    """The averages and curves of all runs, as JSON values."""
    return {
        "format": FORMAT,
        "about": asdict(about),
        "runs": [
            {
                "name": run.name,
                "set": run.set_name,
                "level": str(run.level),
                "limit": run.limit,
                "overall": _group(run.overall),
                "kinds": [_group(group) for group in run.kinds],
                "curves": _rounded(asdict(drawn[run.name])),
            }
            for run in runs
        ],
    }


def _group(group: Group) -> dict[str, object]:
    decision = group.decision
    return {
        "name": group.name,
        "answerable": group.answerable,
        "unanswerable": group.unanswerable,
        "measures": {name: _estimate(estimate) for name, estimate in group.measures.items()},
        "decision": decision
        and {name: _estimate(estimate) for name, estimate in decision.estimates().items()}
        | {"withheld": decision.withheld},
    }


def _estimate(estimate: Estimate) -> object:
    return _rounded(asdict(estimate))


def _rounded(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """The same value with fractions of six digits: more would be noise, and differs between machines."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value


def _line(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
