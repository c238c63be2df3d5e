"""How long a large question set takes: asked side by side by several processes, and for comparison one by one.

Run it as `python -m bench.evaluate LIBRARY QUESTIONS [--count 1000]`. The questions of the set are said in as many
ways as it takes to have so many different ones; the first `--alone` of them are also asked by one process, and their
rows compared.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from itertools import islice, product
from pathlib import Path

from bench.machine import heading
from eval import rows
from eval.asking import ANSWERS
from eval.command import AT_ONCE
from eval.questions import QuestionSet, load
from eval.session import Evaluated, run_evaluation
from eval.side_by_side import Opening, crew_of
from qa.options import run_script

OPENINGS = (
    "",
    "Please tell me: ",
    "I want to know: ",
    "Question: ",
    "For a report: ",
    "In short: ",
    "Again: ",
)
CLOSINGS = ("", " Give the source.", " Answer with a quote.", " Thank you.", " Be exact.")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--alone", type=int, default=100)
    options = parser.parse_args()
    many = said_in_many_ways(load(options.questions), options.count)
    few = replace(many, questions=many.questions[: options.alone])
    print(heading("openvino", "faiss-cpu", "tantivy"))
    print(
        "\n| questions | side by side | seconds, from library to report | ms a question |\n|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        alone = _measured(options.library, few, 1, Path(folder, "alone"))
        beside = _measured(options.library, many, AT_ONCE, Path(folder, "beside"))
    pairs = zip(alone.runs[-1].rows, beside.runs[-1].rows, strict=False)
    same = [rows.to_json(ANSWERS, one) == rows.to_json(ANSWERS, other) for one, other in pairs]
    print(f"\nAs one process answers: {sum(same)} of {len(same)}")


def said_in_many_ways(questions: QuestionSet, count: int) -> QuestionSet:
    """`count` questions, no two of them the same words: all of the set, then all of it in other words around it."""
    ways = product(OPENINGS, CLOSINGS)
    said = (
        replace(one, id=f"{one.id}-{number}", text=f"{opening}{one.text}{closing}")
        for number, (opening, closing) in enumerate(ways)
        for one in questions.questions
    )
    return replace(questions, questions=tuple(islice(said, count)))


def _measured(library: Path, questions: QuestionSet, at_once: int, folder: Path) -> Evaluated:
    """One evaluation as the command makes it, from opening the library to the report; prints its line."""
    started = time.perf_counter()
    opening, count = Opening(library), len(questions.questions)
    with opening.book() as book, crew_of(opening, book, at_once, count) as crew:
        made = run_evaluation(book, questions, folder, settings={}, crew=crew)
    seconds = time.perf_counter() - started
    print(f"| {count:,} | {made.at_once} | {seconds:.1f} | {1000 * seconds / count:.0f} |")
    return made


if __name__ == "__main__":
    run_script(main)
