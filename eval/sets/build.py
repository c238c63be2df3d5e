"""Turns questions with quoted gold places into a question set with exact offsets; asks and judges nothing.

The questions are written in `sample_source.jsonl`: rows of the finished set, whose gold places have only a
document (a path below the sample folder) and a quote. Run `python -m eval.sets.build` after a change of the
questions or of the sample documents; it writes `sample.jsonl` and changes nothing when a quote cannot be placed.

A quote is found by its words, so that line breaks and the marks between table cells do not matter, and it must
be found exactly once. "first words … last words" stands for everything between the two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click

from corpus.errors import InvalidInput
from corpus.formats import read
from corpus.types import Document, Span

FOLDER = Path(__file__).resolve().parent
SAMPLES = FOLDER.parents[1] / "corpus" / "samples"
SOURCE = FOLDER / "sample_source.jsonl"
SET = FOLDER / "sample.jsonl"

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


@cache
def sample(path: str) -> Document:
    """One of the sample documents, as the program reads it; `path` is relative to the sample folder."""
    file = SAMPLES / path
    return read(file.read_bytes(), file.name)


def build(source: Path = SOURCE) -> list[dict[str, Any]]:
    """Complete the rows of the source; raises InvalidInput that lists every place that cannot be found."""
    rows: list[dict[str, Any]] = [
        json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()
    ]
    problems: list[str] = []
    for row in rows:
        row["gold"] = [_gold(row["id"], place, problems) for place in row["gold"]]
    if problems:
        raise InvalidInput("\n".join(problems))
    return rows


def _gold(identifier: str, place: dict[str, str], problems: list[str]) -> dict[str, Any]:
    try:
        document = sample(place["document"])
        span = locate(document.text, place["quote"])
    except (OSError, ValueError) as error:
        problems.append(f"{identifier}: {place['document']}: {error}")
        return {}
    return {
        "document": place["document"],
        "sha256": document.id,
        "start": span.start,
        "end": span.end,
        "quote": document.text[span.start : span.end],
    }


def dump(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as the text of a .jsonl file."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def main() -> None:
    """Write the sample set anew."""
    try:
        rows = build()
    except InvalidInput as error:
        raise SystemExit(str(error)) from error
    SET.write_text(dump(rows), encoding="utf-8")
    click.echo(f"{len(rows)} questions, {sum(len(row['gold']) for row in rows)} gold places: {SET}")


if __name__ == "__main__":
    main()
