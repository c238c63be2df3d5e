"""Whether questions on scanned reports are answered with the page and the box of the quote, from file to answer.

Run it as `python -m bench.scans FOLDER [--library DIR]`: FOLDER holds the files that `bench/scans.jsonl` names. The
questions were written after reading the scans, so they show that the path is whole, not how good the answers are.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.machine import heading
from corpus.formats.pdf import boxes
from qa.adding import add_with_progress
from qa.engine import Sourcebook
from qa.options import run_script

QUESTIONS = Path(__file__).with_suffix(".jsonl")
AMONG = 5


def main() -> None:
    """Add the scans, ask one question of each, print a line for each and how many were answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--library", type=Path, help="kept, and used again; else a library for this run only")
    options = parser.parse_args()
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as temporary:
        library = options.library or Path(temporary) / "library"
        files = [options.folder / row["document"] for row in rows]
        add_with_progress(library, files, model=None, wait=None)
        print(heading("pypdfium2"))
        with Sourcebook.open(library) as book:
            found = list(asked(book, rows))
    first = sum(rank == 1 for rank in found)
    answered = sum(rank is not None for rank in found)
    print(f"answered with page and box: {answered} of {len(rows)}; from the right scan first: {first}")


def asked(book: Sourcebook, rows: list[dict[str, str]]) -> Iterator[int | None]:
    """The rank of the first citation from the right scan that has a page and a box; None where there is none."""
    for row in rows:
        answer = book.ask(row["question"], limit=AMONG)
        told = None
        for citation in answer.citations:
            if citation.path != row["document"] or citation.page is None:
                continue
            document = book.document(citation.document_id)
            places = boxes(book.original(document.id), citation.start, citation.end, document.reader)
            if places and citation.ocr_confidence:
                told = citation.rank
                print(
                    f"rank {told}, page {citation.page}, {len(places)} boxes, {citation.ocr_confidence:.0%} sure: "
                    f"{row['question']}"
                )
                break
        if told is None:
            print(f"nothing: {row['question']}")
        yield told


if __name__ == "__main__":
    run_script(main)
