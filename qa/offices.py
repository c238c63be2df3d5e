"""Persons in office as sentences name them: "X, Special Representative", "headed by X"; no deputies, no predecessors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from corpus.types import Span
from qa.heads import MEANT, office
from qa.phrases import NOT_NAMES, WORD, content_of, moved, names_in, sentences_of, stem, stems_in
from qa.question import AnswerType, Question
from qa.spans import all_common, trim_titles

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
_NOT_IN_OFFICE = r"(?<!-)" + "".join(
    f"(?<!{word} )"
    for word in str.split("deputy former previous outgoing late then acting future assistant vice")
)
_OPENING = frozenset({"The", "My", "His", "Her", "Its", "Their", "On", "In", "A", "An", "Then", "Mr", "Ms"})
_VERBS = {"head": "head(?:s|ed)?|lead(?:s)?|led", "lead": "head(?:s|ed)?|lead(?:s)?|led"}


_SUCCESSION = re.compile(
    r"^\W*(?:who|which|what|name|list)\b.*?\b(?P<office>special representative|prime minister|president|commander"
    r"|ombudsperson|mayor|secretary-general|envoy|ambassador|director|speaker|chief prosecutor|head|leader|minister)s?\b",
    re.IGNORECASE,
)
_HEADS_A_MISSION = re.compile(r"\bheads?\b|\bleaders?\b", re.IGNORECASE)
_FULL_NAME = r"(?P<name>[A-ZÀ-Ž][\w’-]+(?:\s+(?:de|van|von|di|da|al|[A-ZÀ-Ž]\.))*\s+[A-ZÀ-Ž][\w’-]*\w)"
_AND_HEAD = r"(?:\s+and\s+(?i:head\s+of(?:\s+the)?\s+\w+|special\s+representative(?:\s+of\s+the\s+secretary-general)?))?"
_OF = rf"(?P<of>(?:\s+(?:of|for|in)\s+(?:the\s+)?[^,.;]{{1,50}}?)?{_AND_HEAD})"
_OF_NAMED = (
    rf"(?P<whose>(?:\s+(?:of|for|in)\s+(?:the\s+)?(?:[A-ZÀ-Ž][\w’-]+\s+)*?[A-ZÀ-Ž][\w’-]+){{0,2}}{_AND_HEAD})"
)
_RANK = (
    r"(?:(?:Mr\.|Ms\.|Mrs\.|Dr\.|Sir|Dame|Judge|Ambassador|Admiral|Colonel"
    r"|(?:(?:Lieutenant|Major|Brigadier)[ -])?General)\s+)?"
)
_ADJECTIVE = re.compile(r"\b(?P<word>[A-Z][a-z]+)\s+$")


_HOLDER_AFTER = re.compile(
    rf"{_OF},\s+{_RANK}{_FULL_NAME}|{_OF_NAMED}\s+{_RANK}{_FULL_NAME.replace('<name>', '<next>')}"
)
"""After a title the name stands behind a comma, or right behind it and those whose office it is."""
_HOLDER_BEFORE = re.compile(
    rf"{_FULL_NAME},\s+(?:the\s+|my\s+)?(?:[a-z]+\s+)?$"
    rf"|\bappointed\s+{_FULL_NAME.replace('<name>', '<appointed>')}[^.;]{{0,90}}$"
)
_SECRETARY = re.compile(r"Secretary-General|Special Representative|Head of \w+", re.IGNORECASE)
"""Whose representative the head of a mission is, and what else the same one is called."""
_BEFORE = 160
_NO_OTHER = r"(?<![A-Z]\s)"
"""No acronym stands before: "the OSCE Mission" is another."""
_UNITED_NATIONS = re.compile(r"UN|MINU|MONU")
"""How the acronyms of missions begin that a Special Representative of the Secretary-General heads."""
_COMMANDS = re.compile(r"\bcommand(?:s|ed)\b")


@dataclass(frozen=True, slots=True)
class Succession:
    """An office whose holders a question wants one after another, and the names that the question gives."""

    title: str
    pattern: re.Pattern[str]
    names: tuple[str, ...]

    def holders(self, text: str, small: frozenset[str] = frozenset()) -> Iterator[Span]:
        """The full names of those whom a text names as holding it, not those of another country's or body's.

        `small` are the words that its document writes small as well: of such alone no name of a person is made.
        """
        for span in dict.fromkeys(self._holders(text)):
            if trim_titles(text, span) == span and not all_common(text[span.start : span.end], small):
                yield span

    def _holders(self, text: str) -> Iterator[Span]:
        for title in self.pattern.finditer(text):
            before = max(0, title.start() - _BEFORE)
            after = _HOLDER_AFTER.match(text, title.end())
            adjective = _ADJECTIVE.search(text, before, title.start())
            if adjective and adjective["word"] not in _OPENING and not self._named(adjective["word"]):
                continue
            if after:
                name = "name" if after["name"] else "next"
                whose = _SECRETARY.sub("", after["of"] or after["whose"] or "")
                of = [word for word in WORD.findall(whose) if word[0].isupper()]
                if not of or any(map(self._named, of)):
                    yield Span(*after.span(name))
            elif found := _HOLDER_BEFORE.search(text[before : title.start()]):
                yield moved(Span(*found.span("name" if found["name"] else "appointed")), before)

    def _named(self, word: str) -> bool:
        return word.isupper() or any(name[:4] == word[:4] for name in self.names)


@lru_cache(maxsize=256)
def succession(question: Question) -> Succession | None:
    """What to look for where a question names an office whose holders it wants; None for any other."""
    found = _SUCCESSION.search(question.text)
    if found is None:
        return None
    title = "special representative" if _HEADS_A_MISSION.fullmatch(found["office"]) else found["office"]
    spaced = r"\s+".join(map(re.escape, title.split()))
    return Succession(title.casefold(), re.compile(rf"{_NOT_IN_OFFICE}\b(?i:{spaced})\b"), question.names)


@lru_cache(maxsize=256)
def office_asked(question: Question) -> Succession | None:
    """The office whose holder a question asks for, by its title or by what its holder does; None for any other."""
    if question.answer_type is not AnswerType.PERSON:
        return None
    missions = [name for name in question.names if name.isupper()]
    if office(question) is not None:
        theirs = "|".join((*map(re.escape, missions), rf"{_NO_OTHER}Mission"))
        titles = [
            rf"[Hh]ead\s+of\s+(?:the\s+)?(?:{theirs})\b",
            rf"(?:{theirs})(?:[’']s|,?\s+and\s+its)?\s+(?:[Hh]ead|[Cc]hief)\b(?!\s+of\b)",
        ]
        if not missions or any(map(_UNITED_NATIONS.match, missions)):
            titles.append(r"(?i:special\s+representative)\b")
        return Succession(MEANT, re.compile(rf"{_NOT_IN_OFFICE}\b(?:{'|'.join(titles)})"), question.names)
    if _COMMANDS.search(question.text):
        return Succession("commander", re.compile(rf"{_NOT_IN_OFFICE}\b(?i:commander)\b"), question.names)
    return succession(question)


def holders(question: str, text: str, around: str) -> Iterator[Span]:
    """The names of those whom a text names as holders of the office asked about; `around` is what stands around it."""
    patterns = _office_patterns(question)
    names = names_in(question, opening=False) - _office_words(question)
    if not patterns:
        return
    for sentence in sentences_of(text):
        words = text[sentence.start : sentence.end]
        held = stems_in(words + " " + around)
        rest = content_of(question) - names_in(question, opening=False) - _office_words(question)
        if not names <= held or not rest <= held:
            continue
        for pattern in patterns:
            match = pattern.search(words)
            if match and _is_theirs(match.groupdict().get("of") or "", names):
                whole = trim_titles(words, Span(*match.span("name")))
                last = words[whole.start : whole.end].split()[-1:]
                if last and last[0].casefold() not in NOT_NAMES and stem(last[0]) not in names:
                    yield moved(whole, sentence.start)
                    break


def _is_theirs(of: str, names: frozenset[str]) -> bool:
    """Whether "of X" after a title, where it names anything, names what the question does ("Prime Minister of Serbia")."""
    said = (
        names_in(of, opening=False)
        - stems_in("Secretary-General")
        - stems_in(" ".join(re.findall(r"\b[A-Z]{2,}\b", of)))
    )
    return not said or not names or bool(said & names)


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
        title = rf"{_NOT_IN_OFFICE}(?i:{title})"
        return (
            re.compile(rf"{_NAME}, (?:the )?{title}"),
            re.compile(rf"{title}(?P<of> (?:of|in|for) (?:the )?[^,.;]{{2,60}})?, {_NAME},"),
            re.compile(rf"{title} {_NAME}"),
            re.compile(rf"{_NAME} (?:is|was|became|has been) (?:appointed )?(?:the )?{title}"),
        )
    return ()


def _office_words(question: str) -> frozenset[str]:
    match = _HEADING.search(question) or _OFFICE.search(question)
    return stems_in(match.group()) if match else frozenset()
