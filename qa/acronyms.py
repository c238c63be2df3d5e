"""Acronyms as the documents themselves explain them, so that either form finds the other; knows texts and words only.

The pairs are found by the algorithm of Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text", Pacific Symposium on Biocomputing 2003.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from embeddings.index import unreadable

_OPEN = re.compile(r"\s\(([^()\n]{2,120})\)")
_SHORT = re.compile(r"[A-ZÀ-Ý][\w&/.-]{1,9}")
_WORD = re.compile(r"\w+(?:[’'&/-]\w+)*")
_BREAK = re.compile(r"[.;:!?][\s\"”]|\n\s*\n|[()\[\]]")
_MOST_WORDS = 12
_AGREED = 0.5
"""A short form is read as its most frequent long form only if more than this share of the documents mean it."""


class Acronyms:
    """Short forms with their long forms, and in how many documents each pair is explained."""

    def __init__(self, pairs: Mapping[str, Mapping[str, int]] | None = None) -> None:
        self._pairs: dict[str, Counter[str]] = {
            short: Counter(longs) for short, longs in (pairs or {}).items()
        }
        self._meant: dict[str, str] | None = None
        self._by_long: dict[tuple[str, ...], str] = {}

    def __len__(self) -> int:
        return len(self._pairs)

    def add(self, texts: Iterable[str]) -> None:
        """Add what one document explains; a pair counts once a document."""
        for short, long in sorted({(short, long) for text in texts for short, long in explained(text)}):
            self._pairs.setdefault(short, Counter())[long] += 1
        self._meant = None

    def other_forms(self, question: str) -> list[str]:
        """The long form of every short one in a question, and the short form of every long one, in order."""
        meant = self._settled()
        words = [match.group() for match in _WORD.finditer(question)]
        lower = tuple(word.casefold() for word in words)
        found: dict[str, None] = {}
        for place, word in enumerate(words):
            short = re.sub(r"[’']s$", "", word)
            if short in meant:
                found[meant[short]] = None
            for end in range(place + 2, min(len(words), place + _MOST_WORDS) + 1):
                if lower[place:end] in self._by_long:
                    found[self._by_long[lower[place:end]]] = None
        asked = f" {' '.join(lower)} "
        return [form for form in found if f" {' '.join(_folded(form))} " not in asked]

    def save(self, file: Path) -> None:
        """Write the pairs as JSON, the same pairs always the same bytes."""
        pairs = {short: dict(sorted(self._pairs[short].items())) for short in sorted(self._pairs)}
        file.write_text(json.dumps(pairs, ensure_ascii=False, indent=0), encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Acronyms:
        """Read saved pairs; a library made before they were kept has none. Raises IndexUnreadable."""
        if not file.is_file():
            return cls()
        try:
            return cls(_checked(json.loads(file.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise unreadable(file, error) from error

    def _settled(self) -> dict[str, str]:
        """The long form that each short form means in these documents, where most agree."""
        if self._meant is None:
            meant, by_long = {}, {}
            for short, longs in self._pairs.items():
                by_words: Counter[tuple[str, ...]] = Counter()
                for long, number in longs.items():
                    by_words[_folded(long)] += number
                (words, number), *_ = sorted(by_words.items(), key=lambda pair: (-pair[1], pair[0]))
                if number > _AGREED * by_words.total():
                    meant[short] = min(long for long in longs if _folded(long) == words)
                    by_long[words] = short
            self._by_long, self._meant = by_long, meant
        return self._meant


def _checked(pairs: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    """What was saved as JSON; raises ValueError or AttributeError for anything else."""
    for short, longs in pairs.items():
        numbers = list(longs.values())
        if not numbers or not all(type(number) is int and number > 0 for number in numbers):
            raise ValueError(f"{short!r} has no long forms with numbers")
    return pairs


def explained(text: str) -> Iterator[tuple[str, str]]:
    """The pairs (short form, long form) that a text explains: "long form (SF)", or "SF (long form)"."""
    for match in _OPEN.finditer(text):
        inside = match.group(1).split(";")[0].split(", ")[0].strip(" “”\"'")
        before = text[max(0, match.start() - 200) : match.start()]
        before = before[max((cut.end() for cut in _BREAK.finditer(before)), default=0) :]
        if _is_short(inside):
            short, long = inside, long_form(inside, before)
        else:
            last = _WORD.findall(before)[-1:]
            if not last or not _is_short(last[0]) or len(inside.split()) < 2:
                continue
            short, long = last[0], long_form(last[0], inside)
            if long != inside:  # all that is in the brackets must be the long form
                continue
        if long is not None:
            yield short, " ".join(long.split())


def long_form(short: str, before: str) -> str | None:
    """The shortest text ending at the end of `before` that spells the short form, None if none does.

    Every letter and digit of the short form is met from right to left; the first one must begin a word. The text has
    at most min(n + 5, 2n) words, n the letters of the short form, at least two, and does not hold the short form.
    """
    text = before.rstrip(" “”\"'")
    place = len(text)
    for number in range(len(short) - 1, -1, -1):
        character = short[number].lower()
        if not character.isalnum():
            continue
        place -= 1
        while place >= 0 and (
            text[place].lower() != character or (number == 0 and place > 0 and text[place - 1].isalnum())
        ):
            place -= 1
        if place < 0:
            return None
    start = max(text.rfind(" ", 0, place), text.rfind("\n", 0, place)) + 1
    found, letters = text[start:], sum(character.isalnum() for character in short)
    words = found.split()
    fits = len(short) < len(found) and 2 <= len(words) <= min(letters + 5, 2 * letters)
    return found if fits and short not in words else None


def _is_short(text: str) -> bool:
    """Whether a text may be a short form: up to ten characters, at least two capitals, no year."""
    return bool(_SHORT.fullmatch(text)) and sum(character.isupper() for character in text) >= 2


def _folded(long: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _WORD.findall(long))
