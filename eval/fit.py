"""Fits the two models in qa/models on train and dev questions: which sentence answers, and whether any does.

Run it with `python -m eval.fit SET[:SPLIT] ...`; it prints figures on questions held out from every set and writes
the files. The evidence model maximises, for each question, the softmax share of the sentences that hold the answer
among all sentences of its candidates (a listwise loss: Cao and others, "Learning to rank", ICML 2007, with one
relevant group), so questions with many candidates weigh no more than others. The answerable model is a logistic
regression on `qa.answer.Signals`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from corpus.types import Document, Span
from embeddings.encode import Encoder, default_encoder
from eval.collections import collection_library, sample_library
from eval.command import choose
from eval.judge import Level, Shown, judge
from eval.questions import Question, load
from qa import answer, evidence, features
from qa.engine import Sourcebook
from qa.model import FOLDER, load_model
from qa.places import sample_documents
from qa.types import TextSlice

Floats = NDArray[np.float64]
HELD_OUT = 4
"""One question in so many is kept out of the fit and reported."""
PENALTY = 0.001
PRIOR = {
    "first_score": 1.0,
    "similarity": 3.0,
    "passage_similarity": 1.5,
    "surrounded": 2.5,
    "first_surrounded": 1.5,
    "coverage": 0.5,
    "rarest": 1.0,
    "named": 1.5,
    "typed": 0.5,
}
"""Weights of the answerable model before any question is seen: what agrees with the question speaks for an answer."""
PRIOR_STRENGTH = 10.0
COUNTED_AS = 200.0
"""As how many questions each set counts; with PRIOR_STRENGTH this says how far the questions may move the prior."""
TIME_TWINS = ("timeqa_human_train",)
"""Sets whose unanswerable questions differ from answerable ones in the year alone: no signal here tells them apart."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """All sentences of one question's candidates: features (n, number of features), and which hold the answer (n,)."""

    question: str
    features: Floats
    right: NDArray[np.bool_]
    passage: NDArray[np.int64]


def held_out(question_id: str) -> bool:
    """Whether a question is kept out of the fit: decided by its id alone, the same in every run."""
    return hashlib.sha256(question_id.encode()).digest()[0] % HELD_OUT == 0


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its weighed candidates, and for each which of its sentences hold the answer."""

    question: Question
    asked: features.Asked
    candidates: tuple[evidence.Weighed, ...]
    right: tuple[NDArray[np.bool_], ...]

    def sentences(self) -> Sentences | None:
        """All sentences by their features; None if there is nothing to learn from."""
        rows = [np.stack([view.features.array() for view in one.views]) for one in self.candidates]
        return _sentences(self.question.id, rows, self.right)


def _sentences(
    question_id: str, rows: Sequence[Floats], right: Sequence[NDArray[np.bool_]]
) -> Sentences | None:
    every = np.concatenate(right) if right else np.zeros(0, dtype=np.bool_)
    if not every.any() or every.all():
        return None
    passage = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
    return Sentences(question_id, np.concatenate(rows), every, passage)


def collect(
    book: Sourcebook, question: Question, paths: Mapping[str, str], *, exact_paths: bool
) -> Case | None:
    """A question's candidates with their labels; None without candidates."""
    weighed = book.weighed(question.text, as_of=question.as_of, filters=question.filters)
    if weighed is None:
        return None
    asked, candidates = weighed
    right = tuple(
        np.array(
            [
                _holds_answer(
                    one.found.document,
                    paths[one.found.document.id],
                    view.sentence,
                    question,
                    exact_paths=exact_paths,
                )
                for view in one.views
            ]
        )
        for one in candidates
    )
    return Case(question, asked, tuple(candidates), right)


def _holds_answer(
    document: Document, path: str, sentence: Span, question: Question, *, exact_paths: bool
) -> bool:
    text = document.text[sentence.start : sentence.end]
    place = TextSlice(sentence.start, sentence.end, text)
    hits = judge(Shown(document.id, path, place, place), question, exact_paths=exact_paths).at(Level.QUOTE)
    if any(question.gold[hit].precise for hit in hits):
        return True
    return bool(hits) and any(short.casefold() in text.casefold() for short in question.answers)


def fit_evidence(lists: Sequence[Sentences]) -> Floats:
    """The weights, shape (number of features,), that maximise the mean log share of right sentences."""
    size = lists[0].features.shape[1]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = 0.0, np.zeros(size)
        for one in lists:
            logits = one.features @ weights
            every = np.exp(logits - logits.max())
            hits = every * one.right
            total -= float(np.log(hits.sum() / every.sum()))
            gradient += every / every.sum() @ one.features - hits / hits.sum() @ one.features
        return total / len(lists) + PENALTY * float(weights @ weights), gradient / len(
            lists
        ) + 2 * PENALTY * weights

    return np.asarray(minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x)


def success(lists: Iterable[Sentences], weights: Floats, k: int) -> float:
    """The share of questions with a right sentence among the best sentences of the first k passages."""
    results = []
    for one in lists:
        logits = one.features @ weights
        best = {
            number: int(np.flatnonzero(one.passage == number)[np.argmax(logits[one.passage == number])])
            for number in set(one.passage)
        }
        ranked = sorted(best.values(), key=lambda place: -logits[place])
        results.append(bool(one.right[ranked[:k]].any()))
    return float(np.mean(results))


def fit_logistic(
    rows: Floats, labels: NDArray[np.bool_], sample_weights: Floats | None = None, c: float = 1.0
) -> tuple[Floats, float]:
    """Weights and intercept of a logistic regression (scikit-learn, L2)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=c, max_iter=5000).fit(rows, labels, sample_weight=sample_weights)
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])


def calibrated(lists: Sequence[Sentences], weights: Floats) -> tuple[Floats, float]:
    """The same ranking with a scale and an intercept that make the best sentence's score a probability of being right."""
    best = [int(np.argmax(one.features @ weights)) for one in lists]
    logits = np.array(
        [[float(one.features[place] @ weights)] for one, place in zip(lists, best, strict=True)]
    )
    right = np.array([bool(one.right[place]) for one, place in zip(lists, best, strict=True)])
    scale, intercept = fit_logistic(logits, right, c=100.0)
    return weights * scale[0], intercept


def write(name: str, names: Sequence[str], weights: Floats, intercept: float, note: str) -> None:
    """Write a model file."""
    stored = {
        "note": note,
        "intercept": round(intercept, 4),
        "weights": {key: round(float(weight), 4) for key, weight in zip(names, weights, strict=True)},
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def signals_of(book: Sourcebook, questions: Sequence[Question]) -> tuple[Floats, NDArray[np.bool_]]:
    """The abstention signals of questions, shape (n, number of signals), and which have an answer."""
    rows = [book.judge(q.text, as_of=q.as_of, filters=q.filters).signals.values() for q in questions]
    return np.array(rows), np.array([question.answerable for question in questions])


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit both models on the sets named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("sets", nargs="+", help="SET, SET:SPLIT or SET:SPLIT:COUNT")
    parser.add_argument(
        "--library", action="append", default=[], help="SET=FOLDER, for a set without documents of its own"
    )
    options = parser.parse_args(arguments)
    libraries = dict(pair.split("=", 1) for pair in options.library)
    encoder = default_encoder()
    material = [gather(name, libraries.get(name.split(":")[0]), encoder) for name in options.sets]
    _fit_evidence(material)
    load_model.cache_clear()
    _fit_answerable(material)


@dataclass(frozen=True, slots=True)
class Material:
    """A question set, the library it is asked of, and the cases of its answerable questions."""

    name: str
    library: Path
    questions: tuple[Question, ...]
    cases: tuple[Case, ...]


def gather(name: str, library: str | None, encoder: Encoder) -> Material:
    """Load "SET:SPLIT:COUNT" and look at the candidates of all its questions."""
    path, _, rest = name.partition(":")
    split, _, count = rest.partition(":")
    loaded = load(Path(path))
    chosen = choose(loaded, split or None, (), int(count) if count else None)
    if library is None:
        library = str(
            collection_library(loaded, encoder)
            if loaded.collection
            else sample_library(sample_documents(), encoder)
        )
    lists = []
    with Sourcebook.open(library, encoder=encoder) as book:
        paths = {record.id: record.path for record in book.documents()}
        for number, question in enumerate(chosen.questions):
            _say(f"\r{loaded.name}: {number + 1} of {len(chosen.questions)} ")
            if question.answerable and (
                one := collect(book, question, paths, exact_paths=bool(loaded.collection))
            ):
                lists.append(one)
    _say(f"{len(lists)} with the answer among their candidates\n")
    return Material(loaded.name, Path(library), chosen.questions, tuple(lists))


def _fit_evidence(material: Sequence[Material]) -> None:
    lists = {part.name: [one for case in part.cases if (one := case.sentences())] for part in material}
    fitted = [one for part in lists.values() for one in part if not held_out(one.question)]
    weights = fit_evidence(fitted)
    for part, every in lists.items():
        out = [one for one in every if held_out(one.question)]
        if out:
            rates = "  ".join(f"success@{k} {success(out, weights, k):.3f}" for k in (1, 5))
            _say(f"{part}: held out {len(out)}: {rates}\n")
    everything = [one for part in lists.values() for one in part]
    counts = ", ".join(f"{part} ({len(every)})" for part, every in lists.items())
    weights, intercept = calibrated(everything, fit_evidence(everything))
    write(
        "evidence",
        features.NAMES,
        weights,
        intercept,
        f"python -m eval.fit; listwise softmax; questions: {counts}",
    )


def _fit_answerable(material: Sequence[Material]) -> None:
    prior = np.array([PRIOR.get(name, 0.0) for name in answer.NAMES])
    write("answerable", answer.NAMES, prior, -6.0, "the prior alone")  # so that questions can be asked at all
    load_model.cache_clear()
    known = []
    for part in material:
        if part.name not in TIME_TWINS:
            with Sourcebook.open(part.library) as book:
                found, answerable = signals_of(book, part.questions)
            known.append((part, found, answerable, np.array([held_out(q.id) for q in part.questions])))
    weights, _ = fit_answerable([(found[~out], answerable[~out]) for _, found, answerable, out in known])
    for part, found, answerable, out in known:
        if answerable[out].any() and not answerable[out].all():
            _say(
                f"{part.name}: held out {out.sum()}: AUROC {auroc(found[out] @ weights, answerable[out]):.3f}\n"
            )
    weights, intercept = fit_answerable([(found, answerable) for _, found, answerable, _ in known])
    names = ", ".join(f"{part.name} ({len(answerable)})" for part, _, answerable, _ in known)
    note = f"python -m eval.fit; balanced logistic regression around a prior; questions: {names}"
    write("answerable", answer.NAMES, weights, intercept, note)


def fit_answerable(sets: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> tuple[Floats, float]:
    """Weights and intercept of a logistic regression with a Gaussian prior around PRIOR.

    Every set counts the same, and in it answerable and unanswerable questions count the same together. The few
    questions there are would teach weights that hold for their documents alone; the prior keeps them plausible.
    """
    rows = np.concatenate([found for found, _ in sets])
    truth = np.concatenate([answerable for _, answerable in sets]).astype(np.float64)
    shares = [
        np.where(labels, 0.5 / labels.mean(), 0.5 / (1 - labels.mean())) / len(labels) for _, labels in sets
    ]
    counts = np.concatenate(shares) * COUNTED_AS
    prior = np.array([PRIOR.get(name, 0.0) for name in answer.NAMES])

    def loss(point: Floats) -> float:
        logits = rows @ point[:-1] + point[-1]
        fit = float((counts * (np.logaddexp(0.0, logits) - truth * logits)).sum())
        return fit + PRIOR_STRENGTH * float(((point[:-1] - prior) ** 2).sum())

    found = np.asarray(minimize(loss, np.append(prior, -6.0), method="L-BFGS-B").x)
    return found[:-1], float(found[-1])


def auroc(scores: Floats, labels: NDArray[np.bool_]) -> float:
    """The chance that an answerable question scores above an unanswerable one, ties half."""
    return float(
        np.mean(
            [
                np.mean((score > scores[~labels]) + 0.5 * (score == scores[~labels]))
                for score in scores[labels]
            ]
        )
    )


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    main()
