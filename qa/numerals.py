"""Spelled numbers in English, French and Italian: the whole of each as a pattern, and the value of a numeral.

A word that English has too ("due", "cent", "seize", "Otto") is a number only beside a word that English has not.
"""

from __future__ import annotations

import re

_ENGLISH = str.split("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen
""")
_ENGLISH_TENS = str.split("twenty thirty forty fifty sixty seventy eighty ninety")
_FRENCH = str.split(
    "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
)
_FRENCH_TENS = str.split("vingt trente quarante cinquante soixante")
_ITALIAN = str.split("""
    un due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici diciassette
    diciotto diciannove
""")
_ITALIAN_TENS = str.split("venti trenta quaranta cinquanta sessanta settanta ottanta novanta")
_VALUES: dict[str, float] = {
    **{word: number for number, word in enumerate(_ENGLISH)},
    **{word: number for number, word in enumerate(_FRENCH, start=1)},
    **{word: number for number, word in enumerate(_ITALIAN, start=1)},
    **{
        word: 10 * number
        for tens in (_ENGLISH_TENS, _FRENCH_TENS, _ITALIAN_TENS)
        for number, word in enumerate(tens, start=2)
    },
    **{"une": 1, "quatrevingt": 80, "half": 0.5},
}
_HUNDREDS = frozenset({"hundred", "cent", "cents", "cento"})
_SCALES = {
    "dozen": 12.0,
    "hundred": 1e2,
    **dict.fromkeys(("thousand", "mille", "mila"), 1e3),
    **dict.fromkeys(("million", "millions", "milione", "milioni"), 1e6),
    **dict.fromkeys(("billion", "billions", "milliard", "milliards", "miliardo", "miliardi"), 1e9),
}
_MILLION = 1e6
_LINKS = frozenset({"and", "et", "a"})


def _any(words: list[str]) -> str:
    return f"(?:{'|'.join(words)})"


_BIG = _any([word for word, value in _SCALES.items() if value >= _MILLION]) + r"\b"
_UNIT = _any(_ENGLISH[1:10])
_BELOW_100 = rf"(?:{_any(_ENGLISH_TENS)}(?:[\s-]{_UNIT})?|{_any(_ENGLISH[10:])}|{_any(_ENGLISH[:10])})\b"
_BELOW_1000 = (
    rf"(?:(?:{_BELOW_100}|(?<!half\s)a)[\s-]hundred\b(?:\s(?:and\s)?{_BELOW_100}(?!\shundred))?|{_BELOW_100})"
)
_BELOW_MILLION = (
    rf"(?:(?:{_BELOW_1000}|(?<!half\s)a)[\s-]thousand\b(?:\s(?:and\s)?{_BELOW_1000}(?!\s(?:hundred|thousand)))?"
    rf"|{_BELOW_1000})"
)
_IN_ENGLISH = (
    rf"{_BELOW_MILLION}(?:\s{_BIG}\s(?:and\s)?{_BELOW_MILLION}(?!\s(?:hundred|thousand|[mb]illion)))?"
)

_UNITE = r"(?:une?|deux|trois|quatre|cinq|six|(?-i:sept)|huit|neuf)"
_DIZAINE = r"(?:dix[\s-](?:sept|huit|neuf)|(?-i:dix)|onze|douze|treize|quatorze|quinze|seize)"
_SOUS_CENT = (
    rf"(?:(?:quatre[\s-]vingts?|soixante)(?:[\s-](?:et[\s-])?(?:{_DIZAINE}|{_UNITE}))?"
    rf"|(?:vingt|trente|quarante|cinquante)(?:[\s-](?:et[\s-])?{_UNITE})?|{_DIZAINE}|{_UNITE})\b"
)
_SOUS_MILLE = rf"(?:(?:{_UNITE}[\s-])?cents?\b(?:[\s-]{_SOUS_CENT}(?![\s-]cent))?|{_SOUS_CENT})"
_FRENCH_ONLY = (
    r"(?:deux|trois|quatre|cinq|huit|neuf|onze|douze|treize|quatorze|quinze|vingt|trente|quarante|cinquante|soixante|cents"
    r"|mille|milliards?|millions)\b"
)
_SOUS_MILLION = rf"(?:(?:{_SOUS_MILLE}[\s-])?(?<!per\s)mille\b(?:[\s-]{_SOUS_MILLE})?|{_SOUS_MILLE})"
_IN_FRENCH = (
    rf"(?!(?:une?|six|seize|cents?)\b(?![\s-](?:cent[\s-])?{_FRENCH_ONLY}))"
    rf"{_SOUS_MILLION}(?:\s{_BIG}\s{_SOUS_MILLION}(?![\s-](?:cents?|mille|milli(?:on|ard)s?)\b))?"
)
_IN_ITALIAN = (
    r"(?:(?:due(?=\s(?:mila|milioni|miliardi)\b)|(?-i:un(?=\s(?:milione|miliardo|million)\b)|sei|otto)|(?<!per\s)cento"
    rf"|{_any([*_ITALIAN[2:5], _ITALIAN[6], *_ITALIAN[8:], *_ITALIAN_TENS])})\b)"
)
_BEGINNING = _any(sorted({word[:3] for word in (*_VALUES, *_HUNDREDS, *_SCALES)} | {r"a[\s-][ht]"}))
"""What one begins with, so that most words are left at once."""
SPELLED = rf"(?={_BEGINNING})(?>{_IN_FRENCH}|{_IN_ITALIAN}|{_IN_ENGLISH})"
"""A spelled number as a whole or not at all; made for IGNORECASE."""
SCALE = rf"(?:(?:\sand\sa\shalf)?(?:\s{_any(sorted(_SCALES, key=len, reverse=True))}\b)*)"
"""What may stand behind figures or a spelled number and multiplies it; may be empty."""


def number_in(text: str) -> float | None:
    """The value of a numeral in figures or words, None if it is neither."""
    words = re.sub(r"quatre vingts?\b", "quatrevingt", text.lower().replace("-", " "))
    figures = re.match(r"[.,]?\d+(?:[.,'’\s]\d{3}(?!\d))*(?:[.,]\d+)?", words)
    whole = thousands = 0.0
    part = _figures(figures.group()) if figures else 0.0
    for word in words[figures.end() if figures else 0 :].split():
        scale = _SCALES.get(word, 1.0)
        if word in _HUNDREDS or word == "dozen":
            part = max(part, 1.0) * (scale if word == "dozen" else 100)
        elif scale >= _MILLION:
            whole, thousands, part = whole + max(thousands + part, 1.0) * scale, 0.0, 0.0
        elif scale > 1:
            thousands, part = thousands + max(part, 1.0) * scale, 0.0
        elif word in _VALUES:
            part += _VALUES[word]
        elif word not in _LINKS:
            return None
    return whole + thousands + part


def scale_of(text: str) -> float:
    """What the last word of a numeral multiplies the others by, 1 where it does not."""
    return _SCALES.get(text.lower().split()[-1], 1.0)


def _figures(text: str) -> float:
    """Figures with the separators of any language: a group of three digits after a separator is thousands."""
    plain = re.sub(r"[,.'’\s](?=\d{3}(?:\D|$))", "", text)
    return float(plain.replace(",", ".").replace("'", "").replace("’", "").replace(" ", ""))
