"""The stages of answering that can be left out by name, to see what each is worth."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Final

from corpus.errors import InvalidInput


class Stage(StrEnum):
    """A stage; the values are the names that are given on the command line.

    - dense, lexical: the two searches (not both may be left out);
    - time: the time that a question asks about, in the search and in the order;
    - evidence: the model that weighs sentences; without it the order is that of the fused searches;
    - reader: the trained reader's second look, and its answer spans;
    - spread: citations of a question about change spread over its time;
    - acronyms: words searched for in the other form that the documents explain;
    - countries: countries found by the name of their people and back;
    - copies: the same text in other documents shown once;
    - comparison: different values in the citations set side by side.
    """

    DENSE = "dense"
    LEXICAL = "lexical"
    TIME = "time"
    EVIDENCE = "evidence"
    READER = "reader"
    SPREAD = "spread"
    ACRONYMS = "acronyms"
    COUNTRIES = "countries"
    COPIES = "copies"
    COMPARISON = "comparison"


NOTHING: Final[frozenset[Stage]] = frozenset()


def stages(names: Iterable[str]) -> frozenset[Stage]:
    """Read stages by name; raises InvalidInput for an unknown one, or where no search would be left."""
    chosen = set()
    for name in names:
        try:
            chosen.add(Stage(name.strip().casefold()))
        except ValueError:
            raise InvalidInput(f"there is no stage {name!r}; the stages are: {', '.join(Stage)}") from None
    check(chosen)
    return frozenset(chosen)


def check(without: Collection[Stage]) -> None:
    """Raise InvalidInput where no search would be left."""
    if Stage.DENSE in without and Stage.LEXICAL in without:
        raise InvalidInput("without both dense and lexical nothing can be found; leave out only one of them")
