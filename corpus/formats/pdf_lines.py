"""Words, lines and pages as a PDF places them: text with geometry in points, no structure and no library."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(slots=True)
class Word:
    """Characters without white space between them on one line.

    `indices` are the places of its characters in the page's character list; for a run of neighbours that is a range.
    Coordinates are points of the page as shown (after crop and rotation), the origin at its lower left corner.
    """

    text: str
    indices: Sequence[int]
    left: float
    bottom: float
    right: float
    top: float
    font: str = ""
    bold: bool = False
    italic: bool = False
    raised: bool = False


@dataclass(slots=True)
class Line:
    """Words side by side. `hyphen`: its last character is the hyphen of a word that goes on in the next line.

    `sure` (0..1) is less than 1 where it was read from a picture.
    """

    page: int
    words: list[Word]
    hyphen: bool = False
    sure: float = 1.0
    text: str = field(init=False)
    left: float = field(init=False)
    right: float = field(init=False)
    bottom: float = field(init=False)
    top: float = field(init=False)
    bold: bool = field(init=False)
    italic: bool = field(init=False)

    def __post_init__(self) -> None:
        self.text = " ".join(word.text for word in self.words)
        self.left = min(word.left for word in self.words)
        self.right = max(word.right for word in self.words)
        tall = [word for word in self.words if not word.raised] or self.words
        self.bottom = median(word.bottom for word in tall)
        self.top = median(word.top for word in tall)
        letters = sum(len(word.text) for word in self.words)
        self.bold = sum(len(word.text) for word in self.words if word.bold) > 0.8 * letters
        self.italic = all(word.italic for word in self.words)

    @property
    def height(self) -> float:
        """The height of its characters: about 1.1 times the font's size."""
        return max(self.top - self.bottom, 0.1)

    @property
    def middle(self) -> float:
        """Half way between its bottom and its top."""
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Boxes:
    """The rectangles of a page's characters, in the page's character order."""

    left: array[float]
    bottom: array[float]
    right: array[float]
    top: array[float]


@dataclass(slots=True)
class PageText:
    """One page: its lines in the order of the file, its size in points, and how many characters it draws.

    `pictured` is the share (0..1) of its area that pictures cover, looked at only where there is hardly any text.
    `confidence` (0..1) is set on pages read from their picture. `unread` says why a page's text is not what it shows;
    such a page is `curable` if tesseract, or a language for it, would be all it takes. `compared`: its text was compared
    with its picture; `doubt` says why that could not be done where there was reason to.
    """

    number: int
    width: float
    height: float
    lines: list[Line]
    characters: int
    boxes: Boxes | None = None
    failed: bool = False
    pictured: float = 0.0
    confidence: float | None = None
    unread: str = ""
    curable: bool = False
    compared: bool = False
    doubt: str = ""


def same_row(one: Line, other: Line) -> bool:
    """Whether two lines stand side by side: each one's middle lies within the other."""
    return one.bottom < other.middle < one.top and other.bottom < one.middle < other.top


def is_note_of(line: Line, note: Line) -> bool:
    """Whether the second line is no more than a raised note number behind the first."""
    return (
        len(note.words) == 1
        and len(note.text) <= 3
        and note.height < 0.85 * line.height
        and line.bottom < note.middle < line.top + 0.3 * line.height
        and line.right - 1 <= note.left < line.right + line.height
    )


def joined(lines: Iterable[Line]) -> Line:
    """Lines that stand side by side as one, from left to right."""
    lines = list(lines)
    words = sorted((word for line in lines for word in line.words), key=lambda word: word.left)
    return Line(lines[0].page, words, sure=min(line.sure for line in lines))
