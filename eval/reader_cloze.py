"""Practice questions made from plain text: they warm the reader up before it sees the few real ones.

Three kinds, after "Unsupervised Question Answering by Cloze Translation" (Lewis, Denoyer and Riedel, ACL 2019) and
"Few-Shot Question Answering by Pretraining Span Selection" (Ram and others, ACL 2021), with rules only:

- a date, number, name or noun phrase of a sentence is the answer; the words around it, thinned out and some replaced
  by words of near meaning, are the question; the sentence among its neighbours is the passage;
- the answer stands in two sentences: one becomes the question, the other the passage;
- no answer: the neighbours without the sentence, or a question in which another name, year or number was put.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence

from corpus.sentences import sentence_spans
from corpus.types import Span
from embeddings.reader_rows import Pair
from eval.questions import Record

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"\b(?:\d{{1,2}} )?(?:{_MONTH})(?: \d{{1,2}})?,?(?: (?:1\d|20)\d\d)?\b|\b(?:1[0-9]|20)\d\d(?:[-–]\d{{2,4}}|s)?\b"
)
_COUNT = re.compile(
    r"\b(\d[\d,.]*(?: (?:million|billion|thousand|percent|per cent))?%?"
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
_WINDOW = (30, 60, 100, 130)
_IN_PLACE = ("When", "Where", "In what year", "What year", "In what place")

Near = Mapping[str, Sequence[str]]
"""Words of near meaning for a lower-case word."""


def practice(records: Sequence[Record], count: int, seed: int, near: Near) -> list[Pair]:
    """Up to `count` pairs from records of at least 40 words, by turns."""
    rng = random.Random(seed)
    long = [record for record in records if len(record.text.split()) >= 40]
    made: list[Pair] = []
    while len(made) < count and long:
        rng.shuffle(long)
        before = len(made)
        for record in long:
            pair = _again(record, rng, near) if rng.random() < 0.3 else None
            pair = pair or _pair(record, rng, near)
            if pair is not None:
                made.append(pair)
            if len(made) == count:
                break
        if len(made) == before:
            break
    return made


def _sentences(record: Record) -> list[Span]:
    return [s for s in sentence_spans(record.text, 0, len(record.text)) if s.end - s.start > 50]


def _pair(record: Record, rng: random.Random, near: Near) -> Pair | None:
    """A sentence with a hole, among its neighbours; or what does not answer it."""
    spans = _sentences(record)
    if not spans:
        return None
    sentence = rng.choice(spans)
    text = record.text[sentence.start : sentence.end]
    found = list(holes(text, rng))
    if not found:
        return None
    start, end, asks = rng.choice(found)
    low, high = _around(record.text, sentence.start, sentence.end, rng)
    title = record.title if rng.random() < 0.8 else ""
    kind = rng.random()
    if kind < 0.15:
        rest = (record.text[low : sentence.start] + record.text[sentence.end : high]).strip()
        if not rest or text[start:end].casefold() in rest.casefold():
            return None
        question = cloze(text, start, end, asks, rng, near)
        return Pair(question, title, rest, (), False) if question else None
    if kind < 0.40 and (other := _exchanged(text, start, end, record.text, rng)):
        question = cloze(*other, asks, rng, near)
        return Pair(question, title, record.text[low:high], (), False) if question else None
    first = sentence.start + start - low
    question = cloze(text, start, end, asks, rng, near)
    if question is None:
        return None
    return Pair(question, title, record.text[low:high], ((first, first + end - start),), True)


def _exchanged(
    text: str, start: int, end: int, around: str, rng: random.Random
) -> tuple[str, int, int] | None:
    """The sentence with another name, year or number in place of one beside the hole; None where there is none."""
    for pattern in rng.sample((_NAME, _DATE, _COUNT), 3):
        group = 1 if pattern is _COUNT else 0
        own = [m.span(group) for m in pattern.finditer(text) if m.end() <= start or m.start(group) >= end]
        own = [(low, high) for low, high in own if min(abs(low - end), abs(start - high)) < 80]
        if not own:
            continue
        low, high = rng.choice(own)
        old = text[low:high]
        others = sorted({m.group(group) for m in pattern.finditer(around)} - {old, text[start:end]})
        others = [one for one in others if one not in text and one.casefold() not in old.casefold()]
        if pattern is _DATE and not others and old.isdigit():
            others = [str(int(old) + rng.choice((-20, -11, -4, 3, 7, 12)))]
        if not others:
            continue
        new = rng.choice(others)
        shift = len(new) - len(old)
        moved = shift if high <= start else 0
        return text[:low] + new + text[high:], start + moved, end + moved
    return None


def _again(record: Record, rng: random.Random, near: Near) -> Pair | None:
    """A name or date that stands in two sentences: one asks, the other answers."""
    spans = _sentences(record)
    places: dict[str, list[tuple[int, int, int, str]]] = {}
    for number, span in enumerate(spans):
        text = record.text[span.start : span.end]
        for start, end, asks in holes(text, rng):
            word = text[start:end]
            if (word[0].isupper() or word[0].isdigit()) and word not in record.title:
                places.setdefault(word, []).append((number, start, end, asks))
    twice = [found for found in places.values() if len({one[0] for one in found}) > 1]
    if not twice:
        return None
    asking, *rest = rng.sample(rng.choice(twice), k=2)
    (number, start, end, _) = rest[0]
    if number == asking[0]:
        return None
    source, target = spans[asking[0]], spans[number]
    low, high = _around(record.text, target.start, target.end, rng)
    if low <= source.start < high:  # the asking sentence itself must not be there
        low, high = target.start, target.end
    first = target.start + start - low
    text = record.text[source.start : source.end]
    question = cloze(text, asking[1], asking[2], asking[3], rng, near)
    title = record.title if rng.random() < 0.8 else ""
    if question is None:
        return None
    return Pair(question, title, record.text[low:high], ((first, first + end - start),), True)


def holes(text: str, rng: random.Random) -> Iterator[tuple[int, int, str]]:
    """Answers that a sentence offers, with the words that ask for them."""
    for match in _DATE.finditer(text):
        yield *match.span(), rng.choice(("When", "In what year", "When", "What year"))
    for match in _COUNT.finditer(text):
        noun = match.group(2).split()[0]
        yield *match.span(1), rng.choice((f"How many {noun}", "How many", "What number of"))
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
        if rng.random() < 0.4:
            yield *match.span(1), rng.choice(("What", "What", "Which", "What kind of"))


def cloze(text: str, start: int, end: int, asks: str, rng: random.Random, near: Near) -> str | None:
    """The question word, then the thinned words behind and before the hole, in either order."""
    before, after = text[:start].split()[-rng.randint(5, 14) :], text[end:].split()[: rng.randint(5, 14)]
    parts = [*before, *after] if asks in _IN_PLACE or rng.random() < 0.3 else [*after, *before]
    dropped = rng.choice((0.05, 0.1, 0.25))
    kept = [word for word in parts if rng.random() > (0.35 if word.casefold() in _FUNCTION else dropped)]
    said = [rng.choice(near[word]) if word in near and rng.random() < 0.25 else word for word in kept]
    words = [word for word in said if any(letter.isalnum() for letter in word)]
    if sum(word.casefold() not in _FUNCTION for word in words) < 3:
        return None
    return f"{asks} {' '.join(words).strip(' ,.;:')}?"


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
