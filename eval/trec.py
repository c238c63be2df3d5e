"""Writes a run as TREC files, which trec_eval and its kin read: a ranking and its judgments for every question.

The documents of the ranking are the places that were shown, named by document and offsets; several gold places that
are alternatives are one document, as they are one find (`eval.judge`). Targets that were not found stand in the
judgments under names of their own. Tools then count what `eval.metrics` counts; questions without any place shown are
in the judgments only, so ask trec_eval for averages over all questions (`-c`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from eval.judge import Level
from eval.results import QuestionRow, Result
from eval.run import Run
from eval.scoring import ranking_of

_SPACE = re.compile(r"[\s%]")
_OTHER = re.compile(r"other (\d+)")


def write_trec(folder: Path, run: Run) -> tuple[Path, Path]:
    """Write `NAME.run.txt` and `NAME.qrels.txt` into the folder; questions without gold places are in neither."""
    rows = [row for row in run.rows if row.question.gold]
    ranked, judged = folder / f"{run.name}.run.txt", folder / f"{run.name}.qrels.txt"
    ranked.write_text("".join(run_lines(rows, run.level, run.name)), encoding="utf-8")
    judged.write_text("".join(qrels_lines(rows, run.level)), encoding="utf-8")
    return ranked, judged


def run_lines(rows: Iterable[QuestionRow], level: Level, tag: str) -> Iterator[str]:
    """Yield `question Q0 document rank score tag`; the score is the rank counted down, so that no two are equal."""
    for row in rows:
        ranking, _ = ranking_of(row.question, row.given, level)
        for rank, item in enumerate(ranking, start=1):
            yield f"{_name(row.question.id)} Q0 {_item(item, row.given)} {rank} {len(ranking) - rank + 1} {tag}\n"


def qrels_lines(rows: Iterable[QuestionRow], level: Level) -> Iterator[str]:
    """Yield `question 0 document grade`."""
    for row in rows:
        _, judgments = ranking_of(row.question, row.given, level)
        for item, grade in judgments.items():
            yield f"{_name(row.question.id)} 0 {_item(item, row.given)} {grade}\n"


def _item(item: str, results: tuple[Result, ...]) -> str:
    """Name a place that was shown but is no find by where it stands."""
    other = _OTHER.fullmatch(item)
    if other is None:
        return _name(item)
    result = results[int(other.group(1)) - 1]
    place = result.quote or result.passage
    return _name(f"{result.path}:{place.start}-{place.end}")


def _name(text: str) -> str:
    """Percent-encode white space, which separates the columns."""
    return _SPACE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode()), text)
