"""For questions about change: of every document of the asked time the passages that may state it, and their siblings.

A report that comes out every quarter says the same sentence each time with another number. One search over all of them gives
ten of it from the same few documents, so here every document gives its best. What the best sentences of all say is then
looked for in every document again: that finds the statement where it is worded otherwise than the question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.snapshot import Snapshot
from corpus.types import Filters
from qa.candidates import REPORTED_WITHIN, Lists, allowed_by, narrowed
from qa.evidence import SentenceVectors, Weighed, weigh
from qa.features import Asked, Found, written_small
from qa.offices import succession
from qa.retrieve import Allowed, Retriever
from qa.spread import ALIKE, NAMES, SHOWN
from qa.stages import Stage
from qa.time import Period, document_period, later

KNOWN = 20
"""So many of the candidates that any question has are kept: what other documents say later of that time."""
DEEP = 600
"""How far down each search goes to find a passage of every document."""
EACH = 2
"""How many passages of a document are looked at."""
MOST_DOCUMENTS = 40
"""Of no more documents than these, the ones with the best passages."""
MODELS = 3
"""How many sentences, the best of as many documents, say what to look for in the others."""
COMPARED = 60
"""So many passages' best sentences are compared with what the best of all say."""
UNSEEN = 0.8
"""The likeness of a passage whose sentence is not compared, as a share of the passage's."""
MENTIONS = 1500
"""So many passages with the title of an office are read for its holders."""
OF_EACH = 2
"""A holder is cited from the first so many documents that name one: the first tells of the change, or the next."""
NEAR = 150
"""So many characters around a name tell whether its holder comes or goes."""
UNNAMED = 2.0
"""How many log odds a sentence of such a passage loses that does not name the holder."""
_TURN = re.compile(
    r"\b(?:appoint|succe|former|previous|outgoing|new|assum|welcom|t[ao]ke? up|t[ao]ke? office|elect|replac|resign)",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class Timeline:
    """The documents of the asked time, searched deeply for one question; `lists` keeps what was found for its words."""

    asked: Asked
    query: NDArray[np.float32]
    retriever: Retriever
    snapshot: Snapshot
    allowed: Allowed | None
    lists: Lists

    @classmethod
    def of(
        cls,
        asked: Asked,
        query: NDArray[np.float32],
        retriever: Retriever,
        snapshot: Snapshot,
        filters: Filters,
        without: frozenset[Stage],
    ) -> Self:
        """The documents published within the time asked about and a little later, or all where no time is asked about."""
        window = asked.period and Period(asked.period.start, later(asked.period.end, REPORTED_WITHIN))
        chosen = narrowed(filters, window) if window else filters
        return cls(asked, query, retriever, snapshot, allowed_by(snapshot, chosen or filters), Lists(without))

    def candidates(self, known: Sequence[Found]) -> list[Found]:
        """`known` and the best passages of each document for the question's words."""
        self.lists.search(self.retriever, self.query, self.asked.question.text, DEEP, self.allowed)
        return [*known, *self._found(self.lists.fused(), {found.passage.id for found in known})]

    def with_siblings(self, weighed: Sequence[Weighed], encode: SentenceVectors) -> list[Weighed]:
        """The same and their siblings in other documents, best first by log odds and likeness to the best sentences."""
        models = _best_sentences(weighed)
        vector = encode(models).mean(axis=0)
        vector /= float(np.linalg.norm(vector)) or 1.0
        said = " ".join(dict.fromkeys(_NUMERAL.sub(" ", " ".join(models)).split()))
        self.lists.search(self.retriever, vector, said, DEEP, self.allowed)
        holders = self._holders()
        known = {one.found.passage.id for one in weighed}
        found = self._found(self.lists.fused(), known)
        found += self._those(sorted(set(holders) - known - {one.passage.id for one in found}))
        every = [*weighed, *weigh(self.asked, self.query, found, encode)]
        alike = self.retriever.similarities(vector, [one.found.passage.id for one in every])
        marked = [
            _naming(one, holders[one.found.passage.id])
            if one.found.passage.id in holders
            else _with(one, alike[one.found.passage.id])
            for one in every
        ]
        return sorted(by_their_sentences(sorted(marked, key=_place), vector, encode), key=_place)

    def _found(self, order: Sequence[int], known: set[int]) -> list[Found]:
        """The best EACH passages of each document, without those known already, though these count."""
        chosen: dict[str, list[int]] = {}
        for key, document in self.snapshot.documents_of(order).items():
            if document in chosen or len(chosen) < MOST_DOCUMENTS:
                of_document = chosen.setdefault(document, [])
                if len(of_document) < EACH:
                    of_document.append(key)
        new = [key for keys in chosen.values() for key in keys if key not in known]
        return self._those(new)

    def _those(self, keys: Collection[int]) -> list[Found]:
        return self.lists.found(
            self.snapshot, list(keys), self.retriever.similarities(self.query, list(keys))
        )

    def _holders(self) -> dict[int, str]:
        """Where an office is asked for: the passages that name each of its holders first, and their names."""
        wanted = succession(self.asked.question)
        if wanted is None:
            return {}
        scored = self.retriever.words(wanted.title, MENTIONS, self.allowed)
        named: dict[str, dict[tuple[date, str], list[tuple[bool, int, int, str]]]] = {}
        for key, passage in self.snapshot.passages([item.id for item in scored]).items():
            document = self.snapshot.document(passage.document_id)
            period = document_period(document)
            text = document.text[passage.start : passage.end]
            if period is None:
                continue
            for span in wanted.holders(text, written_small(document.text)):
                name, near = text[span.start : span.end], text[max(0, span.start - NEAR) : span.end + NEAR]
                places = named.setdefault(_plain(name), {})
                mention = (_TURN.search(near) is None, passage.start, key, name)
                places.setdefault((period.end, document.id), []).append(mention)
        sure = [places for places in named.values() if sum(map(len, places.values())) > 1]
        firsts = [sorted(places.items())[:OF_EACH] for places in sorted(sure or named.values(), key=min)]
        chosen = [min(one[1]) for turn in zip_longest(*firsts) for one in turn if one]
        return {key: name for _, _, key, name in chosen[:SHOWN]}


def _best_sentences(weighed: Sequence[Weighed]) -> list[str]:
    """The best sentences of as many documents, of a table's rows with its caption."""
    best: dict[str, Weighed] = {}
    for one in sorted(weighed, key=lambda one: (-one.best, one.found.passage.id)):
        best.setdefault(one.found.document.id, one)
    return [_said(one) for one in list(best.values())[:MODELS]]


def by_their_sentences(
    ordered: Sequence[Weighed], vector: NDArray[np.float32], encode: SentenceVectors
) -> list[Weighed]:
    """The same, the first COMPARED as alike as their passage and its best sentence are on average, the others no more.

    What names a holder is as it was.
    """
    first = [one for one in ordered if one.found.alike < NAMES][:COMPARED]
    similarities = encode([_said(one) for one in first]) @ vector
    seen = {
        one.found.passage.id: (one.found.alike + float(similarity)) / 2
        for one, similarity in zip(first, similarities, strict=True)
    }
    return [
        one
        if one.found.alike >= NAMES
        else _with(one, seen.get(one.found.passage.id, min(one.found.alike, UNSEEN * one.found.alike)))
        for one in ordered
    ]


def _with(weighed: Weighed, alike: float) -> Weighed:
    return replace(weighed, found=replace(weighed.found, alike=alike))


def _place(weighed: Weighed) -> tuple[float, int]:
    return -weighed.best - ALIKE * weighed.found.alike, weighed.found.passage.id


def _said(weighed: Weighed) -> str:
    found = weighed.found
    sentence = weighed.views[int(np.argmax(weighed.logits))].sentence
    above = found.passage.headings if found.passage.header is not None else ()
    return " ".join(found.document.text[span.start : span.end] for span in (*above, sentence))


def _naming(weighed: Weighed, name: str) -> Weighed:
    """A passage that names a holder, as good as any can be, its sentences without the name behind the one with it."""
    text = weighed.found.document.text
    without = [name not in text[view.sentence.start : view.sentence.end] for view in weighed.views]
    return replace(
        weighed,
        found=replace(weighed.found, alike=NAMES),
        logits=weighed.logits - UNNAMED * np.array(without),
    )


def _plain(name: str) -> str:
    """The last name without accents, which one report writes and another does not."""
    letters = unicodedata.normalize("NFKD", name.split()[-1].casefold())
    return "".join(letter for letter in letters if letter.isalpha())
