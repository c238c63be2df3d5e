"""The words of one question weighed by how rare they are in the library, and how much of them a text covers."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from types import MappingProxyType
from typing import NamedTuple, Protocol

from corpus.remembered import remembered

_WORD = re.compile(r"\w+(?:[.,’'-]\w+)*", re.UNICODE)
FUNCTION_WORDS = frozenset(
    str.split("""
    a about after all also an and any are as at be been before being but by can could did do does doing
    during each for from had has have having how if in into is it its many may might more most much must
    no nor not of on once one only or other our out over own per shall she he should so some such than
    that the their them then there these they this those through to too under until up upon us very was
    we were what when where which while who whom whose why will with would you your i me my let tell give
    show list name please exactly according au aux avec ce ces cette combien comment dans de des du elle
    elles en est et étaient était il ils la le les leur leurs où par pas pour pourquoi qu quand que quel
    quelle quelles quels qui sa se ses son sont sur un une y a-t-il che chi come con cosa cui da dal
    dalla dei del della delle di dove e è era erano gli i il in la le lo nel nella per perché quale quali
    quando quanta quante quanti quanto si su sul sulla un una
""")
)

WIDESPREAD = 0.2
LEAST_WIDESPREAD = 20
"""A word that more than this share of the passages hold, and so many, is their common subject."""


class Vocabulary(Protocol):
    """What the lexical index knows about words."""

    def analyze(self, text: str) -> list[str]:
        """The index terms of a text, in order: folded and stemmed."""
        ...

    def document_frequency(self, term: str) -> int:
        """How many passages hold the term."""
        ...

    def holds(self, term: str) -> bool:
        """Whether the term stands in any passage, title or heading."""
        ...

    def __len__(self) -> int:
        """How many passages there are."""
        ...


Analyze = Callable[[str], list[str]]


class Token(NamedTuple):
    """One word of a text: where it stands (offsets into that text) and its index term."""

    start: int
    end: int
    term: str


@dataclass(frozen=True)
class Terms:
    """The index terms of a text in order."""

    terms: tuple[str, ...]
    _analyze: Analyze
    _text: str

    @cached_property
    def places(self) -> tuple[array[int], array[int]]:
        """Where the word of each term begins and ends in the text; worked out when asked for."""
        found = list(_places(self._analyze, self._text))
        return array("I", [start for start, _, _ in found]), array("I", [end for _, end, _ in found])


class Words:
    """The content words of one question with their weights.

    How much of them a text holds is told by a *mask*: an integer whose bit n is set for the nth of them.
    """

    def __init__(
        self, question: str, vocabulary: Vocabulary, same: Mapping[str, Sequence[str]] = MappingProxyType({})
    ) -> None:
        """`same` maps words of the question to others, of which any counts for them where all its words stand."""
        self._vocabulary = vocabulary
        self.same = same
        self._same = {
            term: tuple(frozenset(vocabulary.analyze(other)) for other in others)
            for word, others in same.items()
            for term in vocabulary.analyze(word)
        }
        self._instead = {
            next(iter(other)): term
            for term, others in self._same.items()
            for other in others
            if len(other) == 1
        }
        self._seen: dict[str, frozenset[str]] = {}
        total = len(vocabulary)
        terms = [
            token.term
            for token in self.tokens(question)
            if question[token.start : token.end].casefold() not in FUNCTION_WORDS
        ]
        self.weights: Mapping[str, float] = {
            term: inverse_document_frequency(vocabulary.document_frequency(term), total)
            for term in dict.fromkeys(terms)
        }
        self._total = sum(self.weights.values())
        self._pairs = tuple(pairwise(self.weights))
        self._shares: dict[tuple[tuple[int, float], ...], float] = {}

    def sentence(self, text: str) -> Terms:
        """The index terms of a sentence in order; those of the sentences met last, by any question, are remembered."""
        return _sentence(self._vocabulary.analyze, text)

    def tokens(self, text: str) -> list[Token]:
        """The words of a text with their index terms; words the analyser drops are left out."""
        return [Token(*place) for place in _places(self._vocabulary.analyze, text)]

    def asked_in(self, terms: Terms) -> list[Token]:
        """The words of a text that the question asks for, or one word instead, in order; the terms are the question's."""
        own = [self._own(term) for term in terms.terms]
        if self.weights.keys().isdisjoint(own):
            return []
        starts, ends = terms.places
        return [Token(*place) for place in zip(starts, ends, own, strict=True) if place[2] in self.weights]

    def share_asked(self, terms: frozenset[str]) -> float:
        """The share, 0..1, of these terms that the question asks for, or that stand for one that it asks for."""
        return sum(self._own(term) in self.weights for term in terms) / len(terms) if terms else 0.0

    def widespread(self, text: str) -> bool:
        """Whether every word of a text stands in so many passages that it tells none of them from the others."""
        limit = max(WIDESPREAD * len(self._vocabulary), LEAST_WIDESPREAD)
        return all(
            self._vocabulary.document_frequency(term) > limit for term in self._vocabulary.analyze(text)
        )

    def known(self, names: Sequence[Sequence[str]], seen: frozenset[str]) -> float:
        """The share, 0..1, of names whose words all stand in the library or among the terms seen; 1 of none.

        For a word any of those that count for it may stand there. The library's words are those of all its passages,
        also of some that were removed lately.
        """

        def stands(word: str) -> bool:
            forms = (word, *self.same.get(word, ()))
            return any(all(map(self._stands(seen), self._vocabulary.analyze(form))) for form in forms)

        return sum(all(map(stands, name)) for name in names) / len(names) if names else 1.0

    def unknown(self, seen: frozenset[str]) -> list[str]:
        """The question's words, numbers apart, that stand neither among the terms seen nor in the library."""
        stands = self._stands(seen)
        return [term for term in self.missing(seen) if term.isalpha() and not stands(term)]

    def _stands(self, seen: frozenset[str]) -> Callable[[str], bool]:
        return lambda term: term in seen or self._vocabulary.holds(term)

    def _own(self, term: str) -> str:
        return term if term in self.weights else self._instead.get(term, term)

    def terms(self, text: str) -> frozenset[str]:
        """The set of index terms of a text; those of a text that this question met before are remembered."""
        known = self._seen.get(text)
        if known is None:
            analyze = self._vocabulary.analyze
            parts = (_terms(analyze, word) for word in set(_WORD.findall(text)))
            known = self._seen[text] = frozenset(chain.from_iterable(parts))
        return known

    def mask(self, terms: frozenset[str]) -> int:
        """Which of the question's terms are among these, or what counts for them."""
        found, bit = 0, 1
        for term in self.weights:
            if term in terms or (term in self._same and any(other <= terms for other in self._same[term])):
                found |= bit
            bit <<= 1
        return found

    def coverage(self, *layers: tuple[int, float]) -> float:
        """The share, 0..1, of the question's weight that masks hold; a term counts once, at its best mask's value."""
        if self._total == 0:
            return 0.0
        known = self._shares.get(layers)
        if known is None:
            found = 0.0
            bit = 1
            for weight in self.weights.values():
                best = 0.0
                for mask, value in layers:
                    if mask & bit and value > best:
                        best = value
                found += weight * best
                bit <<= 1
            known = self._shares[layers] = found / self._total
        return known

    def pairs(self, terms: Terms) -> float:
        """The share, 0..1, of neighbouring question terms that stand within three words of each other in a text."""
        held = frozenset(terms.terms)
        possible = [pair for pair in self._pairs if pair[0] in held and pair[1] in held]
        if not possible:
            return 0.0
        places: dict[str, list[int]] = {}
        for place, term in enumerate(terms.terms):
            if term in self.weights:
                places.setdefault(term, []).append(place)
        near = sum(
            1
            for first, second in possible
            if any(abs(a - b) <= 3 for a in places[first] for b in places[second])
        )
        return near / len(self._pairs)

    def missing(self, terms: frozenset[str]) -> tuple[str, ...]:
        """The question's terms that are not in the given set, and for which nothing there counts; rarest first."""
        held = self.mask(terms)
        absent = [term for bit, term in enumerate(self.weights) if not held >> bit & 1]
        return tuple(sorted(absent, key=lambda term: (-self.weights[term], term)))


@remembered
def _sentence(analyze: Analyze, text: str) -> Terms:
    words = _WORD.findall(text)
    return Terms(tuple([term for word in words for term in _terms(analyze, word)]), analyze, text)


def _places(analyze: Analyze, text: str) -> Iterator[tuple[int, int, str]]:
    for match in _WORD.finditer(text):
        at = match.start()
        for start, end, term in _parts(analyze, match.group()):
            yield at + start, at + end, term


@lru_cache(maxsize=65_536)
def _terms(analyze: Analyze, word: str) -> tuple[str, ...]:
    return tuple(term for _, _, term in _parts(analyze, word))


@lru_cache(maxsize=65_536)
def _parts(analyze: Analyze, word: str) -> tuple[tuple[int, int, str], ...]:
    """A word's index terms and where they stand in it: the same words come again with every question."""
    parts = analyze(word)
    if len(parts) == 1:
        return ((0, len(word), parts[0]),)
    pieces = [match.span() for match in re.finditer(r"\w+", word)]
    if len(pieces) != len(parts):
        return tuple((0, len(word), part) for part in parts)
    return tuple((start, end, part) for (start, end), part in zip(pieces, parts, strict=True))


def inverse_document_frequency(frequency: int, total: int) -> float:
    """BM25's idf, ln(1 + (N - n + 0.5) / (n + 0.5)): Robertson and Zaragoza, 2009, with the 1 that keeps it positive."""
    return math.log(1.0 + (total - frequency + 0.5) / (frequency + 0.5))
