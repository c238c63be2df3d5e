"""Persons in office as sentences name them: "X, Special Representative", "headed by X"; no deputies, no predecessors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from corpus.types import Span
from qa.phrases import NOT_NAMES, content_of, moved, names_in, sentences_of, stem, stems_in
from qa.spans import trim_titles

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
_VERBS = {"head": "head(?:s|ed)?|lead(?:s)?|led", "lead": "head(?:s|ed)?|lead(?:s)?|led"}


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
            if match := pattern.search(words):
                whole = trim_titles(words, Span(*match.span("name")))
                last = words[whole.start : whole.end].split()[-1:]
                if last and last[0].casefold() not in NOT_NAMES and stem(last[0]) not in names:
                    yield moved(whole, sentence.start)
                    break


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
            re.compile(rf"{title}(?: (?:of|in|for) (?:the )?[^,.;]{{2,60}})?, {_NAME},"),
            re.compile(rf"{title} {_NAME}"),
            re.compile(rf"{_NAME} (?:is|was|became|has been) (?:appointed )?(?:the )?{title}"),
        )
    return ()


def _office_words(question: str) -> frozenset[str]:
    match = _HEADING.search(question) or _OFFICE.search(question)
    return stems_in(match.group()) if match else frozenset()
