"""The report of an evaluation as one HTML file that needs no other; every text is escaped by the template engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from eval.about import About
from eval.curves import Curves
from eval.intervals import Estimate
from eval.pairs import pairs, worst_first
from eval.plots import plots
from eval.run import Run
from eval.summary import MEASURES, Group
from qa.app import render

WORST = 40
"""Questions shown side by side; the rows have all."""
BY_KIND = ("right", "success@1", "success@5", "quote F1", "answer match")
MEANINGS = {
    "right": "answered with what the question needs among the first five citations, or rightly declined",
    "success@1": "what the question needs is the first citation",
    "success@5": "what the question needs is among the first five citations",
    "success@10": "… the first ten",
    "recall@1": "share of the needed places in the first citation",
    "recall@5": "… the first five",
    "recall@10": "… the first ten",
    "MRR@10": "one over the rank of the first right citation",
    "nDCG@10": "gain of the right citations, discounted by rank, over the best possible",
    "quote@1": "the first quote itself, not only its passage, overlaps a gold place",
    "quote@5": "… one of the first five quotes",
    "quote@10": "… one of the first ten quotes",
    "quote precision": "share of the quoted characters that are gold",
    "quote recall": "share of the gold characters that are quoted",
    "quote F1": "harmonic mean of the two",
    "answer match": "the words of an accepted answer stand in the answer",
    "answer exact": "the answer equals an accepted one (SQuAD's rules)",
    "answer F1": "words that answer and accepted answer share (SQuAD's rules)",
    "answer in quote@1": "the words of an accepted answer stand in the first quote",
    "false answers": "answered, of the questions that the documents do not answer",
    "false silence": "declined, of the questions that they do answer",
    "confidence AUROC": "chance that an answerable question gets a higher confidence than an unanswerable one",
    "calibration error": "mean distance of the confidence from the share of questions with an answer",
    "coverage": "answered, of all questions",
    "risk": "wrong, of the answered questions",
    "risk at half coverage": "wrong, had only the surer half been answered",
    "citation validity": "shown citations whose words stand in their document; must be 1",
}
"""What each measure says, in a few words."""


@dataclass(frozen=True, slots=True)
class Line:
    """One measure in the table of all."""

    name: str
    meaning: str
    estimate: Estimate


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates of the report, and those it shares with the web page, whose environment this one begins as."""
    return render.environment().overlay(
        loader=FileSystemLoader([Path(__file__).parent / "templates", render.TEMPLATES])
    )


def report(about: About, runs: Sequence[Run], drawn: Mapping[str, Curves]) -> str:
    """Write the report; the last run is the one that the figures by kind and the questions are taken from."""
    last = runs[-1]
    shown = worst_first(pairs(last.rows))
    return (
        environment()
        .get_template("report.html")
        .render(
            about=about,
            runs=runs,
            last=last,
            searches=[run for run in runs if run.method is not None],
            lines=lines(last.overall),
            kinds=[last.overall, *last.kinds],
            by_kind=[name for name in BY_KIND if name in last.overall.measures],
            plots=plots(drawn, last.rows),
            worst=shown[:WORST],
            failed=len(shown),
        )
    )


def lines(group: Group) -> list[Line]:
    """Every figure of a group, in the order to show them."""
    found = {name: group.measures[name] for name in MEASURES if name in group.measures}
    found |= group.decision.estimates() if group.decision else {}
    return [Line(name, MEANINGS[name], estimate) for name, estimate in found.items()]
