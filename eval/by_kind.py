"""What is among the first citations of each kind of question, whether it was answered or declined.

Run it as `python -m eval.by_kind SET LIBRARY [--split test] [--elsewhere SET[:SPLIT]]`. A question counts if the passage, or
the page, of a gold place is among the first five citations; where all places are needed, if each is among the first ten.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from eval.command import choose, questions_named
from eval.intervals import auroc_with_interval, rate
from eval.judge import Shown, judge
from eval.questions import Question, load
from qa.engine import Sourcebook
from qa.options import run_script
from qa.types import Citation

FIRST, ALL = 5, 10


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each kind, and the separation of answerable questions from each unanswerable kind."""
    parser = argparse.ArgumentParser(prog="python -m eval.by_kind", description=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("--split")
    parser.add_argument(
        "--elsewhere", metavar="SET[:SPLIT]", help="questions that the library has no answer to"
    )
    options = parser.parse_args(arguments)
    questions = choose(load(options.set), options.split, (), None).questions
    if options.elsewhere:
        questions += questions_named(options.elsewhere)
    places: dict[str, list[bool]] = {}
    quotes: list[bool] = []
    confidence: dict[str, list[float]] = {}
    answered: Counter[str] = Counter()
    with Sourcebook.open(options.library) as book:
        for question in questions:
            answer = book.ask(question.text, as_of=question.as_of, about=question.about, limit=ALL)
            shown = answer.citations or answer.nearest
            kind = "" if question.gold else question.kind
            confidence.setdefault(kind, []).append(answer.confidence)
            answered[kind] += bool(answer.citations)
            if question.gold:
                places.setdefault(question.kind, []).append(holds(question, shown))
                quotes.append(bool(shown and judge(Shown.of(shown[0]), question).quote))
    for kind, found in [*places.items(), ("all", list(chain.from_iterable(places.values())))]:
        _say(f"{kind}: {sum(found)} of {len(found)}, {rate(sum(found), len(found))}")
    _say(f"a gold quote first: {rate(sum(quotes), len(quotes))}")
    answerable = np.array(confidence.pop("", []))
    _say(f"answered, of those with an answer: {rate(answered[''], len(answerable))}")
    for kind, found_confidence in confidence.items():
        apart = auroc_with_interval(answerable, np.array(found_confidence))
        wrongly = rate(answered[kind], len(found_confidence))
        _say(f"AUROC against {kind}: {apart}; answered: {wrongly}")


def holds(question: Question, shown: Sequence[Citation]) -> bool:
    """Whether the citations show what the question needs."""
    hits = [judge(Shown.of(citation), question).passage for citation in shown]
    if question.need == "all":
        return set(range(len(question.gold))) <= {place for hit in hits[:ALL] for place in hit}
    return any(hits[:FIRST])


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    run_script(main)
