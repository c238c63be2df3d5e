"""What the first page of a United Nations document says about it: symbol, date, publisher."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.dates import parse_date
from corpus.formats.pdf_lines import PageText
from corpus.official import SYMBOL
from corpus.types import PartialDate

PUBLISHER = "United Nations"

_SYMBOL_AT_END = re.compile(rf"(?:^|.*\s)(?P<symbol>{SYMBOL})\**")
_UNDER_SYMBOL = re.compile(rf"\bunder the symbol (?P<symbol>{SYMBOL})")
_DISTRIBUTION = re.compile(r"(?:^|.*\s)Distr[.:]\s?:?(?:\s+(?:General|Limited|Restricted))?", re.IGNORECASE)
_ORGANS = (
    "Security Council",
    "General Assembly",
    "Economic and Social Council",
    "Trusteeship Council",
    "Secretariat",
    "Human Rights Council",
)
_ORGAN = "|".join(map(re.escape, _ORGANS))
_HEAD = re.compile(
    rf"""(?:
      UNITED | (?:UNITED\s+)?NATIONS(?:\s+[AEST])? | United\ Nations(?:\s+{SYMBOL}\**)? | {SYMBOL}\** | [AEST]
    | (?:(?:{_ORGAN})\s*)?Distr[.:]\s?:?(?:\s+(?:General|GENERAL|Limited|LIMITED|Restricted))?
    | {_ORGAN} | GENERAL? | LIMITED | General | Limited
    | (?:Original|ORIGINAL):\s.{{3,40}} | \d{{1,2}}\s+[A-Z][a-z]+\s+\d{{4}} | English | ENGLISH\ ONLY | English\ only
    )""",
    re.VERBOSE,
)
_JOB = re.compile(
    r"(?:\d{2}-\d{5,6}\**(?:\s*\([A-Z]\))?(?:\s+\d{6})*(?:\s*/\.{3})?|\*\d{6,8}[A-Z]?\*|`{3,}|/\.{3})"
)
_PICTURED_HEAD = re.compile(
    rf"(?:{_HEAD.pattern})|United\ Nations.{{0,14}}|.{{0,3}}/(?:19|20)\d\d/\d+", re.VERBOSE
)
_DIRT = re.compile(r"^\W*(?:[A-Za-z]{1,2}\b\W+)?(?=[A-Z0-9$])")
_RUNNING_SYMBOL = re.compile(r"(?P<organ>[A-Z$§85])/(?P<number>(?:19|20)\d\d/\d+(?:/[A-Za-z0-9.]+)*)")
_HEAD_LINES = 14
_DATE_WITHIN = 6


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands around the text of a first page; `lines` are the `id`s of the lines that are not content."""

    lines: frozenset[int] = frozenset()
    symbol: str | None = None
    published: PartialDate | None = None
    publisher: str | None = None


def letterhead(pages: Sequence[PageText]) -> Letterhead:
    """Read the head of a first page; all fields are empty for a page without "Distr." or a stated symbol.

    On a page read from its picture signs before the words are dirt, and the symbol is that of the running heads.
    """
    page = pages[0]
    pictured = page.confidence is not None
    head = [line for line in page.lines if line.bottom > 0.7 * page.height][:_HEAD_LINES]
    words = [_DIRT.sub("", line.text) if pictured else line.text for line in head]
    pattern = _PICTURED_HEAD if pictured else _HEAD
    at = next((n for n, text in enumerate(words) if _DISTRIBUTION.fullmatch(text)), None)
    chosen = [n for n, text in enumerate(words) if pattern.fullmatch(text)]
    if at is None or not any("nations" in words[n].casefold() for n in chosen):
        return _announced(page)
    symbols = (_SYMBOL_AT_END.fullmatch(words[n]) for n in chosen)
    symbol = next((match["symbol"] for match in symbols if match), None)
    marked = {id(head[n]) for n in chosen} | {id(line) for line in page.lines if _JOB.fullmatch(line.text)}
    stated = _symbol_of_heads(pages[1:]) if pictured else symbol
    return Letterhead(frozenset(marked), stated, _date_after(words, at), PUBLISHER)


def _symbol_of_heads(pages: Sequence[PageText]) -> str | None:
    """The symbol in most running heads; its S is often read as $ or 8, its number hardly ever wrongly and alike."""
    heads = Counter(
        f"{'S' if match['organ'] in '$8§5' else match['organ']}/{match['number']}"
        for page in pages
        for line in page.lines
        if line.bottom > 0.85 * page.height and (match := _RUNNING_SYMBOL.fullmatch(line.text))
    )
    if not heads:
        return None
    symbol = max(heads, key=lambda found: (heads[found], found))
    return symbol if heads[symbol] >= 2 and heads[symbol] > heads.total() / 2 else None


def _date_after(head: Sequence[str], at: int) -> PartialDate | None:
    for text in head[at + 1 : at + 1 + _DATE_WITHIN]:
        found = parse_date(text)
        if found is not None and found.day is not None:
            return found
    return None


def _announced(page: PageText) -> Letterhead:
    """A covering note: "will be issued under the symbol S/2018/981", with a date alone on its line."""
    match = _UNDER_SYMBOL.search(" ".join(line.text for line in page.lines))
    if match is None:
        return Letterhead()
    dates = {parse_date(line.text) for line in page.lines} - {None}
    day = dates.pop() if len(dates) == 1 else None
    return Letterhead(frozenset(), match["symbol"], day if day and day.day else None, PUBLISHER)


def is_job_number(text: str) -> bool:
    """Whether a line is a printer's number: "04-33180 (E) 030504", "*0433180*"."""
    return _JOB.fullmatch(text) is not None
