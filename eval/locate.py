"""Where a quote stands in a text, found by its words; knows no documents and no questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Span

_WORD = re.compile(r"[^\W_]+")
_GAP = "…"


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text and where they stand."""

    words: tuple[str, ...]
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, text: str) -> _Words:
        matches = list(_WORD.finditer(text))
        return cls(
            tuple(match.group() for match in matches),
            tuple(Span(match.start(), match.end()) for match in matches),
        )

    def places(self, words: Sequence[str], first: int = 0) -> list[int]:
        """Where this run of words begins, from the word number `first` on."""
        length = len(words)
        wanted = tuple(words)
        return [
            index
            for index in range(first, len(self.words) - length + 1)
            if self.words[index : index + length] == wanted
        ]


def locate(text: str, quote: str) -> Span:
    """Find the one place of a quote in a text, with the punctuation that closes it.

    Raises ValueError when the quote has no words, is not there, or is there more than once.
    """
    head, *rest = (_Words.of(part).words for part in quote.split(_GAP))
    if not head or not all(rest):
        raise ValueError("the quote has no words")
    words = _Words.of(text)
    places = words.places(head)
    if len(places) != 1:
        raise ValueError(f"the words {' '.join(head[:8])!r} occur {len(places)} times and must occur once")
    start = words.spans[places[0]].start
    last = places[0] + len(head) - 1
    for part in rest:
        following = words.places(part, last + 1)
        if not following:
            raise ValueError(f"the words {' '.join(part[:8])!r} do not follow")
        last = following[0] + len(part) - 1
    return Span(start, _closed(text, words.spans[last].end, quote))


def _closed(text: str, end: int, quote: str) -> int:
    """Move the end over the marks that also end the quote."""
    words = _Words.of(quote)
    for mark in quote[words.spans[-1].end :].strip():
        if text[end : end + 1] != mark:
            break
        end += 1
    return end
