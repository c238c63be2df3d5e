"""Which passages are looked at for a question: the best of both searches, and the best within the time asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from corpus.snapshot import Snapshot
from corpus.types import Filters, Passage
from embeddings.index import Scored
from qa.countries import other_forms
from qa.features import Asked, Found, written_small
from qa.heads import office, same_words
from qa.offices import Succession, office_asked
from qa.question import Question
from qa.retrieve import DEPTH, Allowed, Retriever, fuse
from qa.stages import NOTHING, Stage
from qa.time import Period, asked_parts, later
from qa.words import Vocabulary, Words

CANDIDATES = 40
"""How many fused candidates are read sentence by sentence."""
WINDOW_DEPTH = 20
"""How many passages each search gives for a window of time."""
WINDOW_SHARE = 24
"""How many candidates a window adds to the others."""
FURTHER_SHARE = 6
"""How many more each further window adds."""
TITLED = 200
"""So many passages with the title of an office are read for its holders."""
HOLDERS = 6
"""How many of those that name one are looked at."""
REPORTED_WITHIN = timedelta(days=150)
"""A text on something is looked for among those published from then until this much later."""


def allowed_by(snapshot: Snapshot, filters: Filters) -> Allowed | None:
    """The documents that the filters leave, None if there is no filter."""
    documents = snapshot.select(filters)
    if documents is None:
        return None
    return Allowed(documents, np.array(snapshot.passage_ids(documents), dtype=np.int64))


def words_of(question: Question, vocabulary: Vocabulary, without: frozenset[Stage] = NOTHING) -> Words:
    """The question's words with what is as good as each: a title for what its holder does, a country for its people."""
    countries = {} if Stage.COUNTRIES in without else other_forms(question.text)
    return Words(question.text, vocabulary, {**countries, **same_words(question)})


def find_candidates(
    asked: Asked,
    query: NDArray[np.float32],
    retriever: Retriever,
    snapshot: Snapshot,
    filters: Filters,
    without: frozenset[Stage] = NOTHING,
) -> list[Found]:
    """The candidates for a question, best first; empty when nothing may be searched."""
    allowed = allowed_by(snapshot, filters)
    if allowed is not None and not len(allowed.passages):
        return []
    text = asked.question.text
    everywhere = Lists(without)
    everywhere.search(retriever, query, text, DEPTH, allowed)
    if meant := office(asked.question):
        everywhere.words(retriever, f"{text} {meant}", DEPTH, allowed)
    chosen = everywhere.fused()[:CANDIDATES]
    within = Lists(without)
    windows = list(_windows(asked))
    for window in windows:
        inside = narrowed(filters, window)
        if inside is not None and (near := allowed_by(snapshot, inside)) is not None and len(near.passages):
            within.search(retriever, query, text, WINDOW_DEPTH, near)
            if meant:
                within.words(retriever, f"{text} {meant}", WINDOW_DEPTH, near)
            if Stage.LEXICAL not in without and (wanted := office_asked(asked.question)):
                within.rank(_naming_holders(wanted, retriever, snapshot, near))
    known = set(chosen)
    chosen += [key for key in within.fused() if key not in known][
        : WINDOW_SHARE + FURTHER_SHARE * (len(windows) - 1)
    ]
    within.add(everywhere)
    return within.found(snapshot, chosen, retriever.similarities(query, chosen))


class Lists:
    """Rankings to fuse, and the best place that each search gave a passage in any of them."""

    def __init__(self, without: frozenset[Stage]) -> None:
        self.dense: dict[int, int] = {}
        self.lexical: dict[int, int] = {}
        self._without = without
        self._rankings: list[list[int]] = []

    def search(
        self, retriever: Retriever, query: NDArray[np.float32], text: str, depth: int, allowed: Allowed | None
    ) -> None:
        """Run both searches and keep their rankings."""
        if Stage.DENSE not in self._without:
            self._keep(self.dense, retriever.dense(query, depth, allowed))
        self.words(retriever, text, depth, allowed)

    def words(self, retriever: Retriever, text: str, depth: int, allowed: Allowed | None) -> None:
        """Run the lexical search alone and keep its ranking."""
        if Stage.LEXICAL not in self._without:
            acronyms, countries = (stage not in self._without for stage in (Stage.ACRONYMS, Stage.COUNTRIES))
            found = retriever.words(text, depth, allowed, acronyms=acronyms, countries=countries)
            self._keep(self.lexical, found)

    def rank(self, scored: Sequence[Scored]) -> None:
        """Fuse a ranking that is of neither search."""
        self._rankings.append([item.id for item in scored])

    def _keep(self, places: dict[int, int], scored: Sequence[Scored]) -> None:
        self.rank(scored)
        for rank, item in enumerate(scored, start=1):
            places[item.id] = min(rank, places.get(item.id, rank))

    def add(self, other: Lists) -> None:
        """Take in the places of other rankings, which are not fused with these."""
        for mine, theirs in ((self.dense, other.dense), (self.lexical, other.lexical)):
            mine.update({key: min(rank, mine.get(key, rank)) for key, rank in theirs.items()})

    def found(self, snapshot: Snapshot, keys: Sequence[int], cosines: Mapping[int, float]) -> list[Found]:
        """These passages with their places and their cosines to the question."""
        passages = snapshot.passages(keys)
        ids = dict.fromkeys(passage.document_id for passage in passages.values())
        documents = {document_id: snapshot.document(document_id) for document_id in ids}
        return [
            Found(
                passage,
                documents[passage.document_id],
                self.dense.get(key),
                self.lexical.get(key),
                cosines[key],
            )
            for key, passage in passages.items()
        ]

    def fused(self) -> list[int]:
        """All passages of all rankings, fused."""
        return [scored.id for scored in fuse(self._rankings)]


def _windows(asked: Asked) -> Iterator[Period]:
    """The times to look at more closely: the one asked about, in parts if long, else the one before the as-of day."""
    if asked.period is not None:
        for part in asked_parts(asked.question.text, asked.period):
            yield Period(part.start, later(part.end, REPORTED_WITHIN))
    elif asked.as_of is not None:
        yield Period(later(asked.as_of, -2 * REPORTED_WITHIN), asked.as_of)


def _naming_holders(
    wanted: Succession, retriever: Retriever, snapshot: Snapshot, allowed: Allowed
) -> list[Scored]:
    """The first passages by the title of an office that name one who holds it."""
    scored = retriever.words(wanted.title, TITLED, allowed)
    passages = snapshot.passages([item.id for item in scored])
    return [item for item in scored if _names_holder(wanted, snapshot, passages[item.id])][:HOLDERS]


def _names_holder(wanted: Succession, snapshot: Snapshot, passage: Passage) -> bool:
    whole = snapshot.document(passage.document_id).text
    return next(wanted.holders(whole[passage.start : passage.end], written_small(whole)), None) is not None


def narrowed(filters: Filters, window: Period) -> Filters | None:
    """The filters with the window as a further limit; None if it leaves no day."""
    start: date = max(window.start, filters.published_from or window.start)
    end: date = min(window.end, filters.published_to or window.end)
    return replace(filters, published_from=start, published_to=end) if start <= end else None
