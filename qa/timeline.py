"""For questions about change: of every document of the asked time the passages that may state it, and their siblings.

A report that comes out every quarter says the same sentence each time with another number. One search over all of them gives
ten of it from the same few documents, so here every document gives its best. What the best sentences of all say is then
looked for in every document again: that finds the statement where it is worded otherwise than the question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from corpus.snapshot import Snapshot
from corpus.types import Filters
from qa.candidates import REPORTED_WITHIN, Lists, allowed_by, narrowed
from qa.evidence import SentenceVectors, Weighed, weigh
from qa.features import Asked, Found
from qa.retrieve import Allowed, Retriever
from qa.spread import ALIKE
from qa.stages import Stage
from qa.time import Period, later

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
        found = self._found(self.lists.fused(), {one.found.passage.id for one in weighed})
        every = [*weighed, *weigh(self.asked, self.query, found, encode)]
        alike = self.retriever.similarities(vector, [one.found.passage.id for one in every])
        marked = [replace(one, found=replace(one.found, alike=alike[one.found.passage.id])) for one in every]
        return sorted(marked, key=lambda one: (-one.best - ALIKE * one.found.alike, one.found.passage.id))

    def _found(self, order: Sequence[int], known: set[int]) -> list[Found]:
        """The best EACH passages of each document, without those known already, though these count."""
        chosen: dict[str, list[int]] = {}
        for key, document in self.snapshot.documents_of(order).items():
            if document in chosen or len(chosen) < MOST_DOCUMENTS:
                of_document = chosen.setdefault(document, [])
                if len(of_document) < EACH:
                    of_document.append(key)
        new = [key for keys in chosen.values() for key in keys if key not in known]
        return self.lists.found(self.snapshot, new, self.retriever.similarities(self.query, new))


def _best_sentences(weighed: Sequence[Weighed]) -> list[str]:
    """The best sentences of as many documents, of a table's rows with its caption."""
    best: dict[str, Weighed] = {}
    for one in sorted(weighed, key=lambda one: (-one.best, one.found.passage.id)):
        best.setdefault(one.found.document.id, one)
    return [_said(one) for one in list(best.values())[:MODELS]]


def _said(weighed: Weighed) -> str:
    found = weighed.found
    sentence = weighed.views[int(np.argmax(weighed.logits))].sentence
    above = found.passage.headings if found.passage.header is not None else ()
    return " ".join(found.document.text[span.start : span.end] for span in (*above, sentence))
