"""Words beside a value that make it one of a part, a group or a growth, not of the whole that a question asks about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.types import Span
from qa.phrases import NOT_NAMES, WORD, stem, stems_in
from qa.words import FUNCTION_WORDS

_ADDED_BEFORE = re.compile(
    r"\b(?:another|additional|further|extra|lost|(?:reduc|increas|decreas|declin)\w* (?:of|by)"
    r"|(?:r[io]sen?|fell|fallen|cut|grew|grown|dropped|up|down) by(?: another)?)\s+$",
    re.IGNORECASE,
)
_ADDED_BEHIND = re.compile(r"^\s+(?:more|additional|further|extra)\b", re.IGNORECASE)
_OPENS = frozenset({"in", "for", "among", "amongst", "near", "inside", "outside", "around", "along"})
_OPENS_SHARE = _OPENS | {"of"}
_DETERMINERS = frozenset({"the", "a", "an", "its", "their", "his", "her", "all", "this", "that", "these"})
_VERBS = frozenset(
    str.split(
        "rose fell stood stands grew fallen risen remains amounts totals exceeds reaches says mean means"
    )
)
_COMPASS = re.compile(r"\b(?:north|south|east|west)(?:-?(?:east|west))?(?:ern)?\b")
_OF_THE_WHOLE = frozenset(
    map(
        stem,
        str.split("""
    total all overall full whole general official current present estimated reported annual high low record new final
    year years month months week weeks day days quarter half period time end beginning start middle spring summer
    autumn winter early late fiscal financial first second addition fact particular comparison example instance place
    service office force uniform charge use report statement letter operation mission area region country territory
    theatre field ground world workforce labour population electorate eligible registered voters
    """),
    )
)
"""Words that stand with a value of the whole as well."""


def is_growth(question: str, words: str, value: Span, unit: Span | None) -> bool:
    """Whether a value is what came to or went from a number ("four additional", "rose by 300"), and no such is asked for."""
    behind = _ADDED_BEHIND.match(words[value.end : unit.end if unit else value.end])
    found = _ADDED_BEFORE.search(words, 0, value.start) or behind
    return found is not None and stems_in(question).isdisjoint(stems_in(found.group()))


def part_of_count(question: str, words: str, near: Span, unit: Span, *, stock: bool) -> frozenset[str]:
    """What a counted value is limited to: part of the compass, and of a stock what stands with it ("troops for patrols")."""
    found = frozenset(match.group() for match in _COMPASS.finditer(words, near.start, near.end))
    if stock:
        found |= _phrase(words, unit.end, near.end, _OPENS)
    return found - stems_in(question)


def part_of_measure(
    question: str, words: str, near: Span, value: Span, measures: Sequence[Span]
) -> frozenset[str]:
    """What a measured value is limited to by words beside the measure's name, behind the value, or ahead of both."""
    found = _phrase(words, value.end, near.end, _OPENS_SHARE)
    for measure in measures:
        found |= _phrase(words, measure.end, near.end, _OPENS_SHARE) | _run_before(words, measure.start)
    ahead = min([value.start, *(measure.start for measure in measures)])
    for match in WORD.finditer(words, near.start, ahead):
        if match.group().lower() in _OPENS:
            found |= _phrase(words, match.start(), ahead, _OPENS)
    return found - stems_in(question)


def _phrase(text: str, start: int, end: int, opens: frozenset[str]) -> frozenset[str]:
    """The nouns of "for women in the old towns" right at `start`, up to a name; words that fit the whole are left out."""
    found, last, inside = set[str](), start, False
    for match in WORD.finditer(text, start, end):
        word = match.group().lower()
        if text[last : match.start()].strip(" -"):
            break
        last = match.end()
        if word in opens:
            inside = True
        elif not inside or _ends_phrase(match.group(), first=not found):
            break
        elif _limits(word):
            found.add(stem(word))
    return frozenset(found)


def _run_before(text: str, end: int) -> frozenset[str]:
    """The words right before a measure's name, as "youth" in "the youth unemployment rate"."""
    found, last = set[str](), end
    for match in reversed(list(WORD.finditer(text, 0, end))):
        if text[match.end() : last].strip(" -") or match.group().lower() in FUNCTION_WORDS:
            break
        last = match.start()
        if _limits(match.group()):
            found.add(stem(match.group()))
    return frozenset(found)


def _ends_phrase(word: str, *, first: bool) -> bool:
    """Whether a word is a name, a small word or a verb; one in "-ed" only behind a noun ("displaced" begins)."""
    if word.lower() in NOT_NAMES or word in _DETERMINERS:
        return False
    is_verb = word in _VERBS or (word.endswith("ed") and not first)
    return is_verb or not word.islower() or word in FUNCTION_WORDS


def _limits(word: str) -> bool:
    """Whether a word may tell a part from the whole; names do elsewhere."""
    plain = word.islower() and word not in NOT_NAMES and word not in _DETERMINERS
    return plain and stem(word) not in _OF_THE_WHOLE
