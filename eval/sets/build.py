"""Turns questions with quoted gold places into a question set with exact offsets; asks and judges nothing.

The questions are written in `sample_source.jsonl`: rows of the finished set, whose gold places have only a
document (a path below the sample folder) and a quote. Run `python -m eval.sets.build` after a change of the
questions or of the sample documents; it writes `sample.jsonl` and changes nothing when a quote cannot be placed.

A quote is found by its words, so that line breaks and the marks between table cells do not matter, and it must
be found exactly once. "first words … last words" stands for everything between the two.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click

from corpus.errors import InvalidInput
from corpus.formats import read
from corpus.types import Document
from eval.locate import locate

FOLDER = Path(__file__).resolve().parent
SAMPLES = FOLDER.parents[1] / "corpus" / "samples"
SOURCE = FOLDER / "sample_source.jsonl"
SET = FOLDER / "sample.jsonl"


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
