"""Measured on pages labelled by hand: what the readers take for boilerplate is boilerplate, and most of it is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.formats import read
from corpus.types import BlockKind, Document
from tests.corpus.page_labels import PAGES, Score, letters, read_page, removed_pieces, say, score

LEAST_PRECISION = 0.97
LEAST_RECALL = 0.85
# Lines of the founding pages, by number: boilerplate, and what may be counted either way.
SEEDS = {
    "000": ((1, 29, 30, 31, 33, 34, 35, 38, 40), (26,)),
    "001": ((1, 22), ()),
    "002": ((1, 3, 48, 49, 52, 54, 56, 58), (39, 41)),
    "003": ((1, 5, 57, 59, 61), (43, 45, 47, 49, 51, 53)),
    "004": ((26,), (10,)),
}


def test_saved_pages(capsys: pytest.CaptureFixture[str]) -> None:
    paths = sorted(PAGES.glob("*.html"))
    assert len(paths) >= 20
    total = Score()
    worst = 1.0
    for path in paths:
        found = score(*read_page(path))
        total += found
        worst = min(worst, found.precision)
    with capsys.disabled():
        say(f"\n{len(paths)} saved pages: precision {total.precision:.3f}, recall {total.recall:.3f}")
    assert total.precision >= LEAST_PRECISION
    assert total.recall >= LEAST_RECALL
    assert worst >= 0.9


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.html")), ids=lambda path: path.stem)
def test_no_page_loses_a_sentence_of_its_content(path: Path) -> None:
    source, document = read_page(path)
    lost = [
        piece
        for piece, label, removed in removed_pieces(source, document)
        if label == "content" and removed is not False and len(piece) > 40
    ]
    assert lost == []


def test_the_seeds(shared_data: Path) -> None:
    total = Score()
    for path in sorted((shared_data / "seeds").iterdir()):
        total += _lines(read(path.read_bytes(), path.name), *SEEDS[path.name[:3]])
    assert total.precision >= LEAST_PRECISION, f"precision {total.precision:.3f}"
    assert total.recall >= LEAST_RECALL, f"recall {total.recall:.3f}"


def _lines(document: Document, boilerplate: tuple[int, ...], either: tuple[int, ...]) -> Score:
    result = Score()
    start = 0
    marked = [block for block in document.blocks if block.kind is BlockKind.BOILERPLATE]
    for number, line in enumerate(document.text.split("\n"), start=1):
        end = start + len(line)
        size = len(letters(line))
        removed = any(block.start < end and block.end > start for block in marked)
        if number not in either:
            wanted = number in boilerplate
            result.boilerplate += size * wanted
            result.content += size * (not wanted)
            result.removed += size * removed
            result.rightly += size * (removed and wanted)
        start = end + 1
    return result


def test_what_is_counted() -> None:
    source = "<body><!--c--><p>Kept words.</p><p>Lost words.</p><!--/c--><p>Menu</p><!--?--><p>Either.</p><!--/?-->"
    document = read(b"Kept words.\n\nMenu\n\nEither.\n", "a.txt")
    assert list(removed_pieces(source, document)) == [
        ("keptwords", "content", False),
        ("lostwords", "content", None),
        ("menu", "boilerplate", True),
        ("either", "either", False),
    ]
    found = score(source, document)
    assert (found.precision, found.recall) == (4 / 13, 1.0)
