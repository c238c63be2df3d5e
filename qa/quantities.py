"""Quantities in a text: numbers in figures and words, with what is exact about them and their currency or percent sign."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.types import Span
from qa.numerals import SCALE, SPELLED, number_in, scale_of

ROUNDED = 0.05
"""How far, as a share, a value given as "about" may be from another one and still say the same."""
ROUND_FIGURE = 0.025
"""The same for a round figure that does not say that it is one."""

NO_CLOCK = r"(?!:\d|\s?[ap]\.?m\b)"
"""Behind a number: it is no time of day."""
PER_CENT = r"\b(?:per\s?cento?|pour\s?cent)\b|%"
"""What stands behind a share of a hundred, in English, French and Italian."""
_ONE = rf"(?:\d{{1,3}}(?:[,.'’\u00a0\u202f ]\d{{3}})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?|{SPELLED}){SCALE}"
_ABOUT = "about|around|some|roughly|approximately|nearly|almost|close to|an estimated|environ|quelque|près de|circa|quasi"
_AT_LEAST = "more than|over|at least|plus de|au moins|più di|oltre|almeno"
_AT_MOST = "up to|at most|less than|fewer than|under|below|a maximum of|jusqu'à|moins de|fino a|meno di"
_CURRENCY = {
    **dict.fromkeys(("€", "eur", "euro", "euros"), "euro"),
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars", "dollari"), "dollar"),
    **dict.fromkeys(("£", "gbp", "pounds"), "pound"),
}
_MARK = r"US\$|[$€£]|EUR|USD|GBP"
_QUANTITY = re.compile(
    rf"(?<![\w.,/-])(?<!\d:)"
    rf"(?:(?P<about>{_ABOUT})\s+|(?P<least>{_AT_LEAST})\s+|(?P<most>{_AT_MOST})\s+|(?P<between>between)\s+)?"
    rf"(?:(?P<before>{_MARK})\s?)?(?P<low>{_ONE})"
    rf"(?:\s?(?P<link>[-–]|(?(between)and|to)\s)\s?(?P<again>(?:{_MARK})\s?)?(?P<high>{_ONE}))?"
    rf"(?:\s?(?P<percent>{PER_CENT}))?(?:\s(?P<after>euros?|dollars?|dollari|pounds)\b)?{NO_CLOCK}(?![\w-]|[.,/]\d)",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:r(?:o|i|ai)s(?:e|en|es|ing|ed)|increas\w+|gr[eo]w\w*|climb\w*|jump\w*|soar\w*|surg\w+|expand\w*|doubl\w+|up|f[ae]ll\w*"
    r"|drop\w*|declin\w+|decreas\w+|reduc\w+|cut\w*|shr[iau]nk\w*|lower\w*|down|dwindl\w+|diminish\w*|chang\w+|mov(?:ed?|es|ing)"
    r"|went|g(?:o|oes|one|oing)|br(?:ought|ing\w*)|extend\w*|improv\w+)\b"
    rf"(?:(?!\b(?:rang|vary|vari)\w*)[^.;:])*\bfrom\s+(?:(?:{_ABOUT}|{_AT_LEAST}|{_AT_MOST})\s+)?$",
    re.IGNORECASE,
)
_TO = re.compile("to", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_THOUSANDS = re.compile(r"\d{1,3}[,.'’\u00a0\u202f ]000")
_NOT_MUCH_MORE = 5.0
"""In "5-6,000" thousands are meant twice; "5-60,000" is too wide a range to say so."""
_CLAUSE = 120
"""So many characters before "from X to Y" can say that something changed."""
_LABEL = 40
"""So many characters before a number can make it a label or a year."""
_LABEL_BEFORE = re.compile(
    r"\b(?:resolutions?|no\.?|nos\.?|number|para(?:graph)?s?\.?|articles?|section|annex|chapter|gate|phase|regulation"
    r"|résolution|risoluzione|page|rule|directive)\s*$",
    re.IGNORECASE,
)
_TIME_BEFORE = re.compile(
    r"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Uu]ntil|of|[Ff]rom|[Dd]uring|[Ee]n|[Dd]epuis|[Nn]el|[Dd]al|[A-Z][a-zé]+uary|March|April|May|June|July|August"
    r"|\w+ember|October)\s+$"
)
_NAMED_BEFORE = re.compile(r"(?:^|[.;:]\s+|\b(?:the|at|near)\s+)[A-Z][a-z]+\s+$")
_DAY_AFTER = re.compile(
    r"\s+(?:of\s+)?(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range as it stands in a text; `span` takes in "about" and the signs that belong to it.

    `sign` is "percent", a currency, or empty. A lower bound ("more than") has an infinite `high`, an upper one a `low` of 0.
    """

    span: Span
    low: float
    high: float
    sign: str
    about: bool
    bound: bool


def quantities(text: str) -> list[Quantity]:
    """All quantities of a text in order; years, days, ages and the numbers of resolutions or paragraphs are none.

    What something rose or fell from and to are two quantities, not a range.
    """
    found: list[Quantity] = []
    for match in _QUANTITY.finditer(text):
        if not _is_label(text, match):
            found += _stated(text, match)
    return found


def changes(text: str, start: int) -> bool:
    """Whether "X to Y" at `start` says from what to what something changed."""
    return _CHANGED.search(text, max(0, start - _CLAUSE), start) is not None


def _stated(text: str, match: re.Match[str]) -> Iterator[Quantity]:
    """The quantity, range or the two ends of a change that were matched; none where figures fall behind a dash."""
    low = number_in(match["low"])
    high = number_in(match["high"]) if match["high"] else low
    if low is None or high is None:
        return
    if match["high"]:
        low *= _shared_scale(low, high, match)
    sign = (
        "percent"
        if match["percent"]
        else _CURRENCY.get((match["before"] or match["after"] or "").lower(), "")
    )
    first, last = (0.0 if match["most"] else low), (float("inf") if match["least"] else high)
    bound, about = bool(match["least"] or match["most"]), bool(match["about"])
    if not match["high"] or (low <= high and not (_TO.match(match["link"]) and changes(text, match.start()))):
        yield Quantity(Span(*match.span()), first, last, sign, about, bound)
    elif match["between"]:
        yield Quantity(Span(*match.span()), high, low, sign, about, bound)
    elif _TO.match(match["link"]):
        reached = Span(match.start("again" if match["again"] else "high"), match.end())
        last = float("inf") if match["least"] else low
        if not _YEAR.fullmatch(match["low"]):  # "32 per cent in 2005 to 36 per cent"
            yield Quantity(Span(match.start(), match.end("low")), first, last, sign, about, bound)
        yield Quantity(reached, high, high, sign, about=False, bound=False)


def _shared_scale(low: float, high: float, match: re.Match[str]) -> float:
    """What the first number of "5 to 6 million" or "5-6,000" leaves out, which only the second one says; else 1."""
    said = scale_of(match["high"])
    if said > 1:
        return said if scale_of(match["low"]) == 1 and low < said and low * said <= 10 * high else 1.0
    thousands = _THOUSANDS.fullmatch(match["high"]) is not None and match["low"].isdigit()
    return 1000.0 if thousands and low < high / 1000 <= _NOT_MUCH_MORE * low else 1.0


def same_value(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities can both be true of one thing: equal, one rounded, or within the other's range."""
    if one.low <= other.high and other.low <= one.high:
        return True
    gap = min(abs(one.low - other.high), abs(other.low - one.high))
    largest = max(end for end in (one.low, one.high, other.low, other.high) if end < float("inf"))
    return gap <= largest * max(_slack(one), _slack(other))


def _slack(quantity: Quantity) -> float:
    if quantity.about:
        return ROUNDED
    figures = str(int(quantity.low)) if quantity.low < 1e15 else ""
    return ROUND_FIGURE if len(figures.rstrip("0")) <= max(1, len(figures) - 3) else 0.0


def _is_label(text: str, match: re.Match[str]) -> bool:
    """Whether a numeral names or dates something instead of counting it."""
    numeral, start = match["low"], match.start("low")
    begin = max(0, start - _LABEL)
    if match["before"] or match["percent"] or match["after"]:
        return False
    if _LABEL_BEFORE.search(text, begin, start) or _DAY_AFTER.match(text, match.end()):
        return True
    if _YEAR.fullmatch(numeral) and (match["high"] or _TIME_BEFORE.search(text, begin, start)):
        return True
    if numeral.lower() == "one" and not match["high"]:
        return True
    return len(numeral) < 3 and numeral.isdigit() and _NAMED_BEFORE.search(text, begin, start) is not None
