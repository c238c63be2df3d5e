"""Finds words in one document, wherever its lines break; it ranks nothing."""

from __future__ import annotations

import re

from corpus.types import Span

MOST = 1_000
"""How many places are told."""
MAX_WORDS = 200


def find_in(text: str, words: str) -> tuple[Span, ...]:
    """Where the words stand in this order, upper or lower case, whatever white space is between them; at most MOST."""
    wanted = words.split()
    if not wanted or len(words) > MAX_WORDS:
        return ()
    pattern = re.compile(r"\s+".join(map(re.escape, wanted)), re.IGNORECASE)
    found: list[Span] = []
    for match in pattern.finditer(text):
        found.append(Span(match.start(), match.end()))
        if len(found) == MOST:
            break
    return tuple(found)
