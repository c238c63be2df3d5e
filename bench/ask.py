"""How long a question takes, and the share of each stage.

Run it as `python -m bench.ask --library FOLDER [--questions FILE]`; without a file of questions, the sample set's are
asked. Each question is asked once to warm up and then `--rounds` times, in turn; what the first
round worked out about sentences is forgotten before each, as a question to a library never asked would find it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import ParamSpec, TypeVar

import qa.engine as engine
from bench.machine import heading
from eval.questions import load
from qa.options import run_script
from qa.places import default_library

P = ParamSpec("P")
R = TypeVar("R")
STAGES = {
    "find_candidates": "both searches, and again within the asked time",
    "weigh": "features, sentence vectors, evidence model",
    "look_again": "reader",
    "fold": "near copies",
    "cite": "citations",
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--library", type=Path, default=default_library())
    parser.add_argument(
        "--questions", type=Path, default=Path(__file__).parents[1] / "eval/sets/sample.jsonl"
    )
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    questions = load(options.questions).questions[: options.count]
    spent = {name: 0.0 for name in STAGES}
    for name in STAGES:
        _time(name, spent)
    whole: list[float] = []
    shares: dict[str, list[float]] = {name: [] for name in STAGES}
    with engine.Sourcebook.open(options.library) as book:
        for question in questions:
            book.ask(question.text)
        for _ in range(options.rounds):
            for question in questions:
                book.forget()
                spent.update(dict.fromkeys(STAGES, 0.0))
                started = time.perf_counter()
                book.ask(question.text, as_of=question.as_of, about=question.about)
                whole.append((time.perf_counter() - started) * 1000)
                for name in STAGES:
                    shares[name].append(spent[name] * 1000)
        count = len(book.documents())
    print(heading("openvino", "faiss-cpu", "tantivy"))
    print(f"{count} documents, {len(questions)} questions, {options.rounds} rounds")
    p95 = quantiles(whole, n=20)[-1]
    print(f"a question: median {median(whole):.0f} ms, 95th percentile {p95:.0f} ms\n")
    print("| stage | median ms | share |\n|---|---|---|")
    total = sum(whole)
    for name, what in STAGES.items():
        print(f"| {what} | {median(shares[name]):.1f} | {sum(shares[name]) / total:.0%} |")
    rest = [one - sum(shares[name][n] for name in STAGES) for n, one in enumerate(whole)]
    print(
        f"| the rest: the question's vector, counts, decision | {median(rest):.1f} | {sum(rest) / total:.0%} |"
    )


def _time(name: str, spent: dict[str, float]) -> None:
    """Have a function of the engine add up the seconds that it takes."""
    setattr(engine, name, _timed(getattr(engine, name), name, spent))


def _timed(original: Callable[P, R], name: str, spent: dict[str, float]) -> Callable[P, R]:
    def timed(*arguments: P.args, **options: P.kwargs) -> R:
        started = time.perf_counter()
        try:
            return original(*arguments, **options)
        finally:
            spent[name] += time.perf_counter() - started

    return timed


if __name__ == "__main__":
    run_script(main)
