"""The answer span: the few words of a quote that a who, when or how-many question asks for; None where none is sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from corpus.remembered import remembered
from corpus.types import Span
from qa.countries import countries_in, other_forms
from qa.forms import form_asked, has_form
from qa.numerals import SPELLED, number_in
from qa.quantities import NO_CLOCK, changes
from qa.question import AnswerType, Question, digits
from qa.words import Token, Words

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
    "|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre"
)
_DATE = re.compile(
    rf"(?<![\w/])(?:"
    rf"\d{{1,2}}(?P<mark>[./])\d{{1,2}}(?P=mark)(?:1[89]|20)\d\d"
    rf"|(?:\d{{1,2}}(?:st|nd|rd|th|er)?(?:\s*(?:[-–/]|and|to|et|e)\s*\d{{1,2}}(?:st|nd|rd|th)?)?\s+)(?:of\s+)?(?:{_MONTHS})\.?(?:,?\s+(?:of\s+)?(?:1[89]|20)\d\d)?"
    rf"|(?:{_MONTHS})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?(?!\d)(?:,?\s+(?:1[89]|20)\d\d)?"
    rf"|(?:{_MONTHS})\.?(?:\s?[-–/]\s?(?:{_MONTHS})\.?)?,?\s+(?:of\s+)?(?:1[89]|20)\d\d"
    rf"|(?:1[89]|20)\d\d-\d\d(?:-\d\d)?"
    rf"|(?:(?:spring|summer|autumn|fall|winter)(?:\s+of)?\s+)?(?:1[89]|20)\d\d(?:\s*[-–/]\s*(?:(?:1[89]|20)\d\d|\d\d))?s?"
    rf")(?!\w|/\d)"
)
_BARE_MONTH = re.compile(rf"(?<!\w)(?:(?:early|mid|late)[\s-]+)?(?:{_MONTHS})(?!\w)")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_COUNTED_AFTER = re.compile(
    r"\s(?:people|persons|troops|soldiers|officers|refugees|returnees|houses|families|members|personnel|staff|votes|voters"
    r"|men|women|children|civilians|vehicles|cases|euros?|dollars?|per\s?cent|percent|kilomet\w+|ton(?:ne)?s|Serbs|Albanians)\b"
)
_TIME_BEFORE = re.compile(
    r"\b(?:in|since|by|until|till|from|during|of|early|mid|late|before|after|the|this|year|en|depuis|nel|dal|del)[\s-]+$",
    re.IGNORECASE,
)
"""What keeps the year in "in 2000 people fled" from being the number of what follows."""
_LOOK_BACK = 40
"""So many characters before a number or date can make it a label, a count or the end of a range."""
_WORD = re.compile(r"\w+")
_BETWEEN = re.compile(r"\bbetween\s+$", re.IGNORECASE)
_VAGUE = r"(?:several|a\sfew)\s(?:dozen|hundred|thousand|million)|(?:half\s)?a\sdozen|dozens"
_SCALE = r"per\s?cent|percent|percentage points?|%|millions?|billion|thousand|hundred|dozen|milliard|milioni|miliardi|mila"
_DIGITS = r"(?:\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,\u00a0\u202f]\d{3})*(?:[.,]\d+)?)"
_ONE = rf"(?:(?:US)?[$€£]\s?|EUR\s)?(?:{_DIGITS}|(?!zero\b){SPELLED}|{_VAGUE})(?:\sand\sa\shalf)?"
_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?<!\d:){_ONE}(?:[-–](?!0\d|\d{{5}}){_ONE}(?!-\d))?(?:\s?(?:{_SCALE}))?(?:\s(?:euros?|dollars?))?{NO_CLOCK}(?![\w/]|[.,]\d)",
    re.IGNORECASE,
)
_LABEL_BEFORE = re.compile(
    r"\b(?:resolutions?|no\.?|nos\.?|number|para(?:graph)?s?\.?|article|section|annex|chapter|gate|phase|regulation|résolution|risoluzione)\s*$",
    re.IGNORECASE,
)
_CAPITAL = f"[{''.join(filter(str.isupper, map(chr, range(0x530))))}]"
"""A capital of the Latin, Greek or Cyrillic script."""
_PARAGRAPH = re.compile(rf"(?<![^\n])\d{{1,3}}\.\s+(?=[“\"(]?{_CAPITAL})")
_NAME = re.compile(
    rf"(?<!\w){_CAPITAL}[\w’'-]+(?:\s+(?:(?:de|der|den|van|von|di|da|del|della|bin|al|el|Mc|O’|[A-ZÀ-Ý]\.)\s+)*{_CAPITAL}[\w’'-]+){{1,3}}(?!\w)"
)
_HONORIFIC_NAME = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Dr|M|Mme|Sig|Gen|General|Ambassador|President)\.?\s+({_CAPITAL}[\w’'-]+)"
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
_SMALL = re.compile(rf"\b(?!{_CAPITAL})[^\W\d_][\w’'-]*")
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
    named = [{str(year)} for year in question.years]
    named += [_words_of(question.text, span) for span in (*_dates_in(question.text), *_months(question.text))]

    def news(spans: Iterable[Span]) -> list[Span]:
        return [span for span in spans if not any(_words_of(text, span) <= known for known in named)]

    return news(_full_dates(text)) or news(_months(text))


def _words_of(text: str, span: Span) -> set[str]:
    return set(_WORD.findall(text[span.start : span.end].casefold()))


def _months(text: str) -> list[Span]:
    return [Span(*match.span()) for match in _BARE_MONTH.finditer(text)]


def _dates_in(text: str) -> list[Span]:
    """The dates of a text, with those that are labels; no year that counts what follows ("2000 people")."""
    return [
        Span(*match.span())
        for match in _DATE.finditer(text)
        if not _YEAR.fullmatch(match.group())
        or not _COUNTED_AFTER.match(text, match.end())
        or _TIME_BEFORE.search(text, max(0, match.start() - _LOOK_BACK), match.start())
    ]


@remembered
def _full_dates(text: str) -> tuple[Span, ...]:
    return tuple(
        _whole_ranges(text, [span for span in _dates_in(text) if not _is_labelled(text, span.start)])
    )


def _is_labelled(text: str, start: int) -> bool:
    return _LABEL_BEFORE.search(text, max(0, start - _LOOK_BACK), start) is not None


def _whole_ranges(text: str, spans: Iterable[Span]) -> list[Span]:
    """Spans in order, with "between X and Y" as one."""
    whole: list[Span] = []
    for span in spans:
        opening = (
            _BETWEEN.search(text, max(0, whole[-1].start - _LOOK_BACK), whole[-1].start) if whole else None
        )
        if opening and text[whole[-1].end : span.start].strip().lower() == "and":
            whole[-1] = Span(opening.start(), span.end)
        else:
            whole.append(span)
    return whole


def _numbers(text: str, question: Question) -> list[Span]:
    form = form_asked(question.text)
    return [
        span
        for span in free_numbers(text)
        if not _numerals(text, span) <= set(question.numbers) and (form is None or has_form(text, span, form))
    ]


def _numerals(text: str, span: Span) -> set[str]:
    """The digits of a number, or of both ends of a range; a spelled number as it stands."""
    ends = re.split(r"(?<=\d)[-–](?=\d)|\s(?:and|to)\s(?=\D?\d)|^(?i:between)\s", text[span.start : span.end])
    return {digits(end) for end in ends if end}


@remembered
def free_numbers(text: str) -> tuple[Span, ...]:
    """The numbers that belong to no date, are no label and do not count the paragraphs; a range is one."""
    dates = _dates_in(text)
    free = [
        Span(*match.span())
        for match in _NUMBER.finditer(text)
        if not any(date.start < match.end() and match.start() < date.end for date in dates)
        and not _is_labelled(text, match.start())
        and not _PARAGRAPH.match(text, match.start())
    ]
    return tuple(_whole_ranges(text, _up_to(text, free)))


def _up_to(text: str, spans: Iterable[Span]) -> list[Span]:
    """Spans in order, with "X to Y" as one where Y is more, unless something rose from X to Y."""
    whole: list[Span] = []
    for span in spans:
        if whole and text[whole[-1].end : span.start] == " to " and _is_range(text, whole[-1], span):
            whole[-1] = Span(whole[-1].start, span.end)
        else:
            whole.append(span)
    return whole


def _is_range(text: str, one: Span, other: Span) -> bool:
    low, high = (number_in(text[span.start : span.end]) for span in (one, other))
    return (low is None or high is None or low < high) and not changes(text, one.start)


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
    found = free_numbers(text)
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
