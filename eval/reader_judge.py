"""How good a reader is on documents that it was not trained on: order of passages, spans, silence.

Every figure is made from `Read` rows, one for each question with the readings of its candidates, so that the passages
are read once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from embeddings.reader import Reader, Reading
from eval.listwise import Floats, fit_weights, sentences_of
from eval.metrics import answer_exact, answer_f1, auroc
from eval.reader_data import Asked, Collection, Split

SIGNALS = ("fused", "relevance", "gap")
"""Columns of `Read.signals`: minus the logarithm of the place in the fused ranking, and the reader's logits."""


@dataclass(frozen=True, slots=True)
class Read:
    """A question with what the reader said: of its candidates (n, len(SIGNALS)), and of the passage that it belongs to.

    `right` (n,) marks the candidates that answer, `owned` holds relevance and gap of the right passage, or of the one
    that an unanswerable question was made from; `guess` is the best span there.
    """

    asked: Asked
    signals: Floats
    right: NDArray[np.bool_]
    owned: tuple[float, float] | None
    guess: str


def read_all(
    reader: Reader, collection: Collection, split: Split, *, depth: int, limit: int | None = None
) -> list[Read]:
    """Read the candidates of a split's questions, `depth` records each, and their own passages."""
    return [_read(reader, collection, one, depth) for one in collection.of(split)[:limit]]


def _read(reader: Reader, collection: Collection, one: Asked, depth: int) -> Read:
    gold = {place.document for place in one.question.gold}
    shown = list({candidate.record: candidate for candidate in one.candidates}.values())[:depth]
    own = one.source or (collection.records[one.question.gold[0].document] if gold else None)
    texts = [candidate.text for candidate in shown] + ([own.text] if own else [])
    titles = [collection.records[candidate.record].title for candidate in shown] + (
        [own.title] if own else []
    )
    readings = reader.read(one.question.text, texts, titles)
    found, mine = (readings[:-1], readings[-1]) if own else (readings, None)
    signals = [[-np.log(rank), reading.relevance, reading.gap] for rank, reading in enumerate(found, start=1)]
    return Read(
        one,
        np.array(signals, dtype=np.float64).reshape(-1, len(SIGNALS)),
        np.array([candidate.record in gold for candidate in shown], dtype=bool),
        (mine.relevance, mine.gap) if mine else None,
        _guess(own.text, mine) if own and mine else "",
    )


def _guess(text: str, reading: Reading) -> str:
    return text[reading.spans[0].start : reading.spans[0].end] if reading.spans else ""


def success(reads: Sequence[Read], score: Callable[[Read], Floats], k: int) -> float:
    """The share of answerable questions with a right record among the first k."""
    return float(np.mean([_best_rank(read, score) <= k for read in reads if read.asked.question.answerable]))


def mrr(reads: Sequence[Read], score: Callable[[Read], Floats]) -> float:
    """Mean reciprocal rank of the first right record, 0 where none is among the candidates."""
    return float(np.mean([1 / _best_rank(read, score) for read in reads if read.asked.question.answerable]))


def _best_rank(read: Read, score: Callable[[Read], Floats]) -> float:
    order = np.argsort(-score(read), kind="stable")
    hits = np.flatnonzero(read.right[order])
    return float(hits[0] + 1) if len(hits) else np.inf


def spans(reads: Iterable[Read]) -> tuple[float, float, int]:
    """F1 and exact match of the best span in the right passage by SQuAD's rules, and the number of questions."""
    chosen = [r for r in reads if r.asked.question.answers and r.asked.question.gold]
    f1 = [answer_f1(read.guess, read.asked.question.answers) for read in chosen]
    exact = [answer_exact(read.guess, read.asked.question.answers) for read in chosen]
    return float(np.mean(f1)), float(np.mean(exact)), len(chosen)


def separation(reads: Sequence[Read]) -> dict[str, float]:
    """AUROC of answerable against unanswerable, by the own passage's signals and by the best of the first ten candidates."""
    figures = {}
    for name, column in (("relevance", 0), ("gap", 1)):
        values = [(r.owned[column], r.asked.question.answerable) for r in reads if r.owned]
        figures[f"own passage, {name}"] = _auroc(values)
        found = [
            (r.signals[:10, column + 1].max(), r.asked.question.answerable) for r in reads if len(r.signals)
        ]
        figures[f"best of ten, {name}"] = _auroc(found)
    return figures


def _auroc(values: Sequence[tuple[float, bool]]) -> float:
    yes, no = ([v for v, answerable in values if answerable is wanted] for wanted in (True, False))
    return auroc(np.array(yes), np.array(no)) if yes and no else float("nan")


def fused(read: Read) -> Floats:
    """The score that leaves the fused ranking as it is."""
    return np.asarray(read.signals[:, 0], dtype=np.float64)


def mixed(weights: Floats) -> Callable[[Read], Floats]:
    """The score of a linear model over `SIGNALS`."""
    return lambda read: np.asarray(read.signals @ weights, dtype=np.float64)


def fit(reads: Sequence[Read], penalty: float = 0.01) -> Floats:
    """Weights over `SIGNALS` that maximise the mean log share of the right candidates (`eval.listwise`)."""
    found = [sentences_of(read.asked.question.id, [read.signals], [read.right]) for read in reads]
    lists = [one for one in found if one is not None]
    return fit_weights([lists], penalty) if lists else np.zeros(len(SIGNALS))
