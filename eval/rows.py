"""One row of a run as JSON and back: the only place that knows the fields of `rows.jsonl`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from eval.fields import Row
from eval.judge import Judged
from eval.questions import Gold, Need, Question
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
        "scores": {name: round(row.scores[name], 6) for name in MEASURES if name in row.scores},
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
        "scores": {name: round(row.scores[name], 4) for name in KEPT if name in row.scores},
    }


def _question(question: Question) -> dict[str, object]:
    return {
        "id": question.id,
        "question": question.text,
        "kind": question.kind,
        "split": question.split,
        "as_of": None if question.as_of is None else question.as_of.isoformat(),
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
        "gold": asdict(result.judged),
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
    day = row.text("as_of", "")
    need: Need = "all" if row.text("need", "any") == "all" else "any"
    return Question(
        id=row.text("id"),
        text=row.text("question"),
        kind=row.text("kind", ""),
        split=row.text("split", ""),
        as_of=date.fromisoformat(day) if day else None,
        answers=row.texts("answers"),
        gold=tuple(_gold(place) for place in row.rows("gold")),
        need=need,
    )


def _gold(place: Row) -> Gold:
    grade = place.whole("grade")
    return Gold(
        document=place.text("document"),
        start=place.whole("start"),
        end=place.whole("end"),
        quote=place.text("quote", ""),
        page=place.whole("page"),
        sha256=place.text("sha256", "") or None,
        grade=1 if grade is None else grade,
    )


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
    quote = row.values.get("quote")
    gold = row.values.get("gold")
    score = row.values.get("score")
    levels = gold if isinstance(gold, dict) else {}
    return Result(
        rank=row.whole("rank") or 1,
        document_id=row.text("document_id"),
        path=row.text("path"),
        passage=_slice(row.values.get("passage")) or TextSlice(0, 0, ""),
        quote=_slice(quote),
        score=float(score) if isinstance(score, int | float) else 0.0,
        judged=Judged(*(tuple(levels.get(level, ())) for level in ("document", "passage", "quote"))),
    )


def _slice(value: object) -> TextSlice | None:
    if not isinstance(value, dict):
        return None
    return TextSlice(int(value.get("start", 0)), int(value.get("end", 0)), str(value.get("text", "")))
