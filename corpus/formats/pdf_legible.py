"""Tells pages whose words can be read from scans, and from text that a broken font map has garbled."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from enum import Enum

from corpus.formats.pdf_lines import PageText
from corpus.formats.pdf_margins import is_drawing
from corpus.language import likeness

_FEW_CHARACTERS = 200  # a scan may carry a stamp: a number, "Downloaded from ..."
_MOST_OF_PAGE = 0.5
_SOME_OF_PAGE = 0.1
_ODD = 0.2
_FEWEST_WORDS = 40
_SAMPLE = 1_500  # characters that are shown to the detector of languages
_SHARE = 0.3  # of a page's letters: what one of its fonts must hold to count
_AGREED = 0.5
_WORD = re.compile(r"[^\W\d_]{2,}")
_SPACE = re.compile(r"[\s\x00-\x1f]+")
_CROWD = re.compile(r"[^aeiouyæœøı]{5}")
_MOST_CROWDED = 0.2
# The common words of a language are at least 0.14 of those of a page of prose in it. Below that the page has to read like
# a language to the detector (see docs/log.md); what the detector does not know is no reason to throw a page away.
_COMMON = 0.14
_HARDLY_ANY = 0.05
_LIKE = 0.6
_FOREIGN = 0.03  # in Greek or Cyrillic letters the detector is surer of anything, ...
_CERTAIN = 0.93  # ... and of what it knows surer still
_STOP_WORDS = tuple(
    frozenset(words.split())
    for words in (
        "the of and to in a that is for was on as by with at from which be or an are this were has have not",
        "de la le les et des en du un une que pour dans qui est par sur au il ne",
        "der die das und von zu den mit ist im auf für dem nicht ein eine als auch sich",
        "di che è della per con del non una sono dei alla da il la un in le",
        "de la que el en los del las por se un una para con no su al",
        "de que do em da para com um os não na por uma as no se",
        "dhe në të për me një nga është si se nuk më që ka u",
        "je na se da su od za koji što sa iz ne bi kao ili",
        "ve bir bu için ile da de olarak daha çok gibi kadar olan",
        "het een van de en in op te dat is niet zijn met voor",
        "w z na nie do się jest że od po przez dla oraz jak są",
        "och att det som en på är av för med den till inte ett om",
        "og det er på en til av for med ikke som den et at de",
        "și de la în cu pe este un nu care din se",
        "и в на не с по что за от из для как это у о же",
        "і в на не з по що за від для як та у до є",
        "и на од за се да не со во ќе от по при като",
        "је и у на да се за од су који из",
        "και το της του να με σε από για στο την των οι τα είναι που",
    )
)


class Legible(Enum):
    """Whether a page's text is what it shows, as far as the text itself can tell."""

    YES = "yes"
    DOUBTFUL = "doubtful"
    NO = "no"


def is_scan(page: PageText) -> bool:
    """Whether a page shows a picture where its text should be; a blank page is none."""
    if page.characters == 0:
        return page.pictured > _SOME_OF_PAGE
    return page.characters < _FEW_CHARACTERS and page.pictured > _MOST_OF_PAGE


def has_odd_characters(page: PageText) -> bool:
    """Whether a fifth of the page's characters are no characters of any script: no language has such."""
    counts = Counter(character for line in page.lines for character in line.text if character != " ")
    total = sum(counts.values())
    odd = sum(count for character, count in counts.items() if _is_odd(character))
    return total >= _FEWEST_WORDS and odd > _ODD * total


def legible(page: PageText) -> Legible:
    """Whether the page, or what one of its fonts holds of it, reads like a language; few words and maps are not judged.

    Doubtful is what hardly has the common words of any of twenty languages and reads like none of the detector's 176;
    beyond doubt where its consonants also follow each other as in no language.
    """
    if is_drawing(page):
        return Legible.YES
    found = [_legible(text) for text in _texts(page)]
    return max(found, key=lambda one: list(Legible).index(one), default=Legible.YES)


def agrees(page: PageText, shown: PageText) -> bool:
    """Whether the words that were read from the page's picture are the words of its text."""
    words = {word.casefold() for line in page.lines for word in _WORD.findall(line.text)}
    read = [word.casefold() for line in shown.lines for word in _WORD.findall(line.text) if len(word) > 2]
    return sum(word in words for word in read) > _AGREED * len(read)


def _texts(page: PageText) -> Iterator[str]:
    """The whole text; then what each font holds, if that is a good part of it: one font of several may be broken."""
    yield " ".join(line.text for line in page.lines)
    fonts: dict[str, list[str]] = defaultdict(list)
    for line in page.lines:
        for word in line.words:
            fonts[word.font].append(word.text)
    if len(fonts) > 1:
        least = _SHARE * sum(len(word) for words in fonts.values() for word in words)
        yield from (" ".join(words) for words in fonts.values() if sum(map(len, words)) > least)


def _legible(text: str) -> Legible:
    words = [word.casefold() for word in _WORD.findall(text)]
    if len(words) < _FEWEST_WORDS:
        return Legible.YES
    common = max(sum(word in known for word in words) for known in _STOP_WORDS) / len(words)
    if common >= _COMMON:
        return Legible.YES
    like = likeness(_SPACE.sub(" ", text)[:_SAMPLE])
    letters = [letter for letter in text if letter.isalpha()]
    if 2 * sum(letter < "\u0250" for letter in letters) < len(letters):
        known = 2 * sum("\u0370" <= letter < "\u0530" for letter in letters) > len(letters)
        return Legible.DOUBTFUL if known and common < _FOREIGN and like < _CERTAIN else Legible.YES
    crowded = _crowded(words)
    if like >= _LIKE and not crowded:
        return Legible.YES
    return Legible.NO if crowded and common < _HARDLY_ANY else Legible.DOUBTFUL


def _crowded(words: Sequence[str]) -> bool:
    """Whether a fifth of the long words have five consonants in a row: of 112 languages none has so many."""
    long = [word for word in map(_without_accents, words) if len(word) > 4]
    return sum(_CROWD.search(word) is not None for word in long) > _MOST_CROWDED * len(long)


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _is_odd(character: str) -> bool:
    return character == "\ufffd" or unicodedata.category(character) in ("Co", "Cn", "Cc", "Cs")
