"""What a sentence states as a value for what a question asks: a quantity, a person in office, or the day of an event."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.types import Span
from embeddings.lexical import stems
from qa.quantities import Quantity, quantities, same_value
from qa.question import AnswerType, Question
from qa.spans import trim_titles
from qa.time import Period, mentions
from qa.types import Compared
from qa.words import FUNCTION_WORDS

_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
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
        "number total count figur amount mani serv compt conta exist currentli now actual present today whole"
    )
)
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
_LONG = re.compile(r"\bhow (?:long|far) (?:is|was) the\b", re.IGNORECASE)
_HEADS = frozenset({"troop", "personnel", "staff", "peopl", "polic", "offic"})
_LENGTHS = frozenset({"kilometr", "metr", "mile"})
_CHANGES = re.compile(
    r"\b(?:another|additional|further|extra|more|remaining|other|including|among (?:them|those|whom)"
    r"|of (?:them|those|these|whom|which)|will|would|is to|are to|was to|were to|planned|expected|should|could|may|might"
    r"|lost|reduc\w+ by|increas\w+ (?:of|by)|decreas\w+ (?:of|by)|(?:rose|fell|cut|grew|dropped) by"
    r"|every|each|per(?!\s?cent)|monthly|a (?:day|week|month|year)|authori[sz]ed|actual|average|maximum|minimum|initial"
    r"|proposed|approved|part|section|half|third|quarter|first|second|last|only|former|not(?!\s*$)|no longer|yet)\b"
    r"|^Of the\b",
    re.IGNORECASE,
)
_SAID = re.compile(
    r",?\s*(?:according to\s+[^,.;]+|(?:the\s+)?[^\s,.;]+(?:\s[^\s,.;]+)?\s(?:says?|said|reported))\s*[.,]?$"
    r"|^According to [^,]+,",
    re.IGNORECASE,
)
_NOT_NAMES = frozenset(
    str.split("""
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday mr mrs ms dr
""")
)
_OFFICE = re.compile(
    r"^\W*(?:who|qui|chi)\s+(?:is|was|were|are|est|était|è|era)\s+(?:the\s+|le\s+|la\s+|il\s+)?(?P<office>[\w -]+?)"
    r"\s+(?:of|in|for|at|de|du|di|del|della)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\W*who\s+(?P<verb>heads?|headed|leads?|led|commands?|commanded|chairs?|chaired)\b", re.IGNORECASE
)
_TITLE = r"(?:(?:Mr|Mrs|Ms|Dr|Sir|Judge|General|Ambassador|Lieutenant General|Major General)\.?\s+)*"
_NAME = rf"(?P<name>{_TITLE}[A-ZÀ-Ý][\w’'-]+(?:\s+(?:de|van|von|di|da|al|[A-ZÀ-Ý]\.))*(?:\s+[A-ZÀ-Ý][\w’'-]+){{0,2}})"
_NOT_IN_OFFICE = r"(?<!deputy )(?<!former )(?<!then )(?<!acting )(?<!future )(?<!assistant )(?<!vice )(?<!-)"
_VERBS = {"head": "head(?:s|ed)?|lead(?:s)?|led", "lead": "head(?:s|ed)?|lead(?:s)?|led"}


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
    """What a question asks values of: the unit, what else must be said with it, and the names it must be said of."""

    units: frozenset[str]
    sign: frozenset[str]
    modifiers: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]


def statements(question: Question, text: str, around: str) -> list[Statement]:
    """What a quote states for a question, in order; `around` is its title and passage, where names may stand too."""
    if question.answer_type is AnswerType.PERSON:
        return list(_persons(question, text, around))
    if question.answer_type is AnswerType.DATE:
        return list(_days(question, text))
    wanted = wanted_of(question.text)
    return list(_counts(wanted, question, text, around)) if wanted else []


@lru_cache(maxsize=256)
def wanted_of(question: str) -> Wanted | None:
    """What a question counts or measures, None if nothing that can be compared."""
    names = _names_in(question, opening=False)
    if counted := _COUNTED.search(question):
        noun = _noun_phrase(counted["counted"])
        if not noun:
            return None
        head, modifiers = _stem(noun[-1]), frozenset(map(_stem, noun[:-1]))
        rest = _content(question) - names - modifiers - {head}
        return Wanted(frozenset({head}), frozenset({""}), modifiers, rest, names)
    if _LONG.search(question):
        return Wanted(
            _LENGTHS, frozenset({""}), frozenset(), _content(question) - names - {"long", "far"}, names
        )
    if measured := _MEASURED.search(question):
        rest = _content(question) - names
        if measured["money"]:
            return Wanted(frozenset(), frozenset({"euro", "dollar", "pound"}), frozenset(), rest, names)
        if measured["share"]:
            return Wanted(frozenset(), frozenset({"percent"}), frozenset(), rest, names)
        return Wanted(_HEADS, frozenset({""}), frozenset(), rest, names)
    return None


def _counts(wanted: Wanted, question: Question, text: str, around: str) -> Iterator[Statement]:
    for sentence in _sentences(text):
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
                    _moved(quantity.span, sentence.start),
                    _moved(unit, sentence.start) if unit else None,
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
        place = _unit(wanted, words, quantity.span.end)
        if place is None:
            return None
        unit, modifiers, foreign = place
        if not wanted.modifiers <= modifiers and not foreign:
            return None
    if not _is_said(wanted, words, territory, around, foreign):
        return None
    said = _SAID.sub("", words)
    qualifiers = {
        match.group().lower() for match in _CHANGES.finditer(words[max(0, territory.start) : territory.end])
    } - set(map(str.lower, question.text.split()))
    extra = _names_in(said, opening=True) - wanted.names - wanted.words
    return unit, frozenset(qualifiers) | extra | (modifiers - wanted.modifiers)


def _unit(wanted: Wanted, words: str, start: int) -> tuple[Span, frozenset[str], bool] | None:
    """The unit among the three words after a quantity, the words between, and whether it is in another language."""
    between: list[str] = []
    last = start
    for match in _WORD.finditer(words, start, start + 80):
        gap = words[last : match.start()]
        if gap.strip(" -") or len(between) > 2:
            return None
        stem = _stem(match.group())
        if stem in wanted.units:
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
            between.append(stem)
        last = match.end()
    return None


def _is_said(wanted: Wanted, words: str, territory: Span, around: str, foreign: bool) -> bool:
    """Whether the sentence says of the names asked about what is asked, the verb on the value's side of other values."""
    own = frozenset(_stem(word) for word in _WORD.findall(words))
    if not wanted.names <= own | frozenset(_stem(word) for word in _WORD.findall(around)):
        return False
    if foreign:
        return True
    if not wanted.words <= own:
        return False
    near = frozenset(_stem(word) for word in _WORD.findall(words[territory.start : territory.end]))
    verbs = frozenset(
        _stem(word)
        for word in _WORD.findall(words)
        if word.endswith("ed") or _stem(word) in ("kill", "injur")
    )
    return not ((wanted.words & verbs) - near)


def _persons(question: Question, text: str, around: str) -> Iterator[Statement]:
    """Persons named as holders of the office asked about."""
    patterns = _office_patterns(question.text)
    names = _names_in(question.text, opening=False) - _office_words(question.text)
    if not patterns:
        return
    for sentence in _sentences(text):
        words = text[sentence.start : sentence.end]
        held = frozenset(_stem(word) for word in _WORD.findall(words + " " + around))
        rest = (
            _content(question.text) - _names_in(question.text, opening=False) - _office_words(question.text)
        )
        if not names <= held or not rest <= held:
            continue
        for pattern in patterns:
            if match := pattern.search(words):
                whole = trim_titles(words, Span(*match.span("name")))
                last = words[whole.start : whole.end].split()[-1:]
                if last and last[0].casefold() not in _NOT_NAMES and _stem(last[0]) not in names:
                    yield Statement(
                        Compared.PERSON, _moved(whole, sentence.start), None, frozenset(), last[0].casefold()
                    )
                    break


@lru_cache(maxsize=256)
def _office_patterns(question: str) -> tuple[re.Pattern[str], ...]:
    if heading := _HEADING.search(question):
        verb = _VERBS.get(_stem(heading["verb"]), re.escape(heading["verb"]))
        return (
            re.compile(rf"\b(?:{verb}|headed|led) by (?:the )?{_NAME}"),
            re.compile(rf"{_NAME},? (?:who )?(?:{verb})\b"),
            re.compile(rf"{_NAME}, {_NOT_IN_OFFICE}(?:the )?head of"),
        )
    if office := _OFFICE.search(question):
        title = re.sub(r"\s+", r"\\s+", re.escape(office["office"].strip()).replace(r"\ ", " "))
        title = rf"{_NOT_IN_OFFICE}(?i:{title})"
        return (
            re.compile(rf"{_NAME}, (?:the )?{title}"),
            re.compile(rf"{title}(?: (?:of|in|for) (?:the )?[^,.;]{{2,60}})?, {_NAME},"),
            re.compile(rf"{title} {_NAME}"),
            re.compile(rf"{_NAME} (?:is|was|became|has been) (?:appointed )?(?:the )?{title}"),
        )
    return ()


def _office_words(question: str) -> frozenset[str]:
    match = _HEADING.search(question) or _OFFICE.search(question)
    return frozenset(_stem(word) for word in _WORD.findall(match.group())) if match else frozenset()


def _days(question: Question, text: str) -> Iterator[Statement]:
    """Days, months or years that a sentence gives for the one event asked about."""
    if re.match(r"\W*when (?:were|are)\b", question.text, re.IGNORECASE):
        return  # what happened several times has several dates
    wanted = _content(question.text)
    for sentence in _sentences(text):
        words = text[sentence.start : sentence.end]
        if not wanted <= frozenset(_stem(word) for word in _WORD.findall(words)):
            continue
        found = mentions(words)
        if len(found) != 1:
            continue
        (mention,) = found
        before = [
            word for word in _WORD.findall(words[: mention.start]) if word.lower() not in FUNCTION_WORDS
        ]
        if before and _stem(before[-1]) not in wanted:
            continue
        span = Span(mention.start, mention.end)
        yield Statement(Compared.DATE, _moved(span, sentence.start), None, frozenset(), mention.period)


def _noun_phrase(text: str) -> list[str]:
    """The words counted in "displaced people returned to ...": up to the last plural before a verb or a small word."""
    run: list[str] = []
    for match in _WORD.finditer(text):
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


def _content(text: str) -> frozenset[str]:
    """The stems of the words of a question that an answer has to be about, without times."""
    plain = text
    for mention in reversed(mentions(text)):
        plain = plain[: mention.start] + " " + plain[mention.end :]
    return (
        frozenset(_stem(word) for word in _WORD.findall(plain) if word.lower() not in FUNCTION_WORDS)
        - _GENERIC
    )


def _names_in(text: str, *, opening: bool) -> frozenset[str]:
    """The stems of capitalised words; the first word of a sentence counts only if `opening` and it is no small word."""
    found = set()
    for match in _WORD.finditer(text):
        word = match.group()
        if not word[0].isupper() or word.lower() in _NOT_NAMES or word.lower() in FUNCTION_WORDS:
            continue
        if not text[: match.start()].strip(" \"'“«(") and (not opening or number_like(word)):
            continue
        found.add(_stem(word))
    return frozenset(found)


def number_like(word: str) -> bool:
    """Whether a capitalised first word is a quantity or a word before one, not a name."""
    return bool(quantities(word)) or bool(quantities(f"{word} 5,000")[0].span.start == 0)


def _sentences(text: str) -> Iterator[Span]:
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
def _stem(word: str) -> str:
    word = re.sub(r"[’']s$", "", word)
    parts = stems(word)
    stem = parts[-1] if parts else word.casefold()
    return _ALIKE.get(stem, stem)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)
