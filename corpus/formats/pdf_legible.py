"""Tells pages whose words can be read from scans, and from text that a broken font map has garbled."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from corpus.formats.pdf_lines import PageText

_FEW_CHARACTERS = 200  # a scan may carry a stamp: a number, "Downloaded from ..."
_MOST_OF_PAGE = 0.5
_SOME_OF_PAGE = 0.1
_ODD = 0.2
_PROSE_WORDS = 80
_WORD = re.compile(r"[^\W\d_]{2,}")
_VOWELS = frozenset("aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœ")
_STOP_WORDS = frozenset(
    " ".join(
        (
            "the of and to in a is that for was on as by with at from which be or an are this were has have not",
            "de la le les et des en du un une que pour dans qui est par sur au il ne",
            "der die das und von zu den mit ist im auf für dem nicht ein eine als auch sich",
            "di che è della per con del non una sono dei alla da el los las por se su para",
            "dhe në të për me një nga është e i u je na od za",
        )
    ).split(" ")
)


def is_scan(page: PageText) -> bool:
    """Whether a page shows a picture where its text should be; a blank page is none."""
    if page.characters == 0:
        return page.pictured > _SOME_OF_PAGE
    return page.characters < _FEW_CHARACTERS and page.pictured > _MOST_OF_PAGE


def is_garbled(page: PageText) -> bool:
    """Whether most of what the page gives as text is not what it shows.

    Either a fifth of its characters are no characters of any script, or it is prose in Latin letters without the
    common words of any of six languages and with a share of vowels that no language has.
    """
    counts = Counter(character for line in page.lines for character in line.text if character != " ")
    total = sum(counts.values())
    if total < 40:
        return False
    odd = sum(count for character, count in counts.items() if _is_odd(character))
    if odd > _ODD * total:
        return True
    words = [word.casefold() for line in page.lines for word in _WORD.findall(line.text)]
    if len(words) < _PROSE_WORDS or any(not _latin(word[0]) for word in words[:_PROSE_WORDS]):
        return False
    if sum(word in _STOP_WORDS for word in words) > 0.02 * len(words):
        return False
    letters = "".join(words)
    vowels = sum(letter in _VOWELS for letter in letters) / len(letters)
    return not 0.28 < vowels < 0.62


def _is_odd(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs")


def _latin(character: str) -> bool:
    return character < "\u0250"
