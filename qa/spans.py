"""The answer span: the few words of a quote that a who, when or how-many question asks for; None where none is sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from corpus.remembered import remembered
from corpus.types import Span
from qa.countries import countries_in, other_forms
from qa.forms import form_asked, has_form
from qa.question import AnswerType, Question, digits
from qa.words import Token, Words

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
    "|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
)
_DATE = re.compile(
    rf"(?<!\w)(?:"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|er)?(?:\s*(?:[-–/]|and|to|et|e)\s*\d{{1,2}}(?:st|nd|rd|th)?)?\s+)(?:of\s+)?(?:{_MONTHS})\.?(?:,?\s+(?:of\s+)?(?:1[89]|20)\d\d)?"
    rf"|(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?(?!\d)(?:,?\s+(?:1[89]|20)\d\d)?"
    rf"|(?:{_MONTHS})\.?,?\s+(?:of\s+)?(?:1[89]|20)\d\d"
    rf"|(?:1[89]|20)\d\d-\d\d(?:-\d\d)?"
    rf"|(?:(?:spring|summer|autumn|fall|winter)(?:\s+of)?\s+)?(?:1[89]|20)\d\d(?:\s*[-–/]\s*(?:(?:1[89]|20)\d\d|\d\d))?s?"
    rf")(?!\w)"
)
_BARE_MONTH = re.compile(rf"(?<!\w)(?:(?:early|mid|late)[\s-]+)?(?:{_MONTHS})(?!\w)")
_SPELLED = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    "|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|dozens?"
    "|deux|trois|quatre|cinq|sept|huit|neuf|dix|due|tre|quattro|cinque|sette|otto|nove|dieci"
)
_SCALE = r"per\s?cent|percent|percentage points?|%|million|billion|thousand|hundred|milliard|millions|milioni|miliardi|mila"
_DIGITS = r"(?:\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,\u00a0\u202f]\d{3})*(?:[.,]\d+)?)"
_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:(?:US)?[$€£]\s?|EUR\s)?(?:{_DIGITS}|(?:{_SPELLED})(?:[\s-](?:{_SPELLED}))*)"
    rf"(?:\s?(?:{_SCALE}))?(?:\s(?:euros?|dollars?))?(?![\w/]|[.,]\d)",
    re.IGNORECASE,
)
_LABEL_BEFORE = re.compile(
    r"\b(?:resolutions?|no\.?|nos\.?|number|para(?:graph)?s?\.?|article|section|annex|chapter|gate|phase|regulation|résolution|risoluzione)\s*$",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"(?<![^\n])\d{1,3}\.\s+(?=[“\"(]?[^\W\d_a-z])")
_NAME = re.compile(
    r"(?<!\w)[^\W\d_a-z][\w’'-]+(?:\s+(?:(?:de|der|den|van|von|di|da|del|della|bin|al|el|Mc|O’|[A-ZÀ-Ý]\.)\s+)*[^\W\d_a-z][\w’'-]+){1,3}(?!\w)"
)
_HONORIFIC_NAME = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|M|Mme|Sig|Gen|General|Ambassador|President)\.?\s+([^\W\d_a-z][\w’'-]+)"
)
_NOT_PERSONS = frozenset(
    str.split("""
    united nations security council european union general assembly special representative secretary
    secretary-general kosovo force mission force north south east west northern southern western eastern
    atlantic treaty organization organisation minister prime president ambassador commission committee
    ministry office police service army court assembly government republic state department agency
    institute news desk radio monitor resolution agreement plan protocol brussels belgrade pristina
    serbia albania january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday the a an in on at by for from with mr mrs ms
    dr rule law head chief deputy interim administration international national federal contact group
    troika mitrovica bridge airport camp district region municipality team staff unit brigade battle
    human rights task high judge prosecutor commissioner refugees security-cleared lieutenant colonel major general
""")
)
_SMALL = re.compile(r"\b[^\W\d_A-Z][\w’'-]*")
_REACH = 6.0
"""Words within which a question term counts as near; chosen on the sample set's dev split."""

CELLS = re.compile(r"[|\t]")
"""What stands between the cells of a table's row."""
_APART = 3
"""So many words between two numbers make them two figures, not one ("10 to 12", "12 of the 30")."""

Finder = Callable[[str, Question], list[Span]]


def answer_span(
    question: Question,
    text: str,
    words: Words,
    *,
    common: frozenset[str] = frozenset(),
) -> Span | None:
    """The span of `text` (offsets into it) that answers, or None.

    Candidates of the type asked for are compared by how near the question's words stand to them; a candidate
    that the question itself names is no answer. One with no question word in reach is not sure enough. `common` are
    words that the text's document writes small as well, so that "Advisory Board" is no person.
    """
    finder = _FINDERS.get(question.answer_type)
    tokens = words.asked_in(words.sentence(text)) if finder is not None else []
    if finder is None or not tokens:  # no candidate can have a question word in reach
        return None
    candidates = finder(text, question)
    if question.answer_type is AnswerType.COUNTRY:
        candidates = [span for span in candidates if not words.widespread(text[span.start : span.end])]
    if question.answer_type is AnswerType.PERSON and common:
        candidates = [span for span in candidates if not all_common(text[span.start : span.end], common)]
    if not candidates:
        return None
    scored = [(_nearness(span, tokens, words, text), -span.start, span) for span in candidates]
    best, _, span = max(scored)
    return (
        Span(span.start, span.start + len(text[span.start : span.end].rstrip(" .,;"))) if best > 0 else None
    )


def words_written_small(text: str) -> frozenset[str]:
    """The words of a text that stand there in small letters somewhere."""
    return frozenset(_SMALL.findall(text))


def all_common(name: str, common: frozenset[str]) -> bool:
    """Whether each word of a name is among those that its document writes small as well."""
    return all(word.strip(".,’'").casefold() in common for word in name.split())


def _nearness(span: Span, tokens: Iterable[Token], words: Words, text: str) -> float:
    """The sum of the weights of question terms, each falling with its distance in words.

    Doubled where it stands right after the span, or in a table in the cell before it.
    """
    best: dict[str, float] = {}
    for token in tokens:
        if span.start <= token.start < span.end:
            continue
        before, after = (token.end, span.start) if token.end <= span.start else (span.end, token.start)
        between = text[before:after]
        distance = len(between.split())
        value = words.weights[token.term] / (1.0 + distance / _REACH)
        # a row's label stands in the cell before its value, a unit right behind it
        if distance <= 1 and (CELLS.search(between) is not None) is (token.end <= span.start):
            value *= 2.0
        best[token.term] = max(best.get(token.term, 0.0), value)
    return sum(best.values())


def _dates(text: str, question: Question) -> list[Span]:
    asked_years = {str(year) for year in question.years}
    news = [span for span in _full_dates(text) if text[span.start : span.end] not in asked_years]
    return news or [
        Span(*match.span())
        for match in _BARE_MONTH.finditer(text)
        if match.group() != "may" and match.group() != "march"
    ]


@remembered
def _full_dates(text: str) -> tuple[Span, ...]:
    return tuple(
        Span(*match.span())
        for match in _DATE.finditer(text)
        if not _LABEL_BEFORE.search(text[: match.start()])
    )


def _numbers(text: str, question: Question) -> list[Span]:
    form = form_asked(question.text)
    return [
        span
        for span, number in free_numbers(text)
        if number not in question.numbers and (form is None or has_form(text, span, form))
    ]


@remembered
def free_numbers(text: str) -> tuple[tuple[Span, str], ...]:
    """The numbers that belong to no date, are no label and do not count the paragraphs, with their digits."""
    dates = [match.span() for match in _DATE.finditer(text)]
    return tuple(
        (Span(*match.span()), digits(match.group()))
        for match in _NUMBER.finditer(text)
        if not any(start < match.end() and match.start() < end for start, end in dates)
        and not _LABEL_BEFORE.search(text[: match.start()])
        and not _PARAGRAPH.match(text, match.start())
    )


def _persons(text: str, question: Question) -> list[Span]:
    asked = {name.casefold() for name in question.names}
    spans = []
    for match in _NAME.finditer(text):
        span = trim_titles(text, Span(*match.span()))
        parts = text[span.start : span.end].casefold().split()
        if len(parts) >= 2 and not any(part in _NOT_PERSONS or part in asked for part in parts):
            spans.append(span)
    if not spans:
        spans = [
            Span(*match.span(1))
            for match in _HONORIFIC_NAME.finditer(text)
            if match.group(1).casefold() not in asked
        ]
    return spans


def numbers_apart(text: str) -> bool:
    """Whether a text states several figures, each with words of its own."""
    found = [span for span, _ in free_numbers(text)]
    return any(len(text[one.end : other.start].split()) >= _APART for one, other in pairwise(found))


def trim_titles(text: str, span: Span) -> Span:
    """Drop leading words that are offices or organisations, so that "Special Representative Ann Bee" leaves the name."""
    start = span.start
    for match in re.finditer(r"\S+\s*", text[span.start : span.end]):
        if match.group().strip().casefold() not in _NOT_PERSONS:
            break
        start = span.start + match.end()
    return Span(start, span.end)


def _countries(text: str, question: Question) -> list[Span]:
    asked = tuple(form for name, others in other_forms(question.text).items() for form in (name, *others))
    return [span for span in countries_in(text) if not text.startswith(asked, span.start)]


_FINDERS: dict[AnswerType, Finder] = {
    AnswerType.DATE: _dates,
    AnswerType.NUMBER: _numbers,
    AnswerType.PERSON: _persons,
    AnswerType.COUNTRY: _countries,
}
