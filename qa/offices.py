"""Persons in office as sentences name them: "X, Special Representative", "headed by X"; no deputies, no predecessors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from corpus.types import Span
from qa.heads import MEANT
from qa.phrases import NOT_NAMES, WORD, content_of, moved, names_in, sentences_of, stem, stems_in
from qa.question import AnswerType, Question
from qa.spans import all_common, trim_titles
from qa.titles import OF_ANYTHING, QUALIFIERS, Office, office_held, offices_listed

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
_NOT_IN_OFFICE = r"(?<!-)" + "".join(f"(?<!{word} )" for word in QUALIFIERS)
_IN_BRACKETS = re.compile(r"\(([A-Z]{2,})\)")
_OPENING = frozenset(
    {"The", "My", "His", "Her", "Its", "Their", "On", "In", "A", "An", "Then", "Mr", "Ms", "Principal"}
)
_VERBS = {"head": "head(?:s|ed)?|lead(?:s)?|led", "lead": "head(?:s|ed)?|lead(?:s)?|led"}


_CAPITAL = "[A-Z" + "".join(letter for letter in map(chr, range(0xC0, 0x180)) if letter.isupper()) + "]"
_PARTICLES = rf"(?:\s+(?:de|van|von|der|den|di|da|del|della|du|al|bin|{_CAPITAL}\.))*"
_NO_NAME = rf"(?!(?i:{'|'.join(NOT_NAMES)})\b)"
_FULL_NAME = (
    rf"(?P<name>{_CAPITAL}[\w’-]+{_PARTICLES}\s+{_CAPITAL}[\w’-]*\w"
    rf"(?:{_PARTICLES}\s+{_NO_NAME}{_CAPITAL}(?!{_CAPITAL})[\w’-]*\w){{0,2}})"
)
"""Two to four words; a third or fourth is none in capitals and no month."""
_CAPITALISED = re.compile(rf"{_CAPITAL}[\w’-]*(?:\s+{_CAPITAL}[\w’-]*)*")
_AND_HEAD = r"(?:\s+and\s+(?i:head\s+of(?:\s+the)?\s+\w+|special\s+representative(?:\s+of\s+the\s+secretary-general)?))?"
_OF = rf"(?P<of>(?:\s+(?:of|for|in)\s+(?:the\s+)?[^,.;]{{1,50}}?)?{_AND_HEAD})"
_OF_NAMED = rf"(?P<whose>(?:\s+(?:of|for|in)\s+(?:the\s+)?(?:{_CAPITAL}[\w’-]+\s+)*?{_CAPITAL}[\w’-]+){{0,2}}{_AND_HEAD})"
_RANK = (
    r"(?:(?:Mr\.|Ms\.|Mrs\.|Dr\.|Sir|Dame|Judge|Ambassador|Admiral|Colonel"
    r"|(?:(?:Lieutenant|Major|Brigadier)[ -])?General)\s+)?"
)
_ADJECTIVE = re.compile(rf"(?<![\w-])(?P<word>{_CAPITAL}[\w-]+)(?:[’']s?)?\s+$")


_HOLDER_AFTER = re.compile(
    rf"{_OF},\s+{_RANK}{_FULL_NAME}|{_OF_NAMED}\s+{_RANK}{_FULL_NAME.replace('<name>', '<next>')}"
)
"""After a title the name stands behind a comma, or right behind it and those whose office it is."""
_HOLDER_BEFORE = re.compile(
    rf"{_FULL_NAME},\s+(?:the\s+|my\s+)?(?:(?:[a-z]+|Principal)\s+)?$"
    rf"|\bappointed\s+{_FULL_NAME.replace('<name>', '<appointed>')}[^.;]{{0,90}}$"
)
_SECRETARY = re.compile(r"Secretary-General|Special Representative|Head of \w+", re.IGNORECASE)
"""Whose representative the head of a mission is, and what else the same one is called."""
_BEFORE = 160
_NO_OTHER = rf"(?<!{_CAPITAL}\s)"
"""No acronym stands before: "the OSCE Mission" is another."""
_UNITED_NATIONS = re.compile(r"UN|MINU|MONU")
"""How the acronyms of missions begin that a Special Representative of the Secretary-General heads."""
_REPRESENTATIVE = r"(?:(?i:special\s+representative)|SRSG)\b"


@dataclass(frozen=True, slots=True)
class Succession:
    """An office whose holders a question wants, and the names that the question gives.

    `pattern` finds the title, where one of `words` stands in small letters; `united_nations` is whether it is an office of
    theirs, `given` are words of names that are no answer.
    """

    title: str
    pattern: re.Pattern[str]
    words: tuple[str, ...]
    names: tuple[str, ...]
    united_nations: bool
    given: frozenset[str] = frozenset()

    def holders(self, text: str, small: frozenset[str] = frozenset()) -> Iterator[Span]:
        """The full names of those whom a text names as holding it, not those of another country's or body's.

        `small` are the words that its document writes small as well: of such alone no name of a person is made.
        """
        for span in dict.fromkeys(self._holders(text, small)):
            name = text[span.start : span.end]
            if (
                trim_titles(text, span) == span
                and not all_common(name, small)
                and self.given.isdisjoint(_words(name))
            ):
                yield span

    def _holders(self, text: str, small: frozenset[str]) -> Iterator[Span]:
        small_letters = text.casefold()
        if not any(word in small_letters for word in self.words):
            return
        for title in self.pattern.finditer(text):
            before = max(0, title.start() - _BEFORE)
            after = _HOLDER_AFTER.match(text, title.end())
            adjective = _ADJECTIVE.search(text, before, title.start())
            if adjective and adjective["word"] not in _OPENING and not self._named(adjective["word"]):
                continue
            if after:
                name = "name" if after["name"] else "next"
                if self._is_theirs(after["of"] or after["whose"] or ""):
                    yield Span(*after.span(name))
            elif found := _HOLDER_BEFORE.search(text[before : title.start()]):
                span = moved(Span(*found.span("name" if found["name"] else "appointed")), before)
                yield _without_opening(text, span, small)

    def _is_theirs(self, of: str) -> bool:
        return _is_theirs(_SECRETARY.sub("", of), self.names, self._named)

    def _named(self, word: str) -> bool:
        ours = self.united_nations and _UNITED_NATIONS.match(word) is not None
        return ours or _named(word, self.names)


@lru_cache(maxsize=256)
def succession(question: Question) -> Succession | None:
    """What to look for where a question names an office whose holders it wants; None for any other."""
    office = office_held(question.text) or offices_listed(question.text)
    if office is None:
        return None
    found = _sought(question, office)
    return replace(found, title="special representative") if office.mission else found


@lru_cache(maxsize=256)
def office_asked(question: Question) -> Succession | None:
    """The office whose holder a question asks for, by its title or by what its holder does; None for any other."""
    if question.answer_type is not AnswerType.PERSON:
        return None
    office = office_held(question.text)
    if office is None:
        return None
    text = question.text
    given = _words(text) if text.islower() else frozenset(name.casefold() for name in question.names)
    return replace(_sought(question, office), given=given - NOT_NAMES)


def _sought(question: Question, office: Office) -> Succession:
    """How documents name the holders of an office."""
    title = office.title
    mine = _words(title) | NOT_NAMES | {"srsg"}
    names = tuple(name for name in question.names if name.casefold() not in mine)
    pattern = re.compile(
        rf"{'' if title.split()[0] in QUALIFIERS else _NOT_IN_OFFICE}\b(?:{'|'.join(_titles(office))})"
    )
    called = MEANT if office.mission else f"{title} {office.of}".strip()
    of_mission = office.mission and not office.of
    words = ("head", "chief", "representative", "srsg") if of_mission else (title.split()[0].casefold(),)
    return Succession(called, pattern, words, names, office.mission or title == "secretary-general")


def _titles(office: Office) -> list[str]:
    """How documents write the title, as patterns, with whose it is where the title alone would be anyone's."""
    acronyms = [word for word in WORD.findall(office.whose) if word.isupper() and word != "SRSG"]
    others = [re.escape(word) for word in acronyms if not _UNITED_NATIONS.match(word)]
    if "European Union" in office.whose:
        others.append(r"European\s+Union")
    spaced = r"\s+".join(map(re.escape, office.title.split()))
    if office.of:
        body = r"\s+".join(map(re.escape, office.of.split()))
        return [
            rf"(?i:{spaced}\s+(?:of|for)\s+(?:the\s+)?{body})\b",
            rf"(?i:{body}(?:[’']s?)?\s+{spaced})\b(?!\s+of\b)",
        ]
    if not office.mission:
        return [rf"(?i:{spaced})\b"]
    represents = [] if others else [_REPRESENTATIVE]
    if office.title == "head":
        theirs = "|".join((*map(re.escape, acronyms), rf"{_NO_OTHER}Mission"))
        return [
            rf"[Hh]ead\s+of\s+(?:the\s+)?(?:{theirs})(?:\s+Mission)?\b",
            rf"(?:{theirs})(?:[’']s|(?:[\sa-z-]{{0,120}};|,?\s+and)\s+its)?\s+(?:[Hh]ead|[Cc]hief)\b(?!\s+of\b)",
            *represents,
        ]
    return represents or [rf"(?:{'|'.join(others)})(?:[’']s)?\s+{_REPRESENTATIVE}"]


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in WORD.findall(text))


def _without_opening(text: str, span: Span, small: frozenset[str]) -> Span:
    """A name without the titles and the common words that stand before it: "Meanwhile Judge Ann Bee" leaves "Ann Bee"."""
    start = span.start
    words = list(re.finditer(r"\S+", text[span.start : span.end]))
    for word, following in pairwise(words[:-1]):
        common = word.group().casefold() in small | NOT_NAMES
        if not common and trim_titles(text, Span(start, span.end)).start == start:
            break
        start = span.start + following.start()
    return Span(start, span.end)


def _named(word: str, names: Sequence[str]) -> bool:
    """Whether a question with these names names this word or its country; it names any acronym if it has no names."""
    if word.isupper() and len(word) > 1:
        return not names or word in names or word in _initials(names)
    return any(name[:4] == word[:4] for name in names)


def _initials(words: Sequence[str]) -> frozenset[str]:
    """The acronyms that words which follow each other may have."""
    letters = "".join(word[0] for word in words)
    return frozenset(letters[i:j] for i in range(len(letters)) for j in range(i + 2, len(letters) + 1))


def _is_theirs(of: str, names: Sequence[str], named: Callable[[str], bool]) -> bool:
    """Whether "of X" behind a title, where it names anything, names what the question does ("Prime Minister of Serbia").

    More may follow, if all that the question names is in it: "President of the Assembly of Kosovo" is that of the Assembly,
    not of Kosovo.
    """
    if any(acronym in names for acronym in _IN_BRACKETS.findall(of)):
        return True
    runs = [WORD.findall(run) for run in _CAPITALISED.findall(_IN_BRACKETS.sub(" ", of))]
    if not runs:
        return True
    first = "".join(word[0] for word in runs[0])
    runs[0] = [first] if len(first) > 1 and first in names else runs[0]
    said = [word for run in runs for word in run]
    complete = all(any(name[:4] == word[:4] for word in said) for name in names)
    return all(map(named, runs[0])) and (complete or all(map(named, said)))


def holders(question: Question, text: str, around: str) -> Iterator[Span]:
    """The names of those whom a text names as holders of the office asked about; `around` is what stands around it."""
    asked = question.text
    patterns = _office_patterns(asked)
    names = names_in(asked, opening=False) - _office_words(asked)
    if not patterns:
        return
    for sentence in sentences_of(text):
        words = text[sentence.start : sentence.end]
        held = stems_in(words + " " + around)
        rest = content_of(asked) - names_in(asked, opening=False) - _office_words(asked)
        if not names <= held or not rest <= held:
            continue
        matches = (match for pattern in patterns for match in pattern.finditer(words))
        for match in matches:
            if not _of_the_asked(question, words, match):
                continue
            whole = trim_titles(words, Span(*match.span("name")))
            last = words[whole.start : whole.end].split()[-1:]
            if last and last[0].casefold() not in NOT_NAMES and stem(last[0]) not in names:
                yield moved(whole, sentence.start)
                break


def _of_the_asked(question: Question, words: str, match: re.Match[str]) -> bool:
    """Whether a title in a sentence, by "of X" behind it or the name before it, is the office of those asked about."""
    found = match.groupdict()
    title = found.get("title")
    if title is None:
        return True
    mine = _words(title) | NOT_NAMES | {"srsg"}
    names = tuple(name for name in question.names if name.casefold() not in mine)
    of = _SECRETARY.sub("", found.get("of") or "")
    adjective = _ADJECTIVE.search(words, 0, match.start("title"))
    before = adjective["word"] if adjective and adjective["word"] not in _OPENING else ""
    if not names:
        return True
    if before and not _named(before, names):
        return bool(_UNITED_NATIONS.match(before))
    says_little = title.casefold() in OF_ANYTHING
    return _is_theirs(of, names, lambda word: _named(word, names)) and bool(of or before or not says_little)


@lru_cache(maxsize=256)
def _office_patterns(question: str) -> tuple[re.Pattern[str], ...]:
    if heading := _HEADING.search(question):
        verb = _VERBS.get(stem(heading["verb"]), re.escape(heading["verb"]))
        return (
            re.compile(rf"\b(?:{verb}|headed|led) by (?:the )?{_NAME}"),
            re.compile(rf"{_NAME},? (?:who )?(?:{verb})\b"),
            re.compile(rf"{_NAME}, {_NOT_IN_OFFICE}(?:the )?head of"),
        )
    if office := _OFFICE.search(question):
        title = re.sub(r"\s+", r"\\s+", re.escape(office["office"].strip()).replace(r"\ ", " "))
        title = rf"{_NOT_IN_OFFICE}(?P<title>(?i:{title}))"
        behind = rf"(?P<of> (?:of|for) (?:the )?{_CAPITALISED.pattern})?"
        return (
            re.compile(rf"{_NAME}, (?:the )?{title}{behind}"),
            re.compile(rf"{title}(?P<of> (?:of|in|for) (?:the )?[^,.;]{{2,60}})?, {_NAME},"),
            re.compile(rf"{title} {_NAME}"),
            re.compile(rf"{_NAME} (?:is|was|became|has been) (?:appointed )?(?:the )?{title}{behind}"),
        )
    return ()


def _office_words(question: str) -> frozenset[str]:
    match = _HEADING.search(question) or _OFFICE.search(question)
    return stems_in(match.group()) if match else frozenset()
