"""How well differing values are found: hand-labelled cases in, precision and recall with exact intervals out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from corpus.errors import InvalidInput
from corpus.types import PartialDate
from eval.fields import Row, read_rows
from eval.intervals import Estimate, rate
from qa.compare import compare
from qa.options import plain_errors
from qa.question import Question, understand
from qa.types import Citation, Compared, Comparison, Difference, TextSlice

CASES = Path(__file__).resolve().parent / "sets" / "comparison.jsonl"
Value = TypeVar("Value")
Covers = dict[str, tuple[PartialDate, PartialDate]]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a person says is to be shown: the label, and the values with the ranks of their citations."""

    label: Difference
    kind: Compared
    values: frozenset[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with citations, and what is to be shown of them; None for nothing."""

    id: str
    split: str
    about: str
    question: Question
    citations: tuple[Citation, ...]
    covers: Covers
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case with what was found in it."""

    case: Case
    found: Comparison | None

    @property
    def right(self) -> bool:
        """Whether exactly what was expected was found: the same values under the same label, or nothing."""
        expected, found = self.case.expected, self.found
        if expected is None or found is None:
            return expected is None and found is None
        values = frozenset((value.rank, value.value) for value in found.values)
        return (expected.label, expected.kind, expected.values) == (found.label, found.kind, values)


def load_cases(path: Path = CASES) -> list[Case]:
    """Read the cases; raises InvalidInput with file:line:field for a row that cannot be used."""
    return [_case(row) for row in read_rows(path)]


def run(cases: Sequence[Case]) -> list[Outcome]:
    """Compare the citations of every case."""
    return [Outcome(case, compare(case.question, case.citations, case.covers)) for case in cases]


def precision(outcomes: Sequence[Outcome]) -> Estimate | None:
    """The share of shown comparisons that are wholly right; None if none is shown."""
    shown = [outcome for outcome in outcomes if outcome.found is not None]
    return rate(sum(outcome.right for outcome in shown), len(shown)) if shown else None


def recall(outcomes: Sequence[Outcome]) -> Estimate | None:
    """The share of expected comparisons that are shown and wholly right; None if none is expected."""
    wanted = [outcome for outcome in outcomes if outcome.case.expected is not None]
    return rate(sum(outcome.right for outcome in wanted), len(wanted)) if wanted else None


def _case(row: Row) -> Case:
    citations, covers = [], Covers()
    for rank, cited in enumerate(row.rows("citations"), start=1):
        citation = _citation(rank, cited)
        citations.append(citation)
        if days := cited.texts("covers"):
            if len(days) != 2:
                raise cited.error("covers", "must be the first and the last day")
            first, last = (_one(cited, "covers", PartialDate.parse, day) for day in days)
            covers[citation.document_id] = (first, last)
    return Case(
        id=row.text("id"),
        split=row.text("split"),
        about=row.text("about"),
        question=understand(row.text("question")),
        citations=tuple(citations),
        covers=covers,
        expected=_expected(row),
    )


def _citation(rank: int, row: Row) -> Citation:
    if published := row.text("published", ""):
        _one(row, "published", PartialDate.parse, published)
    publisher = row.text("publisher", "") or None
    return citation_of(rank, row.text("quote"), publisher, published or None, title=row.text("title"))


def citation_of(
    rank: int, quote: str, publisher: str | None, published: str | None, title: str = "Report"
) -> Citation:
    """A citation whose passage is its quote, each from a document of its own."""
    return Citation(
        rank=rank,
        document_id=f"{rank:064d}",
        path=f"{rank}.txt",
        title=title,
        publisher=publisher,
        published=published,
        published_origin=None,
        language=None,
        page=None,
        start=0,
        end=len(quote),
        quote=quote,
        answer=None,
        passage=TextSlice(0, len(quote), quote),
        score=1.0,
    )


def _expected(row: Row) -> Expected | None:
    label = row.text("label", "")
    if not label:
        return None
    values = frozenset((one.whole("rank") or 0, one.text("value")) for one in row.rows("values"))
    kind = _one(row, "kind", Compared, row.text("kind"))
    return Expected(_one(row, "label", Difference, label), kind, values)


def _one(row: Row, field: str, read: Callable[[str], Value], text: str) -> Value:
    """A value from its words; raises InvalidInput with file:line:field."""
    try:
        return read(text)
    except ValueError as error:
        raise row.error(field, str(error)) from error


def _line(name: str, outcomes: Sequence[Outcome]) -> str:
    parts = [f"{name:<9} {len(outcomes):>3} cases"]
    for label, estimate in (("precision", precision(outcomes)), ("recall", recall(outcomes))):
        if estimate is None:
            parts.append(f"{label} -")
        else:
            parts.append(
                f"{label} {estimate.value:.2f} ({estimate.low:.2f}-{estimate.high:.2f}, n={estimate.n})"
            )
    return "  ".join(parts)


@click.command()
@click.option("--split", type=click.Choice(["dev", "test", "all"]), default="all", show_default=True)
@click.option("--wrong", is_flag=True, help="Also print every case that came out otherwise than expected.")
@plain_errors
def main(split: str, wrong: bool) -> None:
    """Print precision and recall of the comparison on the hand-labelled cases."""
    outcomes = [outcome for outcome in run(load_cases()) if split in ("all", outcome.case.split)]
    if not outcomes:
        raise InvalidInput(f"there is no case of the split {split!r} in {CASES}")
    for part in dict.fromkeys(outcome.case.split for outcome in outcomes):
        of_part = [outcome for outcome in outcomes if outcome.case.split == part]
        click.echo(_line(part, of_part))
        for kind in Compared:
            click.echo(_line(f"  {kind.value}", [one for one in of_part if _kind(one) is kind]))
    for outcome in outcomes if wrong else ():
        if not outcome.right:
            click.echo(f"{outcome.case.id} {outcome.case.split} {outcome.case.about}: {_told(outcome)}")


def _kind(outcome: Outcome) -> Compared | None:
    if outcome.found is not None:
        return outcome.found.kind
    return outcome.case.expected.kind if outcome.case.expected else None


def _told(outcome: Outcome) -> str:
    found = outcome.found
    if found is None:
        return "nothing shown"
    return f"{found.label.value}: " + ", ".join(f"{value.rank}: {value.value}" for value in found.values)


if __name__ == "__main__":
    main(prog_name="python -m eval.comparison")
