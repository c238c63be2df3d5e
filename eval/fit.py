"""Fits the models in qa/models on train and dev questions: which sentence answers, and whether any does.

Run it with `python -m eval.fit SET[:SPLIT] ...`; it prints figures on questions held out from every set and writes
the files. The evidence model and the reading model are fitted listwise (`eval.listwise`), the second only on
questions that the reader was not trained on, nor on their article. The answerable model is a logistic regression on
`qa.answer.Signals`. Questions of the articles that `eval.held_out` reports on by default are left out. `--dated`
adds questions made from a library's own dated documents (`eval.dated`).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from corpus.types import Document, Span
from embeddings.encode import Encoder, default_encoder
from embeddings.reader import Reader
from eval.collections import collection_library, sample_library
from eval.command import choose
from eval.dated import dated_questions
from eval.judge import LEAST_OVERLAP, Level, Shown, judge, letters, same_document
from eval.listwise import Floats, Sentences, calibrated, fit_weights, sentences_of, success
from eval.metrics import auroc
from eval.near_words import near_words
from eval.questions import Question, load
from eval.reader_data import article_split, sources_of
from eval.reader_written import questions_written
from qa import answer, evidence, features, reading
from qa.engine import Sourcebook
from qa.model import FOLDER, Logistic, load_model
from qa.options import run_script
from qa.places import sample_documents
from qa.types import TextSlice

HELD_OUT = 4
"""One question in so many is kept out of the fit and reported."""
PRIOR = {
    "first_score": 1.0,
    "similarity": 2.0,
    "passage_similarity": 1.5,
    "surrounded": 1.0,
    "first_surrounded": 0.5,
    "coverage": -0.5,
    "rarest": 1.0,
    "named": 0.5,
    "typed": 1.0,
    "asks_type": -0.5,
    "first_gap": 4.0,
    "gap": 4.0,
    "time": 2.0,
    "asks_time": -2.0,
    "unstated": -2.0,
}
"""Weights of the answerable model before any question is seen: what the reader finds speaks for an answer most of all.

What shares the question's words does little: a passage that nearly answers shares them too. Evidence of another time than
the asked one speaks against it, and a first sentence that does not state what is asked for.
"""
EVIDENCE_PRIOR = {"numbers": 2.0, "in_office": 3.0}
"""The same for the model of the evidence, for what few questions ask for."""
ANSWERABLE_ODDS = 3.0
"""Of the questions asked of a pile, three in four have an answer there: as in the sample set and the UN reports'."""
PRIOR_STRENGTH = 10.0
COUNTED_AS = 200.0
"""As how many questions each set counts; with PRIOR_STRENGTH this says how far the questions may move the prior."""
LEAST_OF_EACH = 5
"""Sets with fewer answerable or unanswerable questions that the reader has not seen are no part of the last model's fit."""
TIME_TWINS = ("timeqa_human_train",)
"""Sets whose unanswerable questions differ from answerable ones in the year alone: kept to see what signals of time do."""


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
        rows = [features.features_of(one.views) for one in self.candidates]
        return sentences_of(self.question.id, rows, self.right)

    def weighed_by(self, model: Logistic) -> Case:
        """The same candidates weighed by another model of the evidence."""
        weighed = tuple(
            replace(one, logits=model.logits(features.features_of(one.views))) for one in self.candidates
        )
        return replace(self, candidates=weighed)

    def read(self, reader: Reader) -> Sentences | None:
        """The sentences of the best candidates by what the reader says of them; None if there is nothing to learn from."""
        places = sorted(range(len(self.candidates)), key=lambda n: -self.candidates[n].best)[: reading.READ]
        done = reading.read(self.asked, [self.candidates[place] for place in places], reader)
        return sentences_of(
            self.question.id, [one.features for one in done], [self.right[place] for place in places]
        )


def collect(
    book: Sourcebook, question: Question, paths: Mapping[str, str], *, exact_paths: bool
) -> Case | None:
    """A question's candidates with their labels; None without candidates."""
    weighed = book.weighed(
        question.text, as_of=question.as_of, filters=question.filters, about=question.about
    )
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
    shown = Shown(document.id, path, place, place)
    hits = judge(shown, question, exact_paths=exact_paths).at(Level.QUOTE)
    if any(question.gold[hit].precise for hit in hits) or _is_gold_row(document, shown, question):
        return True
    return bool(hits) and any(short.casefold() in text.casefold() for short in question.answers)


def _is_gold_row(document: Document, shown: Shown, question: Question) -> bool:
    """Whether a short table row stands on the page and in the words of a gold quote: too short for `judge` to tell."""
    short = letters(shown.passage.text)
    page = document.page_at(shown.passage.start)
    return len(short) in range(6, LEAST_OVERLAP) and any(
        gold.page is not None
        and gold.page == page
        and short in letters(gold.quote)
        and same_document(gold, shown)
        for gold in question.gold
    )


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
    rows = [
        book.judge(q.text, as_of=q.as_of, filters=q.filters, about=q.about).signals.values()
        for q in questions
    ]
    return np.array(rows), np.array([question.answerable for question in questions])


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit the models on the sets named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("sets", nargs="+", help="SET, SET:SPLIT or SET:SPLIT:COUNT")
    parser.add_argument(
        "--library", action="append", default=[], help="SET=FOLDER, for a set without documents of its own"
    )
    parser.add_argument(
        "--dated",
        action="append",
        default=[],
        metavar="LIBRARY:COUNT",
        help="make questions from this library",
    )
    parser.add_argument(
        "--only-answerable", action="store_true", help="keep the models of the order as they are"
    )
    options = parser.parse_args(arguments)
    libraries = dict(pair.split("=", 1) for pair in options.library)
    encoder = default_encoder()
    material = [
        gather(name, libraries.get(name.split(":")[0]), encoder, look=not options.only_answerable)
        for name in options.sets
    ]
    if options.only_answerable:
        _fit_answerable(material)
        return
    material += [make_dated(name, encoder) for name in options.dated]
    _fit_evidence(material)
    load_model.cache_clear()
    _fit_reading(material)
    load_model.cache_clear()
    _fit_answerable([part for part in material if part.questions])


@dataclass(frozen=True, slots=True)
class Material:
    """A question set, the library it is asked of, and the cases of its answerable questions."""

    name: str
    library: Path
    questions: tuple[Question, ...]
    cases: tuple[Case, ...]
    seen: frozenset[str] = frozenset()
    """Questions that the reader was trained on, or on whose article it was."""


def make_dated(name: str, encoder: Encoder) -> Material:
    """Make questions from "LIBRARY:COUNT" and look at their candidates; they are no questions for the last model."""
    folder, _, count = name.rpartition(":")
    with Sourcebook.open(folder, encoder=encoder) as book:
        documents = [book.document(record.id) for record in book.documents()]
        made = dated_questions(
            documents, book.passages([document.id for document in documents]), int(count), 7, near_words()
        )
        paths = {record.id: record.path for record in book.documents()}
        cases = []
        for number, question in enumerate(made, start=1):
            _say(f"\rdated: {number} of {len(made)} ")
            if one := collect(book, question, paths, exact_paths=True):
                cases.append(one)
    _say("\n")
    return Material("dated", Path(folder), (), tuple(cases))


def gather(name: str, library: str | None, encoder: Encoder, *, look: bool = True) -> Material:
    """Load "SET:SPLIT:COUNT" and look at the candidates of its questions, unless not told to; none of test articles."""
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
    titles = {record.id: record.title for record in loaded.collection}
    made_from = sources_of(Path(path)) if titles else {}
    splits = {
        question.id: article_split(question, titles, made_from) if titles else None
        for question in chosen.questions
    }
    kept = [question for question in chosen.questions if splits[question.id] != "test"]
    lists = []
    with Sourcebook.open(library, encoder=encoder) as book:
        paths = {record.id: record.path for record in book.documents()}
        for number, question in enumerate(kept, start=1):
            _say(f"\r{loaded.name}: {number} of {len(kept)} ")
            if (
                look
                and question.answerable
                and (one := collect(book, question, paths, exact_paths=bool(loaded.collection)))
            ):
                lists.append(one)
    _say(f"{len(lists)} with the answer among their candidates\n")
    own = questions_written()
    seen = frozenset(q.id for q in kept if splits[q.id] == "train" or q.text in own)
    named = f"{loaded.name}-{split}" if split else loaded.name
    return Material(named, Path(library), tuple(kept), tuple(lists), seen)


def _fit_evidence(material: Sequence[Material]) -> None:
    lists = {part.name: [one for case in part.cases if (one := case.sentences())] for part in material}
    prior = np.array([EVIDENCE_PRIOR.get(name, 0.0) for name in features.NAMES])
    _fit_listwise("evidence", features.NAMES, lists, prior)


def _fit_reading(material: Sequence[Material]) -> None:
    reader, model = Reader(), evidence.evidence_model()
    lists = {}
    for part in material:
        if part.name == "dated":  # cloze questions are what the reader practised on
            continue
        _say(f"{part.name}: reading ")
        unseen = [case.weighed_by(model) for case in part.cases if case.question.id not in part.seen]
        lists[part.name] = [one for case in unseen if (one := case.read(reader))]
    _fit_listwise("reading", reading.NAMES, lists)


def _fit_listwise(
    name: str, names: Sequence[str], lists: Mapping[str, Sequence[Sentences]], prior: Floats | None = None
) -> None:
    used = {part: every for part, every in lists.items() if every}
    kept = [[one for one in every if not held_out(one.question)] for every in used.values()]
    weights = fit_weights(kept, prior=prior)
    for part, every in used.items():
        out = [one for one in every if held_out(one.question)]
        if out:
            rates = "  ".join(f"success@{k} {success(out, weights, k):.3f}" for k in (1, 5))
            _say(f"{name}, {part}: held out {len(out)}: {rates}\n")
    everything = [one for every in used.values() for one in every]
    counts = ", ".join(f"{part} ({len(every)})" for part, every in used.items())
    weights, intercept = calibrated(everything, fit_weights(list(used.values()), prior=prior))
    write(name, names, weights, intercept, f"python -m eval.fit; listwise softmax; questions: {counts}")


def _fit_answerable(material: Sequence[Material]) -> None:
    prior = np.array([PRIOR.get(name, 0.0) for name in answer.NAMES])
    write("answerable", answer.NAMES, prior, -9.0, "the prior alone")  # so that questions can be asked at all
    load_model.cache_clear()
    known = []
    for part in material:
        if not part.name.startswith(TIME_TWINS):
            unseen = [question for question in part.questions if question.id not in part.seen]
            with Sourcebook.open(part.library) as book:
                found, answerable = signals_of(book, unseen)
            if min(answerable.sum(), (~answerable).sum()) < LEAST_OF_EACH:
                _say(f"{part.name}: left out, too few that the reader has not seen\n")
            else:
                known.append((part, found, answerable, np.array([held_out(q.id) for q in unseen])))
    weights, _ = fit_answerable([(found[~out], answerable[~out]) for _, found, answerable, out in known])
    for part, found, answerable, out in known:
        if answerable[out].any() and not answerable[out].all():
            scores, truth = found[out] @ weights, answerable[out]
            value = auroc(scores[truth], scores[~truth])
            _say(f"{part.name}: held out {out.sum()}: AUROC {value:.3f}\n")
    weights, intercept = fit_answerable([(found, answerable) for _, found, answerable, _ in known])
    names = ", ".join(f"{part.name} ({len(answerable)})" for part, _, answerable, _ in known)
    note = (
        "python -m eval.fit; balanced logistic regression around a prior, moved to three answerable questions in "
        f"four; questions: {names}"
    )
    write("answerable", answer.NAMES, weights, intercept + math.log(ANSWERABLE_ODDS), note)


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

    found = np.asarray(minimize(loss, np.append(prior, -9.0), method="L-BFGS-B").x)
    return found[:-1], float(found[-1])


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


if __name__ == "__main__":
    run_script(main)
