"""What a question asks for, read from its words alone: the kind of answer, and the names, numbers and years it names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from corpus.errors import InvalidInput
from corpus.language import detect_language

MAX_CHARACTERS = 10_000


class AnswerType(StrEnum):
    """The kind of words that would answer the question."""

    DATE = "date"
    NUMBER = "number"
    PERSON = "person"
    COUNTRY = "country"
    REASON = "reason"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as asked, cleaned of control characters, with what it names.

    `names` are capitalised words and acronyms, `numbers` all numerals (digits only, separators dropped),
    `years` those numerals that can be a year.
    """

    text: str
    answer_type: AnswerType
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    years: tuple[int, ...]


_NOT_BESIDE = (
    r"(?:the|a|an|did|does|do|will|would|can|could|should|have|has|had|was|were|is|are|be|been|of|to|in|on|for|about|with|by|at"
    r"|from|and|or|behind|after|before|between|against|that)"
)
"""Words that do not stand between "which" and what is asked for."""
_PATTERNS: tuple[tuple[AnswerType, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        (
            AnswerType.NUMBER,
            r"\bhow (?:many|much|large|big|long|old|far|high|strong|often)\b"
            rf"|\b(?:what|which) (?:(?:was|is|were|are) )?(?:the )?(?:(?!{_NOT_BESIDE} )\w+ ){{0,3}}?"
            r"(?:number|share|percentage|proportion|strength|size|total|sum|amount|budget|"
            r"figure|ceiling|turnout|toll|rate|quota|salary|price|cost)\b"
            r"|\bwhat (?:did|does|do|will|would|has|have)\b(?:(?!\bcosts? of\b).)*\bcost(?: (?:to|in|for|per)\b|\W*$)"
            r"|\bwhat (?:jail|prison) (?:sentence|term)\b"
            r"|\bcombien\b|\bquant[aeio]\b|\bwie ?viele?\b|\bcu[aá]nt[oa]s?\b",
        ),
        (
            AnswerType.COUNTRY,
            r"\b(?:what|which|whose) (?:(?:was|is|were|are) )?(?:of )?(?:the )?"
            rf"(?:(?!{_NOT_BESIDE} )\w+ ){{0,2}}?"
            r"(?:countr(?:y|ies)|(?<!united )nations?|nationalit(?:y|ies)|member states?)\b"
            r"|\bquels? pays\b|\bquelles? nationalités?\b|\bqual[ei] (?:paes[ei]|nazionalità)\b",
        ),
        (
            AnswerType.DATE,
            r"^\W*(?:and )?(?:since |until |by |from )?when\b|\b(?:what|which|what exact) (?:day|date|month|year|time)\b"
            r"|\bon what (?:day|date)\b|\bquand\b|\bà quelle date\b|\ben quelle année\b|\bquando\b|\bin (?:che|quale) anno\b"
            r"|\bwann\b|\bcu[aá]ndo\b",
        ),
        (
            AnswerType.PERSON,
            r"^\W*(?:and |by |to |for |under |from |with )?who(?:m|se)?\b"
            # further on it begins a relative clause where another word asks: "Where were the people who were displaced"
            r"|^(?!\W*(?:\w+ )?(?:what|which|where|when|why|how|did|do|does|was|were|is|are|has|have|had|can|could|will"
            r"|would|should)\b).*\bwho (?:was|is|were|led|headed|became|took)\b"
            r"|\b(?:what|which) (?:persons?|people|man|men|woman|women|diplomats?|generals?|officials?|envoys?|names?)\b"
            r"|\bwhat (?:was|is|were|are) the names? of (?:the |a )?(?:[\w-]+ ){0,2}?(?:head|chief|leader|person|envoy"
            r"|commander|officers?|policem[ae]n|soldiers?|m[ae]n|wom[ae]n|boys?|girls?|youths?|youngsters?|victims?|judges?"
            r"|prosecutor|minister|mayor|director|students?)"
            r"(?=\W*$| (?:who|whom|whose|in|on|of|from|at|by|with|outside|\w+ed|shot|found|hurt)\b)"
            r"|\bnames? of\b.*\bwho\b"
            r"|\b(?:tell|told|says?|said|knows?|known|ask|asked|wonder|reveal\w*|stated?|explain\w*|mention\w*|remember|me|us|out)"
            r" who(?:m|se)?\b"
            r"|^\W*qui\b|^\W*chi\b|^\W*wer\b|^\W*quién\b",
        ),
        (
            AnswerType.REASON,
            r"^\W*why\b|\bwhat (?:caused|led to|triggered|prompted)\b|\bfor what reason\b"
            r"|\bwhat (?:was|is|were) the (?:cause|reason)s?\b"
            r"|^\W*pourquoi\b|^\W*perch[eé]\b|^\W*warum\b",
        ),
    )
)
_TERMINAL_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_WORD = re.compile(r"[^\W\d_][\w’'-]*", re.UNICODE)
_NUMERAL = re.compile(r"(?<![\w.])\d+(?:[.,\u00a0\u202f' ]\d{3})*(?:[.,]\d+)?")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_NOT_A_YEAR_AFTER = re.compile(r"\b(?:resolution|no\.?|number|para(?:graph)?\.?|article)\s*$", re.IGNORECASE)
_OPENERS = frozenset(
    str.split("""
    a an and are at be by can could did do does for from had has have how in is may of on or should since
    the to under until was were what when where which who whom whose why will with would qui que quel
    quelle quels quelles quand combien pourquoi comment où dans de la le les il en chi che cosa quale
    quali quando quanti quante quanto perché come dove in il la i gli
""")
)
_REQUESTS = frozenset(
    str.split("""
    compare define describe discuss explain find give identify list name outline please show state summarise
    summarize tell about according after all approximately as before besides concerning despite during even
    following he if it near once only over prior regarding roughly she so some there these they this those
    though through throughout under up upon while within
""")
)
"""Other words that open a question or a request for an answer, and that need not stand in a library."""


def understand(text: str) -> Question:
    """Read a question; raises InvalidInput when there is nothing to search for or it is far too long."""
    cleaned = _clean(text)
    if not any(character.isalnum() for character in cleaned):
        raise InvalidInput("The question is empty: write what you want to know, in words.")
    if len(cleaned) > MAX_CHARACTERS:
        raise InvalidInput(
            f"The question has {len(cleaned):,} characters; at most {MAX_CHARACTERS:,} are read. "
            "Ask a shorter question, or add the text as a document."
        )
    numbers, years = _numerals(cleaned)
    return Question(cleaned, _answer_type(cleaned), _names(cleaned), numbers, years)


@lru_cache(maxsize=256)
def language_asked(question: str) -> str | None:
    """The language (ISO 639 code) that a question is written in, None where a few words do not tell."""
    return detect_language([question])


def _clean(text: str) -> str:
    """Drop terminal sequences and control characters and fold white space; letters of every script stay."""
    plain = _TERMINAL_SEQUENCE.sub(" ", text)
    kept = (" " if unicodedata.category(character) in ("Cc", "Cs") else character for character in plain)
    return " ".join("".join(kept).split())


def _answer_type(text: str) -> AnswerType:
    for kind, pattern in _PATTERNS:
        if pattern.search(text):
            return kind
    return AnswerType.OTHER


def whole_names(text: str) -> tuple[tuple[str, ...], ...]:
    """The names of a question, each with its words: capitalised words that follow each other are one name."""
    names: list[tuple[str, ...]] = []
    end = -1
    for place, word in _capitalised(text):
        if place == end + 1 and text[end] == " ":
            names[-1] += (word,)
        else:
            names.append((word,))
        end = place + len(word)
    return tuple(dict.fromkeys(names))


def opening_word(text: str) -> str | None:
    """The first word of a question where it may be a name: capitalised, and none that opens questions or requests."""
    found = _WORD.search(text)
    word = re.sub(r"[’']s$", "", found.group()) if found else ""
    may_be = word[:1].isupper() and not word.isupper() and word.casefold() not in _OPENERS | _REQUESTS
    return word if may_be else None


def _names(text: str) -> tuple[str, ...]:
    """Capitalised words that are not just the first word of the question; acronyms anywhere."""
    return tuple(dict.fromkeys(word for _, word in _capitalised(text)))


def _capitalised(text: str) -> Iterator[tuple[int, str]]:
    """Where such words stand, without the 's behind them."""
    for match in _WORD.finditer(text):
        word = re.sub(r"[’']s$", "", match.group())
        opens = not text[: match.start()].strip(" \"'“«(¿")
        if word[0].isupper() and word.casefold() not in _OPENERS and (not opens or word.isupper()):
            yield match.start(), word


def _numerals(text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    numbers: dict[str, None] = {}
    years: dict[int, None] = {}
    for match in _NUMERAL.finditer(text):
        numbers[digits(match.group())] = None
        if _YEAR.fullmatch(match.group()) and not _NOT_A_YEAR_AFTER.search(text[: match.start()]):
            years[int(match.group())] = None
    return tuple(numbers), tuple(years)


def digits(numeral: str) -> str:
    """A numeral without its separators, so that "16,000", "16 000" and "16000" are the same."""
    return re.sub(r"[.,'\s](?=\d{3}(?:\D|$))", "", numeral)
