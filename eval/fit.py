"""Fits the models in qa/models on train and dev questions: which sentence answers, and whether any does.

Run it with `python -m eval.fit SET[:SPLIT] ...`; it prints figures on questions held out from every set and writes
the files. The evidence model and the reading model are fitted listwise (`eval.listwise`), the second only on
questions that the reader was not trained on, nor on their article; `eval.decision` fits the third. Questions of the
articles that `eval.held_out` reports on by default are left out. `--dated` adds questions made from a library's own dated
documents (`eval.dated`), `--elsewhere` questions that no library of documents answers.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

import numpy as np

from embeddings.encode import default_encoder
from embeddings.reader import Reader
from eval.command import questions_named
from eval.decision import fit_decision
from eval.fitted import held_out, say, write
from eval.listwise import Floats, Sentences, calibrated, fit_weights, success
from eval.material import Material, gather, make_dated
from qa import evidence, features, reading
from qa.model import load_model
from qa.options import run_script

EVIDENCE_PRIOR = {"numbers": 2.0, "in_office": 3.0}
"""Weights of the evidence model before any question is seen, for what few questions ask for."""


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
    parser.add_argument(
        "--elsewhere",
        metavar="SET[:SPLIT]",
        help="questions about other things than the libraries of whole documents, for the last model",
    )
    options = parser.parse_args(arguments)
    elsewhere = questions_named(options.elsewhere) if options.elsewhere else ()
    libraries = dict(pair.split("=", 1) for pair in options.library)
    encoder = default_encoder()
    material = [
        gather(name, libraries.get(name.split(":")[0]), encoder, look=not options.only_answerable)
        for name in options.sets
    ]
    if options.only_answerable:
        fit_decision(material, elsewhere)
        return
    material += [make_dated(name, encoder) for name in options.dated]
    _fit_evidence(material)
    load_model.cache_clear()
    _fit_reading(material)
    load_model.cache_clear()
    fit_decision([part for part in material if part.questions], elsewhere)


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
        say(f"{part.name}: reading ")
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
            say(f"{name}, {part}: held out {len(out)}: {rates}\n")
    everything = [one for every in used.values() for one in every]
    counts = ", ".join(f"{part} ({len(every)})" for part, every in used.items())
    weights, intercept = calibrated(everything, fit_weights(list(used.values()), prior=prior))
    write(name, names, weights, intercept, f"python -m eval.fit; listwise softmax; questions: {counts}")


if __name__ == "__main__":
    run_script(main)
