"""One row of a run as JSON and back: the only place that knows the fields of `rows.jsonl`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from eval.fields import Row
from eval.jsonl import gold_of, question_of
from eval.judge import Judged, Level
from eval.questions import Gold, Question
from eval.results import Decision, QuestionRow, Result
from eval.summary import MEASURES
from qa.types import TextSlice

KEPT = ("right", "success@1", "success@5", "MRR@10", "quote@1", "quote F1", "answer match")
"""The scores that a baseline keeps."""


def to_json(run: str, row: QuestionRow) -> dict[str, object]:
    """Write a row; the time it took is no part of it, so that the same answers give the same bytes."""
    return {
        "run": run,
        **_question(row.question),
        "decision": None if row.decision is None else asdict(row.decision),
        "withheld": row.withheld,
        "valid": row.valid,
        "found": list(row.found),
        "scores": _rounded(row, MEASURES),
        "results": [_result(result) for result in row.results],
    }


def to_baseline_json(run: str, row: QuestionRow) -> dict[str, object]:
    """Write only what a later run is compared with."""
    full = to_json(run, row)
    decision = row.decision
    gold = [{"document": one.document, "start": one.start, "end": one.end} for one in row.question.gold]
    return {name: full[name] for name in ("run", "id", "question", "kind", "split", "as_of", "need")} | {
        "gold": [{name: value for name, value in place.items() if value is not None} for place in gold],
        "answers": list(row.question.answers[:1]) if not gold else [],
        "decision": decision and {"answered": decision.answered, "confidence": decision.confidence},
        "found": full["found"],
        "scores": _rounded(row, KEPT),
    }


def _rounded(row: QuestionRow, names: Iterable[str]) -> dict[str, float]:
    return {name: round(row.scores[name], 6) for name in names if name in row.scores}


def _question(question: Question) -> dict[str, object]:
    return {
        "id": question.id,
        "question": question.text,
        "kind": question.kind,
        "split": question.split,
        "as_of": question.stated_time,
        "answers": list(question.answers),
        "need": question.need,
        "gold": [asdict(gold) for gold in question.gold],
    }


def _result(result: Result) -> dict[str, object]:
    """Write a result; `gold` numbers the question's gold places that it hits, from 0."""
    quote = result.quote
    return {
        "rank": result.rank,
        "document_id": result.document_id,
        "path": result.path,
        "score": round(result.score, 6),
        "passage": {"start": result.passage.start, "end": result.passage.end},
        "quote": None if quote is None else {"start": quote.start, "end": quote.end, "text": quote.text},
        "gold": {str(level): list(result.judged.at(level)) for level in Level},
    }


def from_json(row: Row, milliseconds: float = 0.0) -> tuple[str, QuestionRow]:
    """Read a row back, whole or as a baseline keeps it; InvalidInput with file:line:field for what is no row."""
    found = tuple(value if isinstance(value, int) else None for value in row.items("found"))
    return row.text("run"), QuestionRow(
        question=_read_question(row),
        results=tuple(_read_result(result) for result in row.rows("results")),
        found=found,
        scores=_scores(row),
        decision=_decision(row),
        withheld=row.values.get("withheld") is True,
        valid=row.whole("valid"),
        milliseconds=milliseconds,
    )


def _read_question(row: Row) -> Question:
    """As a set's row is read, with the grades that public collections give their places."""
    return replace(question_of(row), gold=tuple(_gold(place) for place in row.rows("gold")))


def _gold(place: Row) -> Gold:
    grade = place.whole("grade")
    return replace(gold_of(place), grade=1 if grade is None else grade)


def _decision(row: Row) -> Decision | None:
    value = row.values.get("decision")
    if value is None:
        return None
    if not isinstance(value, dict) or not isinstance(value.get("answered"), bool):
        raise row.error("decision", "must say whether the question was answered")
    confidence = value.get("confidence")
    if not isinstance(confidence, int | float):
        raise row.error("decision", "has no confidence")
    return Decision(value["answered"], float(confidence), value.get("reason"), value.get("answer"))


def _scores(row: Row) -> Mapping[str, float]:
    value = row.values.get("scores", {})
    if not isinstance(value, dict) or not all(isinstance(one, int | float) for one in value.values()):
        raise row.error("scores", "must be numbers by measure")
    return {str(name): float(one) for name, one in value.items()}


def _read_result(row: Row) -> Result:
    score = row.values.get("score")
    return Result(
        rank=row.whole("rank") or 1,
        document_id=row.text("document_id"),
        path=row.text("path"),
        passage=_slice(row, "passage") or TextSlice(0, 0, ""),
        quote=_slice(row, "quote"),
        score=float(score) if isinstance(score, int | float) else 0.0,
        judged=_judged(row),
    )


def _slice(row: Row, field: str) -> TextSlice | None:
    inner = row.inner(field)
    if inner is None:
        return None
    return TextSlice(inner.whole("start") or 0, inner.whole("end") or 0, inner.text("text", ""))


def _judged(row: Row) -> Judged:
    """The numbers of the gold places that a result hits, by level."""
    inner = row.inner("gold")
    return Judged((), (), ()) if inner is None else Judged(*(inner.wholes(level) for level in Level))
