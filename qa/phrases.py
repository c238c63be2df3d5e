"""Words of questions and sentences as comparing needs them: stems with synonyms, names, content words, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from corpus.types import Span
from embeddings.lexical import stems
from qa.quantities import quantities
from qa.time import mentions
from qa.words import FUNCTION_WORDS

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_ALIKE = {
    word: words.split()[0]
    for words in (
        "troop soldier soldat soldati militair militari",
        "peopl person persona personn",
        "home hous",
        "kill die dead death",
        "injur wound hurt injuri",
        "polici policeman policier poliziotti",
        "lead led",
        "send sent",
        "hold held",
        "lose lost",
        "build built",
        "rebuild rebuilt",
        "sell sold",
        "flee fled",
        "take took taken",
        "becom becam",
        "kilometr kilomet km",
        "metr meter",
    )
    for word in words.split()
}
_GENERIC = frozenset(
    str.split(
        "number total count figur amount mani serv compt conta exist currentli now actual present today whole between"
        " chang develop evolv popul insid within sinc onward"
    )
)
_OVER_TIME = re.compile(
    r"\b(?:(?:over|with|in the course of|through(?:out)?) (?:the )?(?:time|years|months|decades)|trends? (?:in|of)"
    r"|(?:from )?(?:year|month) (?:by|to|after|on) (?:year|month))\b",
    re.IGNORECASE,
)
_HOW_DID = re.compile(r"^\W*how (?:did|do|does|has|have|had)\b", re.IGNORECASE)
_MOVED = frozenset(
    str.split(
        "grow grew grown fall fell fallen rise rose risen declin increas decreas shrink shrank shrunk dwindl drop vari"
    )
)
"""What a number can do: in "how did the number of ... fall" it is asked for, and no sentence has to say it."""
NOT_NAMES = frozenset(
    str.split("""
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday mr mrs ms dr
""")
)


def stems_in(text: str) -> frozenset[str]:
    """The stems of all words of a text."""
    return frozenset(stem(match.group()) for match in WORD.finditer(text))


def content_of(text: str) -> frozenset[str]:
    """The stems of the words of a question that an answer has to be about, without times."""
    plain = text
    for mention in reversed(mentions(text)):
        plain = plain[: mention.start] + " " + plain[mention.end :]
    plain = _OVER_TIME.sub(" ", plain)
    dropped = _GENERIC | _MOVED if _HOW_DID.match(text) else _GENERIC
    return (
        frozenset(stem(word) for word in WORD.findall(plain) if word.lower() not in FUNCTION_WORDS) - dropped
    )


def names_in(text: str, *, opening: bool) -> frozenset[str]:
    """The stems of capitalised words; the first word of a sentence counts only if `opening` and it is no small word."""
    found = set()
    for match in WORD.finditer(text):
        word = match.group()
        if not word[0].isupper() or word.lower() in NOT_NAMES or word.lower() in FUNCTION_WORDS:
            continue
        if not text[: match.start()].strip(" \"'“«(") and (not opening or _number_like(word)):
            continue
        found.add(stem(word))
    return frozenset(found)


def _number_like(word: str) -> bool:
    """Whether a capitalised first word is a quantity or a word before one, not a name."""
    return bool(quantities(word)) or any(one.span.start == 0 for one in quantities(f"{word} 5,000"))


def sentences_of(text: str) -> Iterator[Span]:
    """Sentences of a quote: cut at full stops and line ends, not at semicolons."""
    start = 0
    for match in re.finditer(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý\d“\"])|\n+", text):
        if re.search(r"\b(?:Mr|Mrs|Ms|Dr|No|St|Gen|[A-Z])\.$", text[start : match.start()]):
            continue
        yield Span(start, match.start())
        start = match.end()
    if start < len(text):
        yield Span(start, len(text))


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """The stem of a word; words that count the same have the same."""
    word = re.sub(r"[’']s$", "", word)
    parts = stems(word)
    found = parts[-1] if parts else word.casefold()
    return _ALIKE.get(found, found)


def moved(span: Span, by: int) -> Span:
    """The span as seen from a text that begins earlier."""
    return Span(span.start + by, span.end + by)
