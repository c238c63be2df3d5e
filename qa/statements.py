"""What a sentence states as a value for what a question asks: a quantity, a person in office, or the day of an event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.types import Span
from qa.offices import holders
from qa.parts import is_growth, part_of_count, part_of_measure
from qa.phrases import WORD, content_of, moved, names_in, sentences_of, stem, stems_in
from qa.quantities import Quantity, quantities, same_value
from qa.question import AnswerType, Question
from qa.time import Period, mentions
from qa.types import Compared
from qa.words import FUNCTION_WORDS

_IRREGULAR_PLURALS = frozenset(
    {"people", "men", "women", "children", "police", "staff", "personnel", "troops"}
)
_COUNTED = re.compile(
    r"\b(?:how many|(?:the |total )?number of|combien de|combien d['’]|quant[ie])\s+(?P<counted>.+)",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"\b(?P<measure>(?P<money>budget|price|cost|salary|debt)|(?P<share>turnout|rate|share|percentage|quota)|(?P<people>strength|ceiling))\b",
    re.IGNORECASE,
)
_NUMBER_OF = re.compile(
    r"\bnumber of (?P<counted>[^,;:]{3,120}?)\s(?:was|is|were|are|stands at|stood at|reached|totalled|to be|at|to)\s+$",
    re.IGNORECASE,
)
_LONG = re.compile(r"\bhow (?:long|far) (?:is|was) the\b", re.IGNORECASE)
_HEADS = frozenset({"troop", "personnel", "staff", "peopl", "polic", "offic"})
_LENGTHS = frozenset({"kilometr", "metr", "mile"})
_CHANGES = re.compile(
    r"\b(?:another|additional|further|extra|more|remaining|other|including|among (?:them|those|whom)"
    r"|of (?:them|those|these|whom|which)|will|would|is to|are to|was to|were to|planned|expected|should|could"
    r"|(?-i:may)|might|lost|reduc\w+ by|increas\w+ (?:of|by)|decreas\w+ (?:of|by)|(?:rose|fell|cut|grew|dropped) by"
    r"|every|each|per(?!\s?cent)|monthly|a (?:day|week|month|year)|authori[sz]ed|actual|average|maximum|minimum|initial"
    r"|proposed|approved|part|section|half|third|quarter|first|second|last|only|former|not(?!\s*$)|no longer|yet)\b"
    r"|^Of the\b",
    re.IGNORECASE,
)
_STRUCK = re.compile(
    r"\b(?:shot|hurt|killed|injured|wounded|dead|died|deaths?|toll|casualties|detained|arrested|attacked)\b",
    re.IGNORECASE,
)
"""What happens to some of a whole: "two soldiers were shot" is no strength."""
_SAID = re.compile(
    r",?\s*(?:according to\s+[^,.;]+|(?:the\s+)?[^\s,.;]+(?:\s[^\s,.;]+)?\s(?:says?|said|reported))\s*[.,]?$"
    r"|^According to [^,]+,|^[^.;,]{0,80}?\b(?:says?|said|reports?|reported|announced|estimates?|estimated)\s+that\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A value in a sentence, offsets into the text that was looked at; only statements of one `about` are comparable."""

    kind: Compared
    span: Span
    unit: Span | None
    about: frozenset[str]
    value: Quantity | str | Period

    def agrees(self, other: Statement) -> bool:
        """Whether both can be true at once."""
        mine, theirs = self.value, other.value
        if isinstance(mine, Quantity) and isinstance(theirs, Quantity):
            return same_value(mine, theirs)
        if isinstance(mine, Period) and isinstance(theirs, Period):
            return mine.start <= theirs.end and theirs.start <= mine.end
        return mine == theirs


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question asks values of: the unit, what else must be said with it, and the names it must be said of.

    `acts` are those of the words that the sentence itself must have; the others may stand in its title or passage.
    """

    units: frozenset[str]
    sign: frozenset[str]
    modifiers: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    acts: frozenset[str]


def statements(question: Question, text: str, around: str) -> list[Statement]:
    """What a quote states for a question, in order; `around` is its title and passage, where names may stand too."""
    if question.answer_type is AnswerType.PERSON:
        names = holders(question, text, around)
        return [Statement(Compared.PERSON, span, None, frozenset(), _surname(text, span)) for span in names]
    if question.answer_type is AnswerType.DATE:
        return list(_days(question, text))
    wanted = wanted_of(question.text)
    return list(_counts(wanted, question, text, around)) if wanted else []


@lru_cache(maxsize=256)
def wanted_of(question: str) -> Wanted | None:
    """What a question counts or measures, None if nothing that can be compared."""
    names = names_in(question, opening=False)
    if counted := _COUNTED.search(question):
        noun = _noun_phrase(counted["counted"])
        if not noun:
            return None
        head, modifiers = stem(noun[-1]), frozenset(map(stem, noun[:-1])) - names
        rest = content_of(question) - names - modifiers - {head}
        return Wanted(
            frozenset({head}), frozenset({""}), modifiers, rest, names, _acts(question, noun[-1], rest)
        )
    if _LONG.search(question):
        rest = content_of(question) - names - {"long", "far"}
        return Wanted(_LENGTHS, frozenset({""}), frozenset(), rest, names, rest)
    if measured := _MEASURED.search(question):
        rest = content_of(question) - names
        if measured["money"]:
            return Wanted(frozenset(), frozenset({"euro", "dollar", "pound"}), frozenset(), rest, names, rest)
        if measured["share"]:
            return Wanted(frozenset(), frozenset({"percent"}), frozenset(), rest, names, rest)
        heads = rest & _HEADS  # "troop strength" is a number of troops, whatever the sentence calls it
        rest -= heads | {"strength"}
        return Wanted(heads or _HEADS, frozenset({""}), frozenset(), rest, names, rest)
    return None


def _acts(question: str, noun: str, rest: frozenset[str]) -> frozenset[str]:
    """What is done in a question that counts: the word after what is counted, what ends like a verb, all after "did"."""
    if re.search(r"\b(?:do|does|did)\b", question, re.IGNORECASE):
        return rest
    after = WORD.findall(question[question.rindex(noun) + len(noun) :])
    first = [word for word in after if stem(word) in rest][:1]
    return rest & frozenset(map(stem, (*first, *(word for word in after if word.endswith("ed")))))


def _counts(wanted: Wanted, question: Question, text: str, around: str) -> Iterator[Statement]:
    for sentence in sentences_of(text):
        words = text[sentence.start : sentence.end]
        found = quantities(words)
        for place, quantity in enumerate(found):
            before = found[place - 1].span.end if place else 0
            after = found[place + 1].span.start if place + 1 < len(found) else len(words)
            stated = _count(wanted, question, words, quantity, Span(before, after), around)
            if stated is not None:
                unit, about = stated
                yield Statement(
                    Compared.QUANTITY,
                    moved(quantity.span, sentence.start),
                    moved(unit, sentence.start) if unit else None,
                    about | ({quantity.sign} if quantity.sign else set()),
                    quantity,
                )


def _count(
    wanted: Wanted, question: Question, words: str, quantity: Quantity, territory: Span, around: str
) -> tuple[Span | None, frozenset[str]] | None:
    """The unit of a quantity and what it is said of, None unless it is a value of what is wanted."""
    if quantity.sign not in wanted.sign or (quantity.bound and quantity.low == 0.0):
        return None
    unit, modifiers, foreign = None, frozenset[str](), False
    if wanted.units:
        place = _unit(wanted, words, quantity.span.end) or _unit_before(
            wanted, words, Span(territory.start, quantity.span.start)
        )
        if place is None:
            return None
        unit, modifiers, foreign = place
        if not wanted.modifiers <= modifiers and not foreign:
            return None
    if is_growth(question.text, words, quantity.span, unit):
        return None
    if not _is_said(wanted, words, territory, around, foreign):
        return None
    said = _SAID.sub("", words)
    near = words[max(0, territory.start) : territory.end]
    qualifiers = {match.group().lower() for match in _CHANGES.finditer(near)}
    qualifiers -= set(map(str.lower, question.text.split()))
    if not _STRUCK.search(question.text):
        qualifiers |= {match.group().lower() for match in _STRUCK.finditer(near)}
    extra = names_in(said, opening=True) - wanted.names - wanted.words
    kind = {stem(words[unit.start : unit.end])} if unit and wanted.units == _HEADS else set[str]()
    part = _part(wanted, question.text, words, quantity, unit, territory) - extra - modifiers - kind
    return unit, frozenset(qualifiers) | extra | kind | part | (modifiers - wanted.modifiers - wanted.names)


def _part(
    wanted: Wanted, question: str, words: str, quantity: Quantity, unit: Span | None, near: Span
) -> frozenset[str]:
    """What the words around a value limit it to, beside names and what stands between it and its unit."""
    found = part_of_count(question, words, near, unit, stock=not wanted.acts) if unit else frozenset[str]()
    if _MEASURED.search(question) and not _COUNTED.search(question):
        asked = stems_in(question)
        places = [Span(*match.span()) for match in _MEASURED.finditer(words, near.start, near.end)]
        measures = [place for place in places if stem(words[place.start : place.end]) in asked]
        found |= part_of_measure(question, words, near, quantity.span, measures)
    return found - wanted.units


def _unit(wanted: Wanted, words: str, start: int) -> tuple[Span, frozenset[str], bool] | None:
    """The unit among the three words after a quantity, the words between, and whether it is in another language."""
    between: list[str] = []
    last = start
    for match in WORD.finditer(words, start, start + 80):
        gap = words[last : match.start()]
        if gap.strip(" -") or len(between) > 2:
            return None
        found = stem(match.group())
        if found in wanted.units:
            foreign = match.group().casefold() in (
                "soldats",
                "soldati",
                "militaires",
                "personnes",
                "persone",
                "policiers",
            )
            return Span(*match.span()), frozenset(between), foreign
        if match.group().lower() not in ("de", "di"):
            between.append(found)
        last = match.end()
    return None


def _unit_before(wanted: Wanted, words: str, span: Span) -> tuple[Span, frozenset[str], bool] | None:
    """The unit in "the number of displaced persons living there was" right before a quantity."""
    counted = _NUMBER_OF.search(words, span.start, span.end)
    return _unit(wanted, words, counted.start("counted")) if counted else None


def _is_said(wanted: Wanted, words: str, territory: Span, around: str, foreign: bool) -> bool:
    """Whether the sentence says of the names asked about what is asked, the verb on the value's side of other values."""
    own = stems_in(words)
    if not wanted.names <= own | stems_in(around):
        return False
    if foreign:
        return True
    if not wanted.words <= own | (stems_in(around) - wanted.acts):
        return False
    near = stems_in(words[territory.start : territory.end])
    verbs = frozenset(
        stem(word) for word in WORD.findall(words) if word.endswith("ed") or stem(word) in ("kill", "injur")
    )
    return not ((wanted.words & verbs) - near)


def _days(question: Question, text: str) -> Iterator[Statement]:
    """Days, months or years that a sentence gives for the one event asked about."""
    if re.match(r"\W*when (?:were|are)\b", question.text, re.IGNORECASE):
        return  # what happened several times has several dates
    wanted = content_of(question.text)
    for sentence in sentences_of(text):
        words = text[sentence.start : sentence.end]
        if not wanted <= stems_in(words):
            continue
        found = mentions(words)
        if len(found) != 1:
            continue
        (mention,) = found
        before = [word for word in WORD.findall(words[: mention.start]) if word.lower() not in FUNCTION_WORDS]
        if before and stem(before[-1]) not in wanted:
            continue
        span = Span(mention.start, mention.end)
        yield Statement(Compared.DATE, moved(span, sentence.start), None, frozenset(), mention.period)


def _surname(text: str, span: Span) -> str:
    return text[span.start : span.end].split()[-1].casefold()


def _noun_phrase(text: str) -> list[str]:
    """The words counted in "displaced people returned to ...": up to the last plural before a verb or a small word."""
    run: list[str] = []
    for match in WORD.finditer(text):
        word = match.group()
        if word.lower() in FUNCTION_WORDS or (run and word[0].isupper() and not run[-1][0].isupper()):
            break
        run.append(word)
        if len(run) == 4:
            break
    plural = [place for place, word in enumerate(run) if _is_plural(word)]
    return run[: plural[-1] + 1] if plural else run[:1]


def _is_plural(word: str) -> bool:
    return word.lower() in _IRREGULAR_PLURALS or (
        word.lower().endswith("s") and not word.lower().endswith("ss")
    )
