"""Scores of one question: from the places that came back and the decision to the numbers in its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.judge import Level, as_ranking, documents_as_ranking
from eval.metrics import CUTOFFS, answer_contained, answer_exact, answer_f1, ranking_scores
from eval.overlap import Quoted, quote_overlap
from eval.questions import Question
from eval.results import Decision, Result

ENOUGH = 5
"""A question counts as answered right if what it needs stands among so many first citations."""


def score(
    question: Question,
    results: Sequence[Result],
    level: Level,
    decision: Decision | None,
) -> dict[str, float]:
    """Score one question by every measure that applies to it; `decision` is None for a search.

    "right" says with one word how an answer ended: what the question needs is among the first five citations (or,
    where only answers are known, one of them stands in the first quote), or a question without answer was declined.
    """
    given = () if decision is not None and not decision.answered else tuple(results)
    scores: dict[str, float] = {}
    if question.gold:
        scores |= _chosen(_ranking_scores(question, given, level), question)
        if decision is not None and all(gold.precise for gold in question.gold):
            at_quote = _ranking_scores(question, given, Level.QUOTE)
            scores |= {f"quote@{k}": _success(at_quote, k, question) for k in CUTOFFS}
            scores |= _overlap(question, given)
    if decision is not None:
        scores |= _answer_scores(question, given, decision)
        scores["right"] = _right(question, decision, scores)
    return scores


def ranking_of(
    question: Question, results: Sequence[Result], level: Level
) -> tuple[list[str], dict[str, int]]:
    """Turn results into a ranking of items and their judgments, as ranking measures want them."""
    if level is Level.DOCUMENT:
        return documents_as_ranking([(one.document_id, one.judged.document) for one in results], question)
    return as_ranking([one.judged for one in results], question, level)


def _ranking_scores(question: Question, results: Sequence[Result], level: Level) -> Mapping[str, float]:
    ranking, judgments = ranking_of(question, results, level)
    return ranking_scores({question.id: ranking}, {question.id: judgments})[question.id]


def _chosen(scores: Mapping[str, float], question: Question) -> dict[str, float]:
    kept = {f"success@{k}": _success(scores, k, question) for k in CUTOFFS}
    kept |= {f"recall@{k}": scores[f"recall@{k}"] for k in CUTOFFS}
    return kept | {"MRR@10": scores["MRR@10"], "nDCG@10": scores["nDCG@10"]}


def _success(scores: Mapping[str, float], k: int, question: Question) -> float:
    """Success at k: any gold place among the first k, or every one of them where the question needs all."""
    return float(scores[f"recall@{k}"] == 1.0) if question.need == "all" else scores[f"success@{k}"]


def _overlap(question: Question, results: Sequence[Result]) -> dict[str, float]:
    quotes = [Quoted(one.document_id, one.quote, one.judged) for one in results if one.quote is not None]
    overlap = quote_overlap(question, quotes)
    return {"quote precision": overlap.precision, "quote recall": overlap.recall, "quote F1": overlap.f1}


def _answer_scores(question: Question, results: Sequence[Result], decision: Decision) -> dict[str, float]:
    """Compare the short answer, or the first quote where none was given, with the accepted answers."""
    accepted = question.answers
    if not accepted:
        return {}
    quote = results[0].quote.text if results and results[0].quote else ""
    given = (decision.answer or quote) if decision.answered else ""
    return {
        "answer match": answer_contained(given, accepted),
        "answer exact": answer_exact(given, accepted),
        "answer F1": answer_f1(given, accepted),
        "answer in quote@1": answer_contained(quote, accepted),
    }


def _right(question: Question, decision: Decision, scores: Mapping[str, float]) -> float:
    if not question.answerable:
        return float(not decision.answered)
    return scores[f"success@{ENOUGH}"] if question.gold else scores["answer in quote@1"]
