"""Quantities in a text: numbers in figures and words, with what is exact about them and their currency or percent sign."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.types import Span

ROUNDED = 0.05
"""How far, as a share, a value given as "about" may be from another one and still say the same."""
ROUND_FIGURE = 0.025
"""The same for a round figure that does not say that it is one."""

_SMALL = {
    word: number
    for number, words in enumerate(
        str.split("""
    zero one/un/une/uno/una two/deux/due three/trois/tre four/quatre/quattro five/cinq/cinque six/sei seven/sept/sette
    eight/huit/otto nine/neuf/nove ten/dix/dieci eleven/onze/undici twelve/douze/dodici thirteen/treize/tredici
    fourteen/quatorze/quattordici fifteen/quinze/quindici sixteen/seize/sedici seventeen/diciassette eighteen/diciotto
    nineteen/diciannove
    """)
    )
    for word in words.split("/")
}
_TENS = {
    word: 10 * number
    for number, words in enumerate(
        str.split(
            "twenty/vingt/venti thirty/trente/trenta forty/quarante/quaranta fifty/cinquante/cinquanta"
            " sixty/soixante/sessanta seventy/settanta eighty/ottanta ninety/novanta"
        ),
        start=2,
    )
    for word in words.split("/")
}
_NO_NUMBERS_ALONE = frozenset({"one", "un", "une", "uno", "una"})
_SCALES = {
    **dict.fromkeys(("hundred", "cents"), 1e2),
    **dict.fromkeys(("thousand", "mille", "mila"), 1e3),
    **dict.fromkeys(("million", "millions", "milione", "milioni"), 1e6),
    **dict.fromkeys(("billion", "billions", "milliard", "milliards", "miliardo", "miliardi"), 1e9),
}
PER_CENT = r"\b(?:per\s?cento?|pour\s?cent)\b|%"
"""What stands behind a share of a hundred, in English, French and Italian."""
_HUNDREDS = ("hundred", "cent", "cents", "cento")
_WORD_NUMBER = "|".join(sorted((*_SMALL, *_TENS, *_HUNDREDS, "thousand", "mille"), key=len, reverse=True))
_NUMBER = (
    r"(?:\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
    rf"|(?:{_WORD_NUMBER})(?:[\s-](?:and\s)?(?:{_WORD_NUMBER}))*)"
)
_SCALE = rf"(?:\s(?:{'|'.join(sorted(_SCALES, key=len, reverse=True))})\b(?!\s?(?:per\s?cent)))*"
_ONE = rf"{_NUMBER}{_SCALE}"
_ABOUT = "about|around|some|roughly|approximately|nearly|almost|close to|an estimated|environ|quelque|près de|circa|quasi"
_AT_LEAST = "more than|over|at least|plus de|au moins|più di|oltre|almeno"
_AT_MOST = "up to|at most|less than|fewer than|under|below|a maximum of|jusqu'à|moins de|fino a|meno di"
_CURRENCY = {
    **dict.fromkeys(("€", "eur", "euro", "euros"), "euro"),
    **dict.fromkeys(("$", "us$", "usd", "dollar", "dollars", "dollari"), "dollar"),
    **dict.fromkeys(("£", "gbp", "pounds"), "pound"),
}
_QUANTITY = re.compile(
    rf"(?<![\w.,/-])(?:(?P<about>{_ABOUT})\s+|(?P<least>{_AT_LEAST})\s+|(?P<most>{_AT_MOST})\s+|(?P<between>between)\s+)?"
    rf"(?:(?P<before>US\$|[$€£]|EUR|USD|GBP)\s?)?(?P<low>{_ONE})"
    rf"(?:\s?(?:[-–]|(?(between)and|to)\s)\s?(?:US\$|[$€£]|EUR\s?|USD\s?|GBP\s?)?(?P<high>{_ONE}))?"
    rf"(?:\s?(?P<percent>{PER_CENT}))?(?:\s(?P<after>euros?|dollars?|dollari|pounds)\b)?(?![\w-]|[.,/]\d)",
    re.IGNORECASE,
)
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
    """All quantities of a text in order; years, days, ages and the numbers of resolutions or paragraphs are none."""
    found = []
    for match in _QUANTITY.finditer(text):
        if _is_label(text, match):
            continue
        low = number_in(match["low"])
        high = number_in(match["high"]) if match["high"] else low
        if low is None or high is None:
            continue
        if (
            match["high"]
            and low < 1000 <= high
            and _has_scale(match["high"])
            and not _has_scale(match["low"])
        ):
            low *= _scale_of(match["high"])
        sign = (
            "percent"
            if match["percent"]
            else _CURRENCY.get((match["before"] or match["after"] or "").lower(), "")
        )
        if match["least"]:
            high = float("inf")
        elif match["most"]:
            low = 0.0
        found.append(
            Quantity(
                Span(*match.span()),
                low,
                high,
                sign,
                bool(match["about"]),
                bool(match["least"] or match["most"]),
            )
        )
    return found


def same_value(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities can both be true of one thing: equal, one rounded, or within the other's range."""
    if one.low <= other.high and other.low <= one.high:
        return True
    gap = min(abs(one.low - other.high), abs(other.low - one.high))
    largest = max(end for end in (one.low, one.high, other.low, other.high) if end < float("inf"))
    return gap <= largest * max(_slack(one), _slack(other))


def number_in(text: str) -> float | None:
    """The value of a numeral in figures or words, None if it is neither."""
    words = text.lower().replace("-", " ").split()
    scale = 1.0
    while len(words) > 1 and _SCALES.get(words[-1], 0.0) >= (1e2 if words[0][0].isdigit() else 1e6):
        scale *= _SCALES[words.pop()]
    rest = " ".join(words)
    if rest[:1].isdigit():
        return _figures(rest) * scale
    total = part = 0.0
    for word in words:
        if word in _HUNDREDS:
            part = max(part, 1.0) * 100
        elif word in ("thousand", "mille"):
            total, part = total + max(part, 1.0) * 1000, 0.0
        elif word in _SMALL or word in _TENS:
            part += _SMALL.get(word, 0) + _TENS.get(word, 0)
        elif word != "and":
            return None
    return (total + part) * scale


def _figures(text: str) -> float:
    """Figures with the separators of any language: a group of three digits after a separator is thousands."""
    plain = re.sub(r"[,.'’\s](?=\d{3}(?:\D|$))", "", text)
    return float(plain.replace(",", ".").replace("'", "").replace("’", "").replace(" ", ""))


def _slack(quantity: Quantity) -> float:
    if quantity.about:
        return ROUNDED
    figures = str(int(quantity.low)) if quantity.low < 1e15 else ""
    return ROUND_FIGURE if len(figures.rstrip("0")) <= max(1, len(figures) - 3) else 0.0


def _has_scale(text: str) -> bool:
    return _scale_of(text) > 1


def _scale_of(text: str) -> float:
    return _SCALES.get(text.lower().split()[-1], 1.0)


def _is_label(text: str, match: re.Match[str]) -> bool:
    """Whether a numeral names or dates something instead of counting it."""
    before, numeral = text[: match.start("low")], match["low"]
    if match["before"] or match["percent"] or match["after"]:
        return False
    if _LABEL_BEFORE.search(before) or _DAY_AFTER.match(text, match.end()):
        return True
    if re.fullmatch(r"(?:1[89]|20)\d\d", numeral) and (_TIME_BEFORE.search(before) or match["high"]):
        return True
    if numeral.lower() in _NO_NUMBERS_ALONE and not match["high"]:
        return True
    return len(numeral) < 3 and numeral.isdigit() and bool(_NAMED_BEFORE.search(before))
