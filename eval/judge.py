"""Which shown places hit which gold places, and what that makes of a ranking; scores nothing itself.

Three levels, each stricter than the last: the result's document holds a gold place; its passage overlaps one;
its quote overlaps one. To overlap is to have at least one code point in common.

What counts as one find depends on the question's `need`:
- "any": the gold places are alternatives, together one target; the first result that hits any of them finds
  it.
- "all": every gold place is a target. Targets first found by the same result are one find whose grade is
  their number, so that "success@k" reads: all gold places are among the first k.
A later result that hits only what was found already is neither right nor wrong: it takes its rank and adds
nothing. Where whole documents are judged (BEIR), every judged document is an item of its own with its grade,
and a document that is shown again counts once, at its best rank.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

from corpus.remembered import remembered
from eval.questions import Gold, Question
from qa.types import Citation, TextSlice

LEAST_OVERLAP = 20
"""Letters and digits that two texts without common offsets must share to be the same place."""


class Level(StrEnum):
    """How exactly a result must hit a gold place."""

    DOCUMENT = "document"
    PASSAGE = "passage"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Shown:
    """One result as it was shown: its document, its passage and, from an answer, its quote."""

    document_id: str
    path: str
    passage: TextSlice
    quote: TextSlice | None = None

    @classmethod
    def of(cls, citation: Citation) -> Shown:
        """Keep what the judgment needs of a citation."""
        quote = TextSlice(citation.start, citation.end, citation.quote)
        return cls(citation.document_id, citation.path, citation.passage, quote)


@dataclass(frozen=True, slots=True)
class Judged:
    """The numbers (from 0) of the question's gold places that one result hits, at each level."""

    document: tuple[int, ...]
    passage: tuple[int, ...]
    quote: tuple[int, ...]

    def at(self, level: Level) -> tuple[int, ...]:
        """Give the gold places hit at this level."""
        return {Level.DOCUMENT: self.document, Level.PASSAGE: self.passage, Level.QUOTE: self.quote}[level]


def judge(shown: Shown, question: Question, *, exact_paths: bool = False) -> Judged:
    """Compare a result with every gold place; `exact_paths` is for collections: record ids are no paths."""
    document = [
        number
        for number, gold in enumerate(question.gold)
        if same_document(gold, shown, exact_paths=exact_paths)
    ]
    return Judged(
        tuple(document),
        tuple(number for number in document if _overlaps(question.gold[number], shown, shown.passage)),
        tuple(
            number
            for number in document
            if shown.quote is not None and _overlaps(question.gold[number], shown, shown.quote)
        ),
    )


def same_document(gold: Gold, shown: Shown, *, exact_paths: bool = False) -> bool:
    """Tell whether a gold place lies in the shown document: by id, path, or the last parts of the path.

    "reports/a.txt" and "a.txt" are taken for the same file, because a path depends on the folder that was added, and so
    is "a", because judgments often name documents without a suffix.
    """
    if gold.sha256 == shown.document_id or gold.document in (shown.document_id, shown.path):
        return True
    if exact_paths:
        return False
    return _same_path(gold.document, shown.path)


@remembered
def _same_path(document: str, path: str) -> bool:
    """Whether a document's name is the end of a path, or the path the end of it, or the file's name without suffix."""
    ours, theirs = PurePosixPath(document).parts, PurePosixPath(path).parts
    shared = min(len(ours), len(theirs))
    if document == PurePosixPath(path).stem:
        return True
    return shared > 0 and ours[-shared:] == theirs[-shared:]


def _overlaps(gold: Gold, shown: Shown, place: TextSlice) -> bool:
    if not gold.precise:
        return True
    if gold.start is not None and gold.end is not None and gold.sha256 in (None, shown.document_id):
        return gold.start < place.end and place.start < gold.end
    return bool(gold.quote) and same_words(gold.quote, place.text)


def same_words(gold: str, shown: str, least: int = LEAST_OVERLAP) -> bool:
    """Tell whether two texts share a place, by their letters and digits alone.

    True if the gold text stands in the shown one, or the shown one (of `least` letters and digits or more)
    in the gold one, or one begins with `least` or more letters and digits with which the other ends.
    """
    ours, theirs = letters(gold), letters(shown)
    if not ours or not theirs:
        return False
    if ours in theirs or (len(theirs) >= least and theirs in ours):
        return True
    lengths = range(least, min(len(ours), len(theirs)))
    return any(ours[-n:] == theirs[:n] or theirs[-n:] == ours[:n] for n in lengths)


@remembered
def letters(text: str) -> str:
    """The letters and digits of a text, in one form and case: what is left when layout is taken away."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def first_ranks(judged: Sequence[Judged], question: Question, level: Level) -> tuple[int | None, ...]:
    """Give for each of the question's targets the rank of the first result that hits it, or None."""
    ranks: list[int | None] = []
    for places in targets(question, documents=level is Level.DOCUMENT):
        hits = (rank for rank, result in enumerate(judged, start=1) if places.intersection(result.at(level)))
        ranks.append(next(hits, None))
    return tuple(ranks)


def as_ranking(
    judged: Sequence[Judged], question: Question, level: Level
) -> tuple[list[str], dict[str, int]]:
    """Turn judged results into a ranking of items and their judgments, for `metrics.ranking_scores`."""
    wanted = targets(question)
    ranking: list[str] = []
    judgments: dict[str, int] = {}
    found: set[int] = set()
    for rank, result in enumerate(judged, start=1):
        hit = set(result.at(level))
        new = [number for number, places in enumerate(wanted) if number not in found and hit & places]
        item = "+".join(f"target {number}" for number in new) or f"other {rank}"
        ranking.append(item)
        if new:
            judgments[item] = len(new)
            found.update(new)
    judgments |= {f"target {number}": 1 for number in range(len(wanted)) if number not in found}
    return ranking, judgments


def targets(question: Question, *, documents: bool = False) -> list[set[int]]:
    """Group the numbers of the gold places into what has to be found: alternatives together, else each alone.

    With `documents`, for sets that judge whole ones, the places in one document are one target.
    """
    numbers = range(len(question.gold))
    if documents:
        names = dict.fromkeys(gold.document for gold in question.gold)
        return [{n for n in numbers if question.gold[n].document == name} for name in names]
    return [{number} for number in numbers] if question.need == "all" else [set(numbers)] if numbers else []


def documents_as_ranking(
    results: Sequence[tuple[str, Sequence[int]]], question: Question
) -> tuple[list[str], dict[str, int]]:
    """Turn results, as (document, gold places in it), into a ranking of documents and their judgments."""
    judgments: dict[str, int] = {}
    for gold in question.gold:
        judgments[gold.document] = max(judgments.get(gold.document, 0), gold.grade)
    names = [
        question.gold[places[0]].document if places else f"other {document}" for document, places in results
    ]
    return list(dict.fromkeys(names)), judgments
