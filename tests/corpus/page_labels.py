"""Saved pages with labels of what is content: how much of what the reader removes is boilerplate, how much of it goes.

The pages in `pages/` are written for this project after the layouts of real ones. In them `<!--c-->` and `<!--/c-->`
stand around what a person would quote, `<!--?-->` and `<!--/?-->` around what may be counted either way (a list of
references, an author's biography); all other visible words are boilerplate. The labels were set before the pages were
read. Run `python -m tests.corpus.page_labels` for the figures of every page.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from corpus.formats.html import read_html
from corpus.types import BlockKind, Document

PAGES = Path(__file__).parent / "pages"
_LABEL = re.compile(r"<!--/?[c?]-->")
_SKIPPED = frozenset(("script", "style", "title", "noscript", "head"))
_UNIQUE = 12


@dataclass(slots=True)
class Score:
    """Letters and digits: removed in all, of those boilerplate, boilerplate in all, content in all."""

    removed: int = 0
    rightly: int = 0
    boilerplate: int = 0
    content: int = 0

    @property
    def precision(self) -> float:
        """The share of what is removed that is boilerplate."""
        return self.rightly / self.removed if self.removed else 1.0

    @property
    def recall(self) -> float:
        """The share of boilerplate that is removed."""
        return self.rightly / self.boilerplate if self.boilerplate else 1.0

    def __iadd__(self, other: Score) -> Score:
        self.removed += other.removed
        self.rightly += other.rightly
        self.boilerplate += other.boilerplate
        self.content += other.content
        return self


class _Labelled(HTMLParser):
    """The visible pieces of text of a page, each with its label: "content", "either" or "boilerplate"."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[tuple[str, str]] = []
        self._label = "boilerplate"
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipped += tag in _SKIPPED

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in _SKIPPED

    def handle_comment(self, data: str) -> None:
        labels = {"c": "content", "?": "either", "/c": "boilerplate", "/?": "boilerplate"}
        self._label = labels.get(data, self._label)

    def handle_data(self, data: str) -> None:
        if not self._skipped and letters(data):
            self.pieces.append((letters(data), self._label))


def letters(text: str) -> str:
    """Letters and digits alone, in one spelling."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def unlabelled(source: str) -> str:
    """The page without its labels, as it is read."""
    return _LABEL.sub("", source)


def removed_pieces(source: str, document: Document) -> Iterator[tuple[str, str, bool | None]]:
    """Every visible piece of the page with its label, and whether it is removed (None: the text does not have it)."""
    labelled = _Labelled()
    labelled.feed(source)
    text, kept = _marked(document)
    place = 0
    for piece, label in labelled.pieces:
        start = place if text.startswith(piece, place) else -1
        if start < 0 and len(piece) >= _UNIQUE:
            start = text.find(piece, place) if piece in text[place:] else text.find(piece)
        if start < 0:
            yield piece, label, None
            continue
        place = start + len(piece)
        yield piece, label, 2 * sum(kept[start:place]) < len(piece)


def _marked(document: Document) -> tuple[str, list[bool]]:
    """The letters of the text, and for each whether it stands in a block of content."""
    found, kept = [], []
    content = bytearray(len(document.text))
    for block in document.blocks:
        if block.kind is not BlockKind.BOILERPLATE:
            content[block.start : block.end] = b"\1" * (block.end - block.start)
    for character, inside in zip(document.text, content, strict=True):
        for letter in letters(character):
            found.append(letter)
            kept.append(bool(inside))
    return "".join(found), kept


def score(source: str, document: Document) -> Score:
    """How well the content of a page is told from the rest; content that the text does not have counts as removed."""
    result = Score()
    for piece, label, removed in removed_pieces(source, document):
        size = len(piece)
        if label == "content":
            result.content += size
            result.removed += size if removed is not False else 0
        elif label == "boilerplate" and removed is not None:
            result.boilerplate += size
            result.removed += size * removed
            result.rightly += size * removed
    return result


def read_page(path: Path) -> tuple[str, Document]:
    """A page's source with its labels, and the document that is read without them."""
    source = path.read_text(encoding="utf-8")
    return source, read_html(unlabelled(source).encode(), path.name)


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def main() -> None:
    """Print the figures of every page and of all, and with `--errors` what is judged wrongly."""
    total = Score()
    for path in sorted(PAGES.glob("*.html")):
        source, document = read_page(path)
        found = score(source, document)
        total += found
        say(
            f"{path.name:28} precision {found.precision:.3f}  recall {found.recall:.3f}  content {found.content}"
        )
        if "--errors" in sys.argv:
            for piece, label, removed in removed_pieces(source, document):
                if (label, removed) in (("content", True), ("content", None), ("boilerplate", False)):
                    say(f"    {'lost' if label == 'content' else 'kept'}  {piece[:90]}")
    say(f"{'all':28} precision {total.precision:.3f}  recall {total.recall:.3f}  content {total.content}")


if __name__ == "__main__":
    main()
