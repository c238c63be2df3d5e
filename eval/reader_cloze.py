"""Practice questions made from plain text, a sentence with a hole put as a question: they warm the reader up.

After Lewis, Denoyer and Riedel, "Unsupervised Question Answering by Cloze Translation", ACL 2019, with rules only:
a date, number, name or noun phrase of a sentence is the answer; the words around it, thinned out, behind a question
word, are the question; the sentence among its neighbours is the passage, or the neighbours alone, and then there is
no answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence

from corpus.sentences import sentence_spans
from embeddings.reader_rows import Pair
from eval.questions import Record

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}} )?(?:{_MONTH})(?: \d{{1,2}})?,?(?: (?:1\d|20)\d\d)?\b|\b(?:1[0-9]|20)\d\d(?:[-–]\d{{2,4}}|s)?\b"
)
_COUNT = re.compile(
    r"\b(\d[\d,.]*(?: (?:million|billion|thousand|percent))?%?"
    r"|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds)"
    r" ([a-z]{3,}(?: [a-z]{4,})?)"
)
_NAME = re.compile(r"(?<=[a-z,] )(?:[A-Z][\w'’-]+)(?:(?: of| the| de| von)? [A-Z][\w'’.-]+){0,4}")
_NOUN = re.compile(
    r"(?<=\b(?:the|and|for|his|its) )((?:[a-z-]{4,} ){0,2}[a-z-]{4,})(?= (?:of|in|and|to|for|is|was|by|with)\b|[,.;])"
)
_FUNCTION = frozenset(
    str.split(
        "a an the of in on at to for and or by with from as that this which it its was were is are be been had has"
    )
)
_WINDOW = (30, 60, 100, 150)


def practice(records: Sequence[Record], count: int, seed: int) -> list[Pair]:
    """Up to `count` pairs from records of at least 40 words, by turns; every sixth has no answer in its passage."""
    rng = random.Random(seed)
    long = [record for record in records if len(record.text.split()) >= 40]
    made: list[Pair] = []
    while len(made) < count and long:
        rng.shuffle(long)
        before = len(made)
        for record in long:
            pair = _pair(record, rng)
            if pair is not None:
                made.append(pair)
        if len(made) == before:
            break
    return made[:count]


def _pair(record: Record, rng: random.Random) -> Pair | None:
    spans = [s for s in sentence_spans(record.text, 0, len(record.text)) if s.end - s.start > 50]
    if not spans:
        return None
    sentence = rng.choice(spans)
    text = record.text[sentence.start : sentence.end]
    holes = list(_holes(text, rng))
    if not holes:
        return None
    start, end, asks = rng.choice(holes)
    question = _question(text, start, end, asks, rng)
    low, high = _around(record.text, sentence.start, sentence.end, rng)
    title = record.title if rng.random() < 0.8 else ""
    if rng.random() < 1 / 6:
        rest = (record.text[low : sentence.start] + record.text[sentence.end : high]).strip()
        answer = text[start:end].casefold()
        return Pair(question, title, rest, (), False) if rest and answer not in rest.casefold() else None
    first = sentence.start + start - low
    return Pair(question, title, record.text[low:high], ((first, first + end - start),), True)


def _holes(text: str, rng: random.Random) -> Iterator[tuple[int, int, str]]:
    """Answers that a sentence offers, with the words that ask for them."""
    for match in _DATE.finditer(text):
        yield *match.span(), rng.choice(("When", "In what year", "When", "What year"))
    for match in _COUNT.finditer(text):
        yield *match.span(1), rng.choice(("How many", "How many", "What number of"))
    for match in _NAME.finditer(text):
        if not _DATE.fullmatch(match.group()):
            place = re.search(r"\b(?:in|at|near|from|to) $", text[: match.start()])
            yield (
                *match.span(),
                rng.choice(("Where", "In what place", "What"))
                if place
                else rng.choice(("Who", "What", "Which", "Who")),
            )
    for match in _NOUN.finditer(text):
        yield *match.span(1), rng.choice(("What", "What", "Which", "What kind of"))


def _question(text: str, start: int, end: int, asks: str, rng: random.Random) -> str:
    """The question word, then the thinned words behind and before the hole, in either order."""
    before, after = text[:start].split()[-rng.randint(3, 12) :], text[end:].split()[: rng.randint(3, 12)]
    if asks in ("When", "Where", "In what year", "What year", "In what place"):
        parts = [*before, *after]
    else:
        parts = [*after, *before] if rng.random() < 0.7 else [*before, *after]
    kept = [word for word in parts if rng.random() > (0.35 if word.casefold() in _FUNCTION else 0.12)]
    return f"{asks} {' '.join(kept).strip(' ,.;:')}?"


def _around(text: str, start: int, end: int, rng: random.Random) -> tuple[int, int]:
    """A run of sentences around one, of a random size."""
    size, low, high = rng.choice(_WINDOW), start, end
    spans = sentence_spans(text, 0, len(text))
    before = [s for s in spans if s.end <= start]
    after = [s for s in spans if s.start >= end]
    while before or after:
        left = bool(before) and (not after or rng.random() < 0.5)
        new_low, new_high = (before.pop().start, high) if left else (low, after.pop(0).end)
        if len(text[new_low:new_high].split()) > size:
            break
        low, high = new_low, new_high
    return low, high
