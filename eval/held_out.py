"""Figures on questions of articles that the reader was not trained on, beside plain fusion.

Run it with `python -m eval.held_out FOLDER ... [--split test] [--count 150]`. Each folder is a collection whose split
`eval.reader_data.split_of` tells by the article's name; so many answerable and so many unanswerable questions are
drawn by a seed.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from embeddings.encode import Encoder, default_encoder
from eval.collections import collection_library
from eval.intervals import Estimate, auroc_with_interval, rate
from eval.metrics import answer_f1
from eval.questions import Question, load
from eval.reader_data import article_split, sources_of
from qa.answer import THRESHOLD
from qa.engine import Sourcebook
from qa.options import run_script
from qa.stages import NOTHING, Stage

SEED = 4
WITHOUT: tuple[frozenset[Stage], ...] = (NOTHING, frozenset({Stage.READER}))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line for each set and each way of answering."""
    parser = argparse.ArgumentParser(prog="python -m eval.held_out", description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--count", type=int, default=150)
    options = parser.parse_args(arguments)
    encoder = default_encoder()
    for folder in options.folders:
        _measure(folder, options.split, options.count, encoder)


def drawn(folder: Path, split: str, count: int) -> tuple[list[Question], list[Question]]:
    """Up to `count` answerable and as many unanswerable questions of the split's articles."""
    loaded = load(folder)
    titles = {record.id: record.title for record in loaded.collection}
    sources = sources_of(folder)
    chosen = [question for question in loaded.questions if article_split(question, titles, sources) == split]
    random.Random(SEED).shuffle(chosen)
    answerable = [question for question in chosen if question.answerable][:count]
    return answerable, [question for question in chosen if not question.answerable][:count]


def _measure(folder: Path, split: str, count: int, encoder: Encoder) -> None:
    answerable, unanswerable = drawn(folder, split, count)
    library = collection_library(load(folder), encoder)
    sys.stdout.write(
        f"{folder.name}, {split} articles: {len(answerable)} answerable, {len(unanswerable)} unanswerable\n"
    )
    _plain(library, answerable, encoder)
    for without in WITHOUT:
        name = f"without {', '.join(without)}" if without else "answers"
        with Sourcebook.open(library, encoder=encoder, without=without) as book:
            _answers(name, book, answerable, unanswerable)


def _plain(library: Path, questions: Sequence[Question], encoder: Encoder) -> None:
    with Sourcebook.open(library, encoder=encoder) as book:
        paths = {record.id: record.path for record in book.documents()}
        found = []
        for question in questions:
            hits = book.search(question.text, limit=20)
            ranked = list(dict.fromkeys(paths[hit.passage.document_id] for hit in hits))
            found.append(_places(ranked, question))
    _say("plain fusion", {f"success@{k}": _success(found, k) for k in (1, 5)})


def _answers(
    name: str, book: Sourcebook, answerable: Sequence[Question], unanswerable: Sequence[Question]
) -> None:
    found, sure, spans = [], [], []
    for question in answerable:
        answer = book.ask(question.text)
        citations = answer.citations or answer.nearest
        found.append(_places([citation.path for citation in citations], question))
        sure.append(answer.confidence)
        if found[-1] == 1 and question.answers:
            span = citations[0].answer
            spans.append(answer_f1(span.text if span else "", question.answers))
    unsure = [book.ask(question.text).confidence for question in unanswerable]
    figures: dict[str, Estimate | str] = {f"success@{k}": _success(found, k) for k in (1, 5)}
    figures["span F1 given the right paragraph"] = f"{np.mean(spans):.3f} of {len(spans)}" if spans else "–"
    if unsure:
        figures["AUROC"] = auroc_with_interval(np.array(sure), np.array(unsure))
        figures["false answers"] = rate(sum(value >= THRESHOLD for value in unsure), len(unsure))
    figures["false silence"] = rate(sum(value < THRESHOLD for value in sure), len(sure))
    _say(name, figures)


def _places(ranked: Sequence[str], question: Question) -> int:
    """The place (from 1) of the first right document; 0 for none."""
    gold = {place.document for place in question.gold}
    return next((place for place, path in enumerate(ranked, start=1) if path in gold), 0)


def _success(found: Sequence[int], k: int) -> Estimate:
    return rate(sum(1 <= place <= k for place in found), len(found))


def _say(name: str, figures: dict[str, Estimate | str]) -> None:
    sys.stdout.write(f"  {name}: {', '.join(f'{key} {value}' for key, value in figures.items())}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run_script(main)
