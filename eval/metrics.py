"""The measures: scores of a ranking, of an answer, and of the decision to answer; no engine and no files.

Ranking measures come from ir-measures, which nothing else imports. Answers are compared by the rules of
SQuAD's evaluation script. Every score is of one question; averages and intervals are made elsewhere.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import ir_measures
import numpy as np
from ir_measures import Measure
from numpy.typing import NDArray

CUTOFFS = (1, 5, 10)

_MEASURES: dict[str, Measure] = {
    **{f"success@{k}": ir_measures.Success @ k for k in CUTOFFS},
    **{f"recall@{k}": ir_measures.R @ k for k in CUTOFFS},
    "MRR@10": ir_measures.RR @ 10,
    "nDCG@10": ir_measures.nDCG @ 10,
}
_ARTICLE = re.compile(r"\b(?:a|an|the)\b")

Ranking = Sequence[str]
"""Item ids, best first, no id twice."""
Judgments = Mapping[str, int]
"""Item id -> grade; what is not in it is not relevant."""


def ranking_scores(
    rankings: Mapping[str, Ranking], judgments: Mapping[str, Judgments]
) -> dict[str, dict[str, float]]:
    """Score every judged question: success and recall at 1, 5 and 10, MRR@10, nDCG@10, each in 0..1.

    A judged question without a ranking scores 0. nDCG is trec_eval's: the gain is the grade, discounted by
    log2(rank + 1), over the same sum for the best possible order. Raises ValueError for an item ranked twice,
    which would count one find as two.
    """
    run = []
    for question, ranking in rankings.items():
        if len(set(ranking)) != len(ranking):
            raise ValueError(f"the ranking of question {question!r} holds an item twice")
        run += [
            ir_measures.ScoredDoc(question, item, float(-rank)) for rank, item in enumerate(ranking, start=1)
        ]
    qrels = [
        ir_measures.Qrel(question, item, grade)
        for question, grades in judgments.items()
        for item, grade in grades.items()
    ]
    names = {str(measure): name for name, measure in _MEASURES.items()}
    scores: dict[str, dict[str, float]] = {question: dict.fromkeys(_MEASURES, 0.0) for question in judgments}
    if run and qrels:
        for metric in ir_measures.iter_calc(list(_MEASURES.values()), qrels, run):
            if metric.query_id in scores:
                scores[metric.query_id][names[str(metric.measure)]] = float(metric.value)
    return scores


def normalise_answer(text: str) -> str:
    """Lower-case, drop punctuation and the articles a, an, the, and collapse white space.

    SQuAD's rules (Rajpurkar et al. 2016, evaluate-v2.0.py), in the same order. Punctuation there is ASCII
    only; here it is Unicode's as well, so that dashes and curly quotation marks make no difference.
    """
    lowered = unicodedata.normalize("NFC", text).lower()
    kept = "".join(character for character in lowered if not _is_punctuation(character))
    return " ".join(_ARTICLE.sub(" ", kept).split())


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def answer_exact(given: str, accepted: Iterable[str]) -> float:
    """Give 1.0 if the normalised answer equals one of the accepted ones, else 0.0."""
    return float(normalise_answer(given) in {normalise_answer(answer) for answer in accepted})


def answer_contained(given: str, accepted: Iterable[str]) -> float:
    """Give 1.0 if the words of an accepted answer stand in the given one in order without a gap, else 0.0.

    Words, not characters: "10" does not stand in "510". An accepted answer that normalises to nothing never
    counts.
    """
    words = f" {normalise_answer(given)} "
    return float(any(f" {answer} " in words for answer in map(normalise_answer, accepted) if answer))


def answer_f1(given: str, accepted: Iterable[str]) -> float:
    """Give the best F1 of shared words with one of the accepted answers, by SQuAD's rules."""
    words = normalise_answer(given).split()
    return max((_f1(words, normalise_answer(answer).split()) for answer in accepted), default=0.0)


def _f1(given: list[str], accepted: list[str]) -> float:
    shared = sum((Counter(given) & Counter(accepted)).values())
    if not given or not accepted:
        return float(given == accepted)
    return 2 * shared / (len(given) + len(accepted))


def auroc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Estimate the chance that a random positive scores above a random negative, a tie counting one half.

    Both arrays are 1-D and must not be empty.
    """
    values = np.unique(np.concatenate([positive, negative]))
    return float(auroc_of_counts(count_values(positive, values), count_values(negative, values)))


def count_values(scores: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Count how often each of the ascending distinct `values` occurs in `scores`, which hold nothing else."""
    return np.bincount(np.searchsorted(values, scores), minlength=len(values)).astype(np.int64)


def auroc_of_counts(positive: NDArray[np.int64], negative: NDArray[np.int64]) -> NDArray[np.float64]:
    """AUROC from counts per distinct score, ascending along the last axis; one for each leading index."""
    below = np.cumsum(negative, axis=-1) - negative
    wins = (positive * (below + negative / 2)).sum(axis=-1)
    pairs = positive.sum(axis=-1) * negative.sum(axis=-1)
    return np.asarray(wins / pairs, dtype=np.float64)
