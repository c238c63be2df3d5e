"""Drafts of questions from the sentences of documents, by patterns and without a language model, for a person to judge.

Three patterns of English sentences: "Ann Bee led the office." asks who, "About 400 houses were destroyed." asks how many,
"The bridge was opened in May 2007." asks when. What fits none gives no draft.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from corpus.records import DocumentRecord
from corpus.sentences import sentence_spans
from corpus.types import BlockKind, Document, Span
from eval.book import Documents
from eval.questions import Gold, Question

FEWEST_WORDS, MOST_WORDS = 6, 32
_PROSE = (BlockKind.PARAGRAPH, BlockKind.NUMBERED, BlockKind.LIST_ITEM)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = rf"(?:\d{{1,2}} (?:{_MONTHS}) \d{{4}}|(?:{_MONTHS}) \d{{1,2}}, \d{{4}}|(?:{_MONTHS}) \d{{4}}|(?:1[89]|20)\d\d)"
_WHEN = re.compile(rf"(?:^|(?<=\s))(?:on|in)\s+(?P<date>{_DATE})(?![\w-])", re.IGNORECASE)
_AUXILIARY = re.compile(r"\s(was|were|has been|have been|had been|will be)\s")
_ABOUT = (
    r"(?:(?:about|some|nearly|almost|around|over|more than|fewer than|less than|at least|up to|only)\s+)?"
)
_NUMBER_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    "|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_VERB = (
    "were|are|have|had|took|live|lived|served|serve|fled|died|returned|remained|remain|worked|voted|came|left"
)
_HOW_MANY = re.compile(
    rf"^{_ABOUT}(?P<number>\d[\d,.]*(?<![,.])|{_NUMBER_WORDS})\s+(?P<rest>[a-z][\w -]*?\s+(?:{_VERB})\b.*)$",
    re.IGNORECASE,
)
_NAME = r"[A-ZÀ-Þ][a-zà-ÿ’'-]+"
_DOES = r"(?:was|will|has|had|took|led|drew|hid|met|gave|went|sent|held|told|sold|wrote|spoke|became|[a-z]{2,}(?:ed|s))"
_WHO = re.compile(
    rf"^(?P<name>{_NAME}(?:\s+(?:{_NAME}|de|van|von|al|[A-Z]\.))*\s+{_NAME})(?:,[^,]{{3,60}},)?\s+(?P<rest>{_DOES}\b.*)$"
)
_NO_PERSON = frozenset(
    str.split("""
    Mission Council Assembly Government Ministry Minister Police Force Union Nations Office Court Kosovo Committee
    Commission Agency Army Party Group Bank Fund Organization Organisation Parliament House Department Institute University
    Security General Special Representative The In On At By From During After Before When While Since Until North South East
    West Northern Southern Eastern Western United European International Central Republic Province Municipality City
    January February March April May June July August September October November December Monday Tuesday Wednesday Thursday
    Friday Saturday Sunday
""")
)
_BACKWARD = re.compile(
    r"^(?:he|she|it|they|this|that|these|those|his|her|its|their|there|here|but|and|or|however|also|such|both|another|"
    r"other|others|then|meanwhile|instead)\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(r"[;:()“”\"]|,|\b(?:who|which|that|because|although|while|when|if)\b")
_TAIL = re.compile(
    r"[;:–—]\s|,\s|\s[–—-]\s|\sand\s(?=(?:is|was|were|are|has|had|have|none|another|about|some|nearly|only|several|the|his|her|its|a"
    r"|two|three|four|five|\d)\b)"
)
_UNCLEAR = re.compile(
    r"\b(?:it|he|she|they|them|him|this|these|those|yesterday|today|tomorrow|ago"
    r"|(?:that|last|next|the same) (?:time|day|month|year|period|week)|so far|by then)\b|[*_|#<>]",
    re.IGNORECASE,
)
_OPENERS = re.compile(r"^(The|A|An|All|Some|Many|Most|Several|Every|Each|Its|His|Her|Their|This|These|No)\b")


@dataclass(frozen=True, slots=True)
class Draft:
    """A question that a person has not judged yet, and how it was made."""

    question: Question
    note: str


def suggest(book: Documents, number: int) -> list[Draft]:
    """Up to so many drafts, taken from the documents in turn; the same library gives the same drafts.

    Their ids are d001, d002, ...; they are in split "dev".
    """
    by_document = [_of_document(book.document(record.id), record) for record in book.documents()]
    in_turn = chain.from_iterable(zip_longest(*by_document))
    drafts: dict[str, Draft] = {}
    for draft in in_turn:
        if draft is not None and len(drafts) < number:
            drafts.setdefault(draft.question.text.casefold(), draft)
    return numbered(list(drafts.values()))


def numbered(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts with ids in their order."""
    return [
        Draft(replace(draft.question, id=f"d{number:03d}"), draft.note)
        for number, draft in enumerate(drafts, start=1)
    ]


def _of_document(document: Document, record: DocumentRecord) -> list[Draft]:
    """The drafts of one document, kinds in turn so that no pattern crowds out the others."""
    language = document.metadata.language
    if language is not None and language.value != "en":
        return []
    known = frozenset(re.findall(r"\b[a-zà-ÿ]+\b", document.text))
    kinds: dict[str, list[Draft]] = {"person": [], "number": [], "date": []}
    for span in _sentences(document):
        sentence = " ".join(document.text[span.start : span.end].split())
        made = draft_of(sentence, known)
        if made is not None:
            text, kind, answer = made
            quote = document.text[span.start : span.end]
            gold = Gold(record.path, span.start, span.end, quote, document.page_at(span.start), document.id)
            question = Question("", text, kind, "dev", answers=(answer,), gold=(gold,))
            kinds[kind].append(Draft(question, "made from the sentence that answers it"))
    return [draft for some in zip_longest(*kinds.values()) for draft in some if draft is not None]


def _sentences(document: Document) -> Iterator[Span]:
    for block in document.blocks:
        if block.kind in _PROSE:
            yield from sentence_spans(document.text, block.start, block.end)


def draft_of(sentence: str, known: Collection[str] = ()) -> tuple[str, str, str] | None:
    """The question that a sentence answers, its kind and the answer; None where no pattern fits.

    `known` are words of the document in small letters: the first word of a sentence that is among them is no name.
    """
    words = sentence.split()
    if (
        not sentence.endswith(".")
        or not FEWEST_WORDS <= len(words) <= MOST_WORDS
        or _BACKWARD.match(sentence)
    ):
        return None
    body = sentence.rstrip(". ")
    first = words[0].lower()
    if first in known and not words[0].isupper():
        body = first + body[len(first) :]
    for pattern in (_person, _number, _date):
        made = pattern(body)
        if made is not None:
            text, _, answer = made
            sound = len(text.split()) > 4 and answer.casefold() not in text.casefold()
            return made if sound and not _UNCLEAR.search(text) else None
    return None


def _headed(rest: str) -> str:
    """A clause without what is said after it."""
    return _TAIL.split(rest, maxsplit=1)[0].strip()


def _person(body: str) -> tuple[str, str, str] | None:
    match = _WHO.match(body)
    if match is None or not _NO_PERSON.isdisjoint(match["name"].split()):
        return None
    return f"Who {_headed(match['rest'])}?", "person", match["name"]


def _number(body: str) -> tuple[str, str, str] | None:
    match = _HOW_MANY.match(body)
    if match is None or re.fullmatch(r"(?:1[89]|20)\d\d", match["number"]):
        return None
    rest = _headed(match["rest"])
    share = re.match(r"per ?cent of\s+", rest)
    if share:
        return f"What percentage of {rest[share.end() :]}?", "number", match["number"]
    if rest.startswith(("million", "billion", "hundred", "thousand", "dozen", "per ", "percent", "of ")):
        return None
    return f"How many {rest}?", "number", match["number"]


def _date(body: str) -> tuple[str, str, str] | None:
    """Put the auxiliary before its subject and take the date out: "The bridge was opened in May 2007"."""
    dates = list(_WHEN.finditer(body))
    if len(dates) != 1:
        return None
    (date,) = dates
    before, after = body[: date.start()].rstrip(" ,"), body[date.end() :]
    clause = f"{before}{after}".strip() if before else after.lstrip(" ,")
    auxiliary = _AUXILIARY.search(f" {clause} ")
    if auxiliary is None:
        return None
    subject = clause[: max(0, auxiliary.start() - 1)].strip()
    rest = _headed(clause[auxiliary.end() - 1 :])
    if not subject or not rest or len(subject.split()) > 9 or _SUBORDINATE.search(subject):
        return None
    if _BACKWARD.match(subject) or subject.split()[0].lower() in ("when", "if", "as", "after", "before"):
        return None
    if before and _TAIL.search(before[auxiliary.end() - 1 :]):
        return None  # the date is that of another clause
    if re.fullmatch(r"[\d.,]+", rest):
        return None
    first, _, more = auxiliary[1].partition(" ")
    subject = _OPENERS.sub(lambda opener: opener[0].lower(), subject)
    return " ".join(f"When {first} {subject} {more} {rest}?".split()), "date", date["date"]
