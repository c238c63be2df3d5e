"""Evidence that says the same as better evidence in another document: kept with it as copies, and counted as one source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from corpus.records import DocumentRecord
from corpus.remembered import remembered
from corpus.types import Document
from qa.evidence import Evidence
from qa.question import digits
from qa.types import Sources

SIMILAR = 0.8
"""From this share of common runs of words on, two texts are near duplicates."""
LEAST_WORDS = 12
"""A quote of fewer words can be the same in two texts by chance."""
_RUN = 5
_WORD = re.compile(r"\w+")
_NUMERAL = re.compile(r"\d+(?:[.,\u00a0\u202f' ]\d{3})*(?:[.,]\d+)?")

Copies = Mapping[int, tuple[Evidence, ...]]
"""Copies in other documents, by the id of the passage that they repeat, best first."""


class _Seen:
    """What two places are compared by: numerals of passage and quote, and where those agree, their runs of words."""

    def __init__(self, evidence: Evidence) -> None:
        text, passage, quote = evidence.document.text, evidence.found.passage, evidence.quote
        self.evidence = evidence
        self._passage_text = text[passage.start : passage.end]
        self._quote_text = text[quote.start : quote.end]
        self.passage_numerals = _numerals(self._passage_text)
        self.quote_numerals = _numerals(self._quote_text)

    @cached_property
    def passage(self) -> frozenset[str]:
        return runs_of(words_in(self._passage_text))

    @cached_property
    def quote(self) -> frozenset[str]:
        words = words_in(self._quote_text)
        return runs_of(words) if len(words) >= LEAST_WORDS else frozenset()


def fold(evidence: Sequence[Evidence]) -> tuple[list[Evidence], dict[int, tuple[Evidence, ...]]]:
    """The evidence without copies, in the same order, and the copies of each that stays.

    A copy stands in another document; its passage, or its quote of at least LEAST_WORDS words, has SIMILAR or more of
    its runs of five words in common, and the numerals are the same: the same sentence with another number is no copy.
    Texts of one publisher with different dates stay apart: what it says again later is a statement of its own.
    """
    kept: list[_Seen] = []
    copies: dict[int, list[Evidence]] = {}
    for item in evidence:
        seen = _Seen(item)
        first = next((one for one in kept if _is_copy(one, seen)), None)
        if first is None:
            kept.append(seen)
        else:
            copies.setdefault(first.evidence.found.passage.id, []).append(item)
    return [seen.evidence for seen in kept], {
        passage: _one_each(passages) for passage, passages in copies.items()
    }


def count_sources(
    shown: Sequence[Evidence], copies: Copies, records: Mapping[str, DocumentRecord]
) -> Sources:
    """How many documents and how many independent sources the shown evidence and its copies stand for."""
    texts: list[list[str]] = []  # documents that say the same, in order of rank
    for item in shown:
        group = [item.document.id, *(copy.document.id for copy in copies.get(item.found.passage.id, ()))]
        same = [text for text in texts if not set(group).isdisjoint(text)]
        joined = list(dict.fromkeys([document for text in same for document in text] + group))
        texts = [text for text in texts if text not in same] + [joined]
    publishers = [_publisher(text, records) for text in texts]
    unknown = sum(publisher is None for publisher in publishers)
    documents = sum(map(len, texts))
    return Sources(
        independent=len(set(publishers) - {None}) + unknown,
        documents=documents,
        copies=documents - len(texts),
    )


def sources_words(sources: Sources) -> str:
    """The count in words: "1 source", "2 independent sources (5 copies)", "1 source (10 documents)"."""
    number = f"{sources.independent} independent sources" if sources.independent != 1 else "1 source"
    if sources.documents == sources.independent:
        return number
    if not sources.copies:
        return f"{number} ({sources.documents} documents)"
    if sources.documents - sources.copies == sources.independent:
        return f"{number} ({sources.documents} copies)"
    return f"{number} ({sources.documents} documents, {sources.copies} of them copies)"


def words_in(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.lower())


def runs_of(words: Sequence[str]) -> frozenset[str]:
    """All runs of five neighbouring words; fewer words are one run, none are none."""
    return frozenset(
        " ".join(words[place : place + _RUN]) for place in range(max(bool(words), len(words) - _RUN + 1))
    )


def _is_copy(first: _Seen, second: _Seen) -> bool:
    quotes = first.quote_numerals == second.quote_numerals
    passages = first.passage_numerals == second.passage_numerals
    if not (quotes or passages) or not _may_copy(first.evidence.document, second.evidence.document):
        return False
    return (quotes and _share(first.quote, second.quote) >= SIMILAR) or (
        passages and _share(first.passage, second.passage) >= SIMILAR
    )


def _may_copy(first: Document, second: Document) -> bool:
    if first.id == second.id:
        return False
    one, other = first.metadata, second.metadata
    if one.publisher is None or other.publisher is None or one.publisher.value != other.publisher.value:
        return True
    return one.published is None or other.published is None or one.published.date == other.published.date


def _share(first: frozenset[str], second: frozenset[str]) -> float:
    """The common share of two sets (Jaccard); 0 where one is empty."""
    return len(first & second) / len(first | second) if first and second else 0.0


@remembered
def _numerals(text: str) -> tuple[str, ...]:
    return tuple(sorted(digits(found) for found in _NUMERAL.findall(text)))


def _one_each(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The best of each document."""
    best: dict[str, Evidence] = {}
    for item in evidence:
        best.setdefault(item.document.id, item)
    return tuple(best.values())


def _publisher(text: Sequence[str], records: Mapping[str, DocumentRecord]) -> str | None:
    """Who published the text first: of the earliest known date, else of the best rank."""

    def age(place: int) -> tuple[bool, str, int]:
        published = records[text[place]].metadata.published
        return published is None, published.date.first.isoformat() if published else "", place

    publisher = records[text[min(range(len(text)), key=age)]].metadata.publisher
    return publisher.value.casefold() if publisher else None
