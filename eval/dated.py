"""Questions made from a library's own dated documents: they teach the order how much the asked time is worth.

A sentence with a hole, a table row with its caption, or the holder of an office becomes a question that names a time
which the sentence, or else its document, is about. The same words recur in every report of a series, so the time
decides. No question is stored; all are made anew, by a seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from corpus.types import Document, Passage, Span
from eval.questions import Gold, Question
from eval.reader_cloze import Near, cloze, holes
from qa.offices import office_asked
from qa.question import understand
from qa.time import Period, document_period, mentions

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_TIME = re.compile(
    rf"\b(?:(?:as (?:of|at)|on|in|by|since|until|during|from|the end of|between)\s+)*(?:\d{{1,2}}\s+)?"
    rf"(?:{'|'.join(_MONTHS)})(?:\s+\d{{4}})?\b|\b(?:in|since|by|during)?\s*(?:19|20)\d\d\b"
)
_CELL = re.compile(r"[|\n\t]")
_TRIES = 8
TABLES = 0.3
"""The share of questions that are made from table rows, where there are any."""
OFFICES = 0.1
"""The share of questions that ask who held an office, where a document says it."""
_TITLES = (
    "special representative",
    "prime minister",
    "president",
    "commander",
    "ombudsperson",
    "mayor",
    "minister",
)


def dated_questions(
    documents: Sequence[Document],
    passages: Mapping[str, Sequence[Passage]],
    count: int,
    seed: int,
    near: Near,
) -> list[Question]:
    """Up to `count` questions from documents whose time is known, each with its sentence or row as the gold place."""
    rng = random.Random(seed)
    dated = [document for document in documents if document_period(document) and passages.get(document.id)]
    made: list[Question] = []
    for _ in range(count * _TRIES if dated else 0):
        if len(made) == count:
            break
        document = rng.choice(dated)
        if rng.random() < OFFICES:
            if asked := _of_office(document, passages[document.id], rng):
                made.append(_question(len(made), asked[0], document, asked[1]))
            continue
        tables = [passage for passage in passages[document.id] if passage.header is not None]
        from_table = bool(tables) and rng.random() < TABLES
        passage = rng.choice(tables if from_table else list(passages[document.id]))
        if not passage.sentences:
            continue
        place = rng.choice(passage.sentences)
        make = _of_row if passage.header is not None else _of_sentence
        text = make(document, passage, place, rng, near)
        if text:
            made.append(_question(len(made), text, document, [place]))
    return made


def _question(number: int, text: str, document: Document, places: Sequence[Span]) -> Question:
    golds = tuple(Gold(document.id, place.start, place.end, sha256=document.id) for place in places)
    return Question(f"dated-{number}", text, "dated", gold=golds)


def _of_sentence(
    document: Document, passage: Passage, place: Span, rng: random.Random, near: Near
) -> str | None:
    text = document.text[place.start : place.end].replace("\n", " ")
    if not 60 <= len(text) <= 500:
        return None
    published = document.metadata.published
    own = mentions(text, published.date.year if published else None)
    free = [hole for hole in holes(text, rng) if not any(m.start < hole[1] and hole[0] < m.end for m in own)]
    period = rng.choice(own).period if own and rng.random() < 0.7 else document_period(document)
    if not free or period is None:
        return None
    question = cloze(text, *rng.choice(free), rng, near)
    body = _TIME.sub(" ", question.rstrip("?")) if question else ""
    return _spaced(f"{body} {_said(period, rng)}?") if len(body.split()) >= 6 else None


def _of_row(document: Document, passage: Passage, place: Span, rng: random.Random, near: Near) -> str | None:
    text = document.text[place.start : place.end]
    cells = [cell.strip() for cell in _CELL.split(text) if cell.strip()]
    if not cells or passage.header is None or not cells[0][0].isalpha() or not any(map(str.isdigit, text)):
        return None
    above = " ".join(
        document.text[span.start : span.end] for span in (*passage.headings[-1:], passage.header)
    )
    named = mentions(above)
    period = named[-1].period if named else document_period(document)
    kept = [word.lower() for word in re.findall(r"[A-Za-z]{3,}", _TIME.sub(" ", above)) if rng.random() > 0.3]
    words = [rng.choice(near[word]) if word in near and rng.random() < 0.25 else word for word in kept][:14]
    if period is None or len(words) < 2 or len(cells[0]) > 60:
        return None
    label = "" if cells[0].casefold().startswith("total") else cells[0]
    asks = rng.choice(("How many {} {}", "What was the number of {} in {}", "How large was {} {}"))
    return _spaced(f"{asks.format(label, ' '.join(dict.fromkeys(words)))} {_said(period, rng)}?")


def _of_office(
    document: Document, passages: Sequence[Passage], rng: random.Random
) -> tuple[str, list[Span]] | None:
    """Who held an office at the document's time, and the sentences that name one who did."""
    title, period = rng.choice(_TITLES), document_period(document)
    wanted = office_asked(understand(f"Who was the {title}?"))
    if wanted is None or period is None:
        return None
    places = [
        sentence
        for passage in passages
        for sentence in passage.sentences
        if next(wanted.holders(document.text[sentence.start : sentence.end]), None)
    ]
    asks = rng.choice((f"Who was {title}", f"Who was the {title}", f"What was the name of the {title}"))
    return (f"{asks} {_said(period, rng)}?", places) if places else None


def _said(period: Period, rng: random.Random) -> str:
    """A time within the period as people say it."""
    if (period.end - period.start).days > 300:
        return f"in {period.start.year}"
    day = period.start + timedelta(days=rng.randint(0, (period.end - period.start).days))
    month, year = _MONTHS[day.month - 1], day.year
    part = "early " if day.month < 5 else "mid-" if day.month < 9 else "late "
    ways = [f"in {month} {year}"] * 2
    ways += [f"{words} {month} {year}" for words in ("at the end of", "by the end of", "as of")]
    ways.append(f"in {part}{year}")
    if 3 <= day.month <= 11:
        ways.append(f"in the {('spring', 'summer', 'autumn')[day.month // 3 - 1]} of {year}")
    return rng.choice(ways)


def _spaced(text: str) -> str:
    return " ".join(text.split())
