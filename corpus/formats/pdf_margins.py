"""Finds what is printed around the text of every page: running headers and footers, page numbers, footnotes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from corpus.boilerplate import ends_sentence
from corpus.formats.pdf_lines import Line, PageText

_TOP = 0.88  # a header begins in the top 12 % of the page, a footer ends in the bottom 10 %
_BOTTOM = 0.10
_SHARE = 0.2
_SHORT = 6  # characters of a sign ("/...") that is read differently on every scanned page
_NEAR = 15.0  # points
_SYMBOL = re.compile(r"^\W?[s#$§]*/?#/(?=#)")  # "S/2000/177", read as "$/2000/177" or "8/2000/177"
_PLACE = 6.0  # points that a running line may move from page to page
_LONGEST = 120
_DIGITS = re.compile(r"\d+")
_NUMBER = re.compile(
    r"(?:[-–—]\s?|(?:page|seite|p\.)\s?)?(\d{1,4})(?:\s?[-–—]|\s?(?:/|of|von)\s?\d{1,4})?", re.IGNORECASE
)
_PAGE_COUNT = re.compile(r"\b(?:page|seite|p\.|pag\.?|página|pagina|faqe)\s?#|#\s?(?:/|of|von|de|di|sur)\s?#")
_LARGER = 1.15  # times the body: a heading
_MOST_HEADINGS = 8  # on pages of their own, one after the other
_MOST_PAGES = 1_000  # a number from there on is a year sooner than a page
_RULER = re.compile(r"[_\-–—=*·. ]{4,}|[_\-–—]{2,}")
_NOTE = re.compile(r"(?:\d{1,3}|[a-z]|[*†‡§]{1,3})(?:[\s).]|$)")
_FOOTNOTE_HEIGHT = 0.93
_FEWEST_LABELS = 30
_LEGEND_WORDS = 5
_SCATTERED = (
    0.4  # share of left edges that differ: tables of the reports had at most 0.19, maps at least 0.51
)


def body_height(pages: Sequence[PageText]) -> float:
    """The height in which most characters of the document are set."""
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            weights[round(line.height, 1)] += len(line.text)
    return max(weights, key=lambda height: (weights[height], height)) if weights else 0.0


def running_lines(pages: Sequence[PageText]) -> set[int]:
    """The `id`s of the lines that are headers, footers and page numbers.

    A line counts if it stands in the margin of at least a fifth of the pages (and of three, or of all of a shorter
    document) at the same height; a number counts if it grows as the page numbers do. Lines that differ in their numbers
    are one line if these grow so, too, or stay for some pages; see `_is_one_line`.
    """
    found: dict[tuple[bool, str], list[tuple[PageText, Line]]] = defaultdict(list)
    numbers: list[tuple[PageText, Line, int]] = []
    for page in pages:
        for line in page.lines:
            top = line.top > _TOP * page.height
            if not top and line.bottom > _BOTTOM * page.height:
                continue
            if len(line.text) > _LONGEST:
                continue
            if match := _NUMBER.fullmatch(line.text):
                numbers.append((page, line, int(match[1])))
            else:
                found[top, _folded(page, line)].append((page, line))
    shown = sum(bool(page.lines) for page in pages)
    needed = max(min(3, max(2, shown)), _SHARE * shown)
    running: set[int] = set()
    body = body_height(pages)
    for places in found.values():
        for height in [line.bottom for _page, line in places]:
            near = [(page, line) for page, line in places if abs(line.bottom - height) <= _PLACE]
            if len({page.number for page, _line in near}) < needed:
                continue
            one = _is_one_line(near, body)
            texts = Counter(line.text for _page, line in near)
            running.update(id(line) for _page, line in near if one or texts[line.text] >= needed)
    return running | _page_numbers(numbers)


def _is_one_line(near: Sequence[tuple[PageText, Line]], body: float) -> bool:
    """Whether lines that are the same but for their numbers are one running line, not headings "Annex 1", "Annex 2".

    On pages read from pictures the numbers may only have been read differently.
    """
    texts = Counter(line.text for _page, line in near)
    if 2 * len(texts) <= len(near) or any(page.confidence is not None for page, _line in near):
        return True
    lines = [line for _page, line in near]
    if _PAGE_COUNT.search(_DIGITS.sub("#", lines[0].text.casefold())) is None:
        if len(lines) <= 2 or any(ends_sentence(line.text) for line in lines):
            return False
        if len(lines) <= _MOST_HEADINGS and any(line.height > _LARGER * body for line in lines):
            return False
    return _grows(near)


def _grows(near: Sequence[tuple[PageText, Line]]) -> bool:
    """Whether one of the numbers differs from that of its page by the same on most of these lines."""
    offsets: Counter[tuple[int, int]] = Counter()
    for page, line in near:
        values = [int(digits) for digits in _DIGITS.findall(line.text)]
        offsets.update((at, value - page.number) for at, value in enumerate(values) if value < _MOST_PAGES)
    return bool(offsets) and 2 * max(offsets.values()) > len(near)


def _folded(page: PageText, line: Line) -> str:
    """What a running line has in common on all pages; from pictures, also what is often read wrongly in it."""
    folded = _DIGITS.sub("#", line.text).casefold()
    if page.confidence is None:
        return folded
    if len(line.words) == 1 and len(folded) <= _SHORT:
        return f"at {line.right // _NEAR:.0f}"
    return _SYMBOL.sub("s/#/", folded)


def _page_numbers(numbers: Sequence[tuple[PageText, Line, int]]) -> set[int]:
    """Numbers that differ from the number of their page by what most numbers in margins differ."""
    offsets = Counter(value - page.number for page, _line, value in numbers)
    if not offsets:
        return set()
    offset = min(offsets, key=lambda difference: (-offsets[difference], abs(difference), difference))
    if offsets[offset] < 2 and offset != 0:
        return set()
    return {id(line) for page, line, value in numbers if value - page.number == offset}


def is_ruler(text: str) -> bool:
    """Whether a line is drawn with signs: underscores above footnotes, dashes at the end."""
    return _RULER.fullmatch(text) is not None


def is_drawing(page: PageText) -> bool:
    """Whether a page is a map or chart: many short labels that stand in no line with each other."""
    labels = [line for line in page.lines if len(line.words) <= 3]
    if len(labels) < _FEWEST_LABELS or len(labels) < 0.75 * len(page.lines):
        return False
    places = {
        (round(line.left), round(line.bottom)) for line in labels
    }  # names are drawn twice for an outline
    return len({left // 3 for left, _bottom in places}) > _SCATTERED * len(places)


def is_label(line: Line) -> bool:
    """Whether a line of a drawing is no more than a name or number in it."""
    return len(line.words) < _LEGEND_WORDS or len(line.text) < 3 * len(line.words)


def footnotes(lines: Sequence[Line], body: float) -> list[Line]:
    """The lines at the foot of a page that are notes: smaller than the body, the first with a note's sign."""
    start = len(lines)
    while start > 0 and (
        lines[start - 1].height < _FOOTNOTE_HEIGHT * body or is_ruler(lines[start - 1].text)
    ):
        start -= 1
    notes = list(lines[start:])
    while notes and not (_begins_note(notes[0]) or is_ruler(notes[0].text)):
        notes.pop(0)
    if not notes or len(notes) == len(lines) or any(map(_is_row, notes)):
        return []
    above = lines[len(lines) - len(notes) - 1]
    side = median(line.bottom for line in notes)
    return notes if above.bottom > side else []


def _begins_note(line: Line) -> bool:
    first = line.words[0]
    small = first.raised or first.top - first.bottom < 0.85 * line.height
    return small or (
        _NOTE.match(line.text) is not None and len(line.words) > 3 and line.words[1].text[0].isalpha()
    )


def _is_row(line: Line) -> bool:
    """Whether a gap parts its words as the cells of a table are."""
    return any(after.left - word.right > 2 * line.height for word, after in pairwise(line.words[1:]))
